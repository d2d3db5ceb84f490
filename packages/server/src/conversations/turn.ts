import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage, UsageMetadata } from "@langchain/core/messages";
import type { StateSnapshot } from "@langchain/langgraph";
import { SwarmError } from "swarmgraph";
import type { ApprovalRequest, HandoffRecord, SwarmErrorCode, ToolRequest } from "swarmgraph";
import { MistralError } from "../wire/errors.ts";
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

/** HTTP statuses of the core's errors. What is not listed is the server's fault. */
const STATUS: Partial<Record<SwarmErrorCode, number>> = {
  NO_USER_TURN: 400,
  THREAD_BUSY: 409,
  LIMIT_HANDOFFS: 422,
  LIMIT_REPEATED_EDGE: 422,
  LIMIT_TURNS: 422,
  MODEL_ERRORS: 502,
  MODEL_INVALID: 502,
  MODEL_OUTPUT_TRUNCATED: 502,
  MODEL_REFUSED: 502,
  MODEL_REJECTED: 502,
  MODEL_TIMEOUT: 504,
  MODEL_TRANSIENT: 503,
  PROVIDER_REJECTED: 502,
  STREAM_INTERRUPTED: 502,
  WIRE_INVALID: 500,
};

/** An error of a run as Mistral's clients expect it. */
export function toMistralError(error: unknown): unknown {
  if (MistralError.is(error) || !SwarmError.is(error)) return error;
  const status = STATUS[error.code] ?? 500;
  return new MistralError(error.message, { status, code: error.code.toLowerCase(), cause: error });
}
