import type { BaseMessage } from "@langchain/core/messages";
import type { BindToolsInput } from "@langchain/core/language_models/chat_models";

/** What a model call is made of. */
export interface WirePrompt {
  /** The prompt, a leading system message included. */
  readonly messages: readonly BaseMessage[];
  /** The tools that are bound. Default: none. */
  readonly tools?: readonly BindToolsInput[] | undefined;
  /** The model's name on the wire. Default: a placeholder. */
  readonly model?: string | undefined;
}

/**
 * Writes a request's body as LangChain's own adapter for the provider does, so that it can be checked before it is sent.
 * Pure.
 */
export type WireEncoder = (prompt: WirePrompt) => Record<string, unknown>;
