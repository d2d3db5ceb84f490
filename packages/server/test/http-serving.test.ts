import { setImmediate as tick } from "node:timers/promises";
import { tool } from "@langchain/core/tools";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Agents } from "../src/agents/agents.ts";
import { Conversations } from "../src/conversations/conversations.ts";
import type { ServerFailure } from "../src/http/errors.ts";
import { serve } from "../src/http/serve.ts";
import type { ConversationResponse } from "../src/wire/responses.ts";
import {
  KEY,
  conversationsWith,
  appFor,
  post,
  json,
  refusalOf,
  eventsIn,
  gate,
  served,
  hanging,
} from "./http-parts.ts";

describe("a client that leaves", () => {
  it.each([false, true])("ends its run (stream: %s); the conversation goes on, nothing is reported", async (stream) => {
    const failures: ServerFailure[] = [];
    const { model, asked } = hanging();
    const conversations = conversationsWith({ m: model });
    const { conversation_id: id } = await conversations.start({ model: "other", inputs: "a" });
    let ended: unknown;
    const watched = new Proxy(conversations, {
      get(target, name) {
        const method = Reflect.get(target, name, target) as (...args: unknown[]) => unknown;
        if (name !== "start") return method.bind(target);
        return async (...args: unknown[]) =>
          (method.apply(target, args) as Promise<unknown>).catch((error: unknown) => {
            ended = error;
            throw error;
          });
      },
    });
    const onFailure = (failure: ServerFailure): void => void failures.push(failure);
    await served({ conversations: watched, onFailure }, async ({ url }) => {
      const client = new AbortController();
      const body = { model: "m", inputs: "a", stream };
      const request = fetch(`${url}/v1/conversations`, post(body, { signal: client.signal }));
      if (stream) await (await request).body?.getReader().read();
      await asked;
      client.abort();
      if (!stream) await expect(request).rejects.toThrow("aborted");
      // The run's turn ends once the server has heard of it; the next one waits for that.
      const [, own] = await conversations.list();
      const next = await conversations.append(own?.id ?? "", { inputs: "b" });
      expect(next.outputs).toMatchObject([{ content: "back again" }]);
      if (!stream) expect(ended).toMatchObject({ status: 499, code: "client_left" });
    });
    expect(failures).toEqual([]);
    expect((await conversations.history(id)).entries).toHaveLength(2);
  });
});

describe("serve", () => {
  it.each(["0.0.0.0", "::", "example.org", "127.0.0.1.example.org"])("refuses %s without a key", async (hostname) => {
    const starting = serve({ agents: new Agents(), hostname, port: 0, apiKey: "" });
    await expect(starting).rejects.toMatchObject({ name: "MistralError", code: "loopback_only" });
  });

  it("listens anywhere with one, and then wants it", async () => {
    await served({ hostname: "0.0.0.0", apiKey: KEY }, async ({ url }) => {
      expect(url).toMatch(/^http:\/\/0\.0\.0\.0:\d+$/u);
      const at = `${url.replace("0.0.0.0", "127.0.0.1")}/v1/conversations`;
      expect(await refusalOf(await fetch(at))).toBe("401 unauthorized");
      expect((await fetch(at, { headers: { authorization: `Bearer ${KEY}` } })).status).toBe(200);
    });
  });

  it("listens at ::1, and tells a URL that can be called", async () => {
    await served({ hostname: "::1" }, async ({ url }) => {
      expect(url).toMatch(/^http:\/\/\[::1\]:\d+$/u);
      expect((await fetch(`${url}/v1/conversations`)).status).toBe(200);
    });
  });

  it("tells that the port is taken", async () => {
    await served({}, async ({ url }) => {
      const starting = serve({ agents: new Agents(), port: Number(new URL(url).port) });
      await expect(starting).rejects.toMatchObject({
        name: "MistralError",
        code: "cannot_listen",
        message: expect.stringContaining(new URL(url).port) as string,
      });
    });
  });

  it("keeps this process's Request and Response", async () => {
    const before = [Request, Response];
    await served({}, async () => expect([Request, Response]).toEqual(before));
  });

  it("once closed takes nobody, but lets runs end", async () => {
    const goOn = gate();
    const asked = gate();
    const slow = tool(
      async () => {
        asked.open();
        await goOn.opened;
        return "found";
      },
      { name: "web_search", description: "Searches.", schema: z.object({ query: z.string() }) },
    );
    const agents = new Agents();
    const conversations = new Conversations({
      agents,
      modelFor: () => scriptedModel().tool("web_search", { query: "a" }).say("done"),
      builtIn: () => [slow],
    });
    const server = await serve({ agents, conversations, port: 0, graceMs: 600_000 });
    const body = { model: "m", inputs: "a", tools: [{ type: "web_search" }] };
    const running = fetch(`${server.url}/v1/conversations`, post(body));
    await asked.opened;
    const closed = server.close();
    expect(server.close()).toBe(closed);
    await tick();
    await expect(fetch(`${server.url}/v1/agents`)).rejects.toThrow("fetch failed");
    goOn.open();
    expect(await json<ConversationResponse>(await running)).toMatchObject({
      outputs: [{ type: "tool.execution" }, { content: "done" }],
    });
    await closed;
  });

  it("after the time of grace tells runs that it stops: by 503, or as the last event", async () => {
    const models = { a: hanging(), b: hanging() };
    const failures: ServerFailure[] = [];
    const conversations = conversationsWith({ a: models.a.model, b: models.b.model });
    const onFailure = (failure: ServerFailure): void => void failures.push(failure);
    const server = await serve({ agents: new Agents(), conversations, port: 0, graceMs: 0, onFailure });
    const whole = fetch(`${server.url}/v1/conversations`, post({ model: "a", inputs: "a" }));
    const streamed = await fetch(`${server.url}/v1/conversations`, post({ model: "b", inputs: "a", stream: true }));
    const text = streamed.text();
    await Promise.all([models.a.asked, models.b.asked]);
    const closed = server.close();
    expect(await refusalOf(await whole)).toBe("503 server_stopping");
    expect(eventsIn(await text).at(-1)).toMatchObject({ type: "conversation.response.error", code: 503 });
    await closed;
    expect(failures).toHaveLength(2);
    const [{ id } = { id: "" }] = await conversations.list();
    expect((await conversations.append(id, { inputs: "b" })).outputs).toMatchObject([{ content: "back again" }]);
  });

  it("an app that is stopped already begins no run", async () => {
    const m = scriptedModel().say("x");
    const ask = appFor(conversationsWith({ m }), { stop: AbortSignal.abort() });
    expect(await refusalOf(await ask("POST", "conversations", { model: "m", inputs: "a" }))).toBe(
      "503 server_stopping",
    );
    expect(m.calls).toEqual([]);
  });
});

describe("a run without HTTP", () => {
  it("ends by its signal, with 499 and the reason", async () => {
    const { model, asked } = hanging();
    const conversations = conversationsWith({ m: model });
    const controller = new AbortController();
    const run = conversations.start({ model: "m", inputs: "a" }, { signal: controller.signal });
    await asked;
    controller.abort("enough");
    await expect(run).rejects.toMatchObject({
      name: "MistralError",
      status: 499,
      code: "run_stopped",
      cause: "enough",
    });
  });
});
