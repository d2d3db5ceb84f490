import { tool } from "@langchain/core/tools";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent, SwarmError, swarmEvents, toJsonl } from "../../src/index.ts";
import type { EventSource, SwarmEvent } from "../../src/index.ts";
import { cassette, CassetteError, scriptedModel, ScriptError } from "../../src/testing/index.ts";
import { promptDiff } from "../../src/testing/prompt-diff.ts";
import { says, shape } from "../support.ts";

const lookUp = (result = "paid twice") =>
  tool(() => result, { name: "look_up", description: "Looks it up.", schema: z.object({ invoice: z.number() }) });

/** A conversation with a tool, a malformed call, a handoff, and an answer in JSON that had to be asked for. */
const office = ({ prompt = "You are the front desk.\nBe kind.", result = "paid twice", live = true } = {}) =>
  new SwarmAgent({
    entry: "triage",
    agents: {
      triage: {
        model: live
          ? scriptedModel()
              .tool("look_up", { invoice: 7 }, { text: "One moment." })
              .callAll([{ tool: "look_up", rawArgs: "{oops" }])
              .handoff("billing", { reason: "a refund" })
          : scriptedModel(),
        prompt,
        tools: [lookUp(result)],
        canHandoffTo: ["billing"],
      },
      billing: {
        model: live ? scriptedModel().say("You get it back.").say('{"amount": 12}') : scriptedModel(),
        responseFormat: z.object({ amount: z.number() }),
        canHandoffTo: [],
      },
    },
  });

async function recorded(
  swarm: { compile(): EventSource } = office(),
): Promise<{ events: SwarmEvent[]; result: unknown; text: string }> {
  const events: SwarmEvent[] = [];
  const run = swarmEvents(swarm.compile(), says() as never, { modelCalls: true });
  for await (const event of run) events.push(event);
  return { events, result: await run.result, text: toJsonl(events).join("\n") };
}

describe("a cassette", () => {
  it("[I16] plays a recorded run again, to the same messages, calls and answer", async () => {
    const { events, text } = await recorded();
    const tape = cassette(text);
    expect(tape.agents).toEqual(["triage", "billing"]);
    const swarm = office({ live: false }).override(tape.overrides());
    const again = await recorded(swarm);
    tape.assertComplete();
    const essence = (all: readonly SwarmEvent[]) => all.map(({ type, agent }) => [type, agent]);
    const whole = (all: readonly SwarmEvent[]) => essence(all.filter(({ type }) => !type.endsWith(".delta")));
    expect(whole(again.events)).toEqual(whole(events));
    const done = (all: readonly SwarmEvent[]) => all.find((event) => event.type === "run.done");
    expect(done(again.events)).toMatchObject({ output: { amount: 12 }, tokens: done(events)?.tokens });
    const texts = (all: readonly SwarmEvent[]) =>
      all.flatMap((event) => (event.type === "message.done" ? [event.text] : []));
    expect(texts(again.events)).toEqual(texts(events));
  });

  it("shows what changed in a prompt, in the error of the run", async () => {
    const { events } = await recorded();
    const tape = cassette(events);
    const swarm = office({ prompt: "You are the front desk.\nBe brief.", live: false }).override(tape.overrides());
    const error = await swarm
      .compile()
      .invoke(says())
      .then(undefined, (thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SwarmError);
    expect((error as SwarmError).message).toContain("- Be kind.\n+ Be brief.");
    const { cause } = error as SwarmError;
    expect(cause).toBeInstanceOf(CassetteError);
    expect(cause).toMatchObject({
      agent: "triage",
      diff: "  system: You are the front desk.\n- Be kind.\n+ Be brief.\n  human: Hello",
    });
  });

  it("shows what changed later in the conversation too, e.g. a tool's result", async () => {
    const { events } = await recorded();
    const swarm = office({ result: "paid once", live: false }).override(cassette(events).overrides());
    await expect(swarm.compile().invoke(says())).rejects.toThrow("- tool #1: paid twice\n+ tool #1: paid once");
  });

  it("says when it is asked for more, or for less, than it holds", async () => {
    const { events } = await recorded();
    const tape = cassette(events);
    expect(() => tape.assertComplete()).toThrow(ScriptError);
    const graph = office({ live: false }).override(tape.overrides()).compile();
    await graph.invoke(says());
    await expect(graph.invoke(says())).rejects.toThrow(/holds 3 model calls of agent "triage", and this is one more/);
  });

  it("plays the answer that came after an error, and an error that nothing came after", async () => {
    const failing = (model = scriptedModel()) =>
      new SwarmAgent({ entry: "a", agents: { a: { model, retry: { initialDelayMs: 0 } } } });
    const busy = Object.assign(new Error("busy"), { status: 503 });
    const { events } = await recorded(failing(scriptedModel().fail(busy).say("Here.")));
    const first = await failing().override(cassette(events).overrides()).compile().invoke(says());
    expect(shape(first.messages)).toEqual(["human: Hello", "ai: Here."]);
    const lost: SwarmEvent[] = [];
    const broken = failing(scriptedModel().fail(Object.assign(new Error("no such model"), { status: 404 })));
    const run = swarmEvents(broken.compile(), says(), {
      modelCalls: true,
      publish: [(event) => void lost.push(event)],
    });
    await expect(run.result).rejects.toThrow("no such model");
    const again = failing().override(cassette(lost).overrides()).compile().invoke(says());
    await expect(again).rejects.toThrow("no such model");
  });

  it("needs a recording with model calls", async () => {
    const events: SwarmEvent[] = [];
    for await (const event of swarmEvents(office().compile(), says())) events.push(event);
    expect(() => cassette(events)).toThrow(/modelCalls: true/);
  });
});

describe("the difference of two prompts", () => {
  it.each<[string, string[], string[], string]>([
    ["a changed line", ["a", "b", "c"], ["a", "x", "c"], "  a\n- b\n+ x\n  c"],
    ["a line more", ["a"], ["a", "b"], "  a\n+ b"],
    ["a line less", ["a", "b"], ["b"], "- a\n  b"],
    ["two changes with something between", ["a", "b", "c", "d"], ["x", "b", "c", "y"], "- a\n+ x\n  b\n  c\n- d\n+ y"],
    [
      "far from both ends",
      ["1", "2", "3", "4", "5", "6", "7"],
      ["1", "2", "3", "x", "5", "6", "7"],
      "  ...\n  3\n- 4\n+ x\n  5\n  ...",
    ],
    ["lines within a message", ["a\nb"], ["a\nc"], "  a\n- b\n+ c"],
    ["nothing there before", [], ["a"], "+ a"],
  ])("shows %s", (_what, was, is, expected) => {
    expect(promptDiff(was, is)).toBe(expected);
  });
});
