import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { InMemoryCache } from "@langchain/core/caches";
import { tool } from "@langchain/core/tools";
import { OpenAI } from "openai";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { SwarmError } from "../../src/errors.ts";
import { createClient } from "../../src/openai/client.ts";
import { OpenAIChat, openaiChat } from "../../src/openai/index.ts";
import type { OpenAIChatOptions } from "../../src/openai/index.ts";
import { chunk, collect, completion, startWireServer, wireCall } from "./wire-server.ts";
import type { WireServer } from "./wire-server.ts";

let server: WireServer;
const chat = (options: Partial<OpenAIChatOptions> = {}) =>
  openaiChat({ model: "test-model", baseURL: server.baseURL, apiKey: "key-1", maxRetries: 0, ...options });
const add = tool(({ x }: { x: number }) => x + 1, {
  name: "add",
  description: "Adds one.",
  schema: z.object({ x: z.number() }),
});

beforeEach(async () => {
  server = await startWireServer();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
});

describe("a reply", () => {
  it("is an assistant message with usage, metadata and an id of its own", async () => {
    server.next(completion({ content: "Hello." }), completion({ content: "Hello." }));
    const model = chat();
    const [first, second] = [await model.invoke("hi"), await model.invoke("hi")];
    expect(AIMessage.isInstance(first)).toBe(true);
    expect(first.content).toBe("Hello.");
    expect(first.usage_metadata).toEqual({
      input_tokens: 10,
      output_tokens: 5,
      total_tokens: 15,
      input_token_details: { cache_read: 4 },
      output_token_details: { reasoning: 2 },
    });
    expect(first.response_metadata).toEqual({
      model_name: "test-model-1",
      system_fingerprint: "fp_1",
      finish_reason: "stop",
    });
    expect(first.id).toMatch(/^chatcmpl-1-/);
    expect(first.id).not.toBe(second.id);
  });

  it("has its calls parsed strictly, and the malformed ones beside them", async () => {
    const tool_calls = [wireCall("c1", "add", '{"x":1}'), wireCall("c2", "add", '{"x":'), wireCall("c3", "now", "")];
    server.next(completion({ tool_calls }, "tool_calls"));
    const reply = await chat().bindTools([add]).invoke("hi");
    expect(reply.content).toBe("");
    expect(reply.tool_calls).toEqual([
      { type: "tool_call", id: "c1", name: "add", args: { x: 1 } },
      { type: "tool_call", id: "c3", name: "now", args: {} },
    ]);
    expect(reply.invalid_tool_calls).toMatchObject([{ id: "c2", name: "add", args: '{"x":' }]);
  });

  it("[F53] has nothing that can run where it was cut by length", async () => {
    server.next(completion({ tool_calls: [wireCall("c1", "add", '{"x":1}')] }, "length"));
    const reply = await chat().invoke("hi");
    expect(reply.tool_calls).toEqual([]);
    expect(reply.invalid_tool_calls).toMatchObject([{ id: "c1", args: '{"x":1}', error: "cut by length" }]);
    expect(reply.response_metadata["finish_reason"]).toBe("length");
  });

  it("[F56] keeps a refusal, and a content filter's reason", async () => {
    server.next(completion({ refusal: "I will not." }), completion({ content: "" }, "content_filter"));
    const model = chat();
    const refused = await model.invoke("hi");
    expect(refused.additional_kwargs["refusal"]).toBe("I will not.");
    expect((await model.invoke("hi")).response_metadata["finish_reason"]).toBe("content_filter");
  });

  it("keeps the reasoning of local servers, under either of its names", async () => {
    server.next(completion({ content: "4", reasoning_content: "2+2" }), completion({ content: "4", reasoning: "hm" }));
    const model = chat();
    expect((await model.invoke("hi")).additional_kwargs).toEqual({ reasoning_content: "2+2" });
    expect((await model.invoke("hi")).additional_kwargs).toEqual({ reasoning_content: "hm" });
  });

  it("may lack everything but its text", async () => {
    server.next({ json: { choices: [{ message: { role: "assistant", content: "Hello." } }] } });
    const reply = await chat().invoke("hi");
    expect(reply).toMatchObject({ content: "Hello.", response_metadata: {}, usage_metadata: undefined });
    expect(reply.id).toMatch(/^chatcmpl-/);
    server.next({ json: { choices: [{ message: {} }], usage: { prompt_tokens: 2, completion_tokens: 3 } } });
    expect((await chat().invoke("hi")).usage_metadata).toEqual({ input_tokens: 2, output_tokens: 3, total_tokens: 5 });
  });

  it("that is no completion is MODEL_INVALID", async () => {
    server.next({ json: { error: { message: "upstream is down" } } }, { json: { choices: [] } });
    const model = chat();
    await expect(model.invoke("hi")).rejects.toMatchObject({
      code: "MODEL_INVALID",
      message: expect.stringContaining("upstream is down"),
    });
    await expect(model.invoke("hi")).rejects.toMatchObject({ code: "MODEL_INVALID" });
  });
});

describe("a request", () => {
  it("has the model and the messages, and nothing that was not asked for", async () => {
    server.next(completion({ content: "" }));
    await chat().invoke([new HumanMessage("hi")]);
    expect(server.requests[0]?.path).toBe("/v1/chat/completions");
    expect(server.requests[0]?.headers["authorization"]).toBe("Bearer key-1");
    expect(server.lastBody).toEqual({
      model: "test-model",
      messages: [{ role: "user", content: "hi" }],
      stream: false,
    });
  });

  it("has every setting", async () => {
    server.next(completion({ content: "" }));
    const model = chat({
      temperature: 0,
      maxTokens: 9,
      seed: 1,
      parallelToolCalls: true,
      responseFormat: { type: "json_object" },
      extraBody: { top_k: 3, seed: 2 },
    });
    await model.bindTools([add], { tool_choice: "any" }).invoke("hi", { stop: ["END"] });
    expect(server.lastBody).toMatchObject({
      temperature: 0,
      max_tokens: 9,
      seed: 2,
      top_k: 3,
      stop: ["END"],
      response_format: { type: "json_object" },
      parallel_tool_calls: true,
      tool_choice: "required",
      tools: [{ function: { name: "add" } }],
    });
  });

  it("has the options of the call over those of the model", async () => {
    server.next(completion({ content: "" }));
    const model = chat({ responseFormat: { type: "json_object" }, parallelToolCalls: true });
    await model.invoke("hi", {
      tools: [add],
      tool_choice: "add",
      parallel_tool_calls: false,
      response_format: { type: "text" },
    });
    expect(server.lastBody).toMatchObject({
      tools: [{ type: "function", function: { name: "add" } }],
      tool_choice: { type: "function", function: { name: "add" } },
      parallel_tool_calls: false,
      response_format: { type: "text" },
    });
  });

  it("[O6] never has an empty list of tools, nor what belongs to tools without any", async () => {
    server.next(completion({ content: "" }));
    await chat({ parallelToolCalls: false }).bindTools([], { tool_choice: "any" }).invoke("hi");
    expect(Object.keys(server.lastBody).toSorted()).toEqual(["messages", "model", "stream"]);
  });

  it("[O5] has strict tools and one call at a time where that is asked for", async () => {
    server.next(...[1, 2, 3].map(() => completion({ content: "" })));
    await chat({ strictTools: true }).bindTools([add]).invoke("hi");
    expect(server.lastBody).toMatchObject({
      tools: [{ function: { name: "add", strict: true, parameters: { additionalProperties: false } } }],
      parallel_tool_calls: false,
    });
    await chat({ strictTools: true }).bindTools([add], { strict: false }).invoke("hi");
    expect(JSON.stringify(server.lastBody)).not.toMatch(/strict|parallel/);
    await chat().bindTools([add], { strict: true, parallel_tool_calls: true }).invoke("hi");
    expect(server.lastBody).toMatchObject({ tools: [{ function: { strict: true } }], parallel_tool_calls: true });
  });

  it("sends a malformed call with the answer that the model got for it", async () => {
    server.next(
      completion({ tool_calls: [wireCall("c1", "add", '{"x":')] }, "tool_calls"),
      completion({ content: "" }),
    );
    const model = chat();
    const reply = await model.invoke("hi");
    await model.invoke(["hi", reply, new ToolMessage({ content: "not JSON", tool_call_id: "c1" })]);
    expect(server.lastBody.messages.slice(1)).toEqual([
      { role: "assistant", content: null, tool_calls: [wireCall("c1", "add", "{}")] },
      { role: "tool", tool_call_id: "c1", content: "not JSON" },
    ]);
  });

  it("has the limit of tokens under OpenAI's name at OpenAI's own endpoint", () => {
    const model = openaiChat({ model: "m", apiKey: "k", baseURL: "https://api.openai.com/v1", maxTokens: 9 });
    expect(model.invocationParams()).toEqual({ model: "m", max_completion_tokens: 9 });
  });
});

describe("the client", () => {
  it("takes key and base URL from the environment", async () => {
    vi.stubEnv("OPENAI_API_KEY", "env-key");
    vi.stubEnv("OPENAI_BASE_URL", server.baseURL);
    server.next(completion({ content: "" }));
    await openaiChat({ model: "m" }).invoke("hi");
    expect(server.requests[0]?.headers["authorization"]).toBe("Bearer env-key");
  });

  it("sends a placeholder to a server that is named without a key", async () => {
    vi.stubEnv("OPENAI_API_KEY", "");
    server.next(completion({ content: "" }));
    await openaiChat({ model: "m", baseURL: server.baseURL }).invoke("hi");
    expect(server.requests[0]?.headers["authorization"]).toBe("Bearer no-key");
  });

  it("refuses to be made for OpenAI without a key", () => {
    vi.stubEnv("OPENAI_API_KEY", "");
    vi.stubEnv("OPENAI_BASE_URL", "");
    expect(() => openaiChat({ model: "m" })).toThrow(/OPENAI_API_KEY/);
  });

  it("logs nothing of its own accord", () => {
    expect(createClient({ apiKey: "k" }).logLevel).toBe("off");
  });

  it("may be the caller's own", async () => {
    server.next(completion({ content: "" }));
    const client = new OpenAI({ apiKey: "own", baseURL: server.baseURL, defaultHeaders: { "x-team": "a" } });
    await openaiChat({ model: "m", client }).invoke("hi");
    expect(server.requests[0]?.headers).toMatchObject({ authorization: "Bearer own", "x-team": "a" });
  });

  it("shows its key to nobody who looks at the model", () => {
    const model = chat({ apiKey: "sk-secret" });
    expect(
      `${JSON.stringify(model)}${JSON.stringify(model.lc_kwargs)}${JSON.stringify(model.invocationParams())}`,
    ).not.toContain("sk-secret");
    expect(Object.values(model)).not.toContain("sk-secret");
  });
});

describe("errors", () => {
  it("try again after 429 as Retry-After says, and after 500", async () => {
    const slow = { status: 429, headers: { "retry-after": "0.01" }, json: { error: { message: "slow down" } } };
    const broken = { status: 500, headers: { "retry-after-ms": "1" }, json: { error: { message: "oops" } } };
    server.next(slow, broken, completion({ content: "there" }));
    expect((await chat({ maxRetries: 2 }).invoke("hi")).content).toBe("there");
    expect(server.requests.map(({ headers }) => headers["x-stainless-retry-count"])).toEqual(["0", "1", "2"]);
  });

  it.each([400, 401, 404, 422, 429, 500, 503])("keep status %i, the body's words and the headers", async (status) => {
    server.next({
      status,
      headers: { "retry-after": "7", "x-request-id": "req_1" },
      json: { error: { message: "the reason", code: "some_code" } },
    });
    const error: unknown = await chat()
      .invoke("hi")
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status, code: "some_code", requestID: "req_1" });
    expect((error as Error).message).toContain("the reason");
    expect((error as { headers: Headers }).headers.get("retry-after")).toBe("7");
    expect(server.requests).toHaveLength(1);
  });

  it("keep the status where a stream is refused", async () => {
    server.next({ status: 400, json: { error: { message: "bad" } } });
    await expect(chat().stream("hi")).rejects.toMatchObject({ status: 400 });
  });

  it("name a server that does not answer in time MODEL_TIMEOUT", async () => {
    server.next({ never: true });
    const error: unknown = await chat({ timeoutMs: 50 })
      .invoke("hi")
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SwarmError);
    expect(error).toMatchObject({ code: "MODEL_TIMEOUT", retryable: true, cause: expect.any(Error) });
  });

  it("keep the cause where nobody listens", async () => {
    const model = chat();
    const { baseURL } = server;
    await server.close();
    server = await startWireServer();
    expect(baseURL).not.toBe(server.baseURL);
    await expect(model.invoke("hi")).rejects.toMatchObject({ cause: { cause: { code: "ECONNREFUSED" } } });
  });
});

describe("an abort", () => {
  it("ends the request, and rejects with the signal's reason", async () => {
    server.next({ never: true });
    const controller = new AbortController();
    const reply = chat().invoke("hi", { signal: controller.signal });
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    controller.abort(new Error("enough"));
    await expect(reply).rejects.toThrow(/enough|abort/i);
    await expect(server.requests[0]?.dropped).resolves.toBeUndefined();
  });

  it("rejects with the signal's reason where the model itself is asked", async () => {
    server.next({ never: true });
    const controller = new AbortController();
    const reply = chat()._generate([new HumanMessage("hi")], { signal: controller.signal });
    await vi.waitFor(() => expect(server.requests).toHaveLength(1));
    controller.abort(new Error("enough"));
    await expect(reply).rejects.toThrow("enough");
  });

  it("that came before the call rejects it without a request", async () => {
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(chat()._generate([new HumanMessage("hi")], { signal })).rejects.toThrow("enough");
    expect(server.requests).toEqual([]);
  });

  it("leaves nothing on a signal that lives through many calls", async () => {
    const { signal } = new AbortController();
    const listeners: string[] = [];
    vi.spyOn(signal, "addEventListener").mockImplementation(() => listeners.push("on"));
    vi.spyOn(signal, "removeEventListener").mockImplementation(() => listeners.push("off"));
    server.next(completion({ content: "" }), { events: [chunk({ content: "" }, "stop")] }, { status: 400, json: {} });
    const model = chat();
    await model._generate([], { signal });
    await collect(model._streamResponseChunks([], { signal }));
    await expect(model._generate([], { signal })).rejects.toMatchObject({ status: 400 });
    expect(listeners).toEqual(["on", "off", "on", "off", "on", "off"]);
  });

  it("ends a stream in the middle", async () => {
    server.next({ events: [chunk({ content: "one" })], end: "hang" });
    const controller = new AbortController();
    const seen: unknown[] = [];
    const read = async () => {
      for await (const piece of await chat().stream("hi", { signal: controller.signal })) {
        seen.push(piece.content);
        controller.abort(new Error("enough"));
      }
    };
    await expect(read()).rejects.toThrow(/enough|abort/i);
    expect(seen).toEqual(["one"]);
    await expect(server.requests[0]?.dropped).resolves.toBeUndefined();
  });

  it("of a stream that nobody reads on ends the request too", async () => {
    server.next({ events: [chunk({ content: "one" })], end: "hang" });
    for await (const piece of await chat().stream("hi")) {
      expect(piece.content).toBe("one");
      break;
    }
    await expect(server.requests[0]?.dropped).resolves.toBeUndefined();
  });
});

describe("the model", () => {
  it("says what it is", () => {
    const model = chat({ temperature: 0.5, maxTokens: 9, tags: ["a"], metadata: { b: 1 } });
    expect(model).toBeInstanceOf(OpenAIChat);
    expect([OpenAIChat.lc_name(), model._llmType(), model.model]).toEqual(["OpenAIChat", "openai", "test-model"]);
    expect(model.getLsParams({ stop: ["END"] })).toEqual({
      ls_provider: "openai",
      ls_model_name: "test-model",
      ls_model_type: "chat",
      ls_temperature: 0.5,
      ls_max_tokens: 9,
      ls_stop: ["END"],
    });
    expect(chat().getLsParams({})).toEqual({
      ls_provider: "openai",
      ls_model_name: "test-model",
      ls_model_type: "chat",
    });
    expect(model).toMatchObject({ tags: ["a"], metadata: { b: 1 } });
  });

  it("shares a cache with no other model", async () => {
    server.next(completion({ content: "a" }), completion({ content: "b" }));
    const cache = new InMemoryCache();
    const [one, other] = [chat({ cache }), chat({ cache, model: "other" })];
    const said = [await one.invoke("hi"), await one.invoke("hi"), await other.invoke("hi")];
    expect(said.map(({ content }) => content)).toEqual(["a", "a", "b"]);
  });
});
