import { tool } from "@langchain/core/tools";
import { GraphRecursionError, MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { SwarmAgent, SwarmError } from "../../src/index.ts";
import type { Limits } from "../../src/index.ts";
import { isTransient } from "../../src/run/retry.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel } from "../../src/testing/index.ts";
import { echo, promptOf, says, shape, toolMessages } from "../support.ts";

const thread = (id = "t1") => ({ configurable: { thread_id: id } });
const fast = { initialDelayMs: 1, maxDelayMs: 2 };

/** Two agents that hand to each other for as long as they are offered a handoff, and answer when they are not. */
function pingPong(limits: Limits = {}) {
  const bounce = (name: string, other: string) =>
    scriptedModel()
      .reply(({ tools }) =>
        tools.length > 0 ? { kind: "message", text: "", calls: [{ handoff: other }] } : `answer of ${name}`,
      )
      .repeat();
  const a = bounce("a", "b");
  const b = bounce("b", "a");
  return {
    a,
    b,
    graph: new SwarmAgent({ entry: "a", limits, agents: { a: { model: a }, b: { model: b } } }).compile(),
  };
}

/** A chain in which everyone hands to the next, as long as it is offered. */
function chain(length: number, limits: Limits) {
  const names = Array.from({ length }, (_, index) => `n${index}`);
  const agents = Object.fromEntries(
    names.map((name, index) => [
      name,
      {
        model: scriptedModel().reply(({ tools }) => {
          const next = names[index + 1];
          return next !== undefined && tools.length > 0
            ? { kind: "message", text: "", calls: [{ handoff: next }] }
            : `answer of ${name}`;
        }),
        canHandoffTo: names.slice(index + 1, index + 2),
      },
    ]),
  );
  return new SwarmAgent({
    entry: "n0" as string,
    limits,
    agents: agents as Record<string, (typeof agents)[string]>,
  }).compile();
}

describe("limits, errors, stop", () => {
  it("[B105] leaves LangGraph's recursion limit to those who set it", async () => {
    let executions = 0;
    const endless = new StateGraph(MessagesAnnotation)
      .addNode("a", () => {
        executions += 1;
        return {};
      })
      .addEdge(START, "a")
      .addEdge("a", "a")
      .compile();
    await expect(endless.invoke(says(), { recursionLimit: 5 })).rejects.toBeInstanceOf(GraphRecursionError);
    expect(executions).toBe(5);
    const { graph } = pingPong({ maxHandoffs: 100, maxRepeatedEdge: 100 });
    await expect(graph.invoke(says(), { recursionLimit: 5 })).rejects.toBeInstanceOf(GraphRecursionError);
  });

  it("[B106] ends at maxHandoffs with a typed error that prints the path", async () => {
    const graph = chain(12, { maxHandoffs: 3, onLimit: "throw" });
    await expect(graph.invoke(says())).rejects.toMatchObject({
      code: "LIMIT_HANDOFFS",
      agent: "n3",
      message: expect.stringContaining("n0 -> n1 -> n2 -> n3 -> n4"),
    });
  });

  it("[B106] lets the agent answer at maxHandoffs, which is the default", async () => {
    const { outcome, messages, activeAgent } = await chain(12, {}).invoke(says());
    expect(outcome).toMatchObject({ kind: "limit", limit: "maxHandoffs", agent: "n8" });
    expect(outcome.path).toHaveLength(9);
    expect(activeAgent).toBe("n8");
    expect(messages.at(-1)?.text).toBe("answer of n8");
  });

  it("[B107] ends a ping-pong without progress after two rounds", async () => {
    const { graph, a } = pingPong();
    const { outcome, messages } = await graph.invoke(says());
    expect(outcome).toMatchObject({ kind: "limit", limit: "repeatedEdge", path: ["a", "b", "a", "b", "a"] });
    expect(messages.at(-1)?.text).toBe("answer of a");
    expect(a.calls.at(-1)?.tools).toEqual([]);
    await expect(pingPong({ onLimit: "throw" }).graph.invoke(says())).rejects.toMatchObject({
      code: "LIMIT_REPEATED_EDGE",
    });
  });

  it("[B107] does not count handoffs that bring something new", async () => {
    const agents = {
      a: {
        model: scriptedModel()
          .handoff("b")
          .tool("echo", { text: "1" })
          .handoff("b")
          .tool("echo", { text: "2" })
          .handoff("b")
          .tool("echo", { text: "3" })
          .say("done"),
        tools: [echo],
      },
      b: { model: scriptedModel().handoff("a").repeat() },
    };
    const { outcome } = await new SwarmAgent({ entry: "a", agents }).compile().invoke(says());
    expect(outcome).toMatchObject({ kind: "answered", path: ["a", "b", "a", "b", "a", "b", "a"] });
  });

  it("ends also where a model calls a closed handoff all the same", async () => {
    const agents = {
      a: { model: scriptedModel().handoff("b").repeat() },
      b: { model: scriptedModel().handoff("a").repeat() },
    };
    const { outcome, handoffs } = await new SwarmAgent({ entry: "a", agents }).compile().invoke(says());
    expect(outcome).toMatchObject({ kind: "limit", limit: "repeatedEdge" });
    expect(handoffs.at(-1)).toMatchObject({ status: "dropped", code: "HANDOFF_LIMIT" });
  });

  it("hands over to the agent that is named for it at a limit", async () => {
    const build = (limits: Limits) =>
      new SwarmAgent({
        entry: "a",
        limits: { onLimit: "desk", ...limits },
        agents: {
          a: { model: scriptedModel().handoff("b").repeat(), canHandoffTo: ["b"] },
          b: { model: scriptedModel().handoff("a").repeat(), canHandoffTo: ["a"] },
          desk: { model: scriptedModel().say("A person will call you."), canHandoffTo: [] },
        },
      }).compile();
    for (const limits of [{}, { maxHandoffs: 1 }, { maxTurns: 3, maxRepeatedEdge: 50 }]) {
      const { activeAgent, messages, outcome } = await build(limits).invoke(says());
      expect(activeAgent).toBe("desk");
      expect(messages.at(-1)?.text).toBe("A person will call you.");
      expect(outcome.path.at(-1)).toBe("desk");
    }
  });

  it("[B108] counts an answer on the last permitted call as an answer", async () => {
    const model = scriptedModel().tool("echo", { text: "1" }).say("in time");
    const graph = new SwarmAgent({
      entry: "a",
      limits: { maxTurns: 2, onLimit: "throw" },
      agents: { a: { model, tools: [echo] } },
    }).compile();
    const events: unknown[] = [];
    for await (const [, event] of await graph.stream(says(), { streamMode: ["custom"] })) events.push(event);
    expect(events.at(-1)).toMatchObject({ type: "message.done", text: "in time" });
    expect(events).not.toContainEqual(expect.objectContaining({ type: "limit.reached" }));
  });

  it("makes the last permitted call without tools, and ends whatever it says", async () => {
    const model = scriptedModel().tool("echo", { text: "again" }).repeat();
    const graph = new SwarmAgent({
      entry: "a",
      limits: { maxTurns: 3 },
      agents: { a: { model, tools: [echo] } },
    }).compile();
    const { outcome } = await graph.invoke(says());
    expect(outcome).toMatchObject({ kind: "limit", limit: "maxTurns" });
    expect(model.calls.map(({ tools }) => tools.length)).toEqual([1, 1, 0]);
    const thrown = new SwarmAgent({
      entry: "a",
      limits: { maxTurns: 3, onLimit: "throw" },
      agents: { a: { model, tools: [echo] } },
    }).compile();
    await expect(thrown.invoke(says())).rejects.toMatchObject({ code: "LIMIT_TURNS" });
  });

  it("[B109] keeps what was done when a model fails, and goes on where it stopped", async () => {
    const a = scriptedModel().handoff("b");
    const b = scriptedModel().fail(new Error("boom")).say("now it works");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model: a }, b: { model: b } } }).compile({
      checkpointer: new MemorySaver(),
    });
    const failed = graph.invoke(says(), thread());
    await expect(failed).rejects.toMatchObject({
      code: "MODEL_REJECTED",
      agent: "b",
      retryable: false,
      threadId: "t1",
    });
    await expect(failed).rejects.toHaveProperty("cause.message", "boom");
    expect(shape((await graph.getState(thread())).values.messages)).toHaveLength(2);
    const { activeAgent, messages } = await graph.invoke(null, thread());
    expect(activeAgent).toBe("b");
    expect(messages.at(-1)?.text).toBe("now it works");
    expect(a.calls).toHaveLength(1);
  });

  it("[B109] takes a new message after a failure to the agent that was handed to", async () => {
    const a = scriptedModel().handoff("b");
    const b = scriptedModel().fail(400).say("here I am");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model: a }, b: { model: b } } }).compile({
      checkpointer: new MemorySaver(),
    });
    await expect(graph.invoke(says("first"), thread())).rejects.toBeInstanceOf(SwarmError);
    const { activeAgent, handoffs } = await graph.invoke(says("second"), thread());
    expect(activeAgent).toBe("b");
    expect(handoffs).toMatchObject([{ status: "done" }]);
    expect(shape(promptOf(b, 2))).toEqual(["human: first", "human: second"]);
  });

  it("[B110] stops a tool that takes too long and tells the model, also one that ignores the signal", async () => {
    let aborted = false;
    const hang = tool(
      (_input, { signal }: { signal?: AbortSignal }) =>
        new Promise<string>(() =>
          signal?.addEventListener("abort", () => {
            aborted = true;
          }),
        ),
      { name: "hang", schema: z.object({}) },
    );
    const model = scriptedModel().tool("hang").say("I could not.");
    const graph = new SwarmAgent({
      entry: "a",
      limits: { toolTimeoutMs: 10 },
      agents: { a: { model, tools: [hang] } },
    }).compile();
    const { messages } = await graph.invoke(says());
    expect(toolMessages(messages)[0]?.text).toBe('Error: tool "hang" took longer than 10 ms');
    expect(aborted).toBe(true);
  });

  it("[B110] stops a model that takes too long", async () => {
    const model = scriptedModel().hang();
    const graph = new SwarmAgent({
      entry: "a",
      limits: { modelTimeoutMs: 10 },
      retry: false,
      agents: { a: { model } },
    }).compile();
    await expect(graph.invoke(says())).rejects.toMatchObject({
      code: "MODEL_TRANSIENT",
      retryable: true,
      message: expect.stringContaining("longer than 10 ms"),
    });
  });

  it.each([
    [0, 0],
    [null, 0],
    [undefined, 300_000],
    [-5, 300_000],
    [Number.NaN, 300_000],
    ["soon", 300_000],
  ])("[B110] reads a timeout of %s as %s", (value, expected) => {
    const swarm = new SwarmAgent({
      entry: "a",
      limits: { toolTimeoutMs: value as number },
      agents: { a: { model: scriptedModel() } },
    });
    expect(swarm.definition.limits.toolTimeoutMs).toBe(expected);
    const isBad = value !== undefined && value !== null && value !== 0;
    expect(swarm.verify().map(({ code }) => code)).toEqual(isBad ? ["LIMIT_INVALID"] : []);
  });

  it.each([
    ["a model", () => ({ model: scriptedModel().hang().say("later") })],
    [
      "a tool",
      () => ({
        model: scriptedModel().tool("hang").say("later"),
        tools: [tool(() => new Promise<string>(() => {}), { name: "hang", schema: z.object({}) })],
      }),
    ],
  ])("[B111] stops within %s by the run's signal, and the thread stays usable", async (_what, make) => {
    const a = make();
    const graph = new SwarmAgent({ entry: "a", agents: { a } }).compile({ checkpointer: new MemorySaver() });
    const controller = new AbortController();
    const run = graph.invoke(says("first"), { ...thread(), signal: controller.signal });
    await vi.waitFor(() => expect(a.model.calls).toHaveLength(1));
    setTimeout(() => controller.abort(), 5);
    await expect(run).rejects.toThrow(/abort/i);
    const { messages } = await graph.invoke(says("second"), thread());
    expect(messages.at(-1)?.text).toBe("later");
  });

  it("[B111] stops between two agents", async () => {
    const controller = new AbortController();
    const b = scriptedModel().say("never said");
    const graph = new SwarmAgent({
      entry: "a",
      agents: { a: { model: scriptedModel().handoff("b") }, b: { model: b } },
      onHandoff: () => controller.abort(),
    }).compile();
    await expect(graph.invoke(says(), { signal: controller.signal })).rejects.toThrow(/abort/i);
    expect(b.calls).toHaveLength(0);
  });

  it.each([429, 500, 502, 503, 529])("[B112] tries again after a %i", async (status) => {
    const model = scriptedModel().fail(status).fail(status).say("third time lucky");
    const graph = new SwarmAgent({ entry: "a", retry: fast, agents: { a: { model } } }).compile();
    expect((await graph.invoke(says())).messages.at(-1)?.text).toBe("third time lucky");
  });

  it("[B112] gives up after the attempts, as a transient failure", async () => {
    const model = scriptedModel().fail(503).repeat();
    const graph = new SwarmAgent({ entry: "a", retry: fast, agents: { a: { model } } }).compile();
    await expect(graph.invoke(says())).rejects.toMatchObject({
      code: "MODEL_TRANSIENT",
      retryable: true,
      resumable: true,
    });
    expect(model.calls).toHaveLength(3);
  });

  it("[B112] waits for as long as the provider asks, within the longest pause", async () => {
    const model = scriptedModel().fail(429, { "retry-after": "3600" }).fail(429, { "retry-after-ms": "1" }).say("ok");
    const graph = new SwarmAgent({ entry: "a", retry: fast, agents: { a: { model } } }).compile();
    expect((await graph.invoke(says())).messages.at(-1)?.text).toBe("ok");
  });

  it.each([
    [{ status: 429 }, true],
    [{ status: 400, message: "429 Too Many Requests" }, false],
    [{ statusCode: 500 }, true],
    [{ response: { status: 503 } }, true],
    [{ status: 999 }, false],
    [new Error("max_tokens must be <= 500"), false],
    [new Error("prompt has 429000 tokens"), false],
    [new Error("429 Too Many Requests"), true],
    [new Error("Request failed with status code 502"), true],
    [Object.assign(new Error("reset"), { code: "ECONNRESET" }), true],
    [new Error("wrapped", { cause: Object.assign(new Error("reset"), { code: "ECONNRESET" }) }), true],
    [new Error("who knows"), false],
    [null, false],
    ["text", false],
  ])("[B112] judges whether to try again (%#)", (error, expected) => {
    expect(isTransient(error)).toBe(expected);
  });

  it("[B113] falls back to the next model after the retries", async () => {
    const first = scriptedModel().fail(503).repeat();
    const second = scriptedModel().fail(401);
    const third = scriptedModel().say("third model");
    const graph = new SwarmAgent({
      entry: "a",
      retry: fast,
      agents: { a: { model: first, fallbacks: [second, third] } },
    }).compile();
    expect((await graph.invoke(says())).messages.at(-1)?.text).toBe("third model");
    expect([first, second].map(({ calls }: ScriptedModel) => calls.length)).toEqual([3, 1]);
  });

  it("[B114] keeps threads and graphs of one process apart", async () => {
    const build = (name: string) =>
      new SwarmAgent({
        entry: "a",
        agents: {
          a: {
            model: scriptedModel()
              .reply(({ messages }) => `${name}: ${messages.map(({ text }) => text).join("|")}`)
              .repeat(),
          },
        },
      }).compile({ checkpointer: new MemorySaver() });
    const one = build("one");
    const two = build("two");
    const runs = ["x", "y"].flatMap((id) => [one, two].map((graph) => graph.invoke(says(`hello ${id}`), thread(id))));
    const answers = (await Promise.all(runs)).map(({ messages }) => messages.at(-1)?.text);
    expect(answers).toEqual(["one: hello x", "two: hello x", "one: hello y", "two: hello y"]);
  });

  it("[B115] refuses a second run on a busy thread instead of losing its message", async () => {
    const model = scriptedModel()
      .reply(() => "answered")
      .repeat();
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile({ checkpointer: new MemorySaver() });
    const results = await Promise.allSettled(["A", "B", "C", "D"].map((text) => graph.invoke(says(text), thread())));
    expect(results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "rejected"]);
    expect(results[1]).toMatchObject({ reason: { code: "THREAD_BUSY", retryable: true, threadId: "t1" } });
    await graph.invoke(says("B"), thread());
    expect(shape((await graph.getState(thread())).values.messages)).toEqual([
      "human: A",
      "ai: answered",
      "human: B",
      "ai: answered",
    ]);
  });

  it("[B115] frees a thread when a stream is left early", async () => {
    const model = scriptedModel().handoff("b").say("ok").repeat();
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model }, b: { model } } }).compile({
      checkpointer: new MemorySaver(),
    });
    for await (const _chunk of await graph.stream(says(), thread())) break;
    await expect(graph.invoke(says("again"), thread())).resolves.toBeDefined();
  });
});
