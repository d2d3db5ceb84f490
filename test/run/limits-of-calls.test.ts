import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { badLimits, resolveLimits } from "../../src/define/limits.ts";
import { SwarmAgent } from "../../src/index.ts";
import type { Limits } from "../../src/index.ts";
import { excessOf, MAX_ARGUMENT_DEPTH } from "../../src/run/call-limits.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel } from "../../src/testing/index.ts";
import { says, toolMessages } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };
type Way = "invoke" | "stream";
const WAYS: readonly Way[] = ["invoke", "stream"];

/** `{ a: { a: ... } }`, so many levels deep. */
function nested(depth: number): Record<string, unknown> {
  let value: Record<string, unknown> = {};
  for (let level = 1; level < depth; level += 1) value = { a: value };
  return value;
}

/** An agent with a tool and a target. */
function swarm(model: ScriptedModel, limits: Limits = {}) {
  const ran: unknown[] = [];
  const note = tool((args: unknown) => `noted ${ran.push(args)}`, {
    name: "note",
    description: "Notes.",
    schema: z.object({ text: z.string().optional(), index: z.number().optional() }).loose(),
  });
  const other = scriptedModel().say("The other answers.");
  const graph = new SwarmAgent({
    entry: "one",
    limits,
    agents: { one: { model, tools: [note], canHandoffTo: ["other"] }, other: { model: other, canHandoffTo: [] } },
  }).compile({ checkpointer: new MemorySaver() });
  const run = async (way: Way) => {
    if (way === "invoke") await graph.invoke(says(), thread);
    else for await (const _ of await graph.stream(says(), { ...thread, streamMode: "messages" })) continue;
    return (await graph.getState(thread)).values as Awaited<ReturnType<typeof graph.invoke>>;
  };
  return { run, ran, other };
}

const notes = (count: number) => Array.from({ length: count }, (_, index) => ({ tool: "note", args: { index } }));

describe("[F57] many calls in one message", () => {
  it.each(WAYS)("run up to the limit; the others are answered in call order: %s", async (way) => {
    const model = scriptedModel().callAll(notes(200)).say("Done.");
    const { run, ran } = swarm(model);
    const { messages } = await run(way);
    const answers = toolMessages(messages);
    expect(ran).toHaveLength(128);
    expect(answers).toHaveLength(200);
    expect(answers.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 128 }, () => "success"),
      ...Array.from({ length: 72 }, () => "error"),
    ]);
    expect(answers.at(-1)?.text).toBe(
      'Error: "note": it was not run, since one message may hold 128 calls. Call it again if it is still needed.',
    );
    expect(messages.at(-1)?.text).toBe("Done.");
  });

  it("count as one mistake", async () => {
    const model = scriptedModel().callAll(notes(3)).say("Done.");
    const { run, ran } = swarm(model, { maxToolCalls: 2, maxModelErrors: 0 });
    await expect(run("invoke")).rejects.toMatchObject({
      code: "MODEL_ERRORS",
      message: expect.stringContaining('call of "note": it was not run, since one message may hold 2 calls'),
    });
    expect(ran).toEqual([]);
  });

  it("leave a handoff of the same message alone", async () => {
    const model = scriptedModel().callAll([...notes(3), { handoff: "other" }]);
    const { run, ran } = swarm(model, { maxToolCalls: 1 });
    const { activeAgent, messages } = await run("invoke");
    expect([activeAgent, ran.length, toolMessages(messages).length]).toEqual(["other", 1, 3]);
  });

  it("stay closed while some of them wait for the caller", async () => {
    const model = scriptedModel()
      .callAll([...notes(2), { tool: "ask", args: {} }, { tool: "ask", args: {} }])
      .say("Done.");
    const noted: unknown[] = [];
    const note = tool(() => `${noted.push(1)}`, { name: "note", description: "Notes.", schema: z.object({}) });
    const ask = { type: "function" as const, function: { name: "ask", parameters: { type: "object" } } };
    const graph = new SwarmAgent({
      entry: "one",
      limits: { maxToolCalls: 3 },
      agents: { one: { model, tools: [note, ask] } },
    }).compile({ checkpointer: new MemorySaver() });
    await graph.invoke(says(), thread);
    const [request] = (await graph.getState(thread)).tasks.flatMap(({ interrupts }) => interrupts);
    const { calls = [] } = (request?.value ?? {}) as { calls?: { callId: string }[] };
    expect([noted.length, calls.length]).toEqual([2, 1]);
  });
});

describe("[F58] arguments that are too large", () => {
  const LARGE = { text: "x".repeat(1_000_001) };

  it.each([
    ["long", "invoke", LARGE, undefined],
    // A chunk holds twelve characters: of the whole there would be too many.
    ["long", "stream", { text: "x".repeat(5001) }, 5000],
    // The scripted model's chunks are JSON, of which there is none that deep.
    ["deep", "invoke", nested(10_000), undefined],
  ] as const)("are answered to the model, and not kept: %s, %s", async (_what, way, args, maxArgumentChars) => {
    const message = new AIMessage({
      content: [
        { type: "text", text: "One moment." },
        { type: "tool_use", id: "c1", name: "note", input: args },
      ],
      tool_calls: [{ name: "note", args, id: "c1" }],
    });
    const model = scriptedModel().raw(message).say("Done.");
    const { run, ran } = swarm(model, { maxArgumentChars });
    const { messages } = await run(way);
    expect(ran).toEqual([]);
    expect(toolMessages(messages)).toMatchObject([
      {
        status: "error",
        content: expect.stringMatching(/^Error: "note" was not run: the arguments are too large: /),
      },
    ]);
    expect(JSON.stringify(messages).length).toBeLessThan(5000);
    expect(messages.at(-1)?.text).toBe("Done.");
    expect(model.calls[1]?.messages.at(-2)).toMatchObject({ tool_calls: [{ name: "note", args: {} }] });
  });

  it.each([
    ["long", LARGE, "more than 1000000 characters"],
    ["deep", nested(10_000), `nested more than ${MAX_ARGUMENT_DEPTH} levels deep`],
  ])("hand nobody over: %s", async (_what, args, why) => {
    const model = scriptedModel()
      .raw(new AIMessage({ content: "", tool_calls: [{ name: "transfer_to_other", args, id: "h1" }] }))
      .say("I answer myself.");
    const { run, other } = swarm(model);
    const { activeAgent, handoffs, messages } = await run("invoke");
    expect([activeAgent, other.calls.length, messages.at(-1)?.text]).toEqual(["one", 0, "I answer myself."]);
    expect(handoffs).toMatchObject([
      { status: "refused", code: "HANDOFF_INPUT_INVALID", reason: expect.stringContaining(why) },
    ]);
  });

  it("are left out where they are no JSON, too", async () => {
    const broken = { name: "note", id: "c1", args: `{"text":"${LARGE.text}`, error: "cut" };
    const model = scriptedModel()
      .raw(new AIMessage({ content: "", invalid_tool_calls: [{ ...broken, type: "invalid_tool_call" }] }))
      .say("Done.");
    const { run, ran } = swarm(model);
    const { messages } = await run("invoke");
    expect([ran, JSON.stringify(messages).length < 5000]).toEqual([[], true]);
    expect(toolMessages(messages)[0]?.text).toContain("more than 1000000 characters");
  });

  it("leave the other calls of the message alone", async () => {
    const model = scriptedModel()
      .callAll([
        { tool: "note", args: LARGE },
        { tool: "note", args: { text: "x" } },
      ])
      .say("Done.");
    const { run, ran } = swarm(model);
    const { messages } = await run("invoke");
    expect(ran).toEqual([{ text: "x" }]);
    expect(toolMessages(messages).map(({ status }) => status)).toEqual(["success", "error"]);
  });
});

describe("excessOf", () => {
  it("never finds less than there are", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (args) => {
        expect(excessOf(args, JSON.stringify(args).length)).toBeUndefined();
      }),
    );
  });

  it("counts keys, texts and levels, and ends on a cycle", () => {
    const cycle: Record<string, unknown> = {};
    cycle["self"] = cycle;
    expect(excessOf({ [`k${"x".repeat(20)}`]: 1 }, 20)).toMatch(/more than 20 characters/);
    expect(excessOf(nested(MAX_ARGUMENT_DEPTH), 1_000_000)).toBeUndefined();
    expect(excessOf(nested(MAX_ARGUMENT_DEPTH + 1), 1_000_000)).toMatch(/200 levels/);
    expect(excessOf(cycle, 1_000_000)).toMatch(/200 levels/);
  });
});

describe("the limits of calls", () => {
  it("have defaults, and say so where a value makes no sense", () => {
    expect(resolveLimits()).toMatchObject({ maxToolCalls: 128, maxArgumentChars: 1_000_000 });
    expect(badLimits({ maxToolCalls: 0, maxArgumentChars: -1 }).map(({ key }) => key)).toEqual([
      "maxToolCalls",
      "maxArgumentChars",
    ]);
  });
});
