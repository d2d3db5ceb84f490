import type { Agent, AgentAlias } from "../wire/responses.ts";

/** One stored version of an agent; the list of its sisters is added when it is read. */
export type AgentVersion = Omit<Agent, "versions">;

/** All that is stored of one agent, as plain JSON. */
export interface AgentRecord {
  readonly id: string;
  readonly created_at: string;
  /** Number of the version that a plain `get` gives. */
  readonly current: number;
  /** Every version; the place in the list is its number. Only ever grows. */
  readonly versions: readonly AgentVersion[];
  readonly aliases: readonly AgentAlias[];
}

/**
 * Where agents are kept, one record each. A record is written whole, so a reader sees the agent before or after a
 * change, never in between. Contract: records go in and out as copies, so that nobody can change a stored one.
 */
export interface AgentStore {
  get(id: string): Promise<AgentRecord | undefined>;
  put(record: AgentRecord): Promise<void>;
  /** Whether there was such a record. */
  delete(id: string): Promise<boolean>;
  /** All records, in any order. */
  list(): Promise<readonly AgentRecord[]>;
}

/**
 * Keeps agents in the memory of this process. The store of `Agents` where none is given.
 *
 * @example
 * ```ts
 * import { Agents, memoryAgentStore } from "@swarmgraph/server";
 *
 * const agents = new Agents({ store: memoryAgentStore() });
 * const { name } = await agents.create({ model: "any", name: "helper" });
 * name; // "helper"
 * ```
 */
export function memoryAgentStore(): AgentStore {
  const records = new Map<string, AgentRecord>();
  return {
    get: async (id) => structuredClone(records.get(id)),
    put: async (record) => void records.set(record.id, structuredClone(record)),
    delete: async (id) => records.delete(id),
    list: async () => structuredClone([...records.values()]),
  };
}
