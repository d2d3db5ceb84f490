import { interrupt } from "@langchain/langgraph";
import type { SwarmDefinition } from "../define/definition.ts";
import { agentOfToday, knownAgent, pendingHandoff } from "../route/entry.ts";
import type { HandoffRecord } from "../types.ts";
import { emit } from "./runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";

/** What a run that waits for an approval shows: the value of its interrupt. */
export interface ApprovalRequest {
  readonly type: "handoff.approval";
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly input: unknown;
  readonly reason: string | undefined;
  /** Where else it may be sent. */
  readonly alternatives: readonly string[];
}

/** The answer, as `new Command({ resume })`: let it through, refuse it with a reason, or send it to another agent. */
export type ApprovalDecision =
  | { readonly approve: true }
  | { readonly approve: false; readonly reason?: string }
  | { readonly to: string };

/**
 * Waits for the decision on a handoff. The model is not called again, since the wait is in a node of its own; an answer
 * that makes no sense refuses the handoff.
 */
export function approvalNode(
  definition: SwarmDefinition,
): (state: NodeState, config: NodeConfig) => { handoffs: HandoffRecord[] } {
  return (state, config) => {
    const pending = pendingHandoff(state.handoffs);
    if (pending?.approval !== "required") return { handoffs: [] };
    const { id, from, to, callId, input, reason } = pending;
    // A deploy may have renamed both: where else it may be sent is told by the names of today.
    const asker = agentOfToday(definition, from) ?? from;
    const allowed = definition.agents.get(asker)?.edges.map((edge) => edge.to) ?? [];
    const target = agentOfToday(definition, to) ?? to;
    const request: ApprovalRequest = {
      type: "handoff.approval",
      id,
      from,
      to,
      callId,
      input,
      reason,
      alternatives: allowed.filter((name) => name !== target),
    };
    const decided = decide(pending, interrupt<ApprovalRequest, unknown>(request), allowed);
    // Here and not in the edge, where it would be too late to decide again: a deploy may have removed the agent meanwhile.
    knownAgent(definition, decided.status === "refused" ? from : decided.to);
    const decision = decided.status === "refused" ? "denied" : decided.to === to ? "granted" : "redirected";
    const why = decision === "denied" && { reason: decided.reason };
    emit(config, { type: "approval.settled", approval: "handoff", id, agent: from, decision, ...why });
    if (decided.status === "refused") {
      emit(config, { type: "handoff.refused", id, from, to, callId, code: "HANDOFF_DENIED", reason: decided.reason });
    }
    return { handoffs: [decided] };
  };
}

function decide(pending: HandoffRecord, decision: unknown, allowed: readonly string[]): HandoffRecord {
  const { approve, reason, to } = (
    typeof decision === "object" && decision !== null ? decision : { approve: decision }
  ) as Record<string, unknown>;
  if (typeof to === "string" && allowed.includes(to)) return { ...pending, to, approval: "granted" };
  if (approve === true) return { ...pending, approval: "granted" };
  const why = typeof reason === "string" ? reason : "it was not approved";
  return {
    ...pending,
    status: "refused",
    code: "HANDOFF_DENIED",
    reason: `the handoff to "${pending.to}" was denied: ${why}.`,
  };
}
