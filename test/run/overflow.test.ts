import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { history, SwarmAgent } from "../../src/index.ts";
import type { OnContextOverflow, OverflowContext, SwarmError } from "../../src/index.ts";
import { excessIn } from "../../src/run/overflow.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, promptOf, says, shape, systemOf } from "../support.ts";

const thread = { configurable: { thread_id: "t" } };

/** An error as a provider's client throws it. */
const refused = (message: string, more: object = { status: 400 }) => Object.assign(new Error(message), more);

const tooLong = () => refused("400 prompt is too long: 208310 tokens > 200000 maximum");

/** A history of four user turns, the last one open. */
function longLog(): BaseMessage[] {
  const earlier = [1, 2, 3].flatMap((n) => [new HumanMessage(`q${n}`), new AIMessage(`a${n}`)]);
  return [...earlier, new HumanMessage("q4")];
}

const texts: readonly [string, string, number | undefined, number | undefined][] = [
  [
    "OpenAI chat",
    "400 This model's maximum context length is 128000 tokens. However, your messages resulted in 130012 tokens. Please reduce the length of the messages.",
    130_012,
    128_000,
  ],
  [
    "vLLM",
    "400 This model's maximum context length is 4096 tokens. However, you requested 5000 tokens (4000 in the messages, 1000 in the completion).",
    5000,
    4096,
  ],
  [
    "OpenAI Responses",
    "400 Your input exceeds the context window of this model. Please adjust it.",
    undefined,
    undefined,
  ],
  ["Anthropic", '400 {"message":"prompt is too long: 208310 tokens > 200000 maximum"}', 208_310, 200_000],
  ["Anthropic", "400 input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000", 190_000, 200_000],
  [
    "Mistral",
    "400 Prompt contains 65673 tokens and 0 draft tokens, too large for model with 32768 maximum context length",
    65_673,
    32_768,
  ],
  [
    "Gemini",
    "[400 Bad Request] The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).",
    1_200_000,
    1_048_576,
  ],
  ["Bedrock", "ValidationException: Input is too long for requested model.", undefined, undefined],
  ["llama.cpp", "400 the request exceeds the available context size, try increasing it", undefined, undefined],
];

describe("a prompt that is too long", () => {
  it.each(texts)("[F74] is known by the words of %s: %s", (_provider, message, tokens, maxTokens) => {
    expect(excessIn(refused(message))).toEqual({ tokens, maxTokens });
  });

  it("[F74] is known by its code, and no other error is taken for it", () => {
    expect(excessIn(refused("refused", { code: "context_length_exceeded" }))).toBeDefined();
    expect(excessIn(refused("refused", { status: 400, error: { code: "context_length_exceeded" } }))).toBeDefined();
    expect(excessIn(refused("400 string too long. Expected a string with maximum length 1024."))).toBeUndefined();
    expect(excessIn(refused("429 prompt is too long: 2 tokens > 1", { status: 429 }))).toBeUndefined();
    expect(excessIn(undefined)).toBeUndefined();
  });

  it("[F74] ends the run with CONTEXT_OVERFLOW, after one call, and the thread goes on", async () => {
    const model = scriptedModel().fail(tooLong()).say("short again");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, profile: "anthropic" } } }).compile({
      checkpointer: new MemorySaver(),
    });
    const thrown: unknown = await graph.invoke(says("my secret"), thread).catch((error: unknown) => error);
    expect(thrown).toMatchObject({
      code: "CONTEXT_OVERFLOW",
      agent: "a",
      threadId: "t",
      retryable: false,
      resumable: true,
      details: { profile: "anthropic", tokens: 208_310, maxTokens: 200_000, shape: "human; 0 tools", status: 400 },
    });
    expect((thrown as SwarmError).message).toContain(
      "with 208310 tokens is too long for its model, which takes 200000",
    );
    expect((thrown as SwarmError).message).not.toContain("secret");
    expect(model.calls).toHaveLength(1);
    expect((await graph.invoke(null, thread)).messages.at(-1)?.text).toBe("short again");
  });
});

describe("onContextOverflow", () => {
  /** The swarm's answer with a hook, and what its model was asked. */
  async function run(onContextOverflow: OnContextOverflow, model = scriptedModel().fail(tooLong()).say("done")) {
    const log = longLog();
    const graph = new SwarmAgent({
      entry: "a",
      onContextOverflow,
      agents: { a: { model, prompt: "Be brief." } },
    }).compile();
    return { model, log, result: await graph.invoke({ messages: log }) };
  }

  it("[F74] has the call made once more with what its policy leaves; the log stays as it is", async () => {
    const { model, log, result } = await run(() => history.lastTurns(2));
    expect(shape(promptOf(model, 1))).toHaveLength(7);
    expect(shape(promptOf(model, 2))).toEqual(["human: q3", "ai: a3", "human: q4"]);
    expect(systemOf(model, 2)).toBe("Be brief.");
    expect(shape(result.messages)).toEqual([...shape(log), "ai: done"]);
  });

  it("[F74] may give messages, and sees the prompt and the numbers", async () => {
    const seen: OverflowContext[] = [];
    const { model } = await run(async (context) => {
      seen.push(context);
      return [new HumanMessage(`Summary of ${context.messages.length} messages.`), ...context.messages.slice(-1)];
    });
    expect(seen.map(({ agent, tokens, maxTokens }) => [agent, tokens, maxTokens])).toEqual([["a", 208_310, 200_000]]);
    expect(
      promptOf(model, 2)
        .map(({ text }) => text)
        .join("|"),
    ).toContain("Summary of 7 messages.");
    expect(promptOf(model, 2).at(-1)?.text).toContain("q4");
  });

  it("[F74] keeps calls and their results together, whatever it cuts", async () => {
    const model = scriptedModel().tool("echo", { text: "x" }).fail(tooLong()).say("done");
    const onContextOverflow: OnContextOverflow = ({ messages }) => [
      messages[0] as BaseMessage,
      messages.at(-1) as BaseMessage,
    ];
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [echo], onContextOverflow } } }).compile();
    await graph.invoke(says());
    expect(shape(promptOf(model, 3))[0]).toBe("human: Hello");
    expect(shape(promptOf(model, 3)).filter((line) => line.startsWith("tool"))).toEqual([]);
  });

  it("[F74][I10] is called once: what is too long still is CONTEXT_OVERFLOW", async () => {
    let asked = 0;
    const onContextOverflow: OnContextOverflow = () => {
      asked += 1;
      return history.lastTurns(1);
    };
    const model = scriptedModel().fail(tooLong()).repeat();
    const fallback = scriptedModel().fail(tooLong()).repeat();
    const agents = { a: { model, fallbacks: [fallback], onContextOverflow } };
    const graph = new SwarmAgent({ entry: "a", agents }).compile();
    await expect(graph.invoke({ messages: longLog() })).rejects.toMatchObject({ code: "CONTEXT_OVERFLOW" });
    expect([asked, model.calls.length, fallback.calls.length]).toEqual([1, 2, 1]);
  });

  it("[F74] that gives nothing or fails makes no second call", async () => {
    for (const hook of [() => undefined, () => Promise.reject(new Error("no summary"))] as OnContextOverflow[]) {
      const model = scriptedModel().fail(tooLong()).repeat();
      await expect(run(hook, model)).rejects.toMatchObject({ code: "CONTEXT_OVERFLOW", details: { tokens: 208_310 } });
      expect(model.calls).toHaveLength(1);
    }
  });

  it("[F74] of an agent's own goes first, and what it left goes to the fallbacks as well", async () => {
    const model = scriptedModel().fail(tooLong()).fail(tooLong());
    const fallback = scriptedModel().say("done");
    const swarm = new SwarmAgent({
      entry: "a",
      onContextOverflow: () => undefined,
      agents: { a: { model, fallbacks: [fallback], onContextOverflow: () => history.lastTurns(1) } },
    });
    await swarm.compile().invoke({ messages: longLog() });
    expect(shape(promptOf(fallback))).toEqual(["human: q4"]);
  });
});
