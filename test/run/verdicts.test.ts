import { MemorySaver } from "@langchain/langgraph";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineSwarm } from "../../src/define/definition.ts";
import { SwarmAgent } from "../../src/index.ts";
import type { AgentSpec, HandoffRecord, SwarmOptions } from "../../src/index.ts";
import { freshTurn } from "../../src/route/limits.ts";
import { arrive } from "../../src/run/arrive.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { promptOf, says, shape, systemOf } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

/** An agent that hands `input` to another one. */
function handing(input: Record<string, unknown> | undefined, target: Partial<AgentSpec>, more: object = {}) {
  const a = scriptedModel().handoff("b", input).say("a answers");
  const b = scriptedModel().say("b answers");
  const swarm = new SwarmAgent({
    entry: "a",
    agents: { a: { model: a }, b: { model: b, ...target } },
    ...more,
  } as SwarmOptions);
  return { graph: swarm.compile(), a, b };
}

describe("the input of a handoff", () => {
  it("that nobody asked for is passed on as it is", async () => {
    const { graph, b } = handing({ order: 42 }, {});
    const { handoffs } = await graph.invoke(says());
    expect(handoffs).toMatchObject([{ status: "done", input: { order: 42 } }]);
    expect(systemOf(b)).toContain('Input: {"order":42}');
  });

  it.each([
    [
      "a rule over the whole",
      z.object({ from: z.number(), to: z.number() }).refine(({ from, to }) => from < to, "from must be before to"),
      "(top): from must be before to",
    ],
    ["a rule of one field", z.object({ from: z.number().max(1), to: z.number() }), "from: "],
    [
      "a rule that breaks",
      z.object({}).refine(() => {
        throw new TypeError("no connection");
      }),
      "it does not fit the schema",
    ],
  ])("goes back to the model where it breaks %s, without its values", async (_what, input, text) => {
    const { graph, a } = handing({ from: 77_123, to: 5 }, { input });
    const { activeAgent, handoffs } = await graph.invoke(says());
    expect(activeAgent).toBe("a");
    expect(handoffs).toMatchObject([{ code: "HANDOFF_INPUT_INVALID", reason: expect.stringContaining(text) }]);
    expect(shape(promptOf(a, 2)).at(-1)).toContain(text);
    expect(handoffs[0]?.reason).not.toContain("77123");
  });
});

describe("several handoffs of a message", () => {
  const input = z.object({ order: z.number() });
  const calling = (...calls: (readonly [to: string, args?: object])[]) =>
    new AIMessage({
      content: "",
      tool_calls: calls.map(([to, args = {}], index) => ({ id: `c${index}`, name: `transfer_to_${to}`, args })),
    });

  it("are judged in their order, whichever of them is waited for", async () => {
    const model = scriptedModel().raw(calling(["ghost"], ["b", { order: "x" }], ["c"], ["b", { order: 1 }], ["c"]));
    const graph = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model, canHandoffTo: ["b", "c"] },
        b: { model: scriptedModel().say("b answers"), input },
        c: { model: scriptedModel().say("c answers") },
      },
      onHandoff: async ({ to }) => (to === "c" ? { refuse: "closed" } : undefined),
    }).compile();
    const { handoffs, activeAgent } = await graph.invoke(says());
    expect(handoffs.map(({ callId, code, status }) => [callId, code ?? status])).toEqual([
      ["c0", "HANDOFF_UNKNOWN_TARGET"],
      ["c1", "HANDOFF_INPUT_INVALID"],
      ["c2", "HANDOFF_REFUSED"],
      ["c3", "done"],
      ["c4", "HANDOFF_SECOND"],
    ]);
    expect(activeAgent).toBe("b");
  });

  it("end the run by the limit of one that comes after one that was waited for", async () => {
    const model = scriptedModel().raw(calling(["b", { order: "x" }], ["c"]));
    const graph = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model, canHandoffTo: ["b", "c"] },
        b: { model: scriptedModel(), input },
        c: { model: scriptedModel() },
      },
      limits: { maxTurns: 1, onLimit: "throw" },
    }).compile();
    await expect(graph.invoke(says())).rejects.toMatchObject({ code: "LIMIT_TURNS", agent: "a" });
  });
});

describe("a handoff in the last call of a turn", () => {
  it("is an error with the path where the swarm wants errors", async () => {
    const { graph } = handing(undefined, {}, { limits: { maxTurns: 1, onLimit: "throw" } });
    await expect(graph.invoke(says())).rejects.toMatchObject({
      code: "LIMIT_TURNS",
      agent: "a",
      message: expect.stringContaining("a -> b"),
    });
  });

  it("is left alone where the swarm wants an answer", async () => {
    const { graph } = handing(undefined, {}, { limits: { maxTurns: 1 } });
    const { activeAgent, outcome, handoffs } = await graph.invoke(says());
    expect(activeAgent).toBe("a");
    expect(outcome).toMatchObject({ kind: "limit", limit: "maxTurns" });
    expect(handoffs).toEqual([]);
  });
});

describe("a guard that is closed", () => {
  it("hides the handoff from the description as from the model", async () => {
    const model = scriptedModel();
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model, canHandoffTo: [{ to: "b", when: ({ context }) => context === "admin" }, "c"] },
        b: { model },
        c: { model },
      },
    });
    const names = async (context: string) =>
      (await swarm.describe("a", { context })).tools.map((tool) => (tool["function"] as { name: string }).name);
    expect(await names("guest")).toEqual(["transfer_to_c"]);
    expect(await names("admin")).toEqual(["transfer_to_b", "transfer_to_c"]);
  });
});

describe("a handoff whose target failed before it could answer", () => {
  /** A thread on which `a` has handed off to `b`, and `b` was never reached. */
  async function broken() {
    const checkpointer = new MemorySaver();
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: scriptedModel().handoff("b") },
        b: { model: scriptedModel().fail(400), retry: false },
      },
    });
    await expect(swarm.compile({ checkpointer }).invoke(says(), thread)).rejects.toMatchObject({ agent: "b" });
    return checkpointer;
  }

  it("is completed by the entry where the target is gone after a deploy", async () => {
    const agents = { c: { model: scriptedModel().say("c answers") }, a: { model: scriptedModel() } };
    const graph = new SwarmAgent({ entry: "c", agents }).compile({ checkpointer: await broken() });
    const { activeAgent, handoffs, messages } = await graph.invoke(says("Are you there?"), thread);
    expect(activeAgent).toBe("c");
    expect(handoffs).toMatchObject([{ from: "a", to: "c", status: "done" }]);
    expect(messages.at(-1)?.text).toBe("c answers");
  });

  it("is dropped where the target is gone and whoever handed over takes its place", async () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("a answers") } } });
    const graph = swarm.compile({ checkpointer: await broken() });
    const { activeAgent, handoffs, messages } = await graph.invoke(says("Are you there?"), thread);
    expect(activeAgent).toBe("a");
    expect(handoffs).toMatchObject([{ from: "a", to: "b", status: "dropped", code: "HANDOFF_ABANDONED" }]);
    expect(messages.at(-1)?.text).toBe("a answers");
  });

  it("is dropped where each turn begins with the entry", async () => {
    const swarm = new SwarmAgent({
      entry: "a",
      sticky: false,
      agents: { a: { model: scriptedModel().say("a answers") }, b: { model: scriptedModel() } },
    });
    const graph = swarm.compile({ checkpointer: await broken() });
    const { activeAgent, handoffs } = await graph.invoke(says("Are you there?"), thread);
    expect(activeAgent).toBe("a");
    expect(handoffs).toMatchObject([{ to: "b", status: "dropped", code: "HANDOFF_ABANDONED" }]);
  });
});

describe("coming back to who asked", () => {
  const definition = defineSwarm({
    entry: "a",
    agents: { a: { canHandoffTo: [{ to: "b", returns: true }] }, b: {} },
  });
  const record: HandoffRecord = {
    id: "m1:c1",
    messageId: "m1",
    callId: "c1",
    from: "a",
    to: "b",
    status: "done",
    at: "2026-01-01T00:00:00.000Z",
  };
  const turn = { ...freshTurn("u1"), path: ["a", "b"], callers: [{ agent: "a", handoffId: "m1:c1" }] };
  const back = (handoffs: HandoffRecord[], messages = [new AIMessage({ id: "m2", content: "4" })]) =>
    arrive("a", { messages: [new HumanMessage("2+2?"), ...messages], handoffs, activeAgent: "b" }, turn, definition);

  it("writes down which message was the answer", () => {
    const { records, turn: after, events } = back([record]);
    expect(records).toEqual([{ ...record, returned: "m2" }]);
    expect(after).toMatchObject({ callers: [], path: ["a", "b", "a"] });
    expect(events).toEqual([{ type: "handoff.returned", id: "m1:c1", from: "b", to: "a" }]);
  });

  it.each([
    ["the handoff", [], undefined],
    ["the answer", [record], []],
  ])("goes on where %s was removed by hand", (_what, handoffs, messages) => {
    const { records, turn: after } = back(handoffs, messages);
    expect(records).toEqual([]);
    expect(after.callers).toEqual([]);
  });
});
