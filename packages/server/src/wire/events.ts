import type { Chunk } from "./chunks.ts";
import type { ConfirmationStatus } from "./entries.ts";
import type { Usage } from "./responses.ts";

interface EventBase {
  /** ISO 8601. */
  readonly created_at?: string | undefined;
}

/** What the events of one entry share: the entry's id, and its place among the outputs of the response. */
interface OutputEventBase extends EventBase {
  readonly id: string;
  readonly output_index: number;
}

interface Maker {
  readonly model?: string | null | undefined;
  readonly agent_id?: string | null | undefined;
}

/** The first event of every stream. */
export interface ResponseStartedEvent extends EventBase {
  readonly type: "conversation.response.started";
  readonly conversation_id: string;
}

/** The last event of a stream that went well. */
export interface ResponseDoneEvent extends EventBase {
  readonly type: "conversation.response.done";
  readonly usage: Usage;
}

/** The last event of a stream that failed. */
export interface ResponseErrorEvent extends EventBase {
  readonly type: "conversation.response.error";
  readonly message: string;
  /** The HTTP status that the failure would have had without a stream. */
  readonly code: number;
}

/** A piece of a message: more text, or one whole chunk. */
export interface MessageOutputEvent extends OutputEventBase, Maker {
  readonly type: "message.output.delta";
  /** Place of the chunk in the message's content. */
  readonly content_index: number;
  readonly role: "assistant";
  readonly content: string | Chunk;
}

/** A tool of the server begins. */
export interface ToolExecutionStartedEvent extends OutputEventBase, Maker {
  readonly type: "tool.execution.started";
  readonly name: string;
  readonly arguments: string;
}

/** More of a tool's arguments. */
export interface ToolExecutionDeltaEvent extends OutputEventBase {
  readonly type: "tool.execution.delta";
  readonly name: string;
  readonly arguments: string;
}

/** A tool of the server has ended. */
export interface ToolExecutionDoneEvent extends OutputEventBase {
  readonly type: "tool.execution.done";
  readonly name: string;
  readonly info?: Readonly<Record<string, unknown>> | undefined;
}

/** A handoff begins. It shares `id` and `output_index` with its {@link AgentHandoffDoneEvent}. */
export interface AgentHandoffStartedEvent extends OutputEventBase {
  readonly type: "agent.handoff.started";
  readonly previous_agent_id: string;
  readonly previous_agent_name: string;
}

/** A handoff has happened. */
export interface AgentHandoffDoneEvent extends OutputEventBase {
  readonly type: "agent.handoff.done";
  readonly next_agent_id: string;
  readonly next_agent_name: string;
}

/** A piece of a function call; the pieces of `arguments` join to JSON text. */
export interface FunctionCallEvent extends OutputEventBase, Maker {
  readonly type: "function.call.delta";
  readonly name: string;
  readonly tool_call_id: string;
  readonly arguments: string;
  readonly confirmation_status?: ConfirmationStatus | null | undefined;
}

/** An event of one of a response's outputs. */
export type OutputEvent =
  | MessageOutputEvent
  | ToolExecutionStartedEvent
  | ToolExecutionDeltaEvent
  | ToolExecutionDoneEvent
  | AgentHandoffStartedEvent
  | AgentHandoffDoneEvent
  | FunctionCallEvent;

/** An event of a conversation's stream. */
export type ConversationEvent = ResponseStartedEvent | OutputEvent | ResponseDoneEvent | ResponseErrorEvent;

/** The fields of each event, in the order in which they are written. */
const output = ["type", "created_at", "output_index", "id"] as const;
const maker = ["model", "agent_id"] as const;
const fields: { readonly [T in ConversationEvent["type"]]: readonly string[] } = {
  "conversation.response.started": ["type", "created_at", "conversation_id"],
  "message.output.delta": [...output, "content_index", ...maker, "role", "content"],
  "tool.execution.started": [...output, ...maker, "name", "arguments"],
  "tool.execution.delta": [...output, "name", "arguments"],
  "tool.execution.done": [...output, "name", "info"],
  "agent.handoff.started": [...output, "previous_agent_id", "previous_agent_name"],
  "agent.handoff.done": [...output, "next_agent_id", "next_agent_name"],
  "function.call.delta": [...output, ...maker, "name", "tool_call_id", "arguments", "confirmation_status"],
  "conversation.response.done": ["type", "created_at", "usage"],
  "conversation.response.error": ["type", "created_at", "message", "code"],
};

/** The types of all events, in the order of Mistral's table. */
export const EVENT_TYPES = Object.keys(fields) as readonly ConversationEvent["type"][];

/**
 * Writes an event as Server-Sent Events have it: its type, its data as one line of JSON, an empty line. For events of
 * `Conversations`' streams, or of {@link toMistralEvents}.
 */
export function encodeEvent(event: ConversationEvent): string {
  const written = event as unknown as Readonly<Record<string, unknown>>;
  const data = Object.fromEntries(fields[event.type].map((field) => [field, written[field]]));
  return `event: ${event.type}\ndata: ${JSON.stringify(data)}\n\n`;
}
