import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { AIMessageChunk } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { ScriptedError, ScriptError, scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel, ScriptedStep } from "../../src/testing/index.ts";

const hello = [new HumanMessage("Hello")];

/** What a stream gave, and how it ended. */
async function streamed(model: ScriptedModel, options: { signal?: AbortSignal } = {}) {
  const chunks: AIMessageChunk[] = [];
  let error: unknown;
  try {
    for await (const chunk of await model.stream(hello, options)) chunks.push(chunk as AIMessageChunk);
  } catch (thrown) {
    error = thrown;
  }
  const whole = chunks.length === 0 ? undefined : chunks.reduce((sum, chunk) => sum.concat(chunk));
  return { chunks, error, text: whole?.text ?? "", whole };
}

describe("a script", () => {
  it("is complete when each step was asked for", async () => {
    const model = scriptedModel().say("one").say("two");
    await model.invoke(hello);
    expect(() => model.assertComplete()).toThrow(
      new ScriptError("the script has 2 steps, and only 1 of them were asked for"),
    );
    await model.invoke(hello);
    expect(() => model.assertComplete()).not.toThrow();
  });

  it("that is asked for more than it holds says which call that was and what was asked", async () => {
    const model = scriptedModel().say("one");
    await model.invoke(hello);
    await expect(model.invoke([...hello, new AIMessage("one")])).rejects.toThrow(
      "the script holds 1 steps, and this is call 2 (prompt: human, ai). Add a step, or repeat().",
    );
  });

  it("repeats its last step as often as it is told to", async () => {
    const model = scriptedModel().say("one").say("two").repeat(1);
    const texts = [];
    for (let call = 0; call < 3; call += 1) texts.push((await model.invoke(hello)).text);
    expect(texts).toEqual(["one", "two", "two"]);
    await expect(model.invoke(hello)).rejects.toThrow(ScriptError);
  });

  it.each([
    ["nothing", () => scriptedModel()],
    ["an error", () => scriptedModel().fail(500)],
    ["a reply function", () => scriptedModel().reply(() => "hi")],
  ])("can be cut short after a message alone, not after %s", (_what, make) => {
    expect(() => make().truncate()).toThrow(ScriptError);
  });

  it("decides when it is asked, by a text or a step, but not by another function", async () => {
    const step: ScriptedStep = { kind: "fail", error: new Error("decided to fail") };
    const nested: ScriptedStep = { kind: "reply", reply: () => "never" };
    const model = scriptedModel()
      .reply(({ call, tools }) => `call ${call} with ${tools.length} tools`)
      .reply(() => step)
      .reply(() => nested);
    expect((await model.invoke(hello)).text).toBe("call 1 with 0 tools");
    await expect(model.invoke(hello)).rejects.toThrow("decided to fail");
    await expect(model.invoke(hello)).rejects.toThrow("a reply function must not answer with another one");
  });
});

describe("a scripted fault", () => {
  it("is an error with a status, at once, streaming or not", async () => {
    const model = scriptedModel().fail(429, { "retry-after": "1" }).repeat(1);
    await expect(model.invoke(hello)).rejects.toMatchObject({ status: 429, headers: { "retry-after": "1" } });
    const { chunks, error } = await streamed(model);
    expect(chunks).toHaveLength(0);
    expect(error).toMatchObject({ name: "ScriptedError", status: 429 });
  });

  it("breaks a stream off after what was said, and a call at once", async () => {
    const model = scriptedModel().cut("The answer to that is").repeat(1);
    const { text, error } = await streamed(model);
    expect(text).toBe("The answer to that is");
    expect(error).toBeInstanceOf(ScriptedError);
    await expect(model.invoke(hello)).rejects.toThrow("scripted break of the stream");
  });

  it("breaks a stream off with an error of one's own", async () => {
    const error = new Error("socket closed");
    expect((await streamed(scriptedModel().cut("Well", error))).error).toBe(error);
  });

  it.each([
    ["an error", new Error("the user left")],
    ["a text", "the user left"],
  ])("never answers, and ends with the signal: %s", async (_what, reason) => {
    const model = scriptedModel().hang().repeat();
    for (const ask of [
      (signal: AbortSignal) => model._generate(hello, { signal }),
      (signal: AbortSignal) => model._streamResponseChunks(hello, { signal }).next(),
    ]) {
      const run = new AbortController();
      const answer = ask(run.signal);
      run.abort(reason);
      await expect(answer).rejects.toThrow(reason instanceof Error ? "the user left" : "aborted");
    }
  });

  it("ends at once where the signal has fired before", async () => {
    const signal = AbortSignal.abort(new Error("too late"));
    await expect(scriptedModel().hang()._generate(hello, { signal })).rejects.toThrow("too late");
  });
});

describe("a message of one's own", () => {
  it("gets an id where it has none, and keeps the one that it has", async () => {
    const model = scriptedModel()
      .raw(new AIMessage("one"))
      .raw(new AIMessage({ id: "mine", content: "two" }));
    const first = await model.invoke(hello);
    expect(first).toMatchObject({ text: "one", id: expect.stringMatching(/^scripted-/) });
    expect(await model.invoke(hello)).toMatchObject({ text: "two", id: "mine" });
  });

  it("is streamed with its malformed calls, also where a field is missing", async () => {
    const message = new AIMessage({
      id: "mine",
      content: "",
      invalid_tool_calls: [
        { type: "invalid_tool_call", id: "c1", name: "add", args: '{"a":1', error: "cut" },
        { type: "invalid_tool_call" },
      ],
    });
    const { whole } = await streamed(scriptedModel().raw(message));
    expect(whole?.tool_call_chunks).toMatchObject([
      { id: "c1", name: "add", args: '{"a":1' },
      { index: 1, args: "" },
    ]);
  });

  it("is streamed without calls where it has no lists of them", async () => {
    const message = new AIMessage({ id: "mine", content: "Hi there." });
    const bare = Object.assign(message, { tool_calls: undefined, invalid_tool_calls: undefined });
    const { whole, text } = await streamed(scriptedModel().raw(bare));
    expect(text).toBe("Hi there.");
    expect(whole?.tool_call_chunks).toEqual([]);
  });
});
