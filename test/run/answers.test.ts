import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Session, SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, promptOf, says, shape, toolMessages } from "../support.ts";

const Calc = z.object({ result: z.number() });

describe("structured answers", () => {
  it("are parsed from the final, non-handoff answer and typed by agent", async () => {
    const calculator = scriptedModel().tool("echo", { text: "4" }).say('{ "result": 4 }');
    const swarm = new SwarmAgent({
      entry: "triage",
      agents: {
        triage: { model: scriptedModel().handoff("calculator") },
        calculator: { model: calculator, tools: [echo], responseFormat: Calc },
      },
    });
    const result = await new Session(swarm.compile()).run("2 + 2");
    expect(result.lastAgent).toBe("calculator");
    if (result.lastAgent === "calculator") expect(result.output.result).toBe(4);
    expect(calculator.calls[0]?.options).toMatchObject({ response_format: { type: "json_schema" } });
    expect(calculator.calls).toHaveLength(2);
  });

  it("apply to the agent that has one, and to no other", async () => {
    const triage = scriptedModel().say("plain text");
    const swarm = new SwarmAgent({
      entry: "triage",
      agents: { triage: { model: triage }, calculator: { model: scriptedModel(), responseFormat: Calc } },
    });
    const result = await new Session(swarm.compile()).run("hi");
    expect(result.output).toBe("plain text");
    expect(triage.calls[0]?.options).not.toHaveProperty("response_format");
  });

  it("are asked for once more without tools where the answer is prose, and the log keeps the prose", async () => {
    const model = scriptedModel().say("The result is four.").say('```json\n{"result": 4}\n```');
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [echo], responseFormat: Calc } } });
    const { structuredResponse, messages } = await swarm.compile().invoke(says());
    expect(structuredResponse).toEqual({ result: 4 });
    expect(shape(messages)).toEqual(["human: Hello", "ai: The result is four."]);
    expect(model.calls[1]?.tools).toEqual([]);
    expect(shape(promptOf(model, 2)).at(-1)).toContain('"result"');
  });

  it("fail with the paths that do not fit, after two formatting calls", async () => {
    const model = scriptedModel().say('{"result": "four"}').repeat();
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, responseFormat: Calc } } }).compile();
    await expect(graph.invoke(says())).rejects.toMatchObject({
      code: "OUTPUT_SCHEMA",
      agent: "a",
      message: expect.stringContaining("result:"),
    });
    expect(model.calls).toHaveLength(3);
    expect(shape(promptOf(model, 3)).at(-1)).toContain("did not fit");
  });

  it("do not outlive their turn", async () => {
    const model = scriptedModel().say('{"result": 1}').handoff("b");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model, responseFormat: Calc }, b: { model: scriptedModel().say("text") } },
    });
    const session = new Session(swarm.compile());
    expect((await session.run("one")).output).toEqual({ result: 1 });
    expect((await session.run("two")).output).toBe("text");
  });
});

describe("a model's reply", () => {
  it("that is empty ends the turn as such", async () => {
    const { outcome } = await new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("") } } })
      .compile()
      .invoke(says());
    expect(outcome.kind).toBe("empty");
  });

  it("that was cut by length never runs a tool: it is asked for again, and then it is an error", async () => {
    const mended = scriptedModel().tool("echo", { text: "half" }).truncate().tool("echo", { text: "whole" }).say("ok");
    const build = (model: typeof mended) =>
      new SwarmAgent({ entry: "a", agents: { a: { model, tools: [echo] } } }).compile();
    const { messages } = await build(mended).invoke(says());
    expect(toolMessages(messages).map(({ text }) => text)).toEqual(["whole"]);
    const stubborn = scriptedModel().tool("echo", { text: "half" }).truncate().repeat();
    await expect(build(stubborn).invoke(says())).rejects.toMatchObject({ code: "MODEL_OUTPUT_TRUNCATED" });
    const text = scriptedModel().say("a long text that sto").truncate();
    expect((await build(text).invoke(says())).outcome.kind).toBe("answered");
  });

  it("that the provider withheld is a typed error", async () => {
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().refuse() } } }).compile();
    await expect(graph.invoke(says())).rejects.toMatchObject({ code: "MODEL_REFUSED", agent: "a" });
  });

  it("that is no assistant message is a typed error", async () => {
    const model = { invoke: async () => ({ content: "hm" }) as never };
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, canHandoffTo: [] } } }).compile();
    await expect(graph.invoke(says())).rejects.toMatchObject({ code: "MODEL_INVALID" });
  });

  it("gets ids where they are missing or taken, so that nothing in the log is overwritten", async () => {
    const { AIMessage } = await import("@langchain/core/messages");
    const same = () =>
      new AIMessage({
        id: "same",
        content: "",
        tool_calls: [
          { name: "echo", args: { text: "x" }, id: "dup" },
          { name: "echo", args: { text: "y" }, id: "dup" },
          { name: "echo", args: { text: "z" } },
        ],
      });
    const model = scriptedModel().raw(same()).raw(same()).say("done");
    const { messages } = await new SwarmAgent({ entry: "a", agents: { a: { model, tools: [echo] } } })
      .compile()
      .invoke(says());
    expect(new Set(messages.map(({ id }) => id)).size).toBe(messages.length);
    expect(toolMessages(messages).map(({ text }) => text)).toEqual(["x", "y", "z", "x", "y", "z"]);
  });
});

describe("a model", () => {
  it("may be a function of the run, and one for the whole swarm", async () => {
    const cheap = scriptedModel().say("cheap");
    const good = scriptedModel().say("good");
    const swarm = new SwarmAgent({
      entry: "a",
      model: ({ context }) => ((context as { plan: string }).plan === "pro" ? good : cheap),
      agents: { a: {} },
    });
    const ask = async (plan: string) =>
      (await swarm.compile().invoke(says(), { context: { plan } })).messages.at(-1)?.text;
    expect(await ask("pro")).toBe("good");
    expect(await ask("free")).toBe("cheap");
  });

  it("without bindTools is refused where it would need them", () => {
    const bare = { invoke: scriptedModel().invoke.bind(scriptedModel()) as never };
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: bare }, b: { model: bare, canHandoffTo: [] } } });
    expect(swarm.verify()).toMatchObject([{ code: "MODEL_WITHOUT_TOOLS", path: "agents.a.model" }]);
  });

  it("is bound once for each set of handoffs", async () => {
    const model = scriptedModel().say("1").say("2").say("3");
    let bound = 0;
    const counting = {
      invoke: model.invoke.bind(model) as never,
      bindTools: (tools: unknown[]) => {
        bound += 1;
        return model.bindTools(tools);
      },
    };
    let open = true;
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model: counting, canHandoffTo: [{ to: "b", when: () => open }] }, b: { model } },
    });
    const graph = swarm.compile();
    for (const isOpen of [true, true, false]) {
      open = isOpen;
      await graph.invoke(says());
    }
    expect(bound).toBe(1);
  });
});
