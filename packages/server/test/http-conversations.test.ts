import { SwarmError } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { Agents } from "../src/agents/agents.ts";
import { createApp } from "../src/http/app.ts";
import type { ServerFailure } from "../src/http/errors.ts";
import { MistralError } from "../src/wire/errors.ts";
import { toMistralError } from "../src/wire/failures.ts";
import type { ConversationHistory, ConversationResponse } from "../src/wire/responses.ts";
import { KEY, SECRET, conversationsWith, appFor, json, refusalOf, eventsIn, types } from "./http-parts.ts";

describe("the routes of conversations", () => {
  it("start, go on, tell, list, begin anew and delete", async () => {
    const ask = appFor(conversationsWith({ m: scriptedModel().say("one").say("two").say("again") }));
    const started = await ask("POST", "conversations", { model: "m", inputs: "a", metadata: { team: "x" } });
    expect(started.status).toBe(200);
    const first = await json<ConversationResponse>(started);
    expect(first).toMatchObject({
      object: "conversation.response",
      outputs: [{ object: "entry", type: "message.output", content: "one", role: "assistant" }],
      usage: { prompt_tokens: expect.any(Number) as number },
    });
    const at = `conversations/${first.conversation_id}`;
    const second = await json<ConversationResponse>(await ask("POST", at, { inputs: "b" }));
    expect(second).toMatchObject({ conversation_id: first.conversation_id, outputs: [{ content: "two" }] });

    const conversation = await json<object>(await ask("GET", at));
    expect(conversation).toMatchObject({ object: "conversation", id: first.conversation_id, model: "m" });
    expect(conversation).not.toHaveProperty("times");
    const history = await json<ConversationHistory>(await ask("GET", `${at}/history`));
    expect(history).toMatchObject({ object: "conversation.history", conversation_id: first.conversation_id });
    expect(history.entries.map((entry) => "content" in entry && entry.content)).toEqual(["a", "one", "b", "two"]);
    expect(await json(await ask("GET", `${at}/messages`))).toMatchObject({
      object: "conversation.messages",
      messages: history.entries,
    });

    const from = { from_entry_id: history.entries[2]?.id };
    const anew = await json<ConversationResponse>(await ask("POST", `${at}/restart`, from));
    expect(anew).toMatchObject({ outputs: [{ content: "again" }] });
    expect(anew.conversation_id).not.toBe(first.conversation_id);

    const listed = async (query: string): Promise<(string | undefined)[]> =>
      (await json<{ id?: string }[]>(await ask("GET", `conversations${query}`))).map(({ id }) => id);
    const both = [first.conversation_id, anew.conversation_id];
    expect(await listed("")).toEqual(both);
    expect(await listed("?page=0&page_size=100&metadata=null")).toEqual(both);
    expect(await listed("?page=1&page_size=1")).toEqual(both.slice(1));
    expect(await listed(`?metadata=${encodeURIComponent('{"team":"x"}')}`)).toEqual(both);
    expect(await listed(`?metadata=${encodeURIComponent('{"team":"y"}')}`)).toEqual([]);

    const deleted = await ask("DELETE", at);
    expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
    expect(await refusalOf(await ask("GET", `${at}/history`))).toBe("404 conversation_not_found");
  });

  it("[B149] stream a start, an append and a restart in the order of the wire", async () => {
    const m = scriptedModel().tool("web_search", { query: "rate" }).say("It is 4.50 percent.").repeat();
    const ask = appFor(conversationsWith({ m }));
    const tools = [{ type: "web_search" }];
    const started = await ask("POST", "conversations", { model: "m", inputs: "a", tools, stream: true });
    expect([started.status, started.headers.get("content-type")]).toEqual([200, "text/event-stream"]);
    const events = eventsIn(await started.text());
    expect(types(events)).toEqual([
      "conversation.response.started",
      "tool.execution.started",
      "tool.execution.done",
      "message.output.delta",
      "conversation.response.done",
    ]);
    const { conversation_id: id } = events[0] as { conversation_id: string };
    const { entries } = await json<ConversationHistory>(await ask("GET", `conversations/${id}/history`));
    expect(new Set(events.flatMap((event) => ("id" in event ? [event.id] : [])))).toEqual(
      new Set(entries.slice(1).map((entry) => entry.id)),
    );
    const told = ["conversation.response.started", "message.output.delta", "conversation.response.done"];
    for (const [path, body] of [
      [`conversations/${id}`, { inputs: "b" }],
      [`conversations/${id}/restart`, { from_entry_id: entries[0]?.id }],
    ] as const) {
      const response = await ask("POST", path, { ...body, stream: true });
      expect(types(eventsIn(await response.text()))).toEqual(told);
    }
  });

  const start = { model: "m", inputs: "a" };
  it.each<[string, string, string, unknown, string]>([
    ["an unknown conversation", "GET", "/conv_0", undefined, "404 conversation_not_found"],
    ["its history", "GET", "/conv_0/history", undefined, "404 conversation_not_found"],
    ["its messages", "GET", "/conv_0/messages", undefined, "404 conversation_not_found"],
    ["deleting it", "DELETE", "/conv_0", undefined, "404 conversation_not_found"],
    ["going on with it", "POST", "/conv_0", { inputs: "a" }, "404 conversation_not_found"],
    ["going on with it, as a stream", "POST", "/conv_0", { inputs: "a", stream: true }, "404 conversation_not_found"],
    ["beginning it anew", "POST", "/conv_0/restart", { from_entry_id: "msg_0" }, "404 conversation_not_found"],
    ["an entry that is not told", "POST", "/conv_0/restart", {}, "422 validation_error body.from_entry_id"],
    ["a foreign field", "POST", "", { ...start, colour: "red" }, "422 validation_error body.colour"],
    ["no model", "POST", "", { inputs: "a" }, "422 validation_error body.agent_id"],
    ["no inputs, as a stream", "POST", "", { model: "m", stream: true }, "422 validation_error body.inputs"],
    ["a stream that is neither", "POST", "", { ...start, stream: "yes" }, "422 validation_error body.stream"],
    ["a list as body", "POST", "", [], "422 validation_error body"],
    ["an unknown agent", "POST", "", { agent_id: "ag_0", inputs: "a" }, "404 agent_not_found body.agent_id"],
    [
      "a tool that there is not",
      "POST",
      "",
      { ...start, tools: [{ type: "image_generation" }] },
      "422 tool_not_available",
    ],
    ["a page that is none", "GET", "?page=x", undefined, "422 validation_error query.page"],
    ["a page too small", "GET", "?page_size=0", undefined, "422 validation_error query.page_size"],
    ["metadata that are none", "GET", "?metadata=x", undefined, "422 validation_error query.metadata"],
    ["an unknown route", "GET", "/conv_0/secrets", undefined, "404 route_not_found"],
    ["a wrong method", "PUT", "/conv_0", {}, "405 method_not_allowed"],
  ])("refuse %s, and name it", async (_case, method, path, body, refusal) => {
    expect(await refusalOf(await appFor(conversationsWith())(method, `conversations${path}`, body))).toBe(refusal);
  });

  it("are not there where no conversations are given", async () => {
    const app = createApp({ agents: new Agents(), apiKey: KEY });
    const headers = { authorization: `Bearer ${KEY}` };
    for (const path of ["/v1/conversations", "/v1/files/file_1/content"]) {
      expect(await refusalOf(await app.request(path, { headers }))).toBe("404 route_not_found");
    }
  });
});

describe("a run that fails", () => {
  it.each([
    [400, 502, "provider_rejected"],
    [new Error(`no route to https://user:${SECRET}@host`), 502, "model_rejected"],
  ])(
    "with %s is told without the provider's text: by its status, or as the last event",
    async (thrown, status, code) => {
      const failures: ServerFailure[] = [];
      const error =
        typeof thrown === "number" ? Object.assign(new Error(`bad key ${SECRET}`), { status: thrown }) : thrown;
      const m = scriptedModel().fail(error).repeat();
      const ask = appFor(conversationsWith({ m }), { onFailure: (failure) => void failures.push(failure) });
      const whole = await ask("POST", "conversations", { model: "m", inputs: "a" });
      expect(await whole.clone().text()).not.toMatch(/secret|https|stack|\.ts/u);
      expect(await refusalOf(whole)).toBe(`${status} ${code}`);

      const streamed = await ask("POST", "conversations", { model: "m", inputs: "a", stream: true });
      expect(streamed.status).toBe(200);
      const text = await streamed.text();
      expect(text).not.toMatch(/secret|https|stack|\.ts/u);
      const events = eventsIn(text);
      expect(types(events)).toEqual(["conversation.response.started", "conversation.response.error"]);
      expect(events.at(-1)).toEqual({
        type: "conversation.response.error",
        created_at: expect.stringMatching(/Z$/u) as string,
        message: expect.any(String) as string,
        code: status,
      });
      expect(failures).toMatchObject([
        { method: "POST", path: "/v1/conversations" },
        { method: "POST", path: "/v1/conversations" },
      ]);
      expect(failures.map(({ error }) => (error as Error).cause)).toEqual([expect.any(Error), expect.any(Error)]);
    },
  );

  it.each([
    [new SwarmError("THREAD_BUSY", SECRET), 409, "thread_busy"],
    [new SwarmError("ROUTE_FAILED", SECRET), 500, "route_failed"],
    [new Error(SECRET), 500, "internal_error"],
    [SECRET, 500, "internal_error"],
    [new MistralError("There is none.", { status: 404, code: "none" }), 404, "none"],
  ])("by %s has one status and code, and keeps its cause to itself", (error, status, code) => {
    const refusal = toMistralError(error);
    expect(refusal).toMatchObject({ status, code });
    expect(JSON.stringify(refusal.toBody())).not.toContain(SECRET);
    expect(MistralError.is(error) ? error : refusal.cause).toBe(error);
  });

  it("after some text ends in the error, and the conversation goes on", async () => {
    const m = scriptedModel().cut("Half of an ans").say("The whole answer.");
    const ask = appFor(conversationsWith({ m }));
    const response = await ask("POST", "conversations", { model: "m", inputs: "a", stream: true });
    const events = eventsIn(await response.text());
    expect(types(events)).toEqual([
      "conversation.response.started",
      "message.output.delta",
      "conversation.response.error",
    ]);
    const { conversation_id: id } = events[0] as { conversation_id: string };
    const next = await json<ConversationResponse>(await ask("POST", `conversations/${id}`, { inputs: "b" }));
    expect(next.outputs).toMatchObject([{ content: "The whole answer." }]);
  });
});

describe("files", () => {
  const bytes = new TextEncoder().encode("<svg/>");
  const file = { bytes, type: "image/svg+xml", name: "Größe 1.svg" };
  const files = { get: async (id: string) => (id === "file_1" ? file : undefined) };

  it("are given with their type, as bytes where these are asked for, never as a page", async () => {
    const ask = appFor(conversationsWith(), { files });
    const response = await ask("GET", "files/file_1/content");
    expect(await response.text()).toBe("<svg/>");
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "image/svg+xml",
      "content-disposition": "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.svg",
      "content-security-policy": "default-src 'none'; sandbox",
      "x-content-type-options": "nosniff",
    });
    const asked = await ask("GET", "files/file_1/content", undefined, { accept: "application/octet-stream" });
    expect(asked.headers.get("content-type")).toBe("application/octet-stream");
    expect(new Uint8Array(await asked.arrayBuffer())).toEqual(bytes);
    expect(await refusalOf(await ask("GET", "files/file_2/content"))).toBe("404 file_not_found");
  });
});
