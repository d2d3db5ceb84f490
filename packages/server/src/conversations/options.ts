import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { Limits } from "swarmgraph";
import type { Clock } from "../wire/clock.ts";
import type { ConversationEvent } from "../wire/events.ts";
import type { ConversationResponse } from "../wire/responses.ts";
import type { ConversationStore } from "./store.ts";
import type { AgentSource, BuiltInTools, ModelFor } from "./swarm-of.ts";

/** Options of `Conversations`. */
export interface ConversationsOptions {
  /** Where agents are looked up. */
  readonly agents: AgentSource;
  /** Gives the chat model for the name that an agent has. */
  readonly modelFor: ModelFor;
  /** Gives the tools for `web_search`, `code_interpreter` and so on; `undefined` for one that there is not. Default: none. */
  readonly builtIn?: BuiltInTools | undefined;
  /** Where what was said is kept. Default: the memory of this process. */
  readonly checkpointer?: BaseCheckpointSaver | undefined;
  /** Where the rest is kept. Default: the memory of this process. */
  readonly store?: ConversationStore | undefined;
  /** Budgets of the runs, as of a swarm. */
  readonly limits?: Limits | undefined;
  /** What time it is. Default: the machine's. */
  readonly clock?: Clock | undefined;
}

/** Options of one run. */
export interface RunOptions {
  /** Ends the run: what was said so far stays, and the method throws the signal's reason or 499 `run_stopped`. */
  readonly signal?: AbortSignal | undefined;
}

/** One page of a list. */
export interface PageOptions {
  /** From 0. Default: 0. */
  readonly page?: number | undefined;
  /** Default: 100. */
  readonly page_size?: number | undefined;
}

/** Which conversations are meant. */
export interface ListConversationsOptions extends PageOptions {
  /** Every one of these must be in the conversation's metadata. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** A run of a conversation: events while it goes on, the response as the generator's last value. */
export type ConversationRun = AsyncGenerator<ConversationEvent, ConversationResponse>;
