import type { EventDraft as Draft, PendingInterrupt, SwarmEventBody } from "./events.ts";

type HumanRequested = SwarmEventBody & { readonly type: "human.requested" };

/** What an interrupt of ours asks for; nothing for one of somebody else's. */
export function approvalsIn({ id: interrupt = "", value }: PendingInterrupt): Draft[] {
  if (typeof value !== "object" || value === null) return [];
  const { type, calls, agent, from, id, callId, to, input, reason } = value as Record<string, unknown>;
  if (type === "handoff.approval") {
    return [
      {
        type: "approval.requested",
        agent: String(from),
        approval: "handoff",
        id: String(id),
        callId: String(callId),
        name: String(to),
        needs: "approval",
        ...(input !== undefined && { input }),
        ...(typeof reason === "string" && { reason }),
      },
    ];
  }
  if (type === "human.request") {
    const { name, canHandoffTo, handoff, problem } = value as HumanRequested;
    const told = { ...(handoff !== undefined && { handoff }), ...(problem !== undefined && { problem }) };
    return [{ type: "human.requested", agent: String(agent), id: interrupt, name, canHandoffTo, ...told }];
  }
  if (type !== "tool.request" || !Array.isArray(calls)) return [];
  return (calls as { callId: string; name: string; args: unknown; needs: "approval" | "result" }[]).map(
    ({ callId: call, name, args, needs }): Draft => ({
      type: "approval.requested",
      agent: String(agent),
      approval: "tool",
      id: call,
      callId: call,
      name,
      input: args,
      needs,
    }),
  );
}
