import type { ApprovalDecision, ApprovalRequest, ToolReplies, ToolRequest } from "swarmgraph";
import { invalidRequest } from "../wire/errors.ts";
import { toolCallIdFor } from "../wire/ids.ts";
import type { AppendConversationRequest, ToolConfirmation } from "../wire/requests.ts";
import type { InputEntry } from "../wire/entries.ts";
import { entryId } from "./to-entries.ts";
import { entriesIn, readInputs } from "./to-messages.ts";
import type { ReadInputs } from "./to-messages.ts";
import type { AgentSwarm } from "./swarm-of.ts";

/** What the client sent to a run that waits. */
export interface ClientReply {
  readonly inputs: ReadInputs;
  readonly entries: readonly InputEntry[];
  readonly confirmations: readonly ToolConfirmation[];
}

/**
 * What answers a run that waits, read from the body of an append.
 *
 * @throws MistralError 422 where the body does not answer it.
 */
export function resumeOf(
  waits: ToolRequest | ApprovalRequest,
  body: Pick<AppendConversationRequest, "inputs" | "tool_confirmations">,
  swarm: AgentSwarm,
): ToolReplies | ApprovalDecision {
  const reply: ClientReply = {
    inputs: readInputs(body.inputs, swarm),
    entries: entriesIn(body.inputs),
    confirmations: body.tool_confirmations ?? [],
  };
  return waits.type === "tool.request" ? toToolReplies(waits, reply) : toDecision(waits, reply, swarm);
}

/**
 * The client's answers to calls that wait: `function.result` entries, and `tool_confirmations`.
 *
 * @throws MistralError 422 that names the calls that wait, where none of them is answered.
 */
export function toToolReplies(request: ToolRequest, { inputs, confirmations }: ClientReply): ToolReplies {
  const replies: Record<string, ToolReplies[string]> = {};
  for (const { callId, needs } of request.calls) {
    const own = toolCallIdFor(callId);
    const result = inputs.results.get(own);
    const confirmation = confirmations.find(({ tool_call_id: id }) => id === own)?.confirmation;
    if (needs === "result" && result !== undefined) replies[callId] = { result };
    else if (confirmation === "allow" && needs === "approval") replies[callId] = { approve: true };
    else if (confirmation === "deny") replies[callId] = { approve: false, reason: "the user denied it" };
  }
  if (Object.keys(replies).length > 0) return replies;
  const waiting = request.calls.map(({ callId, name, needs }) => `${name} (${toolCallIdFor(callId)}, ${needs})`);
  throw invalidRequest([
    {
      type: "value_error",
      loc: ["body", "inputs"],
      msg: `The conversation waits for ${waiting.join(", ")}: send a function.result with its tool_call_id, or tool_confirmations.`,
    },
  ]);
}

/**
 * The client's decision about a handoff that waits. No inputs, or the same handoff as an `agent.handoff` entry, let it
 * through; one to another agent sends it there; one whose next agent is the previous one refuses it, with the text of a
 * message beside it as the reason. `tool_confirmations` with the entry's id decide it too.
 *
 * @throws MistralError 422 for anything else, or for an agent that is no target.
 */
export function toDecision(request: ApprovalRequest, reply: ClientReply, swarm: AgentSwarm): ApprovalDecision {
  const id = entryId("handoff", request.id);
  const confirmation = reply.confirmations.find(({ tool_call_id: own }) => own === id)?.confirmation;
  if (confirmation !== undefined) return confirmation === "allow" ? { approve: true } : denied(reply);
  const decision = reply.inputs.handoffs.at(-1);
  if (decision === undefined) {
    if (reply.entries.length === 0) return { approve: true };
    throw unclear(request, swarm, "it says nothing about the handoff");
  }
  const next = swarm.nameOf(decision.next_agent_id);
  if (next === request.from) return denied(reply);
  if (next === request.to) return { approve: true };
  if (next !== undefined && request.alternatives.includes(next)) return { to: next };
  throw unclear(request, swarm, `"${decision.next_agent_id}" is no agent that it may go to`);
}

function denied({ inputs }: ClientReply): ApprovalDecision {
  const reason = inputs.said
    .map(({ text }) => text)
    .join(" ")
    .trim();
  return { approve: false, ...(reason !== "" && { reason }) };
}

function unclear(request: ApprovalRequest, swarm: AgentSwarm, why: string): Error {
  const ids = [request.to, ...request.alternatives].map((name) => swarm.byName.get(name)?.id ?? name);
  return invalidRequest([
    {
      type: "value_error",
      loc: ["body", "inputs"],
      msg: `The conversation waits for a decision about its handoff, and ${why}: send no inputs to let it through, or an agent.handoff entry whose next_agent_id is one of ${ids.join(", ")}, or the previous agent to refuse it.`,
    },
  ]);
}
