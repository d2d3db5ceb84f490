import { Command } from "@langchain/langgraph";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { createApp } from "../src/http/app.ts";
import type { AppOptions } from "../src/http/app.ts";
import { TokenBuckets } from "../src/http/rate-limit.ts";
import { serve } from "../src/http/serve.ts";
import type { RunPlace } from "../src/swarms/hosted-swarm.ts";
import { HostedSwarm } from "../src/swarms/hosted-swarm.ts";
import { tellRun } from "../src/swarms/tell-run.ts";
import { MistralError } from "../src/wire/errors.ts";
import { serving } from "./serving.ts";

const KEY = "a-key-of-the-tests";
const PAGE = "https://app.example.com";

function appFor(options: Partial<AppOptions> = {}) {
  const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!").repeat() } } });
  return createApp({ swarms: { support: swarm.compile() }, apiKey: KEY, ...options });
}

const keyed = (headers: Record<string, string> = {}): RequestInit => ({
  headers: { authorization: `Bearer ${KEY}`, ...headers },
});

const corsOf = ({ headers }: Response): string[] =>
  [...headers].filter(([name]) => name.startsWith("access-control-")).map(([name, value]) => `${name}: ${value}`);

async function codeOf(made: () => unknown): Promise<unknown> {
  try {
    await made();
    return undefined;
  } catch (error) {
    return MistralError.is(error) ? error.code : error;
  }
}

describe("CORS", () => {
  it("[F89] is off by default", async () => {
    const app = appFor();
    const preflight = await app.request("/events/support", { method: "OPTIONS", headers: { origin: PAGE } });
    expect([preflight.status, corsOf(preflight)]).toEqual([401, []]);
    expect(corsOf(await app.request("/v1/models", keyed({ origin: PAGE })))).toEqual([]);
  });

  it("[F89] lets the pages of named origins in, and no others", async () => {
    const app = appFor({ cors: [PAGE] });
    const preflight = await app.request("/events/support", {
      method: "OPTIONS",
      headers: {
        origin: PAGE,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });
    expect(preflight.status).toBe(204);
    expect(corsOf(preflight)).toEqual(
      expect.arrayContaining([
        `access-control-allow-origin: ${PAGE}`,
        "access-control-allow-headers: authorization,content-type",
      ]),
    );
    expect(corsOf(await app.request("/v1/models", keyed({ origin: PAGE })))).toContain(
      `access-control-allow-origin: ${PAGE}`,
    );
    const refused = await app.request("/v1/models", { headers: { origin: PAGE } });
    expect([refused.status, refused.headers.get("access-control-allow-origin")]).toEqual([401, PAGE]);
    const stranger = await app.request("/v1/models", keyed({ origin: "https://evil.example.com" }));
    expect(stranger.headers.get("access-control-allow-origin")).toBeNull();
  });

  it.each(["*", "app.example.com", `${PAGE}/path`])("[F89] does not take %s for an origin", async (origin) => {
    expect(await codeOf(() => appFor({ cors: [origin] }))).toBe("cors_invalid");
  });

  it("[F89] opens no server without a key to a page of another site", async () => {
    const app = appFor({ apiKey: undefined, cors: [PAGE] });
    await serving(app, async (port) => {
      const url = `http://127.0.0.1:${port}/v1/models`;
      expect((await fetch(url, { headers: { origin: PAGE } })).status).toBe(403);
      expect((await fetch(url)).status).toBe(200);
    });
  });
});

describe("serving", () => {
  it("[F89] listens beyond this machine with a key or authenticate alone", async () => {
    const hostname = "0.0.0.0";
    expect(await codeOf(() => serve({ swarms: {}, hostname, port: 0 }))).toBe("loopback_only");
    const server = await serve({ swarms: {}, hostname, port: 0, authenticate: () => undefined });
    const { port } = new URL(server.url);
    expect((await fetch(`http://127.0.0.1:${port}/v1/models`)).status).toBe(401);
    await server.close();
  });

  it("serves swarms without agents and conversations", async () => {
    const app = appFor();
    expect((await app.request("/v1/agents", keyed())).status).toBe(404);
    expect((await app.request("/v1/models", keyed())).status).toBe(200);
    const wrong = await app.request("/v1/chat/completions", keyed());
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "POST"]);
    expect(await wrong.json()).toMatchObject({ error: { code: "method_not_allowed", type: "invalid_request_error" } });
  });

  it("is mounted as a function of a request", async () => {
    const { fetch: handle } = appFor();
    const request = new Request("http://any/v1/models", keyed());
    expect((await handle(request)).status).toBe(200);
  });

  it.each(["/v1/chat/completions", "/ag-ui/support", "/events/support"])(
    "refuses too large bodies at %s",
    async (path) => {
      const app = appFor({ maxBodyBytes: 100 });
      const { headers } = keyed({ "content-type": "application/json" });
      const init = { method: "POST", headers: headers as Record<string, string> };
      expect((await app.request(path, { ...init, body: JSON.stringify({ input: "x".repeat(200) }) })).status).toBe(413);
      expect((await app.request(path, { ...init, body: "{" })).status).toBe(path.startsWith("/v1") ? 400 : 422);
    },
  );
});

describe("runs that wait without a checkpointer", () => {
  it("are held up to a number, the oldest forgotten first, and gone once they have ended", async () => {
    const tools = [{ type: "function", function: { name: "get_rate" } }];
    const model = scriptedModel()
      .tool("get_rate", {}, { id: "call_1" })
      .tool("get_rate", {}, { id: "call_1" })
      .say("x");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model, tools } } }).compile();
    const swarm = new HostedSwarm("support", graph, 1);
    const { signal } = new AbortController();
    const run = async (place: RunPlace, input: unknown, name: string): Promise<string | undefined> => {
      const told: string[] = [];
      const run = { swarm, place, tenant: "", input, signal, waitsAs: () => name };
      for await (const { type } of tellRun(run)) told.push(type);
      return told.at(-1);
    };
    const messages = { messages: [{ role: "user", content: "The rate?" }] };
    expect(await run(swarm.passing(), messages, "one")).toBe("run.interrupted");
    expect((await swarm.held("one"))?.thread.pending).toHaveLength(1);
    expect(await run(swarm.passing(), messages, "two")).toBe("run.interrupted");
    expect(await swarm.held("one")).toBeUndefined();
    const place = await swarm.open("two");
    const answer = new Command({ resume: { call_1: { result: "2.5" } } });
    expect(await run(place, answer, "two")).toBe("run.done");
    expect(await swarm.held("two")).toBeUndefined();
  });
});

describe("health", () => {
  it("tells anybody that it lives and whether it is ready, and nothing else", async () => {
    const stop = new AbortController();
    let ready: () => boolean = () => true;
    const app = appFor({ ready: () => ready(), stop: stop.signal });
    const ask = async (path: string): Promise<unknown[]> => {
      const response = await app.request(path);
      return [response.status, await response.json()];
    };
    expect(await ask("/healthz")).toEqual([200, { status: "ok" }]);
    expect(await ask("/readyz")).toEqual([200, { status: "ok" }]);
    ready = () => false;
    expect(await ask("/readyz")).toEqual([503, { status: "unready" }]);
    ready = () => {
      throw new Error("sk-very-secret");
    };
    expect(await ask("/readyz")).toEqual([503, { status: "unready" }]);
    ready = () => true;
    stop.abort();
    expect(await ask("/readyz")).toEqual([503, { status: "unready" }]);
    expect(await ask("/healthz")).toEqual([200, { status: "ok" }]);
  });
});

describe("rate limit", () => {
  it("answers 429 with Retry-After above it, to that caller alone", async () => {
    const app = appFor({ apiKey: [KEY, "another"], rateLimit: { requests: 2, perSeconds: 3600 } });
    const ask = async (key: string): Promise<Response> =>
      app.request("/v1/models", { headers: { authorization: `Bearer ${key}` } });
    expect([(await ask(KEY)).status, (await ask(KEY)).status]).toEqual([200, 200]);
    const refused = await ask(KEY);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(1000);
    expect(await refused.json()).toMatchObject({ error: { type: "rate_limit_error", code: "rate_limited" } });
    expect((await ask("another")).status).toBe(200);
    expect((await app.request("/healthz")).status).toBe(200);
  });

  it("fills buckets again with time, up to their size", () => {
    let now = 0;
    const buckets = new TokenBuckets({ requests: 2, perSeconds: 10 }, () => now);
    expect([buckets.take("a"), buckets.take("a"), buckets.take("a")]).toEqual([0, 0, 5]);
    now = 4_000;
    expect([buckets.take("a"), buckets.take("b")]).toEqual([1, 0]);
    now = 5_000;
    expect([buckets.take("a"), buckets.take("a")]).toEqual([0, 5]);
    now = 1_000_000;
    expect([buckets.take("a"), buckets.take("a"), buckets.take("a")]).toEqual([0, 0, 5]);
  });

  it.each([{ requests: 0 }, { requests: 1, perSeconds: 0 }, { requests: Number.NaN }])(
    "refuses a limit that makes no sense: %o",
    async (rateLimit) => {
      expect(await codeOf(() => appFor({ rateLimit }))).toBe("rate_limit_invalid");
    },
  );
});
