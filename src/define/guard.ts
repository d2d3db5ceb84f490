import type { Guardrails, GuardrailStage } from "../guard-types.ts";

/** Every stage of {@link Guardrails}. */
export const STAGES: readonly GuardrailStage[] = Object.freeze(["input", "output", "toolCall"]);

/** Guardrails as frozen data that nobody else holds. What is no list stays as it is, for verify to report. */
export function copyGuardrails(guardrails: Guardrails): Guardrails {
  const copied = Object.entries(guardrails).map(([stage, list]: [string, unknown]) => [
    stage,
    Array.isArray(list) ? Object.freeze(list.map(copyOf)) : list,
  ]);
  return Object.freeze(Object.fromEntries(copied)) as Guardrails;
}

function copyOf(guardrail: unknown): unknown {
  return typeof guardrail === "object" && guardrail !== null ? Object.freeze({ ...guardrail }) : guardrail;
}
