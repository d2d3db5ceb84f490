import type { ToolMessage } from "@langchain/core/messages";
import { lastAssistant } from "../define/calls.ts";
import { verdictsOf } from "../route/route-handoffs.ts";
import type { EdgeDefinition } from "../define/definition.ts";
import type { HandoffRecord } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { emit, runContext } from "./runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { describeThrown } from "./serialise.ts";

/** What tools gave while a handoff of the same message waits for them. */
export interface Results {
  readonly state: NodeState;
  readonly config: NodeConfig;
  readonly messages: readonly ToolMessage[];
  /** Channels of the user's own that the tools wrote and that hold one value. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** What to write to the ledger. */
export interface Rechecked {
  readonly handoffs?: readonly HandoffRecord[];
}

const NOTHING: Rechecked = Object.freeze({});

/**
 * Asks the guard of the handoff that is to be taken again, now that tools of the same message have answered: what they
 * brought may be what it guards against. One that throws counts as `false`. A promise only where there is one to ask.
 *
 * @returns what to write to the ledger: nothing, or the handoff as refused, which its agent then reads.
 */
export function recheckedHandoff(runtime: AgentRuntime, results: Results): Rechecked | Promise<Rechecked> {
  const { messages, handoffs } = results.state;
  const verdicts = verdictsOf(lastAssistant(messages)?.message, handoffs);
  if (verdicts.size === 0) return NOTHING;
  const pending = [...verdicts.values()].find(({ status }) => status === "pending");
  const when = pending && runtime.edges.get(pending.to)?.when;
  return pending === undefined || when === undefined ? NOTHING : recheckedBy(when, pending, runtime, results);
}

async function recheckedBy(
  when: NonNullable<EdgeDefinition["when"]>,
  pending: HandoffRecord,
  { agent, definition }: AgentRuntime,
  { state, config, messages, values }: Results,
): Promise<Rechecked> {
  const now = { ...state, ...values, messages: [...state.messages, ...messages] };
  try {
    if (await when(runContext(agent.name, now, config))) return NOTHING;
  } catch (error) {
    definition.options.onDiagnostic?.({
      code: "GUARD_FAILED",
      severity: "warning",
      path: `agents.${agent.name}.canHandoffTo`,
      message: `the guard of the handoff from "${agent.name}" to "${pending.to}" failed: ${describeThrown(error)}. The handoff was refused.`,
      hint: "Let the guard answer false instead.",
    });
  }
  const { id, from, to, callId } = pending;
  const code = "HANDOFF_UNAVAILABLE";
  const reason = `"${to}" is not available any more, after what your tools have answered. Go on without it, or answer yourself.`;
  emit(config, { type: "handoff.refused", id, from, to, callId, code, reason });
  return { handoffs: [{ ...pending, status: "refused", code, reason, approval: undefined }] };
}
