import { InMemoryStore } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AgentStore } from "../src/agents/agent-store.ts";
import { memoryAgentStore } from "../src/agents/agent-store.ts";
import { Agents } from "../src/agents/agents.ts";
import { langGraphAgentStore } from "../src/agents/langgraph-agent-store.ts";
import { MistralError } from "../src/wire/errors.ts";

const stores: readonly [name: string, make: () => AgentStore][] = [
  ["memory", memoryAgentStore],
  ["a LangGraph store", () => langGraphAgentStore(new InMemoryStore())],
];

async function refusalOf(act: Promise<unknown>): Promise<string> {
  const error: unknown = await act.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!MistralError.is(error)) throw new Error("not refused", { cause: error });
  const places = error.detail.map(({ loc }) => loc.join("."));
  return [error.status, error.code, ...places].join(" ");
}

describe.each(stores)("agents in %s", (_name, make) => {
  const model = "any";

  it("begin at version 0, with Mistral's shape", async () => {
    const agents = new Agents({ store: make() });
    const agent = await agents.create({ model, name: "a", description: "d", completion_args: { temperature: 0 } });
    expect(agent).toEqual({
      object: "agent",
      id: expect.stringMatching(/^ag_[0-9a-f]{32}$/u) as string,
      name: "a",
      model,
      description: "d",
      instructions: null,
      tools: [],
      completion_args: { temperature: 0 },
      guardrails: null,
      handoffs: null,
      metadata: null,
      version: 0,
      versions: [0],
      version_message: null,
      created_at: agent.updated_at,
      updated_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/u) as string,
      deployment_chat: false,
      source: "api",
    });
    expect(await agents.get(agent.id)).toEqual(agent);
  });

  it("get a new version by an update, and the old one stays as it was", async () => {
    const agents = new Agents({ store: make() });
    const first = await agents.create({ model, name: "a", instructions: "Be kind.", version_message: "first" });
    const second = await agents.update(first.id, { description: "new", name: null });
    expect(second).toMatchObject({
      version: 1,
      versions: [0, 1],
      description: "new",
      name: "a",
      instructions: "Be kind.",
    });
    expect(second.version_message).toBe(null);
    expect(second.updated_at > first.updated_at).toBe(true);
    expect(await agents.get(first.id, { version: 0 })).toEqual({ ...first, versions: [0, 1] });
    expect((await agents.get(first.id, { version: "1" })).description).toBe("new");
    expect((await agents.versions(first.id)).map(({ version }) => version)).toEqual([0, 1]);
    expect(await agents.versions(first.id, { page: 1, pageSize: 1 })).toEqual([second]);
  });

  it("[B153] lose their handoffs by null, keep them where nothing is said", async () => {
    const agents = new Agents({ store: make() });
    const target = await agents.create({ model, name: "target" });
    const { id } = await agents.create({ model, name: "a", handoffs: [target.id, target.id] });
    expect((await agents.update(id, { description: "d" })).handoffs).toEqual([target.id]);
    expect((await agents.update(id, { handoffs: null })).handoffs).toBe(null);
    expect(await refusalOf(agents.update(id, { handoffs: [] }))).toBe("422 validation_error body.handoffs");
  });

  it("may hand over in a cycle, but not to themselves, nor to nobody", async () => {
    const agents = new Agents({ store: make() });
    const a = await agents.create({ model, name: "a" });
    const b = await agents.create({ model, name: "b", handoffs: [a.id] });
    expect((await agents.update(a.id, { handoffs: [b.id] })).handoffs).toEqual([b.id]);
    expect(await refusalOf(agents.update(a.id, { handoffs: [b.id, a.id] }))).toBe(
      "422 validation_error body.handoffs.1",
    );
    const unknown = [b.id, "ag_0"];
    expect(await refusalOf(agents.update(a.id, { handoffs: unknown }))).toBe("404 agent_not_found body.handoffs.1");
    expect(await refusalOf(agents.create({ model, name: "c", handoffs: ["ag_0"] }))).toBe(
      "404 agent_not_found body.handoffs.0",
    );
    expect((await agents.get(a.id)).versions).toEqual([0, 1]);
  });

  it("go back to an older version, and go on from it", async () => {
    const agents = new Agents({ store: make() });
    const { id } = await agents.create({ model, name: "a", description: "zero" });
    await agents.update(id, { description: "one" });
    expect(await agents.setVersion(id, 0)).toMatchObject({ version: 0, description: "zero", versions: [0, 1] });
    expect((await agents.get(id)).version).toBe(0);
    expect(await agents.update(id, { name: "b" })).toMatchObject({ version: 2, description: "zero" });
    expect(await refusalOf(agents.setVersion(id, 7))).toBe("404 agent_version_not_found");
  });

  it("have aliases that name a version and can move", async () => {
    const agents = new Agents({ store: make() });
    const { id } = await agents.create({ model, name: "a" });
    await agents.update(id, { name: "b" });
    const first = await agents.putAlias(id, "prod", 0);
    await agents.putAlias(id, "beta", 1);
    expect((await agents.get(id, { version: "prod" })).name).toBe("a");
    const moved = await agents.putAlias(id, "prod", 1);
    expect(moved).toMatchObject({ alias: "prod", version: 1, created_at: first.created_at });
    expect((await agents.aliases(id)).map(({ alias }) => alias)).toEqual(["beta", "prod"]);
    await agents.deleteAlias(id, "prod");
    expect(await refusalOf(agents.get(id, { version: "prod" }))).toBe("404 agent_alias_not_found");
    expect(await refusalOf(agents.deleteAlias(id, "prod"))).toBe("404 agent_alias_not_found");
    expect(await refusalOf(agents.putAlias(id, "1", 0))).toBe("422 validation_error query.alias");
    expect(await refusalOf(agents.putAlias(id, "prod", 5))).toBe("404 agent_version_not_found");
  });

  it("are listed by pages, oldest first, as filtered", async () => {
    const agents = new Agents({ store: make() });
    const ids: string[] = [];
    for (let i = 0; i < 105; i += 1) {
      ids.push((await agents.create({ model, name: `agent-${i}`, metadata: { even: i % 2 === 0, of: [i] } })).id);
    }
    const idsOf = async (options: Parameters<Agents["list"]>[0]) => (await agents.list(options)).map(({ id }) => id);
    expect(await idsOf({})).toEqual(ids.slice(0, 20));
    expect(await idsOf({ page: 1, pageSize: 100 })).toEqual(ids.slice(100));
    expect(await idsOf({ page: 9 })).toEqual([]);
    expect(await idsOf({ name: "agent-7" })).toEqual([ids[7]]);
    expect(await idsOf({ search: "AGENT-10" })).toEqual([ids[10], ...ids.slice(100)]);
    expect(await idsOf({ id: ids[3] })).toEqual([ids[3]]);
    expect(await idsOf({ metadata: { even: true, of: [4] } })).toEqual([ids[4]]);
    expect(await idsOf({ deploymentChat: true })).toEqual([]);
    expect(await idsOf({ sources: ["playground"] })).toEqual([]);
  });

  it("are gone after delete, with all their versions", async () => {
    const agents = new Agents({ store: make() });
    const a = await agents.create({ model, name: "a" });
    const b = await agents.create({ model, name: "b", handoffs: [a.id] });
    await agents.delete(a.id);
    for (const act of [agents.get(a.id), agents.versions(a.id), agents.update(a.id, {}), agents.delete(a.id)]) {
      expect(await refusalOf(act)).toBe("404 agent_not_found");
    }
    expect((await agents.update(b.id, { name: "bb" })).handoffs).toEqual([a.id]);
  });

  it("updated at the same time get one version each", async () => {
    const agents = new Agents({ store: make() });
    const { id } = await agents.create({ model, name: "a" });
    const updates = Array.from({ length: 10 }, (_, i) => agents.update(id, { description: `${i}` }));
    await refusalOf(agents.update(id, { handoffs: ["ag_0"] }));
    const versions = (await Promise.all(updates)).map(({ version, description }) => `${version} ${description}`);
    expect(versions).toEqual(Array.from({ length: 10 }, (_, i) => `${i + 1} ${i}`));
  });

  it("cannot be changed through what was given or returned", async () => {
    const agents = new Agents({ store: make() });
    const metadata = { list: [1] };
    const agent = await agents.create({ model, name: "a", metadata });
    metadata.list.push(2);
    (agent.metadata as { list: number[] }).list.push(3);
    expect((await agents.get(agent.id)).metadata).toEqual({ list: [1] });
  });

  it("[property] any run of updates leaves every version as it was made", async () => {
    const change = fc.record(
      { name: fc.string({ minLength: 1, maxLength: 9 }), instructions: fc.option(fc.string()) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 6 }), async (changes) => {
        const agents = new Agents({ store: make() });
        const made = [await agents.create({ model, name: "a" })];
        const { id } = made[0] ?? { id: "" };
        for (const each of changes) made.push(await agents.update(id, each));
        const versions = [...made.keys()];
        for (const agent of made) {
          expect(await agents.get(id, { version: agent.version })).toEqual({ ...agent, versions });
        }
      }),
      { numRuns: 25 },
    );
  });
});

it("agents outlive their process where the store does", async () => {
  const store = new InMemoryStore();
  const { id } = await new Agents({ store: langGraphAgentStore(store) }).create({ model: "m", name: "a" });
  expect((await new Agents({ store: langGraphAgentStore(store) }).get(id)).name).toBe("a");
  const elsewhere = new Agents({ store: langGraphAgentStore(store, { namespace: ["other"] }) });
  expect(await elsewhere.list()).toEqual([]);
});
