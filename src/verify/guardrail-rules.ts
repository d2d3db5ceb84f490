import type { SwarmDefinition } from "../define/definition.ts";
import { STAGES } from "../define/guard.ts";
import type { Diagnostic } from "../errors.ts";
import type { Guardrails } from "../guard-types.ts";
import { didYouMean } from "../define/did-you-mean.ts";
import { error, list } from "./rule.ts";

/** Guardrails and hooks are what they are said to be. */
export function* guardrailsAreGuardrails({ agents, options }: SwarmDefinition): Iterable<Diagnostic> {
  yield* guardrailProblems(options.guardrails, "guardrails");
  for (const { name, spec } of agents.values()) yield* guardrailProblems(spec.guardrails, `agents.${name}.guardrails`);
}

/** What a tripped guardrail may ask for, by stage. */
const ON_TRIP: Readonly<Record<string, readonly unknown[]>> = {
  input: [undefined],
  output: [undefined, "end", "retry"],
  toolCall: [undefined, "answer", "end"],
};

function* guardrailProblems(guardrails: Guardrails | undefined, at: string): Iterable<Diagnostic> {
  for (const [stage, given] of Object.entries(guardrails ?? {}) as [string, unknown][]) {
    const path = `${at}.${stage}`;
    if (given === undefined) continue;
    if (!(STAGES as readonly string[]).includes(stage) || !Array.isArray(given)) {
      const known = Array.isArray(given) ? didYouMean(stage, STAGES).trim() : "";
      const hint = known || `Pass lists for ${STAGES.join(", ")}.`;
      yield error("GUARDRAIL_INVALID", path, `"${stage}" is no list of guardrails.`, hint);
      continue;
    }
    const seen = new Set<unknown>();
    for (const [index, guardrail] of (given as unknown[]).entries()) {
      const { name, check, onTrip } = (guardrail ?? {}) as Record<string, unknown>;
      const here = `${path}[${index}]`;
      if (typeof name !== "string" || name.trim() === "") {
        yield error("GUARDRAIL_INVALID", here, "a guardrail has no name.", "Give it a name.");
      } else if (seen.has(name)) {
        yield error("GUARDRAIL_DUPLICATE", here, `two guardrails are called "${name}".`, "Rename one of them.");
      }
      seen.add(name);
      if (!isCheck(check)) {
        yield error(
          "GUARDRAIL_INVALID",
          `${here}.check`,
          "the check is neither a function nor a Standard Schema.",
          "Pass (value) => true or { tripwire }.",
        );
      }
      if (!ON_TRIP[stage]?.includes(onTrip)) {
        const known = (ON_TRIP[stage] ?? []).filter((value) => typeof value === "string");
        const hint = known.length === 0 ? "Leave it out." : `Give one of ${list(known)}, or leave it out.`;
        yield error("GUARDRAIL_INVALID", `${here}.onTrip`, `onTrip is ${JSON.stringify(onTrip)}.`, hint);
      }
    }
  }
}

function isCheck(check: unknown): boolean {
  if (typeof check === "function") return true;
  const standard = typeof check === "object" && check !== null && "~standard" in check ? check["~standard"] : undefined;
  return typeof (standard as { validate?: unknown } | undefined)?.validate === "function";
}

/** Hooks for a context that is too long can be called. */
export function* overflowHooksAreFunctions({ agents, options }: SwarmDefinition): Iterable<Diagnostic> {
  const hooks = [
    ["onContextOverflow", options.onContextOverflow] as const,
    ...[...agents.values()].map(
      ({ name, spec }) => [`agents.${name}.onContextOverflow`, spec.onContextOverflow] as const,
    ),
  ];
  for (const [path, hook] of hooks) {
    if (hook === undefined || typeof hook === "function") continue;
    yield error("HOOK_INVALID", path, "onContextOverflow is not a function.", "Pass () => history.lastTurns(2).");
  }
}
