import type { Diagnostic } from "swarmgraph";
import { CliError } from "./errors.ts";
import { EXIT } from "./exit.ts";

/** Any error as one that says what to do. Nothing of it is lost: the original is its `cause`. */
export function explain(error: unknown, { isStopped = false }: { readonly isStopped?: boolean } = {}): CliError {
  if (error instanceof CliError) return error;
  const message = firstLine(messageOf(error));
  const chain = [...causesOf(error)];
  if (isStopped && chain.some(isAbort))
    return new CliError("ABORTED", "stopped.", { exitCode: EXIT.aborted, cause: error });
  const issues = issuesOf(error);
  if (issues !== undefined) {
    const first = issues.find(({ severity }) => severity === "error");
    const said = `${message.replace(/:$/u, "")}${first === undefined ? "" : `: ${first.path}: ${first.message} [${first.code}]`}`;
    return new CliError("DEFINITION_INVALID", said, {
      hint: "`swarmgraph verify <file>` shows each with its line.",
      exitCode: EXIT.failed,
      cause: error,
    });
  }
  if (codeOf(error) === "RECORDING_INCOMPATIBLE") {
    return new CliError("RECORDING_INCOMPATIBLE", message, { exitCode: EXIT.incompatible, cause: error });
  }
  if (chain.some(isMissingKey)) {
    const said = firstLine(messageOf(chain.find(isMissingKey)));
    return new CliError("KEY_MISSING", `the model's provider did not take the key, or there is none: ${said}`, {
      hint: "Set the provider's key in the environment, e.g. OPENAI_API_KEY; `swarmgraph doctor` shows which are set.",
      exitCode: EXIT.failed,
      cause: error,
    });
  }
  const hint =
    (error as { retryable?: unknown } | undefined)?.retryable === true
      ? "It may work when it is tried again."
      : undefined;
  return new CliError("RUN_FAILED", message, { hint, exitCode: EXIT.failed, cause: error });
}

/** The error as `--json` prints it. */
export function errorJson(error: CliError): string {
  const { code, message, hint, exitCode } = error;
  return JSON.stringify({ error: { code, message, ...(hint !== undefined && { hint }), exitCode } });
}

/** An error, and what caused it. */
export function* causesOf(error: unknown): Generator<unknown> {
  const seen = new Set<unknown>();
  for (let next = error; next !== undefined && next !== null && !seen.has(next);) {
    seen.add(next);
    yield next;
    next = (next as { cause?: unknown }).cause;
  }
}

function isAbort(error: unknown): boolean {
  return (error as { name?: unknown }).name === "AbortError";
}

/** The problems that a definition was refused for, by whatever copy of the package; `undefined` for any other error. */
export function issuesOf(error: unknown): readonly Diagnostic[] | undefined {
  const { name, issues } = (error ?? {}) as { name?: unknown; issues?: unknown };
  return name === "SwarmDefinitionError" && Array.isArray(issues) ? (issues as Diagnostic[]) : undefined;
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

/** Providers say it by 401, and their clients by a sentence of their own before they ask. */
function isMissingKey(error: unknown): boolean {
  if ((error as { status?: unknown }).status === 401) return true;
  return /there is no key for|\bapi[ _-]?key\b|[A-Z]_API_KEY\b|missing credentials/iu.test(messageOf(error));
}

/** The `code` of an error, where it has one. */
export function codeOf(error: unknown): unknown {
  return typeof error === "object" && error !== null ? (error as { code?: unknown }).code : undefined;
}

/** What an error says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
