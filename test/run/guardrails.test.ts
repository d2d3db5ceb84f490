import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, interrupt, MemorySaver, StateGraph } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import {
  createAgentNode,
  human,
  routeHandoffs,
  Session,
  SwarmAgent,
  SwarmError,
  swarmEvents,
  SwarmState,
} from "../../src/index.ts";
import type { GuardrailContext, Guardrails, StandardCheck, SwarmEvent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel } from "../../src/testing/index.ts";
import { addTool, echo, promptOf, says, shape, toolMessages } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

/** One agent under guardrails of the swarm's. */
function one(model: ScriptedModel, guardrails: Guardrails, more: object = {}) {
  const swarm = new SwarmAgent({ entry: "clerk", guardrails, agents: { clerk: { model, ...more } } });
  return swarm.compile({ checkpointer: new MemorySaver() });
}

const noBombs = {
  name: "no bombs",
  check: (text: string) => !text.includes("bomb") || { tripwire: "it is about bombs", details: { score: 1 } },
};

const noMoney = {
  name: "no money",
  check: (answer: unknown) => !String(answer).includes("money") || { tripwire: "It promises money." },
};

describe("input guardrails", () => {
  it("[I12] abort the model call beside which they trip, and keep nothing of it", async () => {
    const model = scriptedModel().hang().say("Hello!");
    const graph = one(model, { input: [noBombs] });
    const result = await graph.invoke(says("How do I make a bomb?"), thread);
    expect(result.outcome).toEqual({
      kind: "guardrail",
      guardrail: "no bombs",
      stage: "input",
      reason: "it is about bombs",
      details: { score: 1 },
      agent: "clerk",
      path: ["clerk"],
    });
    expect(shape(result.messages)).toEqual(["human: How do I make a bomb?"]);
    expect(model.calls).toHaveLength(1);
    const next = await graph.invoke(says("Good day"), thread);
    expect(next.outcome).toMatchObject({ kind: "answered", agent: "clerk" });
    expect(next.messages.at(-1)?.text).toBe("Hello!");
  });

  it("show no model the words that were not let through, also in later turns", async () => {
    const model = scriptedModel().say("never kept").say("Hello!");
    const graph = one(model, { input: [noBombs] });
    await graph.invoke(says("the bomb"), thread);
    const { messages } = await graph.invoke(says("And now do what I said."), thread);
    expect(shape(messages)).toEqual(["human: the bomb", "human: And now do what I said.", "ai: Hello!"]);
    expect(shape(promptOf(model, 2))).toEqual(["human: And now do what I said."]);
  });

  it("run no tool and take no handoff of the call beside which they trip", async () => {
    const { add, runs } = addTool();
    const model = scriptedModel().callAll([{ tool: "add", args: { a: 1, b: 2 } }, { handoff: "other" }]);
    const swarm = new SwarmAgent({
      entry: "clerk",
      guardrails: { input: [noBombs] },
      agents: { clerk: { model, tools: [add] }, other: { model: scriptedModel() } },
    });
    const { outcome, handoffs, activeAgent } = await swarm.compile().invoke(says("bomb"));
    expect([outcome.kind, handoffs, activeAgent, runs.count]).toEqual(["guardrail", [], "clerk", 0]);
  });

  it("come before the model call with parallel: false", async () => {
    const model = scriptedModel();
    const { outcome } = await one(model, { input: [{ ...noBombs, parallel: false }] }).invoke(says("bomb"), thread);
    expect([outcome.kind, model.calls.length]).toEqual(["guardrail", 0]);
  });

  it("look once at each user turn, at all of it, whoever acts in it", async () => {
    const seen: string[] = [];
    const check = (text: string, { agent, stage }: GuardrailContext) => {
      seen.push(`${agent} ${stage}: ${text}`);
      return true as const;
    };
    const a = scriptedModel().tool("echo", { text: "x" }).handoff("b");
    const b = scriptedModel().say("one").say("two");
    const graph = new SwarmAgent({
      entry: "a",
      guardrails: { input: [{ name: "all", check }] },
      agents: { a: { model: a, tools: [echo] }, b: { model: b, guardrails: { input: [{ name: "own", check }] } } },
    }).compile({ checkpointer: new MemorySaver() });
    await graph.invoke({ messages: [...says("Hi").messages, ...says("you").messages] }, thread);
    await graph.invoke(says("Again"), thread);
    expect(seen).toEqual(["a input: Hi\n\nyou", "b input: Hi\n\nyou", "b input: Again", "b input: Again"]);
  });

  it("of an agent's own hide the words from that agent alone", async () => {
    const a = scriptedModel().handoff("b").say("a again");
    const b = scriptedModel().say("unheard").handoff("a");
    const graph = new SwarmAgent({
      entry: "a",
      agents: { a: { model: a }, b: { model: b, guardrails: { input: [noBombs] } } },
    }).compile({ checkpointer: new MemorySaver() });
    const { outcome, activeAgent } = await graph.invoke(says("bomb"), thread);
    expect([outcome.agent, outcome.path, activeAgent]).toEqual(["b", ["a", "b"], "b"]);
    await graph.invoke(says("Back, please"), thread);
    expect(shape(promptOf(b, 2)).join()).not.toContain("bomb");
    expect(shape(promptOf(a, 2)).join()).toContain("bomb");
  });

  it("trip before a failure of the model beside them counts", async () => {
    const check = async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { tripwire: "late" };
    };
    const { outcome } = await one(scriptedModel().fail(400), { input: [{ name: "slow", check }] }).invoke(
      says(),
      thread,
    );
    expect(outcome.reason).toBe("late");
    const passing = one(scriptedModel().fail(400), { input: [{ name: "fine", check: () => true }] });
    await expect(passing.invoke(says(), thread)).rejects.toMatchObject({ code: "PROVIDER_REJECTED" });
  });

  it("may be schemas of any library", async () => {
    const short = { name: "short", check: z.string().max(3, "it is too long") };
    expect((await one(scriptedModel().say("ok"), { input: [short] }).invoke(says("Hi"), thread)).outcome.kind).toBe(
      "answered",
    );
    const tripped = await one(scriptedModel().say("ok"), { input: [short] }).invoke(says("Hello"), thread);
    expect(tripped.outcome.reason).toBe("it is too long");
    const own = Object.assign(() => undefined, {
      "~standard": {
        version: 1,
        vendor: "own",
        validate: async () => ({ issues: [{ message: "one" }, { message: "two" }] }),
      },
    } as const) satisfies StandardCheck;
    const { outcome } = await one(scriptedModel().say("ok"), { input: [{ name: "own", check: own }] }).invoke(
      says(),
      thread,
    );
    expect(outcome.reason).toBe("one; two");
  });

  it("are asked before a person is, and beside an agent that is a graph", async () => {
    const person = new SwarmAgent({
      entry: "p",
      guardrails: { input: [noBombs] },
      agents: { p: human({ name: "Ann", canHandoffTo: [] }) },
    });
    const asked = await person.compile({ checkpointer: new MemorySaver() }).invoke(says("bomb"), thread);
    expect(asked.outcome.kind).toBe("guardrail");
    const graph = new SwarmAgent({
      entry: "g",
      guardrails: { input: [noBombs] },
      agents: { g: { graph: () => "done" } },
    });
    expect((await graph.compile().invoke(says("bomb"))).outcome.kind).toBe("guardrail");
    expect((await graph.compile().invoke(says("Hi"))).outcome.kind).toBe("answered");
  });
});

describe("guardrails that fail", () => {
  const wrongs: readonly [string, () => unknown][] = [
    ["throw", () => Promise.reject(new Error("no network"))],
    ["give false", () => false],
    ["give nothing", () => undefined],
  ];

  it.each(wrongs)("[I12] let nothing pass: %s", async (_what, check) => {
    const { add, runs } = addTool();
    const broken = { name: "broken", check: check as () => true };
    for (const [stage, model] of [
      ["input", scriptedModel().hang().say("fine")],
      ["output", scriptedModel().say("unseen").say("fine")],
      ["toolCall", scriptedModel().tool("add", { a: 1, b: 2 }).say("fine")],
    ] as const) {
      const graph = one(model, { [stage]: [broken] }, { tools: [add] });
      const thrown: unknown = await graph.invoke(says(), thread).catch((error: unknown) => error);
      expect(thrown).toMatchObject({
        code: "GUARDRAIL_FAILED",
        retryable: false,
        resumable: true,
        agent: "clerk",
        threadId: "t",
        details: { guardrail: "broken", stage },
      });
      const { values } = await graph.getState(thread);
      expect(shape(values.messages).filter((line) => line.startsWith("ai: unseen"))).toEqual([]);
    }
    expect(runs.count).toBe(0);
  });

  it("end with the run's signal, not as failed", async () => {
    const controller = new AbortController();
    const check = (_text: string, { signal }: GuardrailContext) =>
      new Promise<true>((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(new Error("gone")), { once: true });
        controller.abort(new Error("enough"));
      });
    const graph = one(scriptedModel().hang(), { input: [{ name: "slow", check }] });
    const thrown: unknown = await graph
      .invoke(says(), { ...thread, signal: controller.signal })
      .catch((e: unknown) => e);
    expect(SwarmError.is(thrown)).toBe(false);
  });

  it("are stopped by the timeout of tools", async () => {
    const swarm = new SwarmAgent({
      entry: "a",
      limits: { toolTimeoutMs: 5 },
      agents: {
        a: {
          model: scriptedModel().hang(),
          guardrails: { input: [{ name: "stuck", check: () => new Promise<true>(() => {}) }] },
        },
      },
    });
    await expect(swarm.compile().invoke(says())).rejects.toMatchObject({ code: "GUARDRAIL_FAILED", agent: "a" });
  });
});

describe("output guardrails", () => {
  it("[I12] end the turn without the answer, also after a handoff and tools", async () => {
    const a = scriptedModel().handoff("b");
    const b = scriptedModel().tool("echo", { text: "x" }).say("Here is your money.").say("Sorry.");
    const graph = new SwarmAgent({
      entry: "a",
      agents: { a: { model: a }, b: { model: b, tools: [echo], guardrails: { output: [noMoney] } } },
    }).compile({ checkpointer: new MemorySaver() });
    const result = await graph.invoke(says("Pay me"), thread);
    expect(result.outcome).toMatchObject({ kind: "guardrail", guardrail: "no money", stage: "output", agent: "b" });
    expect(shape(result.messages)).toEqual(["human: Pay me", "ai: [transfer_to_b]", "ai: [echo]", "tool: x"]);
    expect(b.calls).toHaveLength(2);
    const next = await graph.invoke(says("And?"), thread);
    expect([next.activeAgent, next.messages.at(-1)?.text, next.outcome.kind]).toEqual(["b", "Sorry.", "answered"]);
  });

  it("do not look at what is no final answer", async () => {
    const seen: unknown[] = [];
    const check = (answer: unknown) => seen.push(answer) > 0;
    const model = scriptedModel().tool("echo", { text: "x" }, { text: "money" }).say("done");
    await one(model, { output: [{ name: "all", check: check as () => true }] }, { tools: [echo] }).invoke(
      says(),
      thread,
    );
    expect(seen).toEqual(["done"]);
  });

  it("end the turn also where somebody waits for the answer", async () => {
    const a = scriptedModel().handoff("b").say("a's own");
    const b = scriptedModel().say("money");
    const graph = new SwarmAgent({
      entry: "a",
      guardrails: { output: [noMoney] },
      agents: { a: { model: a, canHandoffTo: [{ to: "b", returns: true }] }, b: { model: b, canHandoffTo: [] } },
    }).compile();
    const { outcome } = await graph.invoke(says());
    expect([outcome.agent, outcome.kind, a.calls.length]).toEqual(["b", "guardrail", 1]);
  });

  it("go before an agent's own routing", async () => {
    const model = scriptedModel().say("money");
    const graph = one(model, { output: [noMoney] }, { route: () => "clerk" });
    expect((await graph.invoke(says(), thread)).outcome.kind).toBe("guardrail");
  });

  it("have the model try again with the reason, where they say so", async () => {
    const model = scriptedModel().say("Take the money.").say("No.");
    const graph = one(model, { output: [{ ...noMoney, onTrip: "retry" }] });
    const { messages, outcome } = await graph.invoke(says("Pay"), thread);
    expect(shape(promptOf(model, 2))).toEqual([
      "human: Pay",
      "ai: Take the money.",
      "human: Your answer was not let through: It promises money. Give another one.",
    ]);
    expect([shape(messages), outcome.kind]).toEqual([["human: Pay", "ai: No."], "answered"]);
  });

  it("[I10] ask again no more often than mistakes may be made", async () => {
    const model = scriptedModel().say("money").repeat();
    const swarm = new SwarmAgent({
      entry: "a",
      limits: { maxModelErrors: 2 },
      agents: { a: { model, guardrails: { output: [{ ...noMoney, onTrip: "retry" }] } } },
    });
    const { outcome, messages } = await swarm.compile().invoke(says());
    expect([outcome.kind, model.calls.length, shape(messages)]).toEqual(["guardrail", 3, ["human: Hello"]]);
  });

  it("[I10] ask nobody again who is no model, nor when the turn's calls are used up", async () => {
    const guardrails: Guardrails = { output: [{ ...noMoney, onTrip: "retry" }] };
    let asked = 0;
    const speak = () => `money ${(asked += 1)}`;
    const graph = new SwarmAgent({ entry: "a", guardrails, agents: { a: { graph: speak } } }).compile();
    expect([(await graph.invoke(says())).outcome.kind, asked]).toEqual(["guardrail", 1]);
    const model = scriptedModel().say("money").repeat();
    const two = new SwarmAgent({ entry: "a", guardrails, limits: { maxTurns: 2 }, agents: { a: { model } } }).compile();
    expect([(await two.invoke(says())).outcome.kind, model.calls.length]).toEqual(["guardrail", 1]);
  });

  it("get what a responseFormat parses to, and its text", async () => {
    const seen: unknown[] = [];
    const check = (answer: unknown, { text }: GuardrailContext) => {
      seen.push(answer, text);
      return { tripwire: "no" };
    };
    const model = scriptedModel().say("Five.").say('{"sum":5}');
    const graph = one(model, { output: [{ name: "sum", check }] }, { responseFormat: z.object({ sum: z.number() }) });
    const { structuredResponse, messages } = await graph.invoke(says(), thread);
    expect([seen, structuredResponse ?? null, shape(messages)]).toEqual([
      [{ sum: 5 }, "Five."],
      null,
      ["human: Hello"],
    ]);
  });
});

describe("tool-call guardrails", () => {
  const small = {
    name: "small",
    check: z.object({ args: z.object({ a: z.number().max(10, "a is too large") }) }),
  };
  const calls = [
    { tool: "add", args: { a: 1, b: 1 }, id: "c1" },
    { tool: "add", args: { a: 99, b: 1 }, id: "c2" },
  ];

  it.each([false, true])("answer the call with the reason, and run the others (checkpointer: %s)", async (isKept) => {
    const { add, runs } = addTool();
    const model = scriptedModel().callAll(calls).say("done");
    const graph = new SwarmAgent({
      entry: "a",
      agents: { a: { model, tools: [add], guardrails: { toolCall: [small] } } },
    }).compile(isKept ? { checkpointer: new MemorySaver() } : {});
    const { messages, outcome } = await graph.invoke(says(), isKept ? thread : {});
    expect(toolMessages(messages).map(({ text, status }) => [text, status])).toEqual([
      ["2", "success"],
      [`Error: the call of "add" was stopped by guardrail "small": a is too large.`, "error"],
    ]);
    expect([runs.count, outcome.kind]).toEqual([1, "answered"]);
  });

  it.each([false, true])(
    "[I12] end the turn before any call runs, with onTrip end (checkpointer: %s)",
    async (isKept) => {
      const { add, runs } = addTool();
      const model = scriptedModel()
        .callAll([...calls, { handoff: "b" }])
        .say("fine");
      const graph = new SwarmAgent({
        entry: "a",
        agents: {
          a: { model, tools: [add], guardrails: { toolCall: [{ ...small, onTrip: "end" }] } },
          b: { model: scriptedModel() },
        },
      }).compile(isKept ? { checkpointer: new MemorySaver() } : {});
      const result = await graph.invoke(says(), isKept ? thread : {});
      expect(result.outcome).toMatchObject({
        kind: "guardrail",
        guardrail: "small",
        stage: "toolCall",
        agent: "a",
        path: ["a"],
      });
      expect([runs.count, result.activeAgent, result.handoffs.map(({ status }) => status)]).toEqual([
        0,
        "a",
        ["dropped"],
      ]);
      if (!isKept) return;
      const next = await graph.invoke(says("And now?"), thread);
      expect([next.activeAgent, next.outcome.kind, runs.count]).toEqual(["a", "answered", 0]);
    },
  );

  it("are asked once about a call, also where another one of the message stops the run", async () => {
    let looks = 0;
    const check = ({ name }: { name: string }) => {
      looks += 1;
      return name === "wait" || { tripwire: "no" };
    };
    const wait = tool(() => interrupt("how long?") as string, {
      name: "wait",
      description: "Waits.",
      schema: z.object({}),
    });
    const model = scriptedModel()
      .callAll([{ tool: "echo", args: { text: "x" } }, { tool: "wait" }])
      .say("done");
    const graph = one(model, { toolCall: [{ name: "only wait", check }] }, { tools: [echo, wait] });
    await graph.invoke(says(), thread);
    const { messages } = await graph.invoke(new Command({ resume: "long" }), thread);
    expect(toolMessages(messages).map(({ name, text }) => [name, text.slice(0, 6)])).toEqual([
      ["echo", "Error:"],
      ["wait", "long"],
    ]);
    expect(looks).toBe(2);
  });

  it("hold before anybody is asked for a result or an approval", async () => {
    const { add, runs } = addTool();
    const model = scriptedModel()
      .tool("add", { a: 99, b: 1 }, { id: "c1" })
      .tool("add", { a: 2, b: 1 }, { id: "c2" })
      .say("3");
    const graph = one(model, { toolCall: [small] }, { tools: [add], confirm: "all" });
    const first = await graph.invoke(says(), thread);
    const pending = (first as { __interrupt__?: { value: { calls: { callId: string }[] } }[] }).__interrupt__;
    expect(pending?.[0]?.value.calls.map(({ callId }) => callId)).toEqual(["c2"]);
    expect(runs.count).toBe(0);
  });
});

describe("guardrails of a graph built by hand", () => {
  it("end the turn after tools, where the graph keeps the swarm's state", async () => {
    const model = scriptedModel().tool("echo", { text: "x" }).say("money").say("never");
    const nodes = createAgentNode({ name: "a", model, tools: [echo], guardrails: { output: [noMoney] } });
    const route = routeHandoffs({ targets: [], tools: "tools", self: "a" });
    const graph = new StateGraph(SwarmState)
      .addNode("a", nodes.agent)
      .addNode("tools", nodes.tools)
      .addEdge("__start__", "a")
      .addConditionalEdges("a", route, ["a", "tools", "__end__"])
      .addConditionalEdges("tools", route, ["a", "tools", "__end__"])
      .compile();
    const { outcome, messages } = await graph.invoke(says());
    expect([outcome?.kind, model.calls.length, messages.length]).toEqual(["guardrail", 2, 3]);
  });
});

describe("what guardrails tell", () => {
  it("says each trip in the run's events, and leaves nothing open", async () => {
    const { add } = addTool();
    const model = scriptedModel().tool("add", { a: 1, b: 1 }, { id: "c1" }).say("money").say("No.");
    const never = { name: "never", check: () => ({ tripwire: "no", details: { n: 1n } }) };
    const graph = one(model, { output: [{ ...noMoney, onTrip: "retry" }], toolCall: [never] }, { tools: [add] });
    const events: SwarmEvent[] = [];
    for await (const event of swarmEvents(graph, says(), { ...thread })) events.push(event);
    const trips = events.flatMap((event) => (event.type === "guardrail.tripped" ? [event] : []));
    expect(trips.map(({ stage, action, callId, details }) => [stage, action, callId, details])).toEqual([
      ["toolCall", "answer", "c1", { n: "1" }],
      ["output", "retry", undefined, undefined],
    ]);
    expect(events.filter(({ type }) => type === "message.started").length).toBe(
      events.filter(({ type }) => type === "message.done" || type === "message.error").length,
    );
  });

  it("gives no output where there was no answer", async () => {
    const swarm = new SwarmAgent({
      entry: "a",
      guardrails: { output: [noMoney] },
      agents: { a: { model: scriptedModel().raw(new AIMessage("money")) } },
    });
    const session = new Session(swarm.compile());
    const { output, outcome } = await session.run("Hi");
    expect([output, outcome.kind]).toEqual(["", "guardrail"]);
  });
});

describe("guardrails of a definition", () => {
  it("are checked", () => {
    const wrong = {
      input: [{ name: " ", check: 1 }, noBombs, noBombs],
      output: [{ ...noMoney, onTrip: "answer" }],
      tools: [],
    };
    const swarm = new SwarmAgent({
      entry: "a",
      guardrails: wrong as never,
      onContextOverflow: 1 as never,
      limits: { maxCost: 1 },
      agents: { a: { model: scriptedModel(), guardrails: { toolCall: noBombs } as never } },
    });
    expect(swarm.verify().map(({ code, path }) => `${code} ${path}`)).toEqual([
      "COST_OF_MISSING limits.maxCost",
      "GUARDRAIL_INVALID guardrails.input[0]",
      "GUARDRAIL_INVALID guardrails.input[0].check",
      "GUARDRAIL_DUPLICATE guardrails.input[2]",
      "GUARDRAIL_INVALID guardrails.output[0].onTrip",
      "GUARDRAIL_INVALID guardrails.tools",
      "GUARDRAIL_INVALID agents.a.guardrails.toolCall",
      "HOOK_INVALID onContextOverflow",
    ]);
  });

  it("are the swarm's own copy", async () => {
    const input = [noBombs];
    const guardrails = { input };
    const swarm = new SwarmAgent({
      entry: "a",
      guardrails,
      agents: { a: { model: scriptedModel().say("x").repeat() } },
    });
    input.pop();
    expect((await swarm.compile().invoke(says("bomb"))).outcome.kind).toBe("guardrail");
  });
});
