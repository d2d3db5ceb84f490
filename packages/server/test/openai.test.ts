import { AIMessage } from "@langchain/core/messages";
import type { AIMessageFields } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import OpenAI from "openai";
import type { ChatCompletionChunk, ChatCompletionMessageParam } from "openai/resources/chat/completions";
import { RUN_TOOLS, SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { createApp } from "../src/http/app.ts";
import type { AppOptions } from "../src/http/app.ts";
import type { ServerFailure } from "../src/http/errors.ts";
import type { ServedSwarm } from "../src/swarms/served-swarm.ts";
import { serving } from "./serving.ts";

const KEY = "a-key-of-the-tests";

/** Serves swarms, and gives OpenAI's own client of them. */
async function talking<T>(
  swarms: Record<string, ServedSwarm>,
  act: (client: OpenAI) => Promise<T>,
  options: Partial<AppOptions> = {},
): Promise<T> {
  return serving(createApp({ swarms, apiKey: KEY, ...options }), (port) =>
    act(new OpenAI({ apiKey: KEY, baseURL: `http://127.0.0.1:${port}/v1`, maxRetries: 0 })),
  );
}

const spent = { input_tokens: 10, output_tokens: 5, total_tokens: 15 };
const spending = (text: string): AIMessage =>
  new AIMessage({ content: text, usage_metadata: spent } as AIMessageFields);

function support(billing = scriptedModel().raw(spending("You will get it back."))) {
  return new SwarmAgent({
    entry: "triage",
    agents: {
      triage: { model: scriptedModel().handoff("billing").handoff("billing"), canHandoffTo: ["billing"] },
      billing: { model: billing, tools: [RUN_TOOLS] },
    },
  });
}

function lonely(model: ReturnType<typeof scriptedModel>, saver?: MemorySaver) {
  const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [RUN_TOOLS] } } });
  return saver === undefined ? swarm.compile() : swarm.compile({ checkpointer: saver });
}

const user = (content: string) => ({ role: "user" as const, content });
const getRate = {
  type: "function" as const,
  function: { name: "get_rate", description: "The rate.", parameters: { type: "object", properties: {} } },
};

async function chunksOf(stream: AsyncIterable<ChatCompletionChunk>): Promise<ChatCompletionChunk[]> {
  const chunks: ChatCompletionChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

const textOf = (chunks: readonly ChatCompletionChunk[]): string =>
  chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");

/** What the client throws. */
async function refusalOf(asked: Promise<unknown>): Promise<{ status: unknown; code: unknown; error: unknown }> {
  const error: unknown = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof OpenAI.APIError)) throw new Error(`not refused: ${String(error)}`);
  return { status: error.status as unknown, code: error.code, error: error.error as unknown };
}

describe("/v1/models", () => {
  it("lists each swarm as a model, and knows no other", async () => {
    await talking({ support: support().compile(), other: lonely(scriptedModel()) }, async (client) => {
      const { data } = await client.models.list();
      expect(data.map(({ id, object }) => [id, object])).toEqual([
        ["support", "model"],
        ["other", "model"],
      ]);
      expect((await client.models.retrieve("support")).owned_by).toBe("swarmgraph");
      expect(await refusalOf(client.models.retrieve("nobody"))).toMatchObject({ status: 404, code: "model_not_found" });
    });
  });
});

describe("/v1/chat/completions", () => {
  it("answers as a whole, with the usage, and hides handoffs", async () => {
    await talking({ support: support().compile() }, async (client) => {
      const answer = await client.chat.completions.create({ model: "support", messages: [user("Twice charged")] });
      expect(answer.choices).toEqual([
        {
          index: 0,
          message: { role: "assistant", content: "You will get it back.", refusal: null },
          logprobs: null,
          finish_reason: "stop",
        },
      ]);
      expect(answer).toMatchObject({ object: "chat.completion", model: "support" });
      // Two of them are the prompt that triage was given.
      expect(answer.usage).toEqual({ prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 });
    });
  });

  it("streams what is said piece by piece, with the usage where it is asked for", async () => {
    const told = async (include: boolean): Promise<ChatCompletionChunk[]> =>
      talking({ support: support(scriptedModel().say("You will get your money back.")).compile() }, async (client) =>
        chunksOf(
          await client.chat.completions.create({
            model: "support",
            messages: [user("Hi")],
            stream: true,
            ...(include && { stream_options: { include_usage: true } }),
          }),
        ),
      );
    const [plain, counted] = [await told(false), await told(true)];
    expect(textOf(plain)).toBe("You will get your money back.");
    expect(plain.length).toBeGreaterThan(3);
    expect(plain.at(-1)?.choices[0]?.finish_reason).toBe("stop");
    expect(plain.some(({ usage }) => usage != null)).toBe(false);
    expect(counted.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) as number } });
  });

  it("gives the client's tools to the agents, and takes their results where the agent was", async () => {
    const billing = scriptedModel().tool("get_rate", { currency: "EUR" }, { id: "call_1" }).say("It is 2.5%.");
    await talking({ support: support(billing).compile() }, async (client) => {
      const messages: ChatCompletionMessageParam[] = [user("The rate?")];
      const asked = await client.chat.completions.create({ model: "support", messages, tools: [getRate] });
      const [choice] = asked.choices;
      expect(choice?.finish_reason).toBe("tool_calls");
      expect(choice?.message).toMatchObject({
        content: null,
        tool_calls: [
          { id: "call_1", type: "function", function: { name: "get_rate", arguments: '{"currency":"EUR"}' } },
        ],
      });
      messages.push(
        { role: "assistant", content: null, tool_calls: choice?.message.tool_calls ?? [] },
        { role: "tool", tool_call_id: "call_1", content: "2.5" },
      );
      const stream = await client.chat.completions.create({
        model: "support",
        messages,
        tools: [getRate],
        stream: true,
      });
      expect(textOf(await chunksOf(stream))).toBe("It is 2.5%.");
      // The run went on: had it begun anew, triage would have handed over once more.
      expect(billing.calls).toHaveLength(2);
      expect(billing.calls[1]?.messages.map(({ type }) => type)).toEqual(expect.arrayContaining(["ai", "tool"]));
    });
  });

  it("takes results of calls that no run waits for any more as a chat of its own", async () => {
    const model = scriptedModel().say("It is 2.5%.");
    await talking({ a: lonely(model) }, async (client) => {
      const call = { id: "call_9", type: "function" as const, function: { name: "get_rate", arguments: "{}" } };
      const answer = await client.chat.completions.create({
        model: "a",
        messages: [
          { role: "system", content: "Be brief." },
          user("The rate?"),
          { role: "assistant", content: null, tool_calls: [call] },
          { role: "tool", tool_call_id: "call_9", content: "2.5" },
        ],
        tools: [getRate],
      });
      expect(answer.choices[0]?.message.content).toBe("It is 2.5%.");
      expect(model.calls[0]?.messages.map(({ type }) => type)).toEqual(["system", "human", "ai", "tool"]);
    });
  });

  it("keeps nothing of a request without a user", async () => {
    const model = scriptedModel().say("Yes.").repeat();
    const saver = new MemorySaver();
    await talking({ a: lonely(model, saver) }, async (client) => {
      const ask = async (content: string) => client.chat.completions.create({ model: "a", messages: [user(content)] });
      await ask("One?");
      await ask("Two?");
      expect(model.calls[1]?.messages.map(({ text }) => text)).toEqual(["Two?"]);
      expect(Object.keys(saver.storage)).toEqual([]);
    });
  });

  it("keeps a user's thread, and takes what is new of each request", async () => {
    const model = scriptedModel().say("Hello Ann.").say("You are Ann.").say("Who?");
    await talking({ a: lonely(model, new MemorySaver()) }, async (client) => {
      const ask = async (who: string, ...messages: ChatCompletionMessageParam[]) =>
        client.chat.completions.create({ model: "a", messages, user: who });
      await ask("ann", user("I am Ann."));
      await ask("ann", user("I am Ann."), { role: "assistant", content: "Hello Bob." }, user("Who am I?"));
      expect(model.calls[1]?.messages.map(({ text }) => text)).toEqual(["I am Ann.", "Hello Ann.", "Who am I?"]);
      await ask("bob", user("Who am I?"));
      expect(model.calls[2]?.messages.map(({ text }) => text)).toEqual(["Who am I?"]);
      const stale = ask("ann", user("I am Ann."), { role: "assistant", content: "Hello." });
      expect(await refusalOf(stale)).toMatchObject({ status: 400, code: "validation_error" });
    });
  });

  it("takes results of tools into a user's thread, and refuses those that nothing waits for", async () => {
    const model = scriptedModel().tool("get_rate", {}, { id: "call_1" }).say("It is 2.5%.");
    await talking({ a: lonely(model, new MemorySaver()) }, async (client) => {
      const ask = async (message: ChatCompletionMessageParam) =>
        client.chat.completions.create({ model: "a", messages: [message], user: "ann", tools: [getRate] });
      expect((await ask(user("The rate?"))).choices[0]?.finish_reason).toBe("tool_calls");
      const result = { role: "tool" as const, tool_call_id: "call_1", content: "2.5" };
      expect((await ask(result)).choices[0]?.message.content).toBe("It is 2.5%.");
      expect(await refusalOf(ask(result))).toMatchObject({ status: 409, code: "interrupt_mismatch" });
    });
  });

  it.each([
    ["an unknown model", { model: "nobody" }, 404, "model_not_found", null],
    ["no messages", { messages: [] }, 400, "validation_error", "messages"],
    [
      "a form of the answer",
      { response_format: { type: "json_object" } },
      400,
      "validation_error",
      "response_format.type",
    ],
    ["several answers", { n: 2 }, 400, "validation_error", "n"],
    ["a forced tool", { tool_choice: "required" }, 400, "validation_error", "tool_choice"],
  ] as const)("refuses %s in OpenAI's shape", async (_what, changes, status, code, param) => {
    await talking({ a: lonely(scriptedModel()) }, async (client) => {
      const body = { model: "a", messages: [user("Hi")], ...changes } as never;
      const refusal = await refusalOf(client.chat.completions.create(body));
      expect(refusal).toMatchObject({ status, code });
      expect(refusal.error).toEqual({
        message: expect.any(String) as string,
        type: expect.any(String) as string,
        param,
        code,
      });
    });
  });

  it("refuses a wrong key in OpenAI's shape", async () => {
    await talking({ a: lonely(scriptedModel()) }, async (client) => {
      const asked = client.withOptions({ apiKey: "another" }).models.list();
      expect(await refusalOf(asked)).toMatchObject({ status: 401, code: "unauthorized" });
    });
  });

  it("tells nobody but the operator what a provider said", async () => {
    const failures: ServerFailure[] = [];
    const broken = new Error("sk-very-secret");
    const model = scriptedModel().fail(broken).cut("It", broken);
    const options = { onFailure: (failure: ServerFailure) => failures.push(failure) };
    await talking(
      { a: lonely(model) },
      async (client) => {
        const whole = await refusalOf(client.chat.completions.create({ model: "a", messages: [user("Hi")] }));
        const stream = await client.chat.completions.create({ model: "a", messages: [user("Hi")], stream: true });
        const late = await refusalOf(chunksOf(stream));
        expect(whole.status).toBeGreaterThanOrEqual(500);
        expect(JSON.stringify([whole, late])).not.toContain("very-secret");
        expect(late.error).toMatchObject({ type: "server_error" });
        expect(failures.map(({ path }) => path)).toEqual(["/v1/chat/completions", "/v1/chat/completions"]);
      },
      options,
    );
  });

  it("says so where a run waits for what a chat cannot give", async () => {
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: scriptedModel().handoff("b").repeat(), canHandoffTo: [{ to: "b", requiresApproval: true }] },
        b: { model: scriptedModel() },
      },
    });
    await talking({ a: swarm.compile() }, async (client) => {
      const body = { model: "a", messages: [user("Hi")] };
      const whole = await refusalOf(client.chat.completions.create(body));
      expect(whole).toMatchObject({ status: 422, code: "interrupt_unsupported" });
      const stream = await client.chat.completions.create({ ...body, stream: true });
      expect(await refusalOf(chunksOf(stream))).toMatchObject({ code: "INTERRUPT_UNSUPPORTED" });
    });
  });
});
