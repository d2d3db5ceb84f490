import type { Clock } from "../wire/clock.ts";
import { createClock } from "../wire/clock.ts";
import { invalidField, notFound, parseRequest } from "../wire/errors.ts";
import { newId } from "../wire/ids.ts";
import type { CreateAgentRequest, UpdateAgentRequest } from "../wire/requests.ts";
import { createAgentSchema, updateAgentSchema } from "../wire/requests.ts";
import type { Agent, AgentAlias } from "../wire/responses.ts";
import type { AgentRecord, AgentStore, AgentVersion } from "./agent-store.ts";
import { memoryAgentStore } from "./agent-store.ts";
import { checkedHandoffs } from "./handoffs.ts";
import type { ListAgentsOptions, PageOptions } from "./list.ts";
import { matches, pageOf } from "./list.ts";
import { createSerial } from "./serial.ts";

/** Options of {@link Agents}. */
export interface AgentsOptions {
  /** Default: the memory of this process. */
  readonly store?: AgentStore;
  /** What time it is. Default: the machine's. */
  readonly clock?: Clock;
}

/** Which version of an agent is meant: its number, or an alias. Default: the current one. */
export interface VersionOptions {
  /** A number from 0, or an alias. Default: the current one. */
  readonly version?: number | string | undefined;
}

/**
 * The agents of Mistral's API: made, changed and found by id. An update makes a new version and leaves the old ones as
 * they are. Every method throws a `MistralError` that names the field or the id in trouble. One process writes to a
 * store at a time; any number may read.
 *
 * @example
 * ```ts
 * import { Agents } from "@swarmgraph/server";
 *
 * const agents = new Agents();
 * const finance = await agents.create({ model: "any", name: "finance-agent" });
 * const web = await agents.create({ model: "any", name: "websearch-agent", tools: [{ type: "web_search" }] });
 * (await agents.update(finance.id, { handoffs: [web.id] })).version; // 1
 * ```
 */
export class Agents {
  readonly #store: AgentStore;
  readonly #clock: Clock;
  readonly #serial = createSerial();

  constructor(options: AgentsOptions = {}) {
    this.#store = options.store ?? memoryAgentStore();
    this.#clock = options.clock ?? createClock();
  }

  /** Makes an agent, at version 0. */
  async create(request: CreateAgentRequest): Promise<Agent> {
    const fields = parseRequest(createAgentSchema, request);
    const handoffs = await this.#handoffs(fields.handoffs ?? null);
    const id = newId("ag");
    const now = this.#clock();
    const version: AgentVersion = {
      object: "agent",
      id,
      name: fields.name,
      model: fields.model,
      description: fields.description ?? null,
      instructions: fields.instructions ?? null,
      tools: fields.tools ?? [],
      completion_args: fields.completion_args ?? {},
      guardrails: fields.guardrails ?? null,
      handoffs,
      metadata: fields.metadata ?? null,
      version: 0,
      version_message: fields.version_message ?? null,
      created_at: now,
      updated_at: now,
      deployment_chat: false,
      source: "api",
    };
    return this.#write({ id, created_at: now, current: 0, versions: [version], aliases: [] });
  }

  /**
   * Makes a new version and makes it the current one. A field that is left out stays as it is in the current version;
   * `null` takes it away, but for `name`, `model` and `deployment_chat`, which stay.
   */
  async update(id: string, request: UpdateAgentRequest): Promise<Agent> {
    const { name, model, deployment_chat, handoffs, version_message, ...changes } = parseRequest(
      updateAgentSchema,
      request,
    );
    return this.#change(id, async (record) => {
      const before = versionOf(record, record.current);
      const version = record.versions.length;
      const after: AgentVersion = {
        ...before,
        ...defined(changes),
        name: name ?? before.name,
        model: model ?? before.model,
        deployment_chat: deployment_chat ?? before.deployment_chat,
        handoffs: handoffs === undefined ? before.handoffs : await this.#handoffs(handoffs, id),
        version,
        version_message: version_message ?? null,
        updated_at: this.#clock(),
      };
      return { ...record, current: version, versions: [...record.versions, after] };
    });
  }

  /** Gives one agent, in its current version or in another. */
  async get(id: string, options: VersionOptions = {}): Promise<Agent> {
    const record = await this.#read(id);
    return agentOf(record, options.version === undefined ? record.current : numberOf(record, options.version));
  }

  /** Gives one page of all agents in their current versions, sorted by their creation: oldest first, as conversations are. */
  async list(options: ListAgentsOptions = {}): Promise<readonly Agent[]> {
    const records = [...(await this.#store.list())].sort((a, b) =>
      `${a.created_at} ${a.id}` < `${b.created_at} ${b.id}` ? -1 : 1,
    );
    const agents = records.map((record) => agentOf(record, record.current));
    return pageOf(
      agents.filter((agent) => matches(agent, options)),
      options,
    );
  }

  /** Gives one page of an agent's versions, oldest first. */
  async versions(id: string, options: PageOptions = {}): Promise<readonly Agent[]> {
    const record = await this.#read(id);
    return pageOf(record.versions, options).map(({ version }) => agentOf(record, version));
  }

  /** Makes an older (or newer) version the current one. */
  async setVersion(id: string, version: number): Promise<Agent> {
    return this.#change(id, async (record) => ({ ...record, current: numberOf(record, version) }));
  }

  /** Gives the aliases of an agent's versions, in the order of their names. */
  async aliases(id: string): Promise<readonly AgentAlias[]> {
    const { aliases } = await this.#read(id);
    return [...aliases].sort((a, b) => (a.alias < b.alias ? -1 : 1));
  }

  /** Gives one alias. */
  async getAlias(id: string, alias: string): Promise<AgentAlias> {
    return aliasOf(await this.#read(id), alias);
  }

  /** Names a version, or moves the name to another version. A name begins with a letter. */
  async putAlias(id: string, alias: string, version: number): Promise<AgentAlias> {
    if (!/^[A-Za-z][A-Za-z0-9._-]{0,63}$/u.test(alias)) {
      const expected = "Expected a letter, then up to 63 letters, digits, dots, _ or -.";
      throw invalidField(["query", "alias"], expected, { input: alias });
    }
    await this.#change(id, async (record) => {
      const now = this.#clock();
      const before = record.aliases.find((each) => each.alias === alias);
      const others = record.aliases.filter((each) => each !== before);
      const after = {
        alias,
        version: numberOf(record, version),
        created_at: before?.created_at ?? now,
        updated_at: now,
      };
      return { ...record, aliases: [...others, after] };
    });
    return this.getAlias(id, alias);
  }

  /** Takes an alias away; the version stays. */
  async deleteAlias(id: string, alias: string): Promise<void> {
    await this.#change(id, async (record) => {
      const gone = aliasOf(record, alias);
      return { ...record, aliases: record.aliases.filter((each) => each !== gone) };
    });
  }

  /** Deletes an agent with all its versions. Handoffs of others that name it stay in their lists. */
  async delete(id: string): Promise<void> {
    await this.#serial(id, async () => {
      if (!(await this.#store.delete(id))) throw notFound("agent", id);
    });
  }

  async #read(id: string): Promise<AgentRecord> {
    const record = await this.#store.get(id);
    if (record === undefined) throw notFound("agent", id);
    return record;
  }

  async #write(record: AgentRecord): Promise<Agent> {
    await this.#store.put(record);
    return agentOf(record, record.current);
  }

  async #change(id: string, change: (record: AgentRecord) => Promise<AgentRecord>): Promise<Agent> {
    return this.#serial(id, async () => this.#write(await change(await this.#read(id))));
  }

  async #handoffs(handoffs: readonly string[] | null, self?: string): Promise<readonly string[] | null> {
    const exists = async (id: string): Promise<boolean> => (await this.#store.get(id)) !== undefined;
    return checkedHandoffs(handoffs, { self, exists });
  }
}

function versionOf(record: AgentRecord, version: number): AgentVersion {
  const found = record.versions[version];
  if (found === undefined) throw notFound("agent version", String(version));
  return found;
}

function agentOf(record: AgentRecord, version: number): Agent {
  return { ...versionOf(record, version), versions: [...record.versions.keys()] };
}

function aliasOf(record: AgentRecord, alias: string): AgentAlias {
  const found = record.aliases.find((each) => each.alias === alias);
  if (found === undefined) throw notFound("agent alias", alias);
  return found;
}

function numberOf(record: AgentRecord, version: number | string): number {
  const isNumber = typeof version === "number" || /^\d+$/u.test(version);
  return versionOf(record, isNumber ? Number(version) : aliasOf(record, version).version).version;
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
