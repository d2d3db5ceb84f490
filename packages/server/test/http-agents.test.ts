import { request as httpRequest } from "node:http";
import { Hono } from "hono";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SwarmError } from "swarmgraph";
import type { AgentStore } from "../src/agents/agent-store.ts";
import { memoryAgentStore } from "../src/agents/agent-store.ts";
import { Agents } from "../src/agents/agents.ts";
import type { AppOptions } from "../src/http/app.ts";
import { createApp } from "../src/http/app.ts";
import { errorResponse } from "../src/http/errors.ts";
import type { ServerFailure } from "../src/http/errors.ts";
import type { EventStreamOptions } from "../src/http/sse.ts";
import { eventStream } from "../src/http/sse.ts";
import type { MistralErrorBody } from "../src/wire/errors.ts";
import { MistralError } from "../src/wire/errors.ts";
import type { ConversationEvent } from "../src/wire/events.ts";
import type { Agent } from "../src/wire/responses.ts";
import { serving } from "./serving.ts";

const KEY = "a-key-of-the-tests";

type Ask = (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;

/** An app in this process, with a key; `ask` sends it. */
function appFor(options: Partial<AppOptions> = {}): { readonly agents: Agents; readonly ask: Ask } {
  const agents = options.agents ?? new Agents();
  const app = createApp({ apiKey: KEY, ...options, agents });
  const ask: Ask = async (method, path, body, headers) =>
    app.request(path, {
      method,
      headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  return { agents, ask };
}

/** Status, code and places of a refusal; checks that its body has Mistral's shape. */
async function refusalOf(response: Response): Promise<string> {
  const body = (await response.json()) as MistralErrorBody;
  expect(body).toMatchObject({ object: "error", type: expect.any(String) as string, param: null });
  expect(typeof body.message === "string" ? [] : body.message.detail).toEqual(body.detail ?? []);
  return [response.status, body.code, ...(body.detail ?? []).map(({ loc }) => loc.join("."))].join(" ");
}

const fields = { model: "any", name: "a" };

describe("the routes of agents", () => {
  it("create, read, change, list and delete", async () => {
    const { ask } = appFor();
    const created = await ask("POST", "/v1/agents", { ...fields, metadata: { team: "x" } });
    expect(created.status).toBe(200);
    const { id } = (await created.json()) as Agent;
    const changed = (await (await ask("PATCH", `/v1/agents/${id}`, { description: "d" })).json()) as Agent;
    expect(changed).toMatchObject({ id, version: 1, description: "d" });
    expect(await (await ask("GET", `/v1/agents/${id}`)).json()).toEqual(changed);
    for (const path of [`/v1/agents/${id}?agent_version=0`, `/v1/agents/${id}/versions/0`]) {
      expect(await (await ask("GET", path)).json()).toMatchObject({ version: 0, description: null });
    }
    const query = `page=0&page_size=5&search=A&metadata=${encodeURIComponent('{"team":"x"}')}`;
    for (const path of ["/v1/agents", `/v1/agents?${query}&deployment_chat=false&sources=api`]) {
      expect(await (await ask("GET", path)).json()).toEqual([changed]);
    }
    expect(await (await ask("GET", "/v1/agents?sources=playground")).json()).toEqual([]);
    const deleted = await ask("DELETE", `/v1/agents/${id}`);
    expect([deleted.status, await deleted.text()]).toEqual([204, ""]);
    expect(await refusalOf(await ask("GET", `/v1/agents/${id}`))).toBe("404 agent_not_found");
  });

  it("switch versions, by the query and by the body, and name them", async () => {
    const { agents, ask } = appFor();
    const { id } = await agents.create(fields);
    await agents.update(id, { name: "b" });
    expect(await (await ask("PATCH", `/v1/agents/${id}/version?version=0`)).json()).toMatchObject({ version: 0 });
    expect(await (await ask("PATCH", `/v1/agents/${id}/version`, { version: 1 })).json()).toMatchObject({ version: 1 });
    expect(await (await ask("GET", `/v1/agents/${id}/versions?page=1&page_size=1`)).json()).toMatchObject([
      { version: 1 },
    ]);
    const alias = await (await ask("PUT", `/v1/agents/${id}/aliases?alias=prod&version=0`)).json();
    expect(alias).toMatchObject({ alias: "prod", version: 0 });
    expect(await (await ask("GET", `/v1/agents/${id}/aliases`)).json()).toEqual([alias]);
    expect(await (await ask("GET", `/v1/agents/${id}?agent_version=prod`)).json()).toMatchObject({ name: "a" });
    expect((await ask("DELETE", `/v1/agents/${id}/aliases?alias=prod`)).status).toBe(204);
    expect(await (await ask("GET", `/v1/agents/${id}/aliases`)).json()).toEqual([]);
  });

  it.each<[string, string, string, unknown, string]>([
    ["[B153] no handoff in the list", "POST", "", { ...fields, handoffs: [] }, "422 validation_error body.handoffs"],
    ["an unknown handoff", "POST", "", { ...fields, handoffs: ["ag_0"] }, "404 agent_not_found body.handoffs.0"],
    ["a foreign field", "POST", "", { ...fields, color: "red" }, "422 validation_error body.color"],
    ["a list as body", "POST", "", [], "422 validation_error body"],
    ["no JSON", "POST", "", '{"model":', "422 validation_error body"],
    ["no body", "POST", "", "", "422 validation_error body"],
    ["JSON without end", "POST", "", "[".repeat(500_000), "422 validation_error body"],
    [
      "deep JSON",
      "POST",
      "",
      { ...fields, metadata: JSON.parse('{"a":'.repeat(70) + "1" + "}".repeat(70)) as unknown },
      "422 validation_error body",
    ],
    ["an unknown agent", "PATCH", "/ag_0", {}, "404 agent_not_found"],
    ["a page that is none", "GET", "?page=-1", undefined, "422 validation_error query.page"],
    ["a page too large", "GET", "?page_size=5000", undefined, "422 validation_error query.page_size"],
    ["metadata that are none", "GET", "?metadata=[", undefined, "422 validation_error query.metadata"],
    ["metadata that are a list", "GET", "?metadata=[]", undefined, "422 validation_error query.metadata"],
    ["a version that is none", "PATCH", "/ag_0/version?version=x", undefined, "422 validation_error query.version"],
    [
      "a version in the body that is none",
      "PATCH",
      "/ag_0/version",
      { version: "x" },
      "422 validation_error body.version",
    ],
    ["no alias", "PUT", "/ag_0/aliases?version=0", undefined, "422 validation_error query.alias"],
    ["an unknown route", "GET", "/ag_0/secrets", undefined, "404 route_not_found"],
    ["a wrong method", "PUT", "/ag_0", {}, "405 method_not_allowed"],
  ])("refuse %s, and name it", async (_case, method, path, body, refusal) => {
    expect(await refusalOf(await appFor().ask(method, `/v1/agents${path}`, body))).toBe(refusal);
  });

  it("tell the allowed methods with 405", async () => {
    const response = await appFor().ask("PUT", "/v1/agents/ag_0", {});
    expect(response.headers.get("allow")).toBe("GET, PATCH, DELETE");
  });

  it("brackets and quotes within texts do not count as nesting", async () => {
    const { ask } = appFor();
    const instructions = `${'\\"[{'.repeat(100)}\\`;
    expect(await (await ask("POST", "/v1/agents", { ...fields, instructions })).json()).toMatchObject({ instructions });
  });
});

describe("keys", () => {
  it("let in who has one of them, nobody else", async () => {
    const { ask } = appFor({ apiKey: ["another", KEY] });
    expect((await ask("GET", "/v1/agents")).status).toBe(200);
    for (const authorization of ["", "Bearer", "Bearer wrong", `Basic ${KEY}`, KEY, `Bearer ${KEY}x`]) {
      const response = await ask("GET", "/v1/agents", undefined, { authorization });
      expect(await refusalOf(response)).toBe("401 unauthorized");
    }
    const noRoute = await ask("GET", "/nowhere", undefined, { authorization: "" });
    expect(await refusalOf(noRoute)).toBe("401 unauthorized");
  });

  const local = { host: "127.0.0.1:8787" };
  it.each<[string, string | undefined, Record<string, string>, number]>([
    ["a program here", "127.0.0.1", local, 200],
    ["a program here, over IPv6", "::1", { host: "[::1]:8787" }, 200],
    ["a program here, over both", "::ffff:127.0.0.1", { host: "localhost" }, 200],
    ["a page of this machine", "127.0.0.1", { ...local, origin: "http://localhost:3000" }, 200],
    ["another machine", "10.0.0.8", local, 403],
    ["another machine with a likely name", "127.0.0.1.example.org", local, 403],
    ["a peer that is not known", undefined, local, 403],
    ["a proxy here", "127.0.0.1", { ...local, "x-forwarded-for": "10.0.0.8" }, 403],
    ["a proxy here, of the newer kind", "127.0.0.1", { ...local, forwarded: "for=10.0.0.8" }, 403],
    ["a page of another site", "127.0.0.1", { ...local, origin: "https://example.org" }, 403],
    ["a page without an origin", "127.0.0.1", { ...local, origin: "null" }, 403],
    ["a name of another site for this machine", "127.0.0.1", { host: "example.org" }, 403],
    ["no host", "127.0.0.1", {}, 403],
  ])("without one: %s", async (_case, remoteAddress, headers, status) => {
    const app = createApp({ agents: new Agents(), apiKey: "" });
    const env = remoteAddress === undefined ? undefined : { incoming: { socket: { remoteAddress } } };
    const response = await app.request("/v1/agents", { headers }, env);
    expect(response.status).toBe(status);
    if (status === 403) expect(await refusalOf(response)).toBe("403 loopback_only");
  });

  it("a body that is not said to be JSON is refused, as another site's page could send it", async () => {
    const response = await appFor().ask("POST", "/v1/agents", fields, { "content-type": "text/plain" });
    expect(await refusalOf(response)).toBe("415 unsupported_media_type");
  });
});

describe("failures", () => {
  const secret = "sk-very-secret";
  const failing: AgentStore = {
    ...memoryAgentStore(),
    list: async () => Promise.reject(new Error(`cannot reach postgres://user:${secret}@db`)),
    get: async () => Promise.reject(new SwarmError("MODEL_REJECTED", `bad key ${secret}`)),
  };
  let written: string[] = [];

  beforeEach(() => {
    written = [];
    for (const stream of [process.stdout, process.stderr]) {
      vi.spyOn(stream, "write").mockImplementation((text) => written.push(String(text)) > 0);
    }
  });
  afterEach(() => vi.restoreAllMocks());

  it.each([
    ["/v1/agents", "500 internal_error"],
    ["/v1/agents/ag_0?agent_version=1", "502 model_rejected"],
  ])("of %s are told to the operator, not to the client, and not printed", async (path, refusal) => {
    const failures: ServerFailure[] = [];
    const onFailure = (failure: ServerFailure): void => void failures.push(failure);
    const { ask } = appFor({ agents: new Agents({ store: failing }), onFailure });
    const response = await ask("GET", path);
    expect(await response.clone().text()).not.toMatch(/secret|postgres|stack|\.ts/u);
    expect(await refusalOf(response)).toBe(refusal);
    expect(failures).toMatchObject([{ method: "GET", path: path.split("?")[0] }]);
    expect(String(failures[0]?.error)).toContain(secret);
    expect(written).toEqual([]);
  });

  it("of the client are not told to the operator", async () => {
    const failures: ServerFailure[] = [];
    const { ask } = appFor({ onFailure: (failure) => void failures.push(failure) });
    expect((await ask("GET", "/v1/agents/ag_0")).status).toBe(404);
    expect(failures).toEqual([]);
  });
});

describe("a server on this machine", () => {
  it("answers without a key, but not under the name of another site", async () => {
    await serving(createApp({ agents: new Agents() }), async (port) => {
      expect((await fetch(`http://127.0.0.1:${port}/v1/agents`)).status).toBe(200);
      const rebound = await new Promise((resolve) => {
        httpRequest({ port, host: "127.0.0.1", path: "/v1/agents", headers: { host: "example.org" } }, (response) => {
          response.resume();
          resolve(response.statusCode);
        }).end();
      });
      expect(rebound).toBe(403);
    });
  });

  it("refuses a body that is too large, with and without a told length", async () => {
    await serving(createApp({ agents: new Agents(), maxBodyBytes: 1000 }), async (port) => {
      const send = async (body: string | ReadableStream): Promise<Response> =>
        fetch(`http://127.0.0.1:${port}/v1/agents`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body,
          ...(body instanceof ReadableStream && { duplex: "half" }),
        });
      const large = JSON.stringify({ ...fields, instructions: "x".repeat(2000) });
      expect(await refusalOf(await send(large))).toBe("413 body_too_large");
      expect(await refusalOf(await send(new Blob([large]).stream()))).toBe("413 body_too_large");
      expect((await send(new Blob([JSON.stringify(fields)]).stream())).status).toBe(200);
    });
  });
});

describe("streams", () => {
  const started: ConversationEvent = { type: "conversation.response.started", conversation_id: "conv_1" };
  const usage = { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 };
  const done: ConversationEvent = { type: "conversation.response.done", usage };

  function streaming(events: () => AsyncIterable<ConversationEvent>, options?: EventStreamOptions): Ask {
    const app = new Hono().post("/", async () => eventStream(events(), options));
    app.onError((error, context) => errorResponse(context, error));
    return async (method, path) => app.request(path, { method });
  }

  it("[B149] write every event in turn", async () => {
    const ask = streaming(async function* () {
      yield started;
      yield done;
    });
    const response = await ask("POST", "/");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(await response.text()).toBe(
      `event: conversation.response.started\ndata: {"type":"conversation.response.started","conversation_id":"conv_1"}\n\n` +
        `event: conversation.response.done\ndata: {"type":"conversation.response.done","usage":${JSON.stringify(usage)}}\n\n`,
    );
  });

  it("that fail before the first event are ordinary refusals", async () => {
    const ask = streaming(async function* () {
      yield* [];
      throw new MistralError("no", { status: 404, code: "conversation_not_found" });
    });
    expect(await refusalOf(await ask("POST", "/"))).toBe("404 conversation_not_found");
  });

  it("[B149] that fail later end in an error with a message and a whole number, without a secret", async () => {
    const errors: unknown[] = [];
    const ask = streaming(
      async function* () {
        yield started;
        throw new SwarmError("MODEL_TIMEOUT", "sk-very-secret");
      },
      { onError: (error) => void errors.push(error) },
    );
    const [, last] = (await (await ask("POST", "/")).text()).trim().split("\n\n");
    expect(last).toMatch(/^event: conversation\.response\.error\ndata: /u);
    expect(JSON.parse(last?.split("data: ")[1] ?? "")).toEqual({
      type: "conversation.response.error",
      created_at: expect.stringMatching(/Z$/u) as string,
      message: "The model did not answer in time.",
      code: 504,
    });
    expect(errors).toHaveLength(1);
  });

  it("stop their run when the client leaves", async () => {
    let ended = false;
    let cancelled = false;
    const ask = streaming(
      async function* () {
        try {
          for (;;) yield started;
        } finally {
          ended = true;
        }
      },
      { onCancel: () => void (cancelled = true) },
    );
    const reader = (await ask("POST", "/")).body?.getReader();
    await reader?.read();
    await reader?.cancel();
    expect([ended, cancelled]).toEqual([true, true]);
  });
});
