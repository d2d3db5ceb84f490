import type { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { CLIENTS, clientFor, profileOf } from "./clients.ts";
import type { ClientName, ClientOptions } from "./clients.ts";
import { invalidRequests } from "./strict-peer/invalid-requests.ts";
import { startStrictPeer } from "./strict-peer/strict-peer.ts";
import type { StrictPeer } from "./strict-peer/strict-peer.ts";

const add = tool(() => "3", { name: "add", description: "Adds.", schema: z.object({ a: z.number() }) });
const calls = [
  { name: "add", args: { a: 1 } },
  { name: "add", args: { a: 2 } },
];

let peer: StrictPeer;
beforeEach(async () => {
  peer = await startStrictPeer();
});
afterEach(() => peer.close());

type Way = "invoke" | "stream";
const WAYS: readonly Way[] = ["invoke", "stream"];

/** What the client makes of an answer, whole or put together from the chunks of a stream. */
async function ask(client: ClientName, way: Way, options?: ClientOptions): Promise<AIMessage> {
  const model = clientFor(client, peer, options).bindTools?.([add]);
  if (model === undefined) throw new Error(`${client} takes no tools`);
  if (way === "invoke") return model.invoke("Hi");
  let whole: AIMessageChunk | undefined;
  for await (const chunk of await model.stream("Hi")) whole = whole === undefined ? chunk : whole.concat(chunk);
  if (whole === undefined) throw new Error(`${client} streamed nothing`);
  return whole;
}

const table = CLIENTS.flatMap((client) => WAYS.map((way) => [client, way] as const));

describe("a valid request", () => {
  it.each(table)("is answered with text: %s, %s", async (client, way) => {
    peer.script(profileOf(client), "Good day to you.");
    expect((await ask(client, way)).text).toBe("Good day to you.");
    expect(peer.requests).toMatchObject([
      { profile: profileOf(client), problems: [], status: 200, streams: way === "stream" },
    ]);
    expect(peer.pending).toBe(0);
  });

  it.each(table)("is answered with calls and text: %s, %s", async (client, way) => {
    peer.script(profileOf(client), { text: "Let me see.", calls });
    const answer = await ask(client, way);
    expect(answer.text).toBe("Let me see.");
    expect(answer.tool_calls).toMatchObject(calls);
    expect(new Set(answer.tool_calls?.map(({ id }) => id)).size).toBe(2);
    expect(answer.invalid_tool_calls).toEqual([]);
  });

  it.each(WAYS)("keeps the ids that the script gives: %s", async (way) => {
    peer.script("anthropic", { calls: [{ name: "add", args: { a: 1 }, id: "toolu_mine" }] });
    expect((await ask("anthropic", way)).tool_calls).toMatchObject([{ id: "toolu_mine" }]);
  });

  it.each(table.filter(([client]) => client !== "bedrock"))("says who counted: %s, %s", async (client, way) => {
    peer.script(profileOf(client), "Hello.");
    expect((await ask(client, way)).usage_metadata).toMatchObject({ input_tokens: 10 });
  });
});

describe("thoughts", () => {
  const reply = { reasoning: "Hmm.", text: "Let me see.", calls };

  it.each(WAYS)("of Anthropic's are signed: %s", async (way) => {
    peer.script("anthropic", reply);
    const { content, tool_calls } = await ask("anthropic", way, { reasoning: true });
    expect(content[0]).toMatchObject({ type: "thinking", thinking: "Hmm.", signature: expect.stringMatching(/^Eq/) });
    expect(tool_calls).toMatchObject(calls);
  });

  it.each(WAYS)("of OpenAI's Responses are items with ids: %s", async (way) => {
    peer.script("openai-responses", reply);
    const { response_metadata, additional_kwargs } = await ask("openai-responses", way, { reasoning: true });
    expect(response_metadata["output"]).toMatchObject([
      { type: "reasoning", id: expect.stringMatching(/^rs_/), summary: [{ type: "summary_text", text: "Hmm." }] },
      { type: "message", id: expect.stringMatching(/^msg_/) },
      { type: "function_call", id: expect.stringMatching(/^fc_/), call_id: expect.stringMatching(/^call_/) },
      { type: "function_call", id: expect.stringMatching(/^fc_/), call_id: expect.stringMatching(/^call_/) },
    ]);
    expect(additional_kwargs["reasoning"]).toMatchObject({ id: expect.stringMatching(/^rs_/) });
  });

  it.each(WAYS)("of Gemini's are signed at the first call: %s", async (way) => {
    peer.script("gemini", reply);
    const { content, tool_calls, additional_kwargs } = await ask("gemini", way, { reasoning: true });
    expect(content[0]).toMatchObject({ type: "thinking", thinking: "Hmm." });
    expect(additional_kwargs["__gemini_function_call_thought_signatures__"]).toEqual({
      [String(tool_calls?.[0]?.id)]: expect.stringMatching(/^Ci/),
    });
  });

  it.each(WAYS)("of Mistral's are blocks: %s", async (way) => {
    peer.script("mistral", reply);
    const { content } = await ask("mistral", way, { reasoning: true });
    expect(content[0]).toEqual({ type: "thinking", thinking: [{ type: "text", text: "Hmm." }] });
  });

  it.each(["openai-chat", "own"] as const)("of a server that speaks OpenAI's chat are a field: %s", async (client) => {
    peer.script("openai-chat", reply);
    const answer = await ask(client, "stream");
    expect([answer.type, answer.additional_kwargs["reasoning_content"]]).toEqual(["ai", "Hmm."]);
  });
});

/** Sends a body as no client would. */
async function post(url: string, body: unknown): Promise<{ status: number; json: unknown }> {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const response = await fetch(url, { method: "POST", body: text });
  return { status: response.status, json: await response.json() };
}

describe("an invalid request", () => {
  it.each(invalidRequests)("is refused: $profile, $title", async ({ profile, path, body, rule, answer }) => {
    peer.script(profile, "Never said.");
    expect(await post(`${peer.url(profile)}${path}`, body)).toEqual(answer);
    expect(peer.requests).toMatchObject([{ profile, body, status: answer.status }]);
    expect(peer.requests[0]?.problems[0]?.rule).toBe(rule);
    expect(peer.pending).toBe(1);
  });

  it("is one that is no JSON", async () => {
    expect(await post(`${peer.url("anthropic")}/v1/messages`, "{")).toMatchObject({ status: 400 });
  });

  it("is one with another server's signature", async () => {
    peer.script("anthropic", { reasoning: "Hmm.", calls });
    const { tool_calls, content } = await ask("anthropic", "invoke", { reasoning: true });
    const thought = typeof content === "string" ? undefined : content[0];
    const turn = (signature: string) => ({
      model: "claude-sonnet-4-5",
      max_tokens: 4096,
      tools: [{ name: "add", input_schema: { type: "object" } }],
      messages: [
        { role: "user", content: "Hi" },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hmm.", signature },
            ...(tool_calls ?? []).map(({ id, name, args }) => ({ type: "tool_use", id, name, input: args })),
          ],
        },
        {
          role: "user",
          content: (tool_calls ?? []).map(({ id }) => ({ type: "tool_result", tool_use_id: id, content: "3" })),
        },
      ],
    });
    const url = `${peer.url("anthropic")}/v1/messages`;
    const refused = await post(url, turn("mine"));
    expect([refused.status, peer.requests.at(-1)?.problems]).toMatchObject([
      400,
      [{ rule: "A16", path: "messages[1].content[0].signature" }],
    ]);
    peer.script("anthropic", "3");
    expect((await post(url, turn(String(thought?.["signature"])))).status).toBe(200);
  });

  it("is one that names an item of another server's", async () => {
    const input = [
      { role: "user", content: "Hi" },
      { type: "reasoning", id: "rs_foreign", summary: [] },
      { type: "message", id: "msg_foreign", role: "assistant", content: [{ type: "output_text", text: "Yes?" }] },
      { role: "user", content: "So?" },
    ];
    const { status, json } = await post(`${peer.url("openai-responses")}/v1/responses`, { model: "gpt-5", input });
    expect([status, json]).toMatchObject([400, { error: { message: "Item with id 'rs_foreign' not found." } }]);
  });

  it("is one to an API that is none", async () => {
    expect(await post(`${peer.url("anthropic")}/v2/messages`, {})).toMatchObject({ status: 404 });
    expect(peer.requests).toEqual([]);
  });
});

/** What an error says of HTTP, wherever its client puts that. */
function httpOf(error: unknown): { status: unknown; retryAfter: unknown } {
  const { status, statusCode, headers, $metadata, $response } = error as Record<string, unknown> & {
    headers?: Headers;
    $metadata?: { httpStatusCode?: number };
    $response?: { headers?: Record<string, string> };
  };
  return {
    status: status ?? statusCode ?? $metadata?.httpStatusCode,
    retryAfter: headers?.get("retry-after") ?? $response?.headers?.["retry-after"],
  };
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  const outcome = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(outcome instanceof Error)) throw new Error("it succeeded");
  return outcome;
}

describe("a failure", () => {
  it.each(table)("comes with its status and its headers: %s, %s", async (client, way) => {
    peer.script(profileOf(client), { status: 429, headers: { "retry-after": "7" } });
    const { status, retryAfter } = httpOf(await failure(ask(client, way)));
    expect(status).toBe(429);
    // Google's client keeps no headers.
    expect(retryAfter).toBe(client === "gemini" ? undefined : "7");
    expect(peer.requests).toMatchObject([{ status: 429, problems: [] }]);
  });

  it.each(table)("is told in the provider's words: %s, %s", async (client, way) => {
    peer.script(profileOf(client), { status: 500 });
    const error = await failure(ask(client, way));
    expect(httpOf(error).status).toBe(500);
    expect(error.message).toMatch(/server had an error|Internal server error|internal error|unexpected error/);
  });

  it("can be Anthropic's own", async () => {
    peer.script("anthropic", { status: 529 });
    const error = await failure(ask("anthropic", "invoke"));
    expect(error).toMatchObject({ status: 529, message: expect.stringContaining("overloaded_error") });
  });

  it.each(CLIENTS)("is that nothing was scripted: %s", async (client) => {
    const error = await failure(ask(client, "invoke"));
    expect(error.message).toContain("nothing was scripted for this request to ");
    expect(error.message).toContain(profileOf(client));
    expect(peer.requests).toMatchObject([{ status: 500, problems: [] }]);
  });

  it("is tried again by the client where it is told to", async () => {
    peer.script("openai-chat", { status: 503, headers: { "retry-after-ms": "1" } }, "Hello.");
    expect((await ask("own", "invoke", { maxRetries: 1 })).text).toBe("Hello.");
    expect(peer.requests.map(({ status }) => status)).toEqual([503, 200]);
  });
});

describe("an answer that is cut off", () => {
  const text = "A long answer, of which nobody ever hears the end.";

  /**
   * Where a client does not simply reject. Google's stream and Mistral's body leave a second, rejected promise behind that
   * nobody can reach, so that Node ends the process; Amazon's stream takes the end of the connection for its own.
   */
  const ODD: ReadonlySet<string> = new Set(["gemini, stream", "mistral, invoke", "bedrock, stream"]);
  const even = table.filter(([client, way]) => !ODD.has(`${client}, ${way}`));

  it.each(even)("rejects: %s, %s", async (client, way) => {
    peer.script(profileOf(client), { text, cutAfter: 2 });
    const error = await failure(ask(client, way));
    expect(httpOf(error).status).toBe(client === "bedrock" ? 200 : undefined);
  });

  it.each(even.filter(([, way]) => way === "stream"))("rejects before its first event: %s", async (client, way) => {
    peer.script(profileOf(client), { text, cutAfter: 0 });
    expect(await failure(ask(client, way))).toBeInstanceOf(Error);
  });

  it("has no reason to stop where Amazon's client takes it for whole", async () => {
    peer.script("bedrock", { text, cutAfter: 2 });
    const answer = await ask("bedrock", "stream");
    expect(text.startsWith(answer.text)).toBe(true);
    expect(answer.response_metadata).not.toHaveProperty("messageStop");
  });

  const hi = { messages: [{ role: "user", content: "Hi" }], stream: true };
  it.each([
    ["openai-chat", "/v1/chat/completions", { model: "gpt-4.1", ...hi }],
    ["mistral", "/v1/chat/completions", { model: "mistral-large-latest", ...hi }],
    [
      "gemini",
      "/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse",
      { contents: [{ role: "user", parts: [{ text: "Hi" }] }] },
    ],
  ] as const)("comes with what was sent before: %s", async (profile, path, body) => {
    peer.script(profile, { reasoning: "Hmm.", text, calls: [{ name: "add" }], cutAfter: 2 });
    const { body: stream } = await fetch(peer.url(profile) + path, { method: "POST", body: JSON.stringify(body) });
    const parts: string[] = [];
    const error = await failure(
      (async () => {
        for await (const part of stream ?? []) parts.push(Buffer.from(part as Uint8Array).toString());
      })(),
    );
    expect(error.message).toBe("terminated");
    expect(parts.join("").match(/^data: /gm)).toHaveLength(2);
  });
});

describe("an answer that ends early", () => {
  /** Where each client puts the provider's reason. */
  const reasonOf = ({ response_metadata, additional_kwargs }: AIMessage): unknown => {
    const all: Record<string, unknown> = { ...additional_kwargs, ...response_metadata };
    const incomplete = all["incomplete_details"] as { reason?: unknown } | undefined;
    return incomplete?.reason ?? all["finish_reason"] ?? all["stop_reason"] ?? all["finishReason"] ?? all["stopReason"];
  };
  const REASONS = {
    "openai-chat": ["length", "content_filter"],
    own: ["length", "content_filter"],
    "openai-responses": ["max_output_tokens", "content_filter"],
    anthropic: ["max_tokens", "refusal"],
    mistral: ["length", "error"],
    gemini: ["MAX_TOKENS", "SAFETY"],
    bedrock: ["max_tokens", "content_filtered"],
  } as const;

  it.each(table)("says why: %s, %s", async (client, way) => {
    peer.script(profileOf(client), { text: "Half", finish: "length" }, { text: "Half", finish: "content_filter" });
    const answers = [await ask(client, way), await ask(client, way)];
    expect(answers.map(({ text }) => text)).toEqual(["Half", "Half"]);
    const told = answers.map((answer) =>
      client === "bedrock" && way === "stream" ? stopOf(answer) : reasonOf(answer),
    );
    expect(told).toEqual(REASONS[client]);
  });

  /** The Converse adapter keeps a stream's last event as it is. */
  const stopOf = ({ response_metadata }: AIMessage): unknown =>
    (response_metadata["messageStop"] as { stopReason?: unknown } | undefined)?.stopReason;
});

describe("the peer", () => {
  it("takes its time when it is told to", async () => {
    peer.script("openai-chat", { text: "Late.", delayMs: 20 });
    const answer = ask("own", "invoke");
    const first = await Promise.race([
      answer.then(() => "answer"),
      new Promise((done) => setTimeout(done, 1, "timer")),
    ]);
    expect([first, (await answer).text]).toEqual(["timer", "Late."]);
  });

  it("gives each provider its own replies, in order, whoever asks at the same time", async () => {
    peer.script("mistral", "One.", "Two.");
    peer.script("gemini", "Three.");
    const first = ask("mistral", "invoke");
    const [one, three] = await Promise.all([first, ask("gemini", "stream")]);
    expect([one.text, (await ask("mistral", "stream")).text, three.text]).toEqual(["One.", "Two.", "Three."]);
  });

  it("leaves nothing open", async () => {
    const servers = () => process.getActiveResourcesInfo().filter((name) => name === "TCPServerWrap").length;
    const before = servers();
    const other = await startStrictPeer();
    expect(servers()).toBeGreaterThan(before);
    const url = `${other.url("openai-chat")}/v1/chat/completions`;
    other.script("openai-chat", { text: "Never.", delayMs: 60_000 });
    const asked = failure(
      fetch(url, { method: "POST", body: '{"model":"gpt-4.1","messages":[{"role":"user","content":"Hi"}]}' }),
    );
    await expect.poll(() => other.pending).toBe(0);
    await other.close();
    expect((await asked).message).toBe("fetch failed");
    expect(servers()).toBe(before);
    expect((await failure(fetch(url))).message).toBe("fetch failed");
  });
});
