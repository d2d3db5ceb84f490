import { SwarmDefinitionError } from "../errors.ts";

/** What a tool does to the world: nothing, the same however often it runs with one key, or more each time. */
export type SideEffect = "none" | "idempotent" | "unsafe";

/** What becomes of a call that was begun before a crash, where nobody knows whether it came to its end. */
export type OnUnknownOutcome = "retry" | "ask" | "fail";

/** What a tool declares with {@link toolEffects}. */
export type ToolEffects =
  | { readonly sideEffect: "none"; readonly onUnknownOutcome?: "retry" | undefined }
  | { readonly sideEffect: "idempotent" | "unsafe"; readonly onUnknownOutcome?: OnUnknownOutcome | undefined };

const POLICIES: Readonly<Record<SideEffect, readonly [OnUnknownOutcome, ...OnUnknownOutcome[]]>> = {
  none: ["retry"],
  idempotent: ["retry", "ask", "fail"],
  unsafe: ["ask", "retry", "fail"],
};

/**
 * A tool's `metadata` that says what the tool does to the world, and what happens to a call that had begun when its process
 * died: `"retry"` runs it again with the same `idempotencyKey`, `"ask"` stops the run with a `ToolRequest` whose call is
 * marked `begun`, `"fail"` answers the model with an error and never runs it again. Default: `"ask"` for an unsafe tool,
 * else `"retry"`. A tool without it is run again. Needs a checkpointer, a `stepRunner` or a `toolLedger`.
 *
 * @throws SwarmDefinitionError `TOOL_EFFECTS_INVALID`.
 *
 * @example
 * ```ts
 * import { tool } from "@langchain/core/tools";
 * import { toolEffects } from "swarmgraph";
 * import { z } from "zod";
 *
 * const pay = tool(async ({ amount }) => `Paid ${amount}.`, {
 *   name: "pay",
 *   description: "Pays.",
 *   schema: z.object({ amount: z.number() }),
 *   metadata: toolEffects({ sideEffect: "unsafe", onUnknownOutcome: "ask" }),
 * });
 * pay.metadata; // { sideEffect: "unsafe", onUnknownOutcome: "ask" }
 * ```
 */
export function toolEffects({ sideEffect, onUnknownOutcome }: ToolEffects): Record<string, unknown> {
  const policies = Object.hasOwn(POLICIES, sideEffect) ? POLICIES[sideEffect] : undefined;
  if (policies === undefined) {
    throw invalid(`sideEffect is ${JSON.stringify(sideEffect)}`, `It is one of ${listed(Object.keys(POLICIES))}.`);
  }
  const chosen = onUnknownOutcome ?? policies[0];
  if (!policies.includes(chosen)) {
    throw invalid(
      `onUnknownOutcome is ${JSON.stringify(onUnknownOutcome)} where sideEffect is "${sideEffect}"`,
      `There it is one of ${listed(policies)}.`,
    );
  }
  return { sideEffect, onUnknownOutcome: chosen };
}

/** What happens to a tool's call of unknown outcome. */
export function policyOf(tool: object): OnUnknownOutcome {
  const { sideEffect, onUnknownOutcome } = ((tool as { metadata?: unknown }).metadata ?? {}) as Record<string, unknown>;
  if (sideEffect === "none") return "retry";
  if (onUnknownOutcome === "ask" || onUnknownOutcome === "fail" || onUnknownOutcome === "retry")
    return onUnknownOutcome;
  return sideEffect === "unsafe" ? "ask" : "retry";
}

function listed(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}

function invalid(message: string, hint: string): SwarmDefinitionError {
  const issue = { code: "TOOL_EFFECTS_INVALID", severity: "error", path: "toolEffects", message: `${message}.`, hint };
  return new SwarmDefinitionError([issue as { severity: "error" } & typeof issue]);
}
