import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import type { HandleLLMNewTokenCallbackFields } from "@langchain/core/callbacks/base";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { concat } from "@langchain/core/utils/stream";
import { Annotation, MessagesAnnotation, StateGraph } from "@langchain/langgraph";
import { MemorySaver } from "@langchain/langgraph-checkpoint";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SwarmError } from "../../src/errors.ts";
import { openaiChat } from "../../src/openai/index.ts";
import type { OpenAIChatOptions } from "../../src/openai/index.ts";
import { calls, chunk, collect, completion, startWireServer, USAGE_EVENT, wireCall } from "./wire-server.ts";
import type { Answer, WireServer } from "./wire-server.ts";

let server: WireServer;
const chat = (options: Partial<OpenAIChatOptions> = {}) =>
  openaiChat({ model: "test-model", baseURL: server.baseURL, maxRetries: 0, ...options });

/** Makes BaseChatModel stream inside `invoke`, as LangGraph's stream mode "messages" does. */
class Listener extends BaseCallbackHandler {
  readonly name = "listener";
  readonly lc_prefer_streaming = true;
  readonly tokens: string[] = [];
  readonly chunks: unknown[] = [];

  override handleLLMNewToken(
    token: string,
    _place: unknown,
    _runId: string,
    _parentRunId?: string,
    _tags?: string[],
    fields?: HandleLLMNewTokenCallbackFields,
  ): void {
    this.tokens.push(token);
    this.chunks.push(fields?.chunk);
  }
}

/** The three ways in which a stream becomes one message: the caller adds up, LangChain does, and LangChain by events. */
const WAYS: [string, (model: ReturnType<typeof chat>) => Promise<AIMessageChunk | AIMessage>][] = [
  [
    "stream() added up",
    async (model) => {
      let whole: AIMessageChunk | undefined;
      for await (const piece of await model.stream("hi")) whole = whole === undefined ? piece : concat(whole, piece);
      return whole as AIMessageChunk;
    },
  ],
  ["invoke() under a handler that prefers streaming", (model) => model.invoke("hi", { callbacks: [new Listener()] })],
  ["invoke() under a handler that prefers events", (model) => model.invoke("hi", { callbacks: [new EventListener()] })],
];

class EventListener extends BaseCallbackHandler {
  readonly name = "event-listener";
  readonly lc_prefer_chat_model_stream_events = true;
}

beforeEach(async () => {
  server = await startWireServer();
});
afterEach(async () => {
  await server.close();
});

const CALLS: Answer = {
  events: [
    chunk({ role: "assistant", content: "" }),
    chunk({ content: "Let me " }),
    chunk({ content: "see." }),
    calls({ index: 0, id: "c1", function: { name: "add", arguments: "" } }),
    calls({ index: 1, id: "c2", function: { name: "add", arguments: '{"x":' } }),
    calls({ index: 0, function: { arguments: '{"x":1}' } }),
    chunk({}, "tool_calls"),
    USAGE_EVENT,
  ],
};

describe.each(WAYS)("a streamed reply, by %s", (way, read) => {
  const isByEvents = way.includes("events");

  it("is the reply as it would be without a stream", async () => {
    server.next({ events: [chunk({ content: "Hel" }), chunk({ content: "lo." }), chunk({}, "stop"), USAGE_EVENT] });
    const reply = await read(chat());
    expect(reply.text).toBe("Hello.");
    expect([reply.tool_calls, reply.invalid_tool_calls]).toEqual([[], []]);
    expect(reply.usage_metadata).toMatchObject({
      input_tokens: 10,
      output_tokens: 5,
      total_tokens: 15,
    });
    expect(reply.response_metadata).toMatchObject({ model_name: "test-model-1", finish_reason: "stop" });
    expect(reply.id).toMatch(/^chatcmpl-1-/);
  });

  it("has whole calls and malformed ones told apart strictly", async () => {
    server.next(CALLS);
    const reply = await read(chat());
    expect(reply.text).toBe("Let me see.");
    expect(reply.tool_calls).toEqual([{ type: "tool_call", id: "c1", name: "add", args: { x: 1 } }]);
    expect(reply.invalid_tool_calls).toMatchObject([
      {
        type: "invalid_tool_call",
        id: "c2",
        name: "add",
        args: '{"x":',
        error: expect.stringContaining("not valid JSON"),
      },
    ]);
  });

  it("[F53] has nothing that can run where it was cut by length", async () => {
    const events = [
      calls({ index: 0, id: "c1", function: { name: "add", arguments: '{"x":1}' } }),
      chunk({}, "length"),
    ];
    server.next({ events });
    const reply = await read(chat());
    expect(reply.tool_calls).toEqual([]);
    expect(reply.invalid_tool_calls).toMatchObject([{ id: "c1", args: '{"x":1}', error: "cut by length" }]);
    expect(reply.response_metadata["finish_reason"]).toBe("length");
  });

  it("keeps a whole call that comes in one event (Ollama), also without index or id", async () => {
    server.next({
      events: [
        calls({ function: { name: "add", arguments: '{"x":1}' } }, { function: { name: "add", arguments: '{"x":2}' } }),
        chunk({ content: "" }, "stop"),
      ],
    });
    const reply = await read(chat());
    expect(reply.tool_calls?.map(({ name, args }) => [name, args])).toEqual([
      ["add", { x: 1 }],
      ["add", { x: 2 }],
    ]);
    expect(new Set(reply.tool_calls?.map(({ id }) => id)).size).toBe(2);
  });

  it("has each name once, where a server repeats it in every delta (llama.cpp)", async () => {
    const delta = (args: string) => calls({ index: 0, id: "c1", function: { name: "add", arguments: args } });
    server.next({ events: [delta(""), delta('{"x"'), delta(":1}"), chunk({}, "tool_calls")] });
    expect((await read(chat())).tool_calls).toEqual([{ type: "tool_call", id: "c1", name: "add", args: { x: 1 } }]);
  });

  it("keeps a refusal and the reasoning", async () => {
    server.next({
      events: [
        chunk({ reasoning_content: "he " }),
        chunk({ reasoning_content: "asks" }),
        chunk({ refusal: "I will " }),
        chunk({ refusal: "not." }),
        chunk({}, "stop"),
      ],
    });
    const reply = await read(chat());
    expect(reply.additional_kwargs["refusal"]).toBe("I will not.");
    if (isByEvents) expect(reply.contentBlocks).toMatchObject([{ type: "reasoning", reasoning: "he asks" }]);
    else expect(reply.additional_kwargs["reasoning_content"]).toBe("he asks");
  });

  it("[F56] keeps the content filter's reason", async () => {
    server.next({ events: [chunk({ content: "I" }), chunk({}, "content_filter")] });
    expect((await read(chat())).response_metadata["finish_reason"]).toBe("content_filter");
  });

  it.each<[string, Answer]>([
    ["[B161] breaks off in the middle of a text", { events: [chunk({ content: "one" })], end: "cut" }],
    [
      "[F52] breaks off in the middle of a call",
      { events: [calls({ index: 0, id: "c1", function: { name: "add", arguments: "{}" } })], end: "cut" },
    ],
    ["breaks off before anything came", { events: [], end: "cut" }],
    ["[B161] ends without a finish_reason", { events: [chunk({ content: "one" })], end: "done" }],
    ["ends without a finish_reason or [DONE]", { events: [chunk({ content: "one" })], end: "silent" }],
    ["is empty", { events: [] }],
    ["says that it failed", { events: [chunk({ content: "one" }), { error: { message: "out of memory" } }] }],
    ["holds no JSON", { events: [chunk({ content: "one" }), "{broken"] }],
  ])("that %s is STREAM_INTERRUPTED, and no answer", async (title, answer) => {
    server.next(answer);
    const error: unknown = await read(chat()).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SwarmError);
    expect(error).toMatchObject({ code: "STREAM_INTERRUPTED", retryable: true });
    if (/breaks|failed|JSON/.test(title)) expect((error as SwarmError).cause).toBeInstanceOf(Error);
    expect(server.requests).toHaveLength(1);
  });

  it("survives being stored and sent back", async () => {
    server.next(CALLS, completion({ content: "3" }));
    const model = chat();
    const reply = await read(model);
    const { serde } = new MemorySaver();
    const [type, bytes] = await serde.dumpsTyped(reply);
    const loaded = (await serde.loadsTyped(type, bytes)) as AIMessage;
    expect(AIMessage.isInstance(loaded)).toBe(true);
    expect(loaded.tool_calls).toMatchObject([{ id: "c1", args: { x: 1 } }]);
    expect(loaded.invalid_tool_calls).toMatchObject([{ id: "c2", args: '{"x":' }]);
    await model.invoke([loaded]);
    expect(server.lastBody.messages).toEqual([
      {
        role: "assistant",
        content: "Let me see.",
        tool_calls: [wireCall("c1", "add", '{"x":1}'), wireCall("c2", "add", "{}")],
      },
    ]);
  });
});

describe("a stream", () => {
  it("asks for its usage, unless that is turned off", async () => {
    const answer = { events: [chunk({ content: "a" }, "stop")] };
    server.next(answer, answer);
    await collect(chat().stream("hi"));
    expect(server.lastBody).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    await collect(chat({ streamUsage: false }).stream("hi"));
    expect(server.lastBody).not.toHaveProperty("stream_options");
  });

  it("takes usage, model and fingerprint from whichever event has them, the last first", async () => {
    const usage = (count: number) => ({ prompt_tokens: count, completion_tokens: count, total_tokens: 2 * count });
    server.next({
      events: [
        { ...chunk({ content: "a" }), usage: usage(1), system_fingerprint: "fp_1" },
        { ...chunk({}, "stop"), usage: usage(2), model: "" },
        { choices: [] },
        { choices: [{ index: 1, delta: { content: "another choice" }, finish_reason: "length" }] },
        { choices: [{ delta: { content: "b" } }] },
      ],
    });
    const reply = await chat().invoke("hi", { callbacks: [new Listener()] });
    expect(reply).toMatchObject({
      content: "ab",
      usage_metadata: { input_tokens: 2, output_tokens: 2, total_tokens: 4 },
      response_metadata: { finish_reason: "stop", model_name: "test-model-1", system_fingerprint: "fp_1" },
    });
  });

  it("[B135] gives text and calls as they come, with ids and names once, and calls that can run only at its end", async () => {
    server.next(CALLS);
    const pieces = await collect(chat().stream("hi"));
    expect(pieces.map(({ content }) => content).filter((text) => text !== "")).toEqual(["Let me ", "see."]);
    expect(pieces.flatMap((piece) => piece.tool_call_chunks ?? [])).toEqual([
      { type: "tool_call_chunk", index: 0, id: "c1", name: "add", args: "" },
      { type: "tool_call_chunk", index: 1, id: "c2", name: "add", args: '{"x":' },
      { type: "tool_call_chunk", index: 0, args: '{"x":1}' },
    ]);
    expect(pieces.slice(0, -1).flatMap(({ tool_calls: made }) => made)).toEqual([]);
    expect(pieces.at(-1)?.tool_calls).toHaveLength(1);
    expect(new Set(pieces.map(({ id }) => id)).size).toBe(1);
  });

  it("has no calls in what has been added up before its end", async () => {
    server.next(CALLS);
    const pieces = await collect(chat().stream("hi"));
    const partial = pieces.slice(0, -1).reduce((whole, piece) => concat(whole, piece));
    expect(partial.tool_calls).toEqual([]);
    expect(partial.tool_call_chunks).toMatchObject([{ args: '{"x":1}' }, { args: '{"x":' }]);
    expect(partial.toJSON()).toMatchObject({ id: ["langchain_core", "messages", "AIMessageChunk"] });
    const whole = concat(partial, pieces.at(-1) as AIMessageChunk);
    expect(whole.tool_call_chunks).toEqual([]);
    expect(concat(whole, new AIMessageChunk("")).tool_calls).toEqual(whole.tool_calls);
  });

  it("tells the callbacks each token and its chunk", async () => {
    server.next({ events: [chunk({ content: "a" }), chunk({ content: "b" }), chunk({}, "stop")] });
    const listener = new Listener();
    await chat().invoke("hi", { callbacks: [listener] });
    expect(listener.tokens).toEqual(["a", "b", ""]);
    expect(listener.chunks).toMatchObject([{ text: "a" }, { text: "b" }, { text: "" }]);
  });

  it("in LangChain's standard content keeps its calls apart too", async () => {
    server.next(CALLS, CALLS);
    for (const callbacks of [[new Listener()], []]) {
      const model = chat({ outputVersion: "v1" });
      const reply = callbacks.length > 0 ? await model.invoke("hi", { callbacks }) : await addUp(model);
      expect(reply.tool_calls).toMatchObject([{ id: "c1", args: { x: 1 } }]);
      expect(reply.invalid_tool_calls).toMatchObject([{ id: "c2" }]);
    }
  });

  it("of events numbers text, reasoning and calls apart, and says how it ended", async () => {
    server.next({
      events: [
        chunk({ reasoning: "hm" }),
        chunk({ content: "a" }),
        calls({ index: 0, id: "c1", function: { name: "add", arguments: '{"x"' } }),
        calls({ index: 0, function: { arguments: ":1" } }, { index: 0, function: { arguments: "}" } }),
        chunk({ content: "b" }),
        chunk({}, "tool_calls"),
        USAGE_EVENT,
      ],
    });
    const events = await collect(chat().streamEvents("hi"));
    const finished = events.filter((event) => event.event === "content-block-finish");
    expect(finished.map(({ index, content }) => [index, content])).toEqual([
      [0, { type: "reasoning", reasoning: "hm" }],
      [1, { type: "text", text: "ab" }],
      [2, { type: "tool_call", id: "c1", name: "add", args: { x: 1 } }],
    ]);
    expect(events.filter((event) => event.event === "content-block-start")).toMatchObject([
      { content: { reasoning: "" } },
      { content: { text: "" } },
      { content: { type: "tool_call_chunk", id: "c1", name: "add", args: "" } },
    ]);
    expect(events.at(-1)).toMatchObject({
      event: "message-finish",
      reason: "tool_use",
      usage: { total_tokens: 15 },
      responseMetadata: { finish_reason: "tool_calls" },
    });
  });

  it("of events keeps a reason that LangChain has no name for", async () => {
    server.next({ events: [chunk({ content: "a" }), chunk({}, "eos")] });
    const reply = await chat().invoke("hi", { callbacks: [new EventListener()] });
    expect(reply.response_metadata["finish_reason"]).toBe("eos");
  });

  it("aborts with the signal's reason where the client ends it without an error", async () => {
    server.next({ events: [chunk({ content: "one" })], end: "hang" });
    const controller = new AbortController();
    const parts = chat()._streamResponseChunks([], { signal: controller.signal });
    await parts.next();
    controller.abort(new Error("enough"));
    await expect(parts.next()).rejects.toThrow("enough");
  });
});

describe("in a LangGraph run", () => {
  const State = Annotation.Root({ ...MessagesAnnotation.spec });
  const graphOf = (model: ReturnType<typeof chat>) =>
    new StateGraph(State)
      .addNode("model", async ({ messages }) => ({ messages: [await model.invoke(messages)] }))
      .addEdge("__start__", "model")
      .addEdge("model", "__end__")
      .compile({ checkpointer: new MemorySaver() });

  it("streams its tokens, and leaves in the checkpoint only calls that are whole", async () => {
    server.next(CALLS);
    const graph = graphOf(chat());
    const config = { configurable: { thread_id: "t1" } };
    const tokens: unknown[] = [];
    for await (const [piece] of await graph.stream({ messages: "hi" }, { ...config, streamMode: "messages" })) {
      if (piece.content !== "") tokens.push(piece.content);
    }
    expect(tokens).toEqual(["Let me ", "see."]);
    const stored = ((await graph.getState(config)).values as { messages: BaseMessage[] }).messages.at(-1) as AIMessage;
    expect(stored.tool_calls).toMatchObject([{ id: "c1", args: { x: 1 } }]);
    expect(stored.invalid_tool_calls).toMatchObject([{ id: "c2", args: '{"x":' }]);
  });

  it("keeps a second message whose server gives it the same id", async () => {
    const answer = { events: [chunk({ content: "a" }), chunk({}, "stop")] };
    server.next(answer, answer);
    const graph = graphOf(chat());
    const config = { configurable: { thread_id: "t1" }, streamMode: "messages" as const };
    for (const text of ["one", "two"]) {
      expect(await collect(graph.stream({ messages: text }, config))).not.toHaveLength(0);
    }
    expect(((await graph.getState(config)).values as { messages: unknown[] }).messages).toHaveLength(4);
  });
});

async function addUp(model: ReturnType<typeof chat>): Promise<AIMessageChunk> {
  const pieces = await collect(model.stream("hi"));
  return pieces.reduce((whole, piece) => concat(whole, piece));
}
