import { ToolMessage } from "@langchain/core/messages";
import type { HandoffRecord } from "../types.ts";
import type { EventDraft as Draft } from "./events.ts";
import { toolFindings } from "./findings.ts";
import { toPlain } from "./plain.ts";

/** What only a node's update says: what tools gave beside their texts, and handoffs that wait for an approval. */
export function updatesIn(update: object, agent: string | undefined): Draft[] {
  return Object.entries(update)
    .flatMap(([node, values]) => (node === "__interrupt__" ? [] : [values].flat()))
    .flatMap((values: unknown) => {
      const { messages, handoffs } = (values ?? {}) as { readonly messages?: unknown; readonly handoffs?: unknown };
      return [...listOf(messages).flatMap((one) => foundBy(one, agent)), ...listOf(handoffs).flatMap(pendingIn)];
    });
}

function foundBy(message: unknown, agent: string | undefined): Draft[] {
  if (!ToolMessage.isInstance(message)) return [];
  const findings = toolFindings(message.artifact);
  const { name: tool = "", tool_call_id: callId } = message;
  return findings === undefined ? [] : [{ type: "tool.found", agent, tool, callId, ...findings }];
}

function pendingIn(record: unknown): Draft[] {
  const { status, approval, id, from, to, callId, input, reason } = record as HandoffRecord;
  if (status !== "pending" || approval !== "required") return [];
  const told = { ...(input !== undefined && { input: toPlain(input) }), ...(reason !== undefined && { reason }) };
  return [{ type: "handoff.pending", agent: from, id, from, to, callId, ...told }];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
