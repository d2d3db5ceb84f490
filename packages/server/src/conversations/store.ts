import type { CompletionArgs } from "../wire/completion-args.ts";
import type { FunctionTool, ToolSpec } from "../wire/tools.ts";

/** What is kept of a conversation beside its thread: all but what was said. */
export interface ConversationRecord {
  readonly id: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly name?: string | null | undefined;
  readonly description?: string | null | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | null | undefined;
  /** The agent it was started on, or the model. */
  readonly agent_id?: string | undefined;
  readonly agent_version?: string | number | null | undefined;
  readonly model?: string | undefined;
  readonly instructions?: string | null | undefined;
  /** The tools that it was started with: functions for every agent, the others for the agent that it was started on. */
  readonly tools?: readonly ToolSpec[] | undefined;
  /** Functions that came with the run that is going on, or waits. */
  readonly run_functions?: readonly FunctionTool[] | undefined;
  /** Functions that came with any run: their calls are the client's in the history. */
  readonly functions?: readonly FunctionTool[] | undefined;
  readonly completion_args?: CompletionArgs | undefined;
  readonly guardrails?: readonly Readonly<Record<string, unknown>>[] | null | undefined;
  /** Who decides about handoffs in the run that is going on, or waits. */
  readonly handoff_execution: "client" | "server";
  /** When each entry was first there. */
  readonly times: Readonly<Record<string, string>>;
}

/** Where the records of conversations are kept; what was said is in the checkpointer. */
export interface ConversationStore {
  get(id: string): Promise<ConversationRecord | undefined>;
  put(record: ConversationRecord): Promise<void>;
  delete(id: string): Promise<void>;
  /** Oldest first. */
  list(page: { readonly offset: number; readonly limit: number }): Promise<readonly ConversationRecord[]>;
}

/**
 * A store of conversations that lives as long as the process: the default of `Conversations`.
 *
 * @example
 * ```ts
 * import { memoryConversationStore } from "@swarmgraph/server";
 *
 * await memoryConversationStore().list({ offset: 0, limit: 10 }); // []
 * ```
 */
export function memoryConversationStore(): ConversationStore {
  const records = new Map<string, ConversationRecord>();
  return {
    get: (id) => Promise.resolve(records.get(id)),
    put(record) {
      records.set(record.id, record);
      return Promise.resolve();
    },
    delete(id) {
      records.delete(id);
      return Promise.resolve();
    },
    list({ offset, limit }) {
      return Promise.resolve([...records.values()].slice(offset, offset + limit));
    },
  };
}

/** The part of LangGraph's `BaseStore` that is used. */
export interface KeyValueStore {
  get(namespace: string[], key: string): Promise<{ value: Record<string, unknown> } | null>;
  put(namespace: string[], key: string, value: Record<string, unknown>): Promise<void>;
  delete(namespace: string[], key: string): Promise<void>;
  search(
    namespace: string[],
    options?: { limit?: number; offset?: number },
  ): Promise<{ value: Record<string, unknown> }[]>;
}

const NAMESPACE = ["swarmgraph", "conversations"];

/** Records that are read at a time. */
const PAGE = 100;

/**
 * A store of conversations in any LangGraph store, so that they outlast the process.
 *
 * @example
 * ```ts
 * import { InMemoryStore } from "@langchain/langgraph";
 * import { conversationStoreOn } from "@swarmgraph/server";
 *
 * const store = conversationStoreOn(new InMemoryStore());
 * await store.list({ offset: 0, limit: 10 }); // []
 * ```
 */
export function conversationStoreOn(store: KeyValueStore): ConversationStore {
  return {
    async get(id) {
      return (await store.get(NAMESPACE, id))?.value as ConversationRecord | undefined;
    },
    put: (record) => store.put(NAMESPACE, record.id, { ...record }),
    delete: (id) => store.delete(NAMESPACE, id),
    async list({ offset, limit }) {
      const records: ConversationRecord[] = [];
      for (let from = 0; ; from += PAGE) {
        const found = await store.search(NAMESPACE, { limit: PAGE, offset: from });
        records.push(...found.map(({ value }) => value as unknown as ConversationRecord));
        if (found.length < PAGE) break;
      }
      return records.sort((a, b) => (a.created_at < b.created_at ? -1 : 1)).slice(offset, offset + limit);
    },
  };
}
