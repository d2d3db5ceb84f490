import { readFile } from "node:fs/promises";
import { createEventFeed, SwarmAgent, swarmEvents } from "swarmgraph";
import type { SwarmEvent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { inspector, InspectorError } from "../src/index.ts";
import type { GraphData, Inspector, InspectorOptions, PlainState } from "../src/index.ts";
import { supportDesk } from "./support-desk.ts";

const token = "abcdefghijklmnop";
const golden = new URL("../../../test/observe/golden/approval.jsonl", import.meta.url);

function desk(options: InspectorOptions = {}): Inspector {
  return inspector(supportDesk(), { token, ...options });
}

/** A GET of a path below the page's own. */
function get(page: Inspector, path = "", headers: Record<string, string> = {}): Promise<Response> {
  return page(new Request(`http://localhost${page.path}${path}`, { headers }));
}

function post(page: Inspector, path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return page(
    new Request(`http://localhost${page.path}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  );
}

async function eventsOf(response: Response): Promise<SwarmEvent[]> {
  const blocks = (await response.text()).split("\n\n").filter((block) => block !== "");
  return blocks.map((block) => JSON.parse(block.replace(/^data: /u, "")) as SwarmEvent);
}

async function codeOf(response: Response): Promise<unknown> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

const asked = { threadId: "t", input: "I was charged twice." };

describe("the inspector's door", () => {
  it("has a random token, and is 404 to whoever does not know it", async () => {
    const pages = [inspector(undefined), inspector(undefined)];
    expect(pages[0]?.path).toMatch(/^\/[\w-]{32}\/$/u);
    expect(pages[0]?.path).not.toBe(pages[1]?.path);
    const paths = ["/", "/graph", `/${token}`, `/${token}x/`, `/x${token}/graph`, `/%00/graph`];
    const statuses = paths.map(async (path) => (await desk()(new Request(`http://localhost${path}`))).status);
    expect(await Promise.all(statuses)).toEqual(paths.map(() => 404));
    expect((await get(desk())).status).toBe(200);
    expect((await get(desk({ basePath: "/debug/" }), "graph")).status).toBe(200);
  });

  it.each(["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:99", "app.localhost"])("lets %s in", async (host) => {
    expect((await get(desk(), "graph", { host })).status).toBe(200);
  });

  it.each(["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "192.168.0.7:80"])(
    "does not let %s in, unless it is listed",
    async (host) => {
      const refused = await get(desk(), "graph", { host });
      expect([refused.status, await codeOf(refused)]).toEqual([403, "HOST_REFUSED"]);
      expect((await get(desk({ hosts: [host.toUpperCase()] }), "graph", { host })).status).toBe(200);
    },
  );

  it("answers pages of its own origin only", async () => {
    const host = "localhost:8080";
    for (const origin of ["http://localhost:3000", "https://evil.example", "null"]) {
      expect((await post(desk(), "run", asked, { host, origin })).status).toBe(403);
    }
    const own = await post(desk(), "run", asked, { host, origin: "http://localhost:8080" });
    expect(own.status).toBe(200);
    await own.body?.cancel();
    const listed = desk({ hosts: ["tools.example"] });
    expect((await get(listed, "graph", { host, origin: "https://tools.example" })).status).toBe(200);
  });

  it("sends every answer with a policy that lets nothing foreign and nothing inline in", async () => {
    for (const path of ["", "app.js", "graph", "nothing"]) {
      const { headers } = await get(desk(), path);
      expect(headers.get("content-security-policy")).toContain("default-src 'self'");
      expect(headers.get("content-security-policy")).not.toContain("unsafe");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("cache-control")).toBe("no-store");
    }
  });

  it("refuses options that make no sense", () => {
    const wrong: InspectorOptions[] = [{ token: "short" }, { token: "with/slash/0123456789" }, { basePath: "debug" }];
    for (const options of [...wrong, { maxBodyBytes: 0 }]) {
      expect(() => inspector(undefined, options)).toThrow(InspectorError);
    }
  });
});

describe("the inspector's page", () => {
  it("is served from the package, and nothing beside it", async () => {
    const page = desk();
    expect((await get(page)).headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect((await get(page, "state.js")).headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect((await get(page, "theme.css")).headers.get("content-type")).toBe("text/css; charset=utf-8");
    for (const path of ["..%2Fpackage.json", "%2e%2e/package.json", "package.json", "state.d.ts", "no.js"]) {
      expect((await get(page, path)).status).toBe(404);
    }
    expect((await get(page, "%E0%A4%A")).status).toBe(400);
  });

  it("names no address but its own and holds no inline script or style", async () => {
    const html = await (await get(desk())).text();
    expect(html).not.toMatch(/https?:|<style|\son\w+=|\sstyle=/u);
    expect(html.match(/<script[^>]*>/gu)).toEqual(['<script type="module" src="app.js">']);
  });
});

describe("the inspector's graph", () => {
  it("tells the swarm as data, with the drawing that it was given", async () => {
    const drawn = (await (await get(desk({ draw: ({ name }) => `<svg>${name}</svg>` }), "graph")).json()) as GraphData;
    expect(drawn).toMatchObject({ svg: "<svg>support-desk</svg>", readOnly: false, canRun: true, hasThreads: true });
    const header = drawn.header as { agents: { name: string; tools: string[] }[]; edges: unknown[] };
    expect(header.agents.map(({ name }) => name)).toEqual(["triage", "billing", "refunds", "payouts", "tech"]);
    expect(header.agents[1]?.tools).toEqual(["find_order"]);
    expect(header.edges).toContainEqual({ from: "billing", to: "refunds" });
    const given = desk({ svg: "<svg/>", layout: { width: 3 }, draw: () => "not asked" });
    expect(await (await get(given, "graph")).json()).toMatchObject({ svg: "<svg/>", layout: { width: 3 } });
  });

  it("may be missing: then there is a recording alone", async () => {
    const recording = await readFile(golden, "utf8");
    const page = inspector(undefined, { token, recording: async () => recording });
    expect(await (await get(page, "graph")).json()).toMatchObject({
      canRun: false,
      hasThreads: false,
      hasRecording: true,
    });
    expect(await (await get(page, "recording")).text()).toBe(recording);
    expect(await codeOf(await post(page, "run", asked))).toBe("GRAPH_MISSING");
    expect(await codeOf(await get(desk(), "recording"))).toBe("RECORDING_MISSING");
  });
});

describe("the inspector's runs", () => {
  it("stream the events of a turn, stop for an approval, and go on with the answer", async () => {
    const page = desk();
    const response = await post(page, "run", asked);
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const first = await eventsOf(response);
    expect(first.map(({ seq }) => seq)).toEqual(first.map((_, index) => index));
    expect(first.flatMap((event) => (event.type === "handoff.done" ? [event.to] : []))).toEqual(["billing", "refunds"]);
    const stop = first.at(-1);
    if (stop?.type !== "run.interrupted") throw new Error(`the run ended with ${stop?.type}`);
    const [interrupt] = stop.interrupts;
    expect(interrupt).toMatchObject({ value: { type: "tool.request", calls: [{ name: "refund" }] } });
    const { calls = [] } = (interrupt?.value ?? {}) as { calls?: { callId: string }[] };
    const resume = { [interrupt?.id ?? ""]: { [calls[0]?.callId ?? ""]: { approve: true } } };
    const second = await eventsOf(await post(page, "run", { threadId: "t", resume }));
    expect(second[0]).toMatchObject({ type: "run.started", resumed: true });
    expect(second.at(-1)).toMatchObject({ type: "run.done", lastAgent: "refunds" });
  });

  it("that fail end with the failure as an event", async () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().fail(400) } } });
    const events = await eventsOf(await post(inspector(swarm.compile(), { token }), "run", { input: "Hi" }));
    expect(events.at(-1)).toMatchObject({ type: "run.error" });
  });

  it("end when the reader leaves", async () => {
    const hanging = scriptedModel().hang();
    let isAborted = false;
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: hanging } } });
    const page = inspector(swarm.compile(), {
      token,
      run: () => ({
        publish: [(event) => void (isAborted ||= event.type === "run.error" && event.code === "ABORTED")],
      }),
    });
    const reader = (await post(page, "run", { input: "Hi" })).body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toContain("run.started");
    await reader?.cancel();
    expect(isAborted).toBe(true);
  });

  it("end when the reader leaves while a model thinks", async () => {
    const published: SwarmEvent[] = [];
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().hang() } } });
    const page = inspector(swarm.compile(), {
      token,
      run: () => ({ publish: [(event) => void published.push(event)] }),
    });
    const reader = (await post(page, "run", { input: "Hi" })).body?.getReader();
    const read = (async () => {
      while ((await reader?.read())?.done === false) continue;
    })();
    await expect.poll(() => published.map(({ type }) => type)).toContain("agent.started");
    await reader?.cancel();
    await read;
    await expect.poll(() => published.at(-1)).toMatchObject({ type: "run.error", code: "ABORTED" });
  });

  it("get what the server gives them, beside the thread", async () => {
    const seen: unknown[] = [];
    const model = scriptedModel().say("Hello!");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model, prompt: ({ context }) => (seen.push(context), "Be kind.") } },
    });
    const page = inspector(swarm.compile(), {
      token,
      run: (request) => ({ context: { user: request.headers.get("x-user") } }),
    });
    await eventsOf(await post(page, "run", { input: "Hi" }, { "x-user": "u1" }));
    expect(seen).toEqual([{ user: "u1" }]);
  });

  it.each([
    [415, "JSON_EXPECTED", asked, { "content-type": "text/plain" }],
    [400, "JSON_EXPECTED", "{", {}],
    [400, "JSON_EXPECTED", "[]", {}],
    [400, "REQUEST_INVALID", { input: " " }, {}],
    [400, "REQUEST_INVALID", { input: "x", resume: 1 }, {}],
    [400, "REQUEST_INVALID", { input: "x", threadId: "" }, {}],
    [400, "REQUEST_INVALID", { input: "x", config: {} }, {}],
    [413, "BODY_TOO_LARGE", { input: "x".repeat(2_000) }, {}],
  ])("are refused with %i %s", async (status, code, body, headers) => {
    const response = await post(desk({ maxBodyBytes: 1_000 }), "run", body, headers);
    expect([response.status, await codeOf(response)]).toEqual([status, code]);
  });

  it("and forks are not for a reader of a read-only page", async () => {
    const page = desk({ readOnly: true });
    expect(await (await get(page, "graph")).json()).toMatchObject({ readOnly: true, canRun: false });
    for (const path of ["run", "threads/t/fork"]) {
      const response = await post(page, path, asked);
      expect([response.status, await codeOf(response)]).toEqual([403, "READ_ONLY"]);
    }
    expect((await get(page, "run")).status).toBe(405);
  });
});

/** The frames of a feed as they come: the name of each, its id and what it holds. */
async function* framesOf(response: Response): AsyncGenerator<{ name: string; id: string | undefined; data: unknown }> {
  let rest = "";
  for await (const text of (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const fields = new Map(block.split("\n").map((line) => line.split(/: (.*)/u) as [string, string]));
      yield {
        name: fields.get("event") ?? "message",
        id: fields.get("id"),
        data: JSON.parse(fields.get("data") ?? "null"),
      };
    }
  }
}

async function typesUntil(frames: AsyncGenerator<{ data: unknown }>, last: string): Promise<string[]> {
  const types: string[] = [];
  for (;;) {
    const { done, value } = await frames.next();
    if (done === true) return types;
    const { type } = value.data as SwarmEvent;
    types.push(type);
    if (type === last) return types;
  }
}

describe("the inspector's feed", () => {
  it("tells runs wherever they are made, to pages that come later too, and goes on behind an event", async () => {
    const feed = createEventFeed();
    const graph = supportDesk();
    const page = inspector(graph, { token, feed, version: "7" });
    const elsewhere = { configurable: { thread_id: "elsewhere" }, publish: [feed.publish] };
    await swarmEvents(graph, { messages: "I was charged twice." } as never, elsewhere).result;
    const response = await get(page, "feed");
    expect(response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    const frames = framesOf(response);
    expect((await frames.next()).value).toMatchObject({ name: "hello", data: { version: "7", last: feed.last } });
    expect((await typesUntil(frames, "run.interrupted"))[0]).toBe("run.started");
    await eventsOf(await post(page, "run", { threadId: "own", input: "Again." }));
    const { value: first } = await frames.next();
    expect(first).toMatchObject({ data: { type: "run.started", threadId: "own" } });
    await frames.return(undefined);

    const back = framesOf(await get(page, "feed", { "last-event-id": first?.id ?? "" }));
    await back.next();
    expect((await back.next()).value).toMatchObject({ data: { threadId: "own", seq: 1 } });
    await back.return(undefined);
  });

  it("is there for a read-only page, shows pages each other's runs, and names the swarm's hash as its version", async () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } });
    const page = inspector(swarm.compile(), { token });
    const { version, header } = (await (await get(page, "graph")).json()) as GraphData;
    expect(version).toBe((header as { hash: string }).hash);
    const frames = framesOf(await get(page, "feed"));
    expect((await frames.next()).value).toMatchObject({ data: { version, last: null } });
    await eventsOf(await post(page, "run", { input: "Hi" }));
    expect(await typesUntil(frames, "run.done")).toContain("message.done");
    await frames.return(undefined);
    expect((await get(desk({ readOnly: true }), "feed")).status).toBe(200);
    expect((await post(page, "feed", {})).status).toBe(404);
    expect(await (await get(inspector(undefined, { token }), "graph")).json()).toMatchObject({ version: null });
  });

  it("ends for the pages of a version that is served no more", async () => {
    const stop = new AbortController();
    const page = desk({ stop: stop.signal });
    const frames = framesOf(await get(page, "feed"));
    await frames.next();
    const next = frames.next();
    stop.abort();
    expect(await next).toMatchObject({ done: true });
    const late = framesOf(await get(page, "feed"));
    await late.next();
    expect(await late.next()).toMatchObject({ done: true });
  });
});

describe("the inspector's threads", () => {
  it("show their state and their checkpoints as plain data", async () => {
    const page = desk();
    await eventsOf(await post(page, "run", asked));
    const state = (await (await get(page, "threads/t/state")).json()) as PlainState;
    expect(state).toMatchObject({ next: ["refunds.tools"], values: { activeAgent: "refunds" } });
    expect(state.interrupts).toMatchObject([{ value: { type: "tool.request", agent: "refunds" } }]);
    const { messages } = state.values as { messages: unknown[] };
    expect(messages[0]).toMatchObject({ type: "human", content: "I was charged twice." });
    expect(messages[1]).toMatchObject({ type: "ai", name: "triage", calls: [{ name: "transfer_to_billing" }] });
    const history = (await (await get(page, "threads/t/history?limit=3")).json()) as PlainState[];
    expect(history).toHaveLength(3);
    expect(history[0]?.checkpointId).toBe(state.checkpointId);
    expect(history[0]?.parentId).toBe(history[1]?.checkpointId);
    const older = await get(page, `threads/t/state?checkpoint=${history[2]?.checkpointId}`);
    expect(await older.json()).toMatchObject({ checkpointId: history[2]?.checkpointId });
  });

  it("go on from a checkpoint once it was forked, and keep what came after it", async () => {
    const page = desk();
    await eventsOf(await post(page, "run", asked));
    const history = (await (await get(page, "threads/t/history")).json()) as PlainState[];
    const place = history.find(({ next }) => next.includes("billing"));
    const forked = (await (
      await post(page, "threads/t/fork", { checkpointId: place?.checkpointId })
    ).json()) as PlainState;
    expect(forked).toMatchObject({ source: "fork", next: ["billing"], values: place?.values });
    expect(forked.checkpointId).not.toBe(place?.checkpointId);
    const after = (await (await get(page, "threads/t/history")).json()) as PlainState[];
    expect(after).toHaveLength(history.length + 1);
    const events = await eventsOf(await post(page, "run", { threadId: "t" }));
    expect(events.find(({ type }) => type === "agent.started")).toMatchObject({ agent: "billing" });
    expect(events.at(-1)?.type).toBe("run.done");
  });

  it("that a graph does not keep, and checkpoints that it does not have, are refused", async () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hi") } } });
    const plain = inspector(swarm.compile(), { token });
    expect(await codeOf(await get(plain, "threads/t/state"))).toBe("THREADS_MISSING");
    const page = desk();
    expect(await codeOf(await post(page, "threads/t/fork", { checkpointId: "none" }))).toBe("CHECKPOINT_UNKNOWN");
    expect(await codeOf(await post(page, "threads/t/fork", {}))).toBe("REQUEST_INVALID");
    expect(await codeOf(await get(page, "threads/t/other"))).toBe("NOT_FOUND");
    expect(await codeOf(await get(page, `threads/${"x".repeat(300)}/state`))).toBe("REQUEST_INVALID");
  });
});
