import { HumanMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent, swarmEvents, swarmFingerprint, SwarmMemorySaver } from "../../src/index.ts";
import type { AgentSpec, SwarmInput, SwarmOptions } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel } from "../../src/testing/index.ts";
import { says, shape } from "../support.ts";
import { alterStored, storedValues } from "./altered.ts";

const thread = { configurable: { thread_id: "t" } };
const say = (text: string): AgentSpec => ({ model: scriptedModel().say(text).repeat() });

type Agents = Record<string, AgentSpec>;

function swarmOf(agents: Agents, options: Partial<SwarmOptions> = {}) {
  return new SwarmAgent({ ...options, entry: Object.keys(agents)[0] ?? "", agents } as SwarmOptions);
}

/** A thread with the agents of before, run until it stops or fails. */
async function before(agents: Agents, options: Partial<SwarmOptions> = {}): Promise<MemorySaver> {
  const checkpointer = new MemorySaver();
  const graph = swarmOf(agents, options).compile({ checkpointer });
  await graph.invoke(says(), thread).catch(() => {});
  return checkpointer;
}

/** The same thread with the agents of after, and what its run came to. */
async function after(
  checkpointer: BaseCheckpointSaver,
  agents: Agents,
  { input = says("Again"), ...options }: Partial<SwarmOptions> & { input?: unknown } = {},
) {
  const graph = swarmOf(agents, options).compile({ checkpointer });
  const { messages, activeAgent, handoffs } = await graph.invoke(input as SwarmInput, thread);
  const ledger = handoffs.map(({ from, to, status, code }) => `${from} -> ${to} ${code ?? status}`);
  return { log: shape(messages), said: messages.at(-1)?.text, activeAgent, ledger };
}

const turnOf = async (saver: BaseCheckpointSaver) => (await storedValues(saver))["turn"] as Record<string, unknown>;

describe("what a checkpoint says about its writer", () => {
  it("[F66] [I13] is the version of its form and the swarm, in few bytes, in the engine's own channel", async () => {
    const checkpointer = await before({ a: say("hi"), b: say("b") }, { name: "desk" });
    const { schema, swarm } = await turnOf(checkpointer);
    const { fingerprint } = swarmOf({ a: say("hi"), b: say("b") }, { name: "desk" }).compile();
    expect({ schema, swarm }).toEqual({ schema: 2, swarm: { name: "desk", fingerprint } });
    expect(JSON.stringify({ schema, swarm }).length).toBeLessThan(90);
  });

  it("has no name where the swarm has none of its own, and is not in any output", async () => {
    const checkpointer = await before({ a: say("hi") });
    expect(Object.keys((await turnOf(checkpointer))["swarm"] as object)).toEqual(["fingerprint"]);
    const graph = swarmOf({ a: say("hi") }).compile({ checkpointer });
    const seen: unknown[] = [await graph.invoke(says(), thread)];
    for await (const event of swarmEvents(graph, says() as never, { ...thread, modelCalls: true })) seen.push(event);
    expect(JSON.stringify(seen)).not.toContain(graph.fingerprint);
  });

  it("is not made without a checkpointer, nor when a swarm is compiled", async () => {
    let reads = 0;
    const input = new Proxy(z.object({ id: z.string() }), {
      get: (target, key, receiver) => {
        if (key === "_zod") reads += 1;
        return Reflect.get(target, key, receiver) as unknown;
      },
    });
    const { definition } = swarmOf({ a: say("hi") });
    const watched = { ...definition, agents: new Map(definition.agents) };
    watched.agents.set("b", { name: "b", spec: { input }, edges: [], isOwnTarget: false });
    expect(reads).toBe(0);
    swarmFingerprint(watched);
    expect(reads).toBeGreaterThan(0);
  });
});

describe("a swarm's fingerprint", () => {
  const of = (agents: Agents) => swarmFingerprint(swarmOf(agents).definition);
  const input = z.object({ id: z.string(), note: z.string().optional() });

  it("does not depend on the order, nor on prompts, models and tools", () => {
    const one = of({ a: { canHandoffTo: ["b", "c"] }, b: { input, canHandoffTo: [] }, c: { canHandoffTo: [] } });
    const turned = z.object({ note: z.string().optional(), id: z.string() });
    const other = of({
      c: { canHandoffTo: [] },
      b: { ...say("b"), input: turned, canHandoffTo: [], prompt: "Be kind." },
      a: { canHandoffTo: ["c", "b"] },
    });
    expect(one).toMatch(/^[a-z0-9]{14}$/);
    expect(other).toBe(one);
  });

  it("differs with agents, edges, what edges are, and inputs", () => {
    const edges = (...canHandoffTo: NonNullable<AgentSpec["canHandoffTo"]>) =>
      of({ a: { canHandoffTo }, b: {}, c: {} });
    const all = [
      of({ a: {}, b: {} }),
      edges("b"),
      edges("b", "c"),
      edges({ to: "b", returns: true }),
      edges({ to: "b", requiresApproval: true }),
      edges({ to: "b", input }),
      edges({ to: "b", input: z.object({ id: z.number() }) }),
    ];
    expect(new Set(all).size).toBe(all.length);
  });

  it("takes schemas that cannot be told as JSON", () => {
    expect(of({ a: { input: z.object({ at: z.date().transform(Number) }) } })).toMatch(/^[a-z0-9]{14}$/);
  });
});

describe("a thread that cannot be read", () => {
  const refused = (code: RegExp | string, details: object) => ({
    code: "CHECKPOINT_INCOMPATIBLE",
    threadId: "t",
    resumable: false,
    message: expect.stringMatching(code) as string,
    details,
  });

  for (const input of [says("Again"), null, new Command({ resume: "yes" })]) {
    const kind = input === null ? "null" : input instanceof Command ? "an answer" : "a message";
    it(`[F66] is a newer release's: nothing runs and nothing is written, for ${kind}`, async () => {
      const checkpointer = await before({ a: say("hi") });
      await alterStored(checkpointer, { turn: { schema: 3, form: "unknown" }, messages: { newer: true } });
      const stored = JSON.stringify(checkpointer.storage);
      await expect(after(checkpointer, { a: say("ran") }, { input })).rejects.toMatchObject(
        refused(/"t" was stored by a newer release, in version 3 .* up to 2\. Deploy/, { schema: 3, supported: 2 }),
      );
      expect(JSON.stringify(checkpointer.storage)).toBe(stored);
    });
  }

  for (const [channel, values] of Object.entries({
    messages: ["lost", [{ text: "not a message" }]],
    activeAgent: [7, ["a"]],
    handoffs: ["lost", [{ id: "x" }], [null]],
    turn: [
      "lost",
      [],
      { schema: 1 },
      { modelCalls: 1, handoffs: 0, modelErrors: 0, edges: {}, path: [], callers: [1] },
      { modelCalls: 1, handoffs: 0, modelErrors: 0, path: [], callers: [] },
    ],
    outcome: ["answered"],
  })) {
    it(`[F66] is damaged in "${channel}": it can be looked at, and nothing runs`, async () => {
      for (const value of values) {
        const checkpointer = await before({ a: say("hi") });
        await alterStored(checkpointer, { [channel]: value });
        await expect(after(checkpointer, { a: say("ran") })).rejects.toMatchObject(
          refused(new RegExp(`its channel "${channel}" is not .*getStateHistory`), { channel }),
        );
        const graph = swarmOf({ a: say("hi") }).compile({ checkpointer });
        expect(((await graph.getState(thread)).values as Record<string, unknown>)[channel]).toEqual(value);
      }
    });
  }

  it("goes on from an earlier checkpoint", async () => {
    const checkpointer = await before({ a: say("hi") });
    const graph = swarmOf({ a: say("again") }).compile({ checkpointer });
    const { config } = await graph.getState(thread);
    await graph.invoke(says("Again"), thread);
    await alterStored(checkpointer, { messages: "lost" });
    const earlier = {
      configurable: { thread_id: "t", checkpoint_id: config.configurable?.["checkpoint_id"] as string },
    };
    expect((await graph.invoke(says("Once more"), earlier)).messages).toHaveLength(4);
  });

  it("[F66] is another swarm's, unless that is what this one was called", async () => {
    const checkpointer = await before({ a: say("hi") }, { name: "sales" });
    await expect(after(checkpointer, { a: say("ran") }, { name: "support" })).rejects.toMatchObject(
      refused(/belongs to the swarm "sales", and this one is "support".*threadsOf/, { swarm: "support", of: "sales" }),
    );
    const renamed = { name: "support", threadsOf: ["sales"] };
    expect((await after(checkpointer, { a: say("ran") }, renamed)).said).toBe("ran");
    expect((await turnOf(checkpointer))["swarm"]).toMatchObject({ name: "support" });
  });

  it("is nobody's where one of the two has no name", async () => {
    const named = await before({ a: say("hi") }, { name: "sales" });
    expect((await after(named, { a: say("ran") })).said).toBe("ran");
    const nameless = await before({ a: say("hi") });
    expect((await after(nameless, { a: say("ran") }, { name: "sales" })).said).toBe("ran");
  });

  it("[F66] [H5] keeps its limits where a release has counted each edge of the turn by its name", async () => {
    const lost = Object.assign(new Error("scripted"), { status: 400 });
    const pair = (a: ScriptedModel): Agents => ({
      a: { model: a, canHandoffTo: ["b"] },
      b: { model: scriptedModel().handoff("a").repeat(), canHandoffTo: ["a"] },
    });
    const options = { limits: { maxRepeatedEdge: 1 }, retry: false } as const;
    const checkpointer = await before(pair(scriptedModel().handoff("b").fail(lost)), options);
    const { streak, ...turn } = await turnOf(checkpointer);
    expect(streak).toBe(1);
    await alterStored(checkpointer, { turn: { ...turn, schema: 1, edges: { '["a","b"]': 1 } } });
    const again = await after(checkpointer, pair(scriptedModel().handoff("b").repeat()), { ...options, input: null });
    expect(again.ledger).toEqual(["a -> b done", "b -> a done", "a -> b HANDOFF_LIMIT"]);
    expect(await turnOf(checkpointer)).toMatchObject({ schema: 2, streak: 2, handoffs: 2 });
    expect(await turnOf(checkpointer)).not.toHaveProperty("edges");
  });

  it("[F66] [I13] goes on where it has no version, from before there were any, or no turn at all", async () => {
    const checkpointer = await before({ a: say("hi") });
    const { schema: _schema, swarm: _swarm, ...turn } = await turnOf(checkpointer);
    await alterStored(checkpointer, { turn });
    expect((await after(checkpointer, { a: say("ran") }, { name: "sales" })).said).toBe("ran");
    await alterStored(checkpointer, { turn: null });
    expect((await after(checkpointer, { a: say("once more") })).said).toBe("once more");
  });

  it("goes on as stored by a saver that keeps messages apart", async () => {
    const checkpointer = new SwarmMemorySaver();
    const options = { name: "desk" };
    await after(checkpointer, { a: say("hi") }, options);
    expect((await after(checkpointer, { a: say("ran"), b: say("b") }, options)).log).toHaveLength(4);
  });
});

describe("a thread after a deploy", () => {
  const old: Agents = { a: { model: scriptedModel().handoff("old").repeat() }, old: say("hi") };

  it("[F31] [I13] goes on with another topology, and says so in its checkpoints", async () => {
    const checkpointer = await before(old);
    const agents = { a: say("a"), old: say("still here"), c: say("c") };
    expect(await after(checkpointer, agents)).toMatchObject({ said: "still here", activeAgent: "old" });
    const { fingerprint } = swarmOf(agents).compile();
    expect(await turnOf(checkpointer)).toMatchObject({ swarm: { fingerprint } });
  });

  it("[F31] finds a handoff that was under way to an agent under its new name, or at the entry", async () => {
    const failing: Agents = { ...old, old: { model: scriptedModel().fail(new Error("down")) } };
    const options = { retry: false } as const;
    for (const input of [says("Again"), null]) {
      const renamed = await after(
        await before(failing, options),
        { a: say("a"), b: say("b") },
        {
          input,
          aliases: { old: "b" },
        },
      );
      expect(renamed).toMatchObject({ said: "b", activeAgent: "b", ledger: ["a -> b done"] });
      const removed = await after(await before(failing, options), { e: say("e"), a: say("a") }, { input });
      expect(removed).toMatchObject({ said: "e", activeAgent: "e", ledger: ["a -> e done"] });
      const checkpointer = await before(failing, options);
      const strict = after(checkpointer, { a: say("a") }, { input, onUnknownAgent: "error" });
      await expect(strict).rejects.toMatchObject({ code: "ACTIVE_AGENT_UNKNOWN", agent: "old" });
      const alone = await after(checkpointer, { a: say("a") }, { input });
      expect(alone).toMatchObject({ said: "a", activeAgent: "a", ledger: ["a -> old HANDOFF_ABANDONED"] });
    }
  });

  it("[F31] finds a handoff beside tools that ran on after the deploy", async () => {
    const ask = (name: string) =>
      tool(() => interrupt<string, string>(name), { name: "ask", description: "Asks.", schema: z.object({}) });
    const model = () =>
      scriptedModel()
        .callAll([{ tool: "ask" }, { handoff: "old" }])
        .say("a");
    const stopped = () => before({ a: { model: model(), tools: [ask("1")] }, old: say("hi") });
    const input = new Command({ resume: "yes" });
    const agents = (...canHandoffTo: string[]): Agents => ({
      a: { model: scriptedModel().say("a"), tools: [ask("1")], canHandoffTo },
      b: say("b"),
    });
    const renamed = await after(await stopped(), agents("b"), { input, aliases: { old: "b" } });
    expect(renamed).toMatchObject({ said: "b", ledger: ["a -> b done"] });
    const noEdge = await after(await stopped(), agents(), { input, aliases: { old: "b" } });
    expect(noEdge).toMatchObject({ said: "a", activeAgent: "a", ledger: ["a -> old HANDOFF_ABANDONED"] });
    const checkpointer = await stopped();
    const strict = after(checkpointer, agents("b"), { input, onUnknownAgent: "error" });
    await expect(strict).rejects.toMatchObject({ code: "ACTIVE_AGENT_UNKNOWN", agent: "old" });
    expect(await after(checkpointer, agents("b"), { input: null })).toMatchObject({ said: "a", activeAgent: "a" });
  });

  it("[F31] goes on where its agent's tools are gone: under the new name they run, else an agent looks again", async () => {
    const pay = tool(() => interrupt<string, string>("Pay?"), {
      name: "pay",
      description: "Pays.",
      schema: z.object({}),
    });
    const paying = (): Agents => ({ old: { model: scriptedModel().tool("pay"), tools: [pay] } });
    const now: Agents = { a: say("a"), b: { ...say("b"), tools: [pay] } };
    const checkpointer = await before(paying());
    const answer = new Command({ resume: "yes" });
    await expect(after(checkpointer, now, { input: answer, aliases: { old: "b" } })).rejects.toMatchObject({
      code: "INTERRUPT_MISMATCH",
      message: expect.stringMatching(/stopped at "old\.tools".*null as input to go on at "b\.tools"/) as string,
    });
    await after(checkpointer, now, { input: null, aliases: { old: "b" } });
    expect(await after(checkpointer, now, { input: answer, aliases: { old: "b" } })).toMatchObject({
      said: "b",
      log: ["human: Hello", "ai: [pay]", "tool: yes", "ai: b"],
    });
    expect(await after(await before(paying()), now, { input: null })).toMatchObject({ said: "a", activeAgent: "a" });
    expect(await after(await before(paying()), now)).toMatchObject({ said: "a", activeAgent: "a" });
  });

  describe("that waits for an approval", () => {
    const stopped = () =>
      before({
        a: { model: scriptedModel().handoff("old"), canHandoffTo: [{ to: "old", requiresApproval: true }] },
        old: say("hi"),
      });
    const yes = new Command({ resume: { approve: true } });
    const no = new Command({ resume: { approve: false } });
    const now = (): Agents => ({
      e: { ...say("e"), canHandoffTo: [{ to: "b", requiresApproval: true }] },
      a: say("a"),
      b: say("b"),
    });

    it("[F31] enters the target's new name, the entry, or nobody, once it is let", async () => {
      expect(await after(await stopped(), now(), { input: yes, aliases: { old: "b" } })).toMatchObject({
        said: "b",
        ledger: ["a -> b done"],
      });
      expect(await after(await stopped(), now(), { input: yes })).toMatchObject({ said: "e", ledger: ["a -> e done"] });
      const checkpointer = await stopped();
      const strict = after(checkpointer, now(), { input: yes, onUnknownAgent: "error" });
      await expect(strict).rejects.toMatchObject({ code: "ACTIVE_AGENT_UNKNOWN", agent: "old" });
      expect((await after(checkpointer, now(), { input: yes })).said).toBe("e");
    });

    it("[F31] goes back to whoever asked, by the name of today, once it is refused", async () => {
      const { a: _a, ...rest } = now();
      const renamed = await after(await stopped(), { ...rest, n: say("n") }, { input: no, aliases: { a: "n" } });
      expect(renamed).toMatchObject({ said: "n", ledger: ["a -> old HANDOFF_DENIED"] });
      expect((await after(await stopped(), rest, { input: no })).said).toBe("e");
    });

    it("[F31] is let go where no edge asks for approvals any more, and whoever asked decides again", async () => {
      const checkpointer = await stopped();
      const agents = { e: say("e"), a: say("a"), old: say("old") };
      await expect(after(checkpointer, agents, { input: yes })).rejects.toMatchObject({ code: "INTERRUPT_MISMATCH" });
      const ledger = ["a -> old HANDOFF_ABANDONED"];
      expect(await after(checkpointer, agents, { input: null })).toMatchObject({ said: "a", ledger });
      expect(await after(await stopped(), agents)).toMatchObject({ said: "a", ledger });
    });
  });

  describe("whose agent works for one that waits", () => {
    const ask = tool(() => interrupt<string, string>("?"), { name: "ask", description: "Asks.", schema: z.object({}) });
    const worker = (...canHandoffTo: string[]): AgentSpec => ({
      model: scriptedModel().say("worked"),
      tools: [ask],
      canHandoffTo,
    });
    const stopped = () =>
      before({
        a: { model: scriptedModel().handoff("old"), canHandoffTo: [{ to: "old", returns: true }] },
        old: { model: scriptedModel().handoff("w"), canHandoffTo: [{ to: "w", returns: true }] },
        w: { model: scriptedModel().tool("ask"), tools: [ask], canHandoffTo: [] },
      });
    const input = new Command({ resume: "yes" });

    it("[F31] answers the caller under its new name", async () => {
      const agents = {
        a: { ...say("a"), canHandoffTo: [{ to: "n", returns: true }] },
        n: { ...say("n"), canHandoffTo: [{ to: "w", returns: true }] },
        w: worker(),
      };
      const result = await after(await stopped(), agents, { input, aliases: { old: "n" } });
      expect(result.log.slice(-3)).toEqual(["ai: worked", "ai: n", "ai: a"]);
    });

    it("[F31] answers the next one who waits where its caller is gone, and the user where nobody can be reached", async () => {
      const direct = { a: { ...say("a"), canHandoffTo: [{ to: "w", returns: true }] }, w: worker() };
      expect((await after(await stopped(), direct, { input })).log.slice(-2)).toEqual(["ai: worked", "ai: a"]);
      const apart = { a: { ...say("a"), canHandoffTo: ["w"] }, w: worker() };
      expect(await after(await stopped(), apart, { input })).toMatchObject({ said: "worked", activeAgent: "w" });
      const strict = after(await stopped(), direct, { input, onUnknownAgent: "error" });
      await expect(strict).rejects.toMatchObject({ code: "ACTIVE_AGENT_UNKNOWN", agent: "old" });
    });
  });

  it("takes a message by hand as well", async () => {
    const checkpointer = await before(old);
    const graph = swarmOf({ a: say("a") }).compile({ checkpointer });
    await graph.updateState(thread, { messages: [new HumanMessage("By hand")] }, "a");
    expect((await graph.invoke(says("Again"), thread)).messages.at(-1)?.text).toBe("a");
  });
});
