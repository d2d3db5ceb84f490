import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says, shape } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };
const GHOST = "0".repeat(32);

/** An agent whose tool asks each of the questions it is given, one after the other. */
function asking(...calls: readonly (readonly string[])[]) {
  const runs = { count: 0 };
  const ask = tool(
    ({ questions }) => {
      runs.count += 1;
      return questions.map((question) => `${question} ${String(interrupt(question))}`).join(", ");
    },
    { name: "ask", description: "Asks.", schema: z.object({ questions: z.array(z.string()) }) },
  );
  const asked = calls.map((questions) => ({ tool: "ask", args: { questions } }));
  const model = scriptedModel().callAll(asked).say("Fine.").callAll(asked).say("Fine again.");
  const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [ask] } } });
  const graph = swarm.compile({ checkpointer: new MemorySaver() });
  const resume = (value: unknown) => graph.invoke(new Command({ resume: value }), thread);
  return { graph, resume, model, runs };
}

type Asked = { __interrupt__?: { id: string; value: unknown }[] };

const questionsOf = (result: unknown) => (result as Asked).__interrupt__ ?? [];

const answersOf = ({ messages }: { messages: readonly { type: string; text: string }[] }) =>
  messages.filter(({ type }) => type === "tool").map(({ text }) => text);

describe("a resume", () => {
  it("[F55] whose id nobody waits for is refused with the ids that are pending, and nothing runs", async () => {
    const { graph, resume, model, runs } = asking(["sure?"]);
    const [question] = questionsOf(await graph.invoke(says(), thread));
    const before = await graph.getState(thread);
    for (const answer of [{ [GHOST]: "yes" }, { [question?.id ?? ""]: "yes", [GHOST]: "no" }]) {
      await expect(resume(answer)).rejects.toMatchObject({
        code: "INTERRUPT_MISMATCH",
        retryable: false,
        details: { pending: [question?.id] },
        message: expect.stringContaining(question?.id ?? "none"),
      });
    }
    expect([model.calls.length, runs.count]).toEqual([1, 1]);
    expect(await graph.getState(thread)).toEqual(before);
    expect(answersOf(await resume({ [question?.id ?? ""]: "yes" }))).toEqual(["sure? yes"]);
  });

  it("[F55][B120] is refused where nothing is pending: on a new thread, and on one that was answered", async () => {
    const { graph, resume, model } = asking(["sure?"]);
    const refused = { code: "INTERRUPT_MISMATCH", details: { pending: [] } };
    await expect(resume("yes")).rejects.toMatchObject(refused);
    await graph.invoke(says(), thread);
    await resume("yes");
    await expect(resume("yes")).rejects.toMatchObject(refused);
    await expect(resume({ [GHOST]: "yes" })).rejects.toMatchObject(refused);
    expect(model.calls).toHaveLength(2);
  });

  it("[F55] with one answer for several questions is refused; by id each gets its own", async () => {
    const answers: string[] = [];
    const asks = (name: string) => ({
      graph: () => {
        answers.push(`${name} ${String(interrupt(`${name}?`))}`);
        return "Thanks.";
      },
    });
    const swarm = new SwarmAgent({ entry: "a", agents: { a: asks("a"), b: asks("b") } });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    await graph.updateState(thread, says(), "__start__");
    const questions = questionsOf(await graph.invoke(new Command({ goto: ["b"] }), thread));
    expect(questions.map(({ value }) => value)).toEqual(["a?", "b?"]);
    const pending = questions.map(({ id }) => id);
    const refused = { code: "INTERRUPT_MISMATCH", details: { pending } };
    await expect(graph.invoke(new Command({ resume: "yes" }), thread)).rejects.toMatchObject(refused);
    expect(answers).toEqual([]);
    const byId = Object.fromEntries(questions.map(({ id, value }) => [id, `to ${String(value)}`]));
    await graph.invoke(new Command({ resume: byId }), thread).catch(() => {});
    expect(answers.toSorted()).toEqual(["a to a?", "b to b?"]);
  });

  it("[F55] answers the questions of tools that ask at once one by one, each the one that is shown", async () => {
    const { graph, resume } = asking(["tea?"], ["milk?"]);
    const [tea] = questionsOf(await graph.invoke(says(), thread));
    expect(tea).toMatchObject({ value: "tea?" });
    const [milk] = questionsOf(await resume("yes"));
    expect(milk).toMatchObject({ value: "milk?" });
    await expect(resume({ [tea?.id ?? ""]: "no" })).rejects.toMatchObject({
      code: "INTERRUPT_MISMATCH",
      details: { pending: [milk?.id] },
    });
    expect(answersOf(await resume("no"))).toEqual(["tea? yes", "milk? no"]);
  });

  it("[B120] without a value is refused, and the question stays", async () => {
    const { graph, resume } = asking(["sure?"]);
    const [question] = questionsOf(await graph.invoke(says(), thread));
    for (const value of [undefined, null]) {
      await expect(resume(value)).rejects.toMatchObject({
        code: "INTERRUPT_MISMATCH",
        details: { pending: [question?.id] },
      });
    }
    expect(answersOf(await resume("yes"))).toEqual(["sure? yes"]);
  });

  it.each([false, 0, ""])("may answer %j", async (value) => {
    const { graph, resume } = asking(["sure?"]);
    await graph.invoke(says(), thread);
    expect(answersOf(await resume(value))).toEqual([`sure? ${String(value)}`]);
  });

  it("[B120] answers two questions of one tool in their order", async () => {
    const { graph, resume } = asking(["tea?", "milk?"]);
    expect(questionsOf(await graph.invoke(says(), thread))).toMatchObject([{ value: "tea?" }]);
    expect(questionsOf(await resume("yes"))).toMatchObject([{ value: "milk?" }]);
    const done = await resume("no");
    expect(shape(done.messages).slice(1)).toEqual(["ai: [ask]", "tool: tea? yes, milk? no", "ai: Fine."]);
  });

  it("is not given to the next question too when the run is continued without one", async () => {
    const { graph, resume } = asking(["tea?"], ["milk?"]);
    await graph.invoke(says(), thread);
    expect(questionsOf(await resume("yes"))).toMatchObject([{ value: "milk?" }]);
    expect(questionsOf(await graph.invoke(null, thread))).toMatchObject([{ value: "milk?" }]);
    expect(answersOf(await resume("no"))).toEqual(["tea? yes", "milk? no"]);
  });

  it("[B120] answers a later turn's question anew", async () => {
    const { graph, resume } = asking(["sure?"]);
    await graph.invoke(says("one"), thread);
    await resume("yes");
    expect(questionsOf(await graph.invoke(says("two"), thread))).toMatchObject([{ value: "sure?" }]);
    expect(answersOf(await resume("no"))).toEqual(["sure? yes", "sure? no"]);
  });

  it("[I12] that is refused leaves the thread as it was: a message instead of an answer goes on", async () => {
    const { graph, resume } = asking(["sure?"]);
    await graph.invoke(says("one"), thread);
    await expect(resume({ [GHOST]: 1 })).rejects.toMatchObject({ code: "INTERRUPT_MISMATCH" });
    expect((await graph.invoke(says("never mind"), thread)).messages.at(-1)?.text).toBe("Fine.");
  });

  it("takes a tool request's replies by call id, also where that looks like an interrupt's", async () => {
    const callId = "5f".repeat(16);
    const call = { id: callId, name: "rate", args: {} };
    const model = scriptedModel()
      .raw(new AIMessage({ content: "", tool_calls: [call] }))
      .say("Done.");
    const parameters = { type: "object", properties: {} };
    const rate = { type: "function", function: { name: "rate", description: "The rate.", parameters } };
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [rate] } } }).compile({
      checkpointer: new MemorySaver(),
    });
    await graph.invoke(says(), thread);
    const { messages } = await graph.invoke(new Command({ resume: { [callId]: { result: "2.5" } } }), thread);
    expect(shape(messages).slice(1)).toEqual(["ai: [rate]", "tool: 2.5", "ai: Done."]);
  });

  it("[B120] has no question outside a graph", () => {
    expect(() => interrupt("sure?")).toThrow("outside the context of a graph");
  });
});
