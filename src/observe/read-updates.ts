import { ToolMessage } from "@langchain/core/messages";
import type { HandoffRecord } from "../types.ts";
import type { EventDraft as Draft } from "./events.ts";
import { toolFindings } from "./findings.ts";
import { toPlain } from "./plain.ts";

/** What only a node's update says: what a tool gave beside its text, or a handoff that waits for an approval. */
export type UpdateDraft = Draft & { readonly type: "tool.found" | "handoff.pending" };

/** What the updates of nodes say, as LangGraph's stream has them by the nodes' names. */
export function updatesIn(update: object): UpdateDraft[] {
  return Object.entries(update).flatMap(([node, values]) => (node === "__interrupt__" ? [] : updatesOf(values)));
}

/** What the update of one node says, or each of several. The agent of a finding is whoever acts. */
export function updatesOf(update: unknown): UpdateDraft[] {
  const drafts: UpdateDraft[] = [];
  for (const values of Array.isArray(update) ? (update as unknown[]) : [update]) {
    const { messages, handoffs } = (values ?? {}) as { readonly messages?: unknown; readonly handoffs?: unknown };
    for (const message of listOf(messages)) drafts.push(...foundBy(message));
    for (const record of listOf(handoffs)) drafts.push(...pendingIn(record));
  }
  return drafts;
}

function foundBy(message: unknown): UpdateDraft[] {
  if (!ToolMessage.isInstance(message)) return [];
  const findings = toolFindings(message.artifact);
  const { name: tool = "", tool_call_id: callId } = message;
  return findings === undefined ? [] : [{ type: "tool.found", tool, callId, ...findings }];
}

function pendingIn(record: unknown): UpdateDraft[] {
  const { status, approval, id, from, to, callId, input, reason } = record as HandoffRecord;
  if (status !== "pending" || approval !== "required") return [];
  const told = { ...(input !== undefined && { input: toPlain(input) }), ...(reason !== undefined && { reason }) };
  return [{ type: "handoff.pending", agent: from, id, from, to, callId, ...told }];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
