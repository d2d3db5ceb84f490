import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage, UsageMetadata } from "@langchain/core/messages";
import type { StateSnapshot } from "@langchain/langgraph";
import type { ApprovalRequest, HandoffRecord, ToolRequest } from "swarmgraph";
import type { Usage } from "../wire/responses.ts";

/** A thread as it stands. */
export interface Thread {
  readonly messages: readonly BaseMessage[];
  readonly handoffs: readonly HandoffRecord[];
  readonly activeAgent: string | undefined;
  /** The interrupt that the run stopped at, where it waits. */
  readonly waits: ToolRequest | ApprovalRequest | undefined;
}

/** Reads a snapshot. */
export function threadOf(snapshot: StateSnapshot): Thread {
  const { messages = [], handoffs = [], activeAgent } = snapshot.values as Partial<Thread>;
  const value: unknown = snapshot.tasks.flatMap(({ interrupts }) => interrupts).at(0)?.value;
  const { type } = (value ?? {}) as { type?: unknown };
  const waits = type === "tool.request" || type === "handoff.approval" ? (value as Thread["waits"]) : undefined;
  return { messages, handoffs, activeAgent, waits };
}

/** What the thread waits for of its tools, where it does. */
export function toolRequestOf({ waits }: Thread): ToolRequest | undefined {
  return waits?.type === "tool.request" ? waits : undefined;
}

/** Tokens of the messages that are new, and how often tools of the server ran. */
export function usageOf(fresh: readonly BaseMessage[], tools: readonly string[]): Usage {
  const sum = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  for (const message of fresh) {
    const usage = AIMessage.isInstance(message) ? (message.usage_metadata as UsageMetadata | undefined) : undefined;
    sum.prompt_tokens += usage?.input_tokens ?? 0;
    sum.completion_tokens += usage?.output_tokens ?? 0;
    sum.total_tokens += usage?.total_tokens ?? 0;
  }
  if (tools.length === 0) return sum;
  const connectors: Record<string, number> = {};
  for (const name of tools) connectors[name] = (connectors[name] ?? 0) + 1;
  return { ...sum, connectors };
}
