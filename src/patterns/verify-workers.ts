import { didYouMean } from "../define/did-you-mean.ts";
import { SwarmDefinitionError } from "../errors.ts";
import type { Diagnostic } from "../errors.ts";
import { graphOf } from "./worker.ts";
import type { Worker } from "./worker.ts";

/** What {@link findWorkerProblems} looks at. */
export interface WorkersToVerify {
  /** The option that holds them: `workers` or `routes`. */
  readonly path: string;
  readonly workers: Readonly<Record<string, Worker>>;
  /** Names that the pattern keeps for its own nodes, channels and words. Compared without regard to case. */
  readonly reserved: readonly string[];
}

/** Names that LangGraph keeps for itself, and the keys of every JavaScript object. */
const RESERVED = ["__start__", "__end__", ...Object.getOwnPropertyNames(Object.prototype)];

/** Every problem of the workers of a pattern, in their order. Pure. */
export function findWorkerProblems({ path: root, workers, reserved }: WorkersToVerify): Diagnostic[] {
  const problems: Diagnostic[] = [];
  const taken = new Set([...reserved, ...RESERVED].map((name) => name.toLowerCase()));
  const seen = new Map<string, string>();
  if (Object.keys(workers).length === 0) {
    problems.push(problem("NO_AGENTS", root, `${root} is empty.`, "Name at least one."));
  }
  for (const [name, worker] of Object.entries(workers)) {
    const path = `${root}.${name}`;
    const twin = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    if (name.trim() === "" || name !== name.trim()) {
      problems.push(problem("NAME_EMPTY", path, `the name "${name}" is blank or has blanks around it.`, "Trim it."));
    } else if (taken.has(name.toLowerCase())) {
      problems.push(problem("NAME_RESERVED", path, `the name "${name}" is reserved.`, "Rename it."));
    } else if (/[|:\p{Cc}]/u.test(name)) {
      problems.push(
        problem("NAME_RESERVED", path, `the name "${name}" holds "|", ":" or a control character.`, "Rename it."),
      );
    } else if (twin !== undefined) {
      problems.push(
        problem("NAME_COLLISION", path, `"${twin}" and "${name}" differ in their case only.`, "Rename one of them."),
      );
    }
    if (!isInvocable(worker)) {
      problems.push(
        problem(
          "GRAPH_INVALID",
          path,
          `"${name}" can neither be invoked nor called.`,
          "Pass a Runnable, a compiled graph, a function, or { graph, description } around one.",
        ),
      );
    }
  }
  return problems;
}

/** One error of a definition. */
export function problem(code: string, path: string, message: string, hint: string): Diagnostic {
  return { code, severity: "error", path, message, hint };
}

/** `Did you mean "writer"?`, or the names that there are. */
export function hintFor(name: string, known: readonly string[]): string {
  return didYouMean(name, known).trim() || `There are ${known.map((other) => `"${other}"`).join(", ")}.`;
}

/** @throws SwarmDefinitionError with all problems, where there are any. */
export function assertNone(problems: readonly Diagnostic[]): void {
  if (problems.length > 0) throw new SwarmDefinitionError(problems);
}

function isInvocable(worker: unknown): boolean {
  if (typeof worker === "function") return true;
  if (typeof worker !== "object" || worker === null) return false;
  const graph: unknown = graphOf(worker as Worker);
  return (
    typeof graph === "function" ||
    (typeof graph === "object" && graph !== null && "invoke" in graph && typeof graph.invoke === "function")
  );
}
