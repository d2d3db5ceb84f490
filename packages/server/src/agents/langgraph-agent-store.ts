import type { BaseStore } from "@langchain/langgraph";
import type { AgentRecord, AgentStore } from "./agent-store.ts";

/** Options of {@link langGraphAgentStore}. */
export interface LangGraphAgentStoreOptions {
  /** Default: `["swarmgraph", "agents"]`. */
  readonly namespace?: readonly string[];
}

const PAGE = 100;

/**
 * Keeps agents in a LangGraph store, one item each under the agent's id.
 *
 * @example
 * ```ts
 * import { InMemoryStore } from "@langchain/langgraph";
 * import { Agents, langGraphAgentStore } from "@swarmgraph/server";
 *
 * const agents = new Agents({ store: langGraphAgentStore(new InMemoryStore()) });
 * (await agents.create({ model: "any", name: "helper" })).version; // 0
 * ```
 */
export function langGraphAgentStore(store: BaseStore, options: LangGraphAgentStoreOptions = {}): AgentStore {
  const namespace = [...(options.namespace ?? ["swarmgraph", "agents"])];
  const get = async (id: string): Promise<AgentRecord | undefined> => {
    const item = await store.get(namespace, id);
    return item === null ? undefined : structuredClone(item.value as unknown as AgentRecord);
  };
  return {
    get,
    put: async (record) =>
      store.put(namespace, record.id, structuredClone(record) as unknown as Record<string, unknown>),
    delete: async (id) => {
      const existed = (await get(id)) !== undefined;
      await store.delete(namespace, id);
      return existed;
    },
    list: async () => {
      const records: AgentRecord[] = [];
      for (let offset = 0; ; offset += PAGE) {
        const items = await store.search(namespace, { limit: PAGE, offset });
        records.push(...items.map((item) => structuredClone(item.value as unknown as AgentRecord)));
        if (items.length < PAGE) return records;
      }
    },
  };
}
