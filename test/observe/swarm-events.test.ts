import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Annotation, Command, MemorySaver, MessagesAnnotation, StateGraph } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { human, SwarmAgent, SwarmError, swarmEvents } from "../../src/index.ts";
import type { Agents, CompileOptions, SwarmEvent, SwarmEventsConfig } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says } from "../support.ts";
import { eventsOf, lines, told } from "./run.ts";

const thread = (id = "t") => ({ configurable: { thread_id: id } });

/** Triage looks something up and hands over; billing answers. */
const office = (): Agents => ({
  triage: {
    model: scriptedModel()
      .tool("echo", { text: "invoice 7" }, { id: "call-1", text: "One moment please." })
      .handoff("billing", { reason: "a refund" }, { id: "call-2" }),
    tools: [echo],
    canHandoffTo: ["billing"],
  },
  billing: { model: scriptedModel().say("You will get your money back."), canHandoffTo: [] },
});

describe("the events of a run", () => {
  it("[B133][B134][I18] come in order, numbered, with real names, and each ends what it began", async () => {
    const events = await told(office(), says("I was charged twice"), { granularity: "messages" });
    expect(lines(events)).toEqual([
      "run.started",
      "triage agent.started",
      "triage usage",
      "triage message.started",
      "triage message.done One moment please.",
      "triage tool.started echo",
      "triage tool.done echo",
      "triage usage",
      "triage message.started",
      "triage message.done",
      "triage handoff.started triage->billing",
      "triage agent.done",
      "billing handoff.done triage->billing",
      "billing agent.started",
      "billing usage",
      "billing message.started",
      "billing message.done You will get your money back.",
      "billing agent.done",
      "run.done",
    ]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect(events.map(({ ts }) => ts)).toEqual(events.map((_, index) => index + 1));
    expect(new Set(events.map(({ runId }) => runId))).toEqual(new Set(["run"]));
    expect(events[0]).toMatchObject({ swarm: "swarm", resumed: false, input: "I was charged twice", turn: 0 });
  });

  it.each(["auto", "stepped"] as const)(
    "[I18] lose nothing of what was told before a clock threw: %s",
    async (speed) => {
      const lasts = new Set<string | undefined>();
      for (let failing = 2; failing < 20; failing += 1) {
        let times = 0;
        const now = () => {
          times += 1;
          if (times === failing) throw new Error("no time");
          return times;
        };
        const graph = new SwarmAgent({ entry: "triage", agents: office() }).compile({ speed });
        const events: SwarmEvent[] = [];
        const reading = async () => {
          for await (const event of swarmEvents(graph, says(), { granularity: "messages", now })) events.push(event);
        };
        await expect(reading()).rejects.toThrow("no time");
        expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
        expect(events.slice(0, failing - 1).map(({ ts }) => ts)).toEqual(
          events.slice(0, failing - 1).map((_, at) => at + 1),
        );
        lasts.add(events.at(-1)?.type);
      }
      expect(lasts).toContain("run.error");
    },
  );

  it("[B134] tell a handoff once, after it was found valid, with its call, payload and reason", async () => {
    const model = scriptedModel()
      .handoff("refunds", { amount: "much" })
      .handoff("refunds", { amount: 12, reason: "double charge" }, { id: "call-9" });
    const input = z.object({ amount: z.number(), reason: z.string().optional() });
    const events = await told(
      { triage: { model, canHandoffTo: ["refunds"] }, refunds: { model: scriptedModel().say("Done."), input } },
      says(),
    );
    const handoffs = events.filter(({ type }) => type.startsWith("handoff."));
    expect(lines(handoffs)).toEqual([
      "triage handoff.refused triage->refunds",
      "triage handoff.started triage->refunds",
      "refunds handoff.done triage->refunds",
    ]);
    expect(handoffs[2]).toMatchObject({
      from: "triage",
      to: "refunds",
      callId: "call-9",
      input: { amount: 12, reason: "double charge" },
      reason: "double charge",
    });
    expect(handoffs[0]).toMatchObject({ code: "HANDOFF_INPUT_INVALID" });
  });

  it("[B126] end with the outcome, who has the conversation, the answer and the tokens", async () => {
    const events = await told(office(), says("I was charged twice"));
    const last = events.at(-1);
    expect(last).toMatchObject({
      type: "run.done",
      lastAgent: "billing",
      output: "You will get your money back.",
      outcome: { kind: "answered", path: ["triage", "billing"] },
      handoffs: [{ from: "triage", to: "billing", callId: "call-2", reason: "a refund" }],
    });
    const spent = events.flatMap((event) => (event.type === "usage" ? [event.tokens.total] : []));
    expect(spent).toHaveLength(3);
    expect(last).toMatchObject({ tokens: { total: spent.reduce((sum, tokens) => sum + tokens, 0) } });
    expect(JSON.parse(JSON.stringify(events))).toEqual(events);
  });

  it("[B135][I17] tell texts and arguments piece by piece; joined they are the message", async () => {
    const events = await told(office(), says("I was charged twice"));
    for (const done of events.filter((event) => event.type === "message.done")) {
      const pieces = events.flatMap((event) =>
        event.type === "message.delta" && event.id === done.id ? [event.text] : [],
      );
      expect(pieces.join("")).toBe(done.text);
    }
    const args = events.flatMap((event) => (event.type === "tool.delta" ? [event] : []));
    expect(args.length).toBeGreaterThan(1);
    expect(new Set(args.map(({ callId, tool }) => `${callId} ${tool}`))).toEqual(new Set(["call-1 echo"]));
    expect(JSON.parse(args.map(({ args }) => args).join(""))).toEqual({ text: "invoice 7" });
  });

  it("[B137] are as fine as they are asked for: each level holds the one below it", async () => {
    const [hops, messages, tokens] = await Promise.all(
      (["hops", "messages", "tokens"] as const).map((granularity) => told(office(), says(), { granularity })),
    );
    expect(lines(hops as SwarmEvent[])).toEqual([
      "run.started",
      "triage agent.started",
      "triage handoff.started triage->billing",
      "triage agent.done",
      "billing handoff.done triage->billing",
      "billing agent.started",
      "billing agent.done",
      "run.done",
    ]);
    const below = (events: readonly SwarmEvent[] = [], kinds: readonly SwarmEvent[] = []) => {
      const types = new Set(kinds.map(({ type }) => type));
      return lines(events.filter(({ type }) => types.has(type)));
    };
    expect(below(messages, hops)).toEqual(lines(hops as SwarmEvent[]));
    expect(below(tokens, messages).toSorted()).toEqual(lines(messages as SwarmEvent[]).toSorted());
    expect(tokens?.some(({ type }) => type === "message.delta")).toBe(true);
    expect(hops?.map(({ seq }) => seq)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("[B138] tell a tool's progress", async () => {
    const slow = tool(
      (_input: unknown, config: unknown) => {
        (config as { emit: (data: unknown) => void }).emit({ percent: 50 });
        return "ok";
      },
      { name: "slow", description: "Takes its time.", schema: z.object({}) },
    );
    const events = await told(
      { a: { model: scriptedModel().tool("slow", {}, { id: "c" }).say("Done."), tools: [slow] } },
      says(),
    );
    expect(events.find(({ type }) => type === "tool.progress")).toMatchObject({
      tool: "slow",
      callId: "c",
      data: { percent: 50 },
    });
  });

  it("tell the text and the tokens of a model that knows neither streams nor callbacks", async () => {
    const usage_metadata = { input_tokens: 3, output_tokens: 1, total_tokens: 4 };
    const model = {
      invoke: () => Promise.resolve(new AIMessage({ content: "Yes.", usage_metadata: usage_metadata as never })),
    };
    const events = await told({ a: { model } }, says());
    expect(events.find(({ type }) => type === "message.delta")).toMatchObject({ text: "Yes." });
    expect(events.filter(({ type }) => type === "usage")).toMatchObject([
      { tokens: { input: 3, output: 1, total: 4 } },
    ]);
  });

  it("tell a call that ran nowhere as answered, never as started", async () => {
    const events = await told(
      { a: { model: scriptedModel().tool("ghost", {}, { id: "c" }).say("Sorry."), tools: [echo] } },
      says(),
    );
    const tools = events.filter(({ type }) => type.startsWith("tool.") && type !== "tool.delta");
    expect(tools).toMatchObject([{ type: "tool.answered", tool: "ghost", callId: "c", isError: true }]);
  });

  it("tell an answer that broke off as replaced, and the whole one after it", async () => {
    const model = scriptedModel()
      .cut("The answ", Object.assign(new Error("reset"), { status: 503 }))
      .say("The answer.");
    const events = await told({ a: { model, retry: { initialDelayMs: 0 } } }, says());
    const messages = events.filter(({ type }) => /^message\.(?:started|done|error)$/.test(type));
    expect(messages.map(({ type }) => type)).toEqual([
      "message.started",
      "message.error",
      "message.started",
      "message.done",
    ]);
    expect(messages[1]).toMatchObject({ reason: "replaced" });
    expect(messages[3]).toMatchObject({ text: "The answer." });
  });
});

describe("a run that fails", () => {
  it("[B139][I18] is told as an error after all that it began has ended, and then rejects", async () => {
    const model = scriptedModel().fail(Object.assign(new Error("no such model"), { status: 400 }));
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model } } });
    const run = swarmEvents(swarm.compile(), says());
    const { events, error } = await eventsOf(run);
    expect(lines(events)).toEqual(["run.started", "a agent.started", "a agent.error", "run.error"]);
    expect(events.at(-1)).toMatchObject({ code: (error as SwarmError).code, retryable: false });
    expect(error).toBeInstanceOf(SwarmError);
    await expect(run.result).rejects.toBe(error);
  });

  it("[I18] is balanced when it is aborted in the middle of an answer", async () => {
    const controller = new AbortController();
    const model = scriptedModel().hang();
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model } } });
    const run = swarmEvents(swarm.compile(), says(), { signal: controller.signal });
    const events: SwarmEvent[] = [];
    const reading = (async () => {
      for await (const event of run) {
        events.push(event);
        if (event.type === "agent.started") controller.abort();
      }
    })();
    await expect(reading).rejects.toThrow(/[Aa]bort/);
    expect(lines(events)).toEqual(["run.started", "a agent.started", "a agent.error", "run.error"]);
    expect(events.at(-1)).toMatchObject({ code: "ABORTED" });
  });
});

describe("a run that stops at a person", () => {
  it("tells who is asked, whom they may hand to, and why an answer could not be taken", async () => {
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: scriptedModel().handoff("ann", { reason: "please" }), canHandoffTo: ["ann"] },
        ann: human({ name: "Ann", canHandoffTo: ["a"] }),
      },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: "t" }, granularity: "hops" } as const;
    const first = await eventsOf(swarmEvents(graph, says(), config));
    const asked = { type: "human.requested", agent: "ann", name: "Ann", canHandoffTo: ["a"], handoff: { from: "a" } };
    const [event, ended] = first.events.slice(-3).filter(({ type }) => type !== "agent.done");
    expect(event).toMatchObject(asked);
    expect(ended).toMatchObject({
      type: "run.interrupted",
      interrupts: [{ id: event && "id" in event ? event.id : "" }],
    });
    const second = await eventsOf(swarmEvents(graph, new Command({ resume: { handoffTo: "b" } }) as never, config));
    expect(second.events.find(({ type }) => type === "human.requested")).toMatchObject({
      ...asked,
      problem: expect.stringContaining("cannot hand off") as string,
    });
  });
});

/** Where what only updates say comes from. */
const ways: readonly [string, SwarmEventsConfig][] = [
  ["said by the nodes", {}],
  ["read of their updates, for a hook", { hooks: [{ update: () => undefined }] }],
];

describe("what a tool gives beside its text", () => {
  it.each(ways)("is told once its result is in the log, and nothing else of the artifact: %s", async (_, way) => {
    const artifact = { references: [{ title: "Prices", url: "https://a.example", rank: 3 }], files: [{}], secret: "s" };
    const search = tool(() => ["found it", artifact], {
      name: "search",
      description: "Searches.",
      schema: z.object({}),
      responseFormat: "content_and_artifact",
    });
    const model = scriptedModel().tool("search", {}).say("Here.");
    const events = await told({ a: { model, tools: [search] } }, says(), way);
    const found = events.findIndex(({ type }) => type === "tool.found");
    expect(events[found]).toMatchObject({
      agent: "a",
      tool: "search",
      references: [{ title: "Prices", url: "https://a.example" }],
      files: [],
    });
    expect(JSON.stringify(events[found])).not.toMatch(/secret|rank/);
    expect(events.slice(0, found).some(({ type }) => type === "tool.done")).toBe(true);
    expect(events.slice(found).some(({ type }) => type === "message.done")).toBe(true);
  });

  it.each(ways)("is told where a tool of the same message writes state, too: %s", async (_, way) => {
    const name = (given: string) => ({ name: given, description: given, schema: z.object({}) });
    const move = tool(() => new Command({ update: { city: "Oslo" } }), name("move"));
    const found = ["found it", { references: [{ title: "Prices" }] }];
    const search = tool(() => found, { ...name("search"), responseFormat: "content_and_artifact" });
    for (const speed of ["auto", "stepped"] as const) {
      const model = scriptedModel()
        .callAll([{ tool: "move" }, { tool: "search" }])
        .say("Here.");
      const options: CompileOptions & { readonly speed: "auto" | "stepped" } = { speed };
      const state = Annotation.Root({ city: Annotation<string>() });
      const swarm = new SwarmAgent({ entry: "a", state, agents: { a: { model, tools: [move, search] } } });
      const { events } = await eventsOf(swarmEvents(swarm.compile(options), says(), way));
      expect(events.filter(({ type }) => type === "tool.found")).toMatchObject([{ agent: "a", tool: "search" }]);
    }
  });
});

describe("a checkpoint", () => {
  it("tells the channels that it changed, and none of the engine's own", async () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hi.").repeat() } } });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const { events } = await eventsOf(swarmEvents(graph, says(), { configurable: { thread_id: "t" } }));
    const changes = events.flatMap((event) => (event.type === "state.checkpoint" ? [event.changes ?? {}] : []));
    const { messages: _messages, ...values } = await graph.invoke(says(), { configurable: { thread_id: "u" } });
    expect(Object.keys(Object.assign({}, ...changes) as object).toSorted()).toEqual(Object.keys(values).toSorted());
    expect(changes.filter((change) => "activeAgent" in change)).toHaveLength(1);
  });
});

describe("a run that stops", () => {
  it.each(ways)("tells what it waits for, and on the next run what became of it: %s", async (_, way) => {
    const model = scriptedModel().handoff("b", { reason: "please" }, { id: "c" });
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model, canHandoffTo: [{ to: "b", requiresApproval: true }] },
        b: { model: scriptedModel().say("Here."), canHandoffTo: [] },
      },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const first = await eventsOf(swarmEvents(graph, says(), { ...thread(), ...way, granularity: "hops" }));
    expect(lines(first.events)).toEqual([
      "run.started",
      "a agent.started",
      "a handoff.pending a->b",
      "a approval.requested",
      "a agent.done",
      "run.interrupted",
    ]);
    expect(first.events[3]).toMatchObject({ approval: "handoff", callId: "c", name: "b", reason: "please" });
    const go = new Command({ resume: { approve: true } });
    const run = swarmEvents(graph, go, { ...thread(), ...way, granularity: "hops" });
    const second = await eventsOf(run);
    expect(lines(second.events)).toEqual([
      "run.started",
      "a approval.settled",
      "a handoff.started a->b",
      "b handoff.done a->b",
      "b agent.started",
      "b agent.done",
      "run.done",
    ]);
    expect(second.events[0]).toMatchObject({ resumed: true, threadId: "t" });
    expect((await run.result).activeAgent).toBe("b");
  });

  it("tells that a tool waits for an approval, and that it was denied", async () => {
    const model = scriptedModel().tool("echo", { text: "x" }, { id: "c" }).say("Done.");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [echo], confirm: ["echo"] } } });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const first = await eventsOf(swarmEvents(graph, says(), { ...thread(), granularity: "hops" }));
    expect(first.events.at(-3)).toMatchObject({
      type: "approval.requested",
      approval: "tool",
      id: "c",
      needs: "approval",
    });
    const resume = new Command({ resume: { c: { approve: false, reason: "not now" } } });
    const { events } = await eventsOf(swarmEvents(graph, resume, { ...thread(), granularity: "messages" }));
    expect(lines(events.filter(({ type }) => /^(?:tool|approval)/.test(type)))).toEqual([
      "a approval.settled",
      "a tool.answered echo",
    ]);
    expect(events.find(({ type }) => type === "approval.settled")).toMatchObject({
      decision: "denied",
      reason: "not now",
    });
  });

  it("before a node is told as stopped too, with the checkpoints on the way", async () => {
    const swarm = new SwarmAgent({ entry: "triage", agents: office() });
    const graph = swarm.compile({ checkpointer: new MemorySaver(), interruptBefore: ["billing"] });
    const { events } = await eventsOf(swarmEvents(graph, says(), { ...thread(), granularity: "messages" }));
    expect(events.at(-1)).toMatchObject({ type: "run.interrupted", interrupts: [] });
    const checkpoints = events.filter((event) => event.type === "state.checkpoint");
    expect(checkpoints.length).toBeGreaterThan(2);
    expect(checkpoints.at(-1)?.next).toEqual(["billing"]);
    const { config } = await graph.getState(thread());
    expect(checkpoints.at(-1)?.id).toBe(config.configurable?.["checkpoint_id"]);
  });
});

describe("the result of a run", () => {
  it("[B132][I17] is the state that invoke gives", async () => {
    const invoked = await new SwarmAgent({ entry: "triage", agents: office() }).compile().invoke(says());
    const run = swarmEvents(new SwarmAgent({ entry: "triage", agents: office() }).compile(), says());
    await eventsOf(run);
    const result = await run.result;
    expect(Object.keys(result).toSorted()).toEqual(Object.keys(invoked).toSorted());
    expect(result.messages.map(({ text }) => text)).toEqual(invoked.messages.map(({ text }) => text));
    expect(result.activeAgent).toBe(invoked.activeAgent);
  });

  it("comes without a loop; the events are then read already", async () => {
    const run = swarmEvents(new SwarmAgent({ entry: "triage", agents: office() }).compile(), says());
    expect((await run.result).activeAgent).toBe("billing");
    expect(() => run[Symbol.asyncIterator]()).toThrow(/read once/);
  });

  it("of an agent that is a graph has each of its messages told, token by token", async () => {
    const inner = new StateGraph(MessagesAnnotation)
      .addNode("draft", async ({ messages }) => ({ messages: [await scriptedModel().say("First.").invoke(messages)] }))
      .addNode("check", async ({ messages }) => ({
        messages: [await scriptedModel().say("Last one.").invoke(messages)],
      }))
      .addEdge("__start__", "draft")
      .addEdge("draft", "check")
      .compile();
    const events = await told({ a: { graph: inner } }, says());
    expect(lines(events.filter(({ type }) => type.startsWith("message.")))).toEqual([
      "a message.started",
      "a message.delta First.",
      "a message.started",
      "a message.delta Last one.",
      "a message.done First.",
      "a message.done Last one.",
    ]);
    expect(events.filter(({ type }) => type === "usage")).toHaveLength(2);
  });
});

describe("a reader that is slow, or leaves", () => {
  /** A graph that counts how many chunks were taken from it. */
  const counting = (chunks: number) => {
    const taken = { count: 0 };
    async function* stream() {
      yield ["custom", { type: "agent.started", agent: "a", turn: 1 }];
      for (let index = 0; index < chunks; index += 1) {
        taken.count += 1;
        yield ["messages", [new AIMessageChunk({ id: "m", content: "x" }), { langgraph_node: "a" }]];
      }
    }
    return {
      taken,
      graph: { stream: (_input: object) => Promise.resolve(stream()), invoke: (_input: object) => Promise.resolve({}) },
    };
  };

  it("[F72] has nothing read ahead of it: a chunk is taken when its events are asked for", async () => {
    const { taken, graph } = counting(10_000);
    const events = swarmEvents(graph, {})[Symbol.asyncIterator]();
    let heard = 0;
    for (let next = await events.next(); heard < 50; next = await events.next()) {
      if ((next.value as SwarmEvent).type === "message.delta") heard += 1;
      expect(taken.count - heard).toBeLessThanOrEqual(1);
    }
    await events.return(undefined);
    expect(taken.count).toBeLessThan(60);
  });

  it("[F73] leaving the loop aborts the run, tells the sinks, and the thread takes the next message", async () => {
    const model = scriptedModel().say("A long answer that nobody waits for.").say("Here again.");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model } } });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const published: SwarmEvent[] = [];
    const run = swarmEvents(graph, says(), { ...thread(), publish: [(event) => void published.push(event)] });
    for await (const event of run) if (event.type === "message.delta") break;
    await expect(run.result).rejects.toThrow(/left/);
    expect(published.at(-1)).toMatchObject({ type: "run.error", code: "ABORTED" });
    const again = await graph.invoke(says("Hello?"), thread());
    expect(again.messages.at(-1)?.text).toBe("Here again.");
  });

  it.each([
    ["return", 0, { done: true, value: undefined }],
    ["throw", 0, "Error: no more of it"],
    ["return", 3, { done: true, value: undefined }],
    ["throw", 3, "Error: no more of it"],
  ] as const)("settles the result after %s, with %i events read", async (method, count, answer) => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("A long answer.") } } });
    const published: string[] = [];
    const run = swarmEvents(swarm.compile(), says(), { publish: [({ type }) => void published.push(type)] });
    const events = run[Symbol.asyncIterator]();
    for (let read = 0; read < count; read += 1) await events.next();
    const left = method === "return" ? events.return() : events.throw(new Error("no more of it"));
    expect(await left.catch(String)).toEqual(answer);
    await expect(run.result).rejects.toThrow(/left/);
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(published.at(-1)).toBe(count === 0 ? undefined : "run.error");
  });
});
