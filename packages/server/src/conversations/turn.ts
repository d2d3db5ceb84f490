import type { BaseMessage } from "@langchain/core/messages";
import type { StateSnapshot } from "@langchain/langgraph";
import type { ApprovalRequest, HandoffRecord, ToolRequest } from "swarmgraph";

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
