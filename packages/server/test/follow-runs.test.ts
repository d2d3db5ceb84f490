import { MemorySaver } from "@langchain/langgraph";
import { SwarmAgent } from "swarmgraph";
import type { SwarmEvent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { createApp } from "../src/http/app.ts";
import type { AppOptions } from "../src/http/app.ts";
import { serve } from "../src/http/serve.ts";
import type { WatchedRun } from "../src/swarms/publish-run.ts";

const hello = (model = scriptedModel().say("Hello!").repeat()) =>
  new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile({ checkpointer: new MemorySaver() });

/** A session's name is its tenant. */
const authenticate: AppOptions["authenticate"] = (request) => {
  const tenant = request.headers.get("x-session");
  return tenant === null ? undefined : { tenant };
};

/** An app with one swarm: what it is asked, and its frames as they come. */
function following(options: Partial<AppOptions> = {}, swarm = hello()) {
  const app = createApp({ swarms: { desk: swarm }, authenticate, ...options });
  const headersOf = (tenant: string) => ({ "x-session": tenant, "content-type": "application/json" });
  const post = async (tenant: string, path: string, body: object): Promise<string> =>
    (await app.request(path, { method: "POST", headers: headersOf(tenant), body: JSON.stringify(body) })).text();
  return {
    post,
    run: (tenant = "mine") => post(tenant, "/events/desk", { input: "Hi" }),
    follow: async (tenant = "mine", how: { after?: string; query?: string } = {}) => {
      const header = how.after === undefined ? {} : { "last-event-id": how.after };
      const query = how.query === undefined ? "" : `?after=${how.query}`;
      return framesOf(await app.request(`/events/desk${query}`, { headers: { ...headersOf(tenant), ...header } }));
    },
  };
}

interface Frame {
  readonly id: string;
  readonly event: SwarmEvent;
}

/** The frames of a stream, and how to leave it. */
function framesOf(response: Response) {
  const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  const next = async (): Promise<Frame | undefined> => {
    for (;;) {
      const end = rest.indexOf("\n\n");
      const { done, value = "" } = end === -1 ? await reader.read() : { done: false };
      if (done) return undefined;
      rest += value;
      if (end === -1) continue;
      const [, id = "", data] = /^event: .+\nid: (.+)\ndata: (.+)$/u.exec(rest.slice(0, end)) ?? [];
      rest = rest.slice(end + 2);
      if (data !== undefined) return { id, event: JSON.parse(data) as SwarmEvent };
    }
  };
  const until = async (type: string): Promise<Frame[]> => {
    const frames: Frame[] = [];
    for (let frame = await next(); frame !== undefined; frame = await next()) {
      frames.push(frame);
      if (frame.event.type === type) break;
    }
    return frames;
  };
  return { type: response.headers.get("content-type"), next, until, leave: () => reader.cancel() };
}

describe("GET /events/{swarm}", () => {
  it("tells a run that somebody else began, as its client is told it", async () => {
    const { run, follow } = following();
    const stream = await follow();
    expect(stream.type).toBe("text/event-stream");
    const told = (await run()).split("\n").filter((line) => line.startsWith("data: "));
    const frames = await stream.until("run.done");
    expect(frames.map(({ event }) => event)).toEqual(told.map((line) => JSON.parse(line.slice("data: ".length))));
    await stream.leave();
  });

  it("tells the runs of every protocol", async () => {
    const { post, follow } = following();
    await post("mine", "/v1/chat/completions", { model: "desk", messages: [{ role: "user", content: "Hi" }] });
    const page = { threadId: crypto.randomUUID(), runId: "r", messages: [{ id: "u", role: "user", content: "Hi" }] };
    await post("mine", "/ag-ui/desk", page);
    const stream = await follow();
    const [chat, agUi] = [await stream.until("run.done"), await stream.until("run.done")];
    expect(chat.at(-1)?.event).toMatchObject({ type: "run.done", output: "Hello!" });
    expect(agUi.at(-1)?.event).toMatchObject({ runId: "r", threadId: page.threadId, output: "Hello!" });
    await stream.leave();
  });

  it("goes on behind the event that a client had last, by header or by query", async () => {
    const { run, follow } = following();
    await run();
    const stream = await follow();
    const first = await stream.until("agent.started");
    await stream.leave();
    const after = first.at(-1)?.id ?? "";
    for (const how of [{ after }, { query: after }]) {
      const again = await follow("mine", how);
      expect((await again.until("run.done")).map(({ event }) => event.seq)[0]).toBe(first.length);
      await again.leave();
    }
  });

  it("[F90] tells nobody of another tenant's runs", async () => {
    const { run, follow } = following();
    await run("theirs");
    await run("mine");
    const stream = await follow("mine");
    const [frame] = await stream.until("run.done");
    const [mine] = [await follow("theirs")];
    const theirs = await mine.until("run.done");
    expect(frame?.event.type).toBe("run.started");
    expect(frame?.event.runId).not.toBe(theirs[0]?.event.runId);
    await run("theirs");
    await run("mine");
    expect((await stream.until("run.done")).length).toBeGreaterThan(2);
    await Promise.all([stream.leave(), mine.leave()]);
  });

  it("does not tell a request that was refused, nor what a failure said", async () => {
    const model = scriptedModel().fail(Object.assign(new Error("sk-secret"), { status: 404 }));
    const published: SwarmEvent[] = [];
    const publish = (event: SwarmEvent): void => void published.push(event);
    const { run, post, follow } = following({ publish }, hello(model));
    expect(await run()).toContain("MODEL_REJECTED");
    const [{ threadId = "" } = {}] = (await (await follow()).until("run.error")).map(({ event }) => event);
    expect(await post("mine", "/events/desk", { threadId, resume: { ["0".repeat(32)]: true } })).toContain(
      "interrupt_mis",
    );
    expect(published.filter(({ type }) => type === "run.started")).toHaveLength(1);
    const [told] = (await (await follow()).until("run.error")).slice(-1);
    expect(told?.event).toMatchObject({
      code: "MODEL_REJECTED",
      message: "The model's provider rejected the request.",
    });
    expect(JSON.stringify(published.at(-1))).toContain("sk-secret");
  });

  it("tells how a run ended that its client left", async () => {
    const server = await serve({ swarms: { desk: hello(scriptedModel().hang()) }, port: 0, graceMs: 0 });
    try {
      const stream = framesOf(await fetch(`${server.url}/events/desk`));
      const body = JSON.stringify({ input: "Hi" });
      const headers = { "content-type": "application/json" };
      const run = await fetch(`${server.url}/events/desk`, { method: "POST", headers, body });
      await stream.until("agent.started");
      await run.body?.cancel();
      expect((await stream.until("run.error")).at(-1)?.event).toMatchObject({ type: "run.error", code: "CLIENT_LEFT" });
      await stream.leave();
    } finally {
      await server.close();
    }
  });

  it("ends when the server is closed, which does not wait for it", async () => {
    const server = await serve({ swarms: { desk: hello() }, port: 0 });
    const stream = framesOf(await fetch(`${server.url}/events/desk`));
    await Promise.all([server.close(), expect(stream.next()).resolves.toBeUndefined()]);
  });

  it("is 404 for a swarm that there is not", async () => {
    const app = createApp({ swarms: { desk: hello() }, authenticate });
    const headers = { "x-session": "mine" };
    expect((await app.request("/events/none", { headers })).status).toBe(404);
  });
});

describe("publish", () => {
  it("gives the server every run, with the checkpointer's thread", async () => {
    const runs: WatchedRun[] = [];
    const published: SwarmEvent[] = [];
    const swarm = hello();
    const { run } = following({ publish: (event, of) => void (published.push(event), runs.push(of)) }, swarm);
    await run("mine");
    expect(new Set(runs.map((of) => JSON.stringify(of)))).toEqual(new Set(['{"swarm":"desk","tenant":"mine"}']));
    expect(published.map(({ type }) => type)).toEqual(expect.arrayContaining(["run.started", "run.done"]));
    const configurable = { thread_id: published[0]?.threadId };
    expect((await swarm.getState({ configurable } as never)).values).toMatchObject({ activeAgent: "a" });
  });

  it("may be slow, and may fail: the run goes on", async () => {
    const { run } = following({ publish: () => Promise.reject(new Error("no disk")) });
    expect(await run()).toContain("run.done");
  });
});
