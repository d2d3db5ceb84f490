import type { CompletionArgs } from "./completion-args.ts";
import type { Entry, MessageEntry, OutputEntry } from "./entries.ts";
import type { ToolSpec } from "./tools.ts";

type Json = Readonly<Record<string, unknown>>;

/** One version of an agent. Never changed: an update makes the next version. */
export interface Agent {
  readonly object: "agent";
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly description: string | null;
  readonly instructions: string | null;
  readonly tools: readonly ToolSpec[];
  readonly completion_args: CompletionArgs;
  readonly guardrails: readonly Json[] | null;
  /** Ids of the agents it may hand over to; `null`: none. */
  readonly handoffs: readonly string[] | null;
  readonly metadata: Json | null;
  /** Number of this version; the first is 0. */
  readonly version: number;
  /** Numbers of all versions, oldest first. */
  readonly versions: readonly number[];
  readonly version_message: string | null;
  /** When the agent was created. */
  readonly created_at: string;
  /** When this version was made. */
  readonly updated_at: string;
  readonly deployment_chat: boolean;
  readonly source: string;
}

/** A name for a version of an agent. */
export interface AgentAlias {
  readonly alias: string;
  readonly version: number;
  readonly created_at: string;
  readonly updated_at: string;
}

/** Tokens of a response, of all model calls together. */
export interface Usage {
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly total_tokens: number;
  readonly connector_tokens?: number | null | undefined;
  /** How often each tool of the server ran. */
  readonly connectors?: Readonly<Record<string, number>> | null | undefined;
}

/** What start, append and restart return. */
export interface ConversationResponse {
  readonly object: "conversation.response";
  readonly conversation_id: string;
  readonly outputs: readonly OutputEntry[];
  readonly usage: Usage;
  readonly guardrails?: readonly Json[] | null | undefined;
}

/** Every entry of a conversation, oldest first. */
export interface ConversationHistory {
  readonly object: "conversation.history";
  readonly conversation_id: string;
  readonly entries: readonly Entry[];
}

/** The messages of a conversation, oldest first. */
export interface ConversationMessages {
  readonly object: "conversation.messages";
  readonly conversation_id: string;
  readonly messages: readonly MessageEntry[];
}

interface ConversationBase {
  readonly object: "conversation";
  readonly id: string;
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly metadata?: Json | null | undefined;
  readonly created_at: string;
  readonly updated_at: string;
}

/** A conversation that was started on an agent. */
export interface AgentConversation extends ConversationBase {
  readonly agent_id: string;
  readonly agent_version?: string | number | null | undefined;
}

/** A conversation that was started on a model. */
export interface ModelConversation extends ConversationBase {
  readonly model: string;
  readonly instructions?: string | null | undefined;
  readonly tools?: readonly ToolSpec[] | undefined;
  readonly completion_args?: CompletionArgs | undefined;
  readonly guardrails?: readonly Json[] | null | undefined;
}

/** What `get` and `list` tell of a conversation. */
export type Conversation = AgentConversation | ModelConversation;
