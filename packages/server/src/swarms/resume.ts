import { Command } from "@langchain/langgraph";
import type { ToolRequest } from "swarmgraph";
import { isRecord } from "../wire/chosen.ts";
import { notPending } from "./refusals.ts";
import type { ThreadView } from "./served-swarm.ts";

/** One thing that a thread waits for. */
export type Pending = ThreadView["pending"][number];

/** The request for tools' results or approvals that a thread waits for, where this is one. */
export function toolRequestIn(value: unknown): ToolRequest | undefined {
  const isOne = isRecord(value) && value["type"] === "tool.request" && Array.isArray(value["calls"]);
  return isOne ? (value as unknown as ToolRequest) : undefined;
}

/** Whether a thread waits for the result of one of these calls. */
export function waitsForCalls({ pending }: ThreadView, callIds: Iterable<string>): boolean {
  const given = new Set(callIds);
  return pending.some(({ value }) => toolRequestIn(value)?.calls.some(({ callId }) => given.has(callId)) ?? false);
}

/**
 * The command that gives a thread the results of calls; results that it does not wait for are left out.
 *
 * @throws MistralError 409 where it waits for none of them.
 */
export function commandOfReplies({ pending }: ThreadView, replies: ReadonlyMap<string, unknown>): Command {
  const answers = pending.flatMap(({ id, value }) => {
    const asked = (toolRequestIn(value)?.calls ?? []).filter(({ callId }) => replies.has(callId));
    return asked.length === 0 ? [] : [[id, Object.fromEntries(asked.map((c) => [c.callId, replies.get(c.callId)]))]];
  });
  if (answers.length === 0) throw notPending();
  return new Command({ resume: Object.fromEntries(answers) as Record<string, unknown> });
}
