import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { durableSwarm, serveSwarms } from "@swarmgraph/durable-restate";
import { assertEngine, registerWorker, SwarmThreads } from "@swarmgraph/durable-restate/client";
import { Annotation, StateGraph, START } from "@langchain/langgraph";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, inject, it } from "vitest";
import { assertNode } from "../../packages/durable-restate/src/serve.ts";
import { startBench } from "./bench.ts";
import { freePorts } from "./ports.ts";

/** Something on loopback that is no Restate server. */
async function withImpostor(
  answer: { readonly status: number; readonly body: string },
  use: (url: string) => Promise<void>,
): Promise<void> {
  const server = createServer((_request, response) => {
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

describe("an engine that cannot be used", () => {
  it("is named with its address where nothing answers", async () => {
    const [port = 0] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    const error = { code: "ENGINE_UNREACHABLE", retryable: true, message: expect.stringContaining(url) };
    await expect(registerWorker({ admin: url, url })).rejects.toMatchObject(error);
    const threads = new SwarmThreads({ ingress: url, service: "desk" });
    await expect(threads.start("t", "hello")).rejects.toMatchObject(error);
    await expect(threads.run("t", "hello", { onBusy: "reject" })).rejects.toMatchObject(error);
    await expect(threads.get("t")).rejects.toMatchObject(error);
    await expect(threads.answer("sign_1x", true)).rejects.toMatchObject(error);
    await expect(threads.events("r").next()).rejects.toMatchObject(error);
  });

  it.each([
    ["a page", { status: 200, body: "<html></html>" }],
    ["another service's JSON", { status: 200, body: '{"version":"1.7.12"}' }],
    ["a failure", { status: 502, body: "bad gateway" }],
  ])("is named where %s answers instead", async (_what, answer) => {
    await withImpostor(answer, async (url) => {
      const error = { code: "ENGINE_UNKNOWN", message: expect.stringContaining(url) };
      await expect(assertEngine(url)).rejects.toMatchObject(error);
      await expect(registerWorker({ admin: url, url })).rejects.toMatchObject(error);
      await expect(new SwarmThreads({ ingress: url, service: "desk" }).start("t", "hello")).rejects.toMatchObject(
        error,
      );
    });
  });

  it("is told from one of another version", async () => {
    for (const version of ["1.5.3", "0.9.0", "2.0.0"]) {
      const body = JSON.stringify({ version, max_admin_api_version: 4 });
      await withImpostor({ status: 200, body }, async (url) => {
        const message = expect.stringMatching(new RegExp(`${url}.*${version}.*1\\.6`));
        await expect(registerWorker({ admin: url, url })).rejects.toMatchObject({ code: "ENGINE_VERSION", message });
      });
    }
    expect(await assertEngine(`${inject("restate").admin}/`)).toMatch(/^1\.7\./);
  });

  it("says which of its addresses was meant", async () => {
    const { admin, ingress } = inject("restate");
    await expect(assertEngine(ingress)).rejects.toMatchObject({ code: "ENGINE_UNKNOWN" });
    const threads = new SwarmThreads({ ingress: admin, service: "desk" });
    await expect(threads.start("t", "hello")).rejects.toMatchObject({ code: "ENGINE_UNKNOWN" });
  });
});

describe("a worker that cannot be used", () => {
  it("is named where the server cannot reach it, and where none has the swarm", async () => {
    const { admin, ingress } = inject("restate");
    const [port = 0] = await freePorts(1);
    const url = `http://127.0.0.1:${port}`;
    await expect(registerWorker({ admin, url })).rejects.toMatchObject({
      code: "DEPLOYMENT_REFUSED",
      message: expect.stringContaining(url),
    });
    await expect(new SwarmThreads({ ingress, service: "nobody" }).run("t", "hello")).rejects.toMatchObject({
      code: "SERVICE_UNKNOWN",
      message: expect.stringContaining('"nobody"'),
    });
  });

  it("refuses a Node that the SDK does not run on", () => {
    expect(() => assertNode("20.20.2")).toThrow(expect.objectContaining({ code: "NODE_VERSION" }));
    expect(() => assertNode("22.0.0")).not.toThrow();
  });

  it("says so before it listens", async () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("hi") } } });
    const serving = serveSwarms([durableSwarm(swarm)], { port: 0 });
    const isOld = Number.parseInt(process.versions.node, 10) < 22;
    if (isOld) await expect(serving).rejects.toMatchObject({ code: "NODE_VERSION" });
    else await expect(serving.then((worker) => worker.close())).resolves.toBeUndefined();
  });

  it("refuses a swarm with a graph as an agent, whose calls it cannot journal", () => {
    const State = Annotation.Root({ messages: Annotation<unknown[]> });
    const graph = new StateGraph(State)
      .addNode("n", () => ({}))
      .addEdge(START, "n")
      .compile();
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { graph: graph as never } } });
    expect(() => durableSwarm(swarm)).toThrow(expect.objectContaining({ code: "SWARM_NOT_DURABLE" }));
  });
});

/** Writes what a thread's object keeps, as any program may that shares the server. */
async function keepsInstead(service: string, threadId: string, state: Readonly<Record<string, unknown>>) {
  const bytes = ([key, value]: [string, unknown]) => [key, [...Buffer.from(JSON.stringify(value))]] as const;
  const response = await fetch(`${inject("restate").admin}/services/${service}/state`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ object_key: threadId, new_state: Object.fromEntries(Object.entries(state).map(bytes)) }),
  });
  if (!response.ok) throw new Error(`the state was not taken: ${await response.text()}`);
}

describe("a thread that is somebody else's", () => {
  it.each([
    ["another engine runs", { threadId: "t", engine: "dbos" }, 'the engine "dbos"'],
    ["a checkpointer keeps", { threadId: "t", engine: undefined }, "the checkpointer that it was begun with"],
  ])("since %s it, is refused before anything begins; others are not", async (_what, elsewhere, owner) => {
    const { ingress } = inject("restate");
    const bench = await startBench(elsewhere.engine === undefined ? "Kept" : "Engaged", { elsewhere });
    try {
      const refused = bench.threads.run("t", "hello", { runId: "mine" });
      await expect(refused).rejects.toMatchObject({
        code: "THREAD_OF_OTHER_ENGINE",
        message: expect.stringMatching(
          new RegExp(`thread "t".*${owner}.*nothing was begun.*another thread.*${ingress}`),
        ),
      });
      expect(await bench.threads.get("t")).toEqual({ messages: [], values: {}, run: null });
      const { messages } = await bench.threads.run("u", "hello", { runId: "mine" });
      expect(messages.at(-1)?.text).toBe('v1 heard "hello" after 1 messages, 0 answers.');
      expect((await bench.threads.run("u", "and")).messages).toHaveLength(4);
    } finally {
      await bench.close();
    }
  });

  it.each([
    ["another engine's", { engine: "other", checkpoint: {} }, 'the engine "other"'],
    ["no swarm's", { cart: ["book"] }, "no swarm"],
    ["no object", "a note", "no swarm"],
  ])("since its object keeps what is %s, is refused until it is forgotten", async (what, thread, owner) => {
    const service = `Strange${what.length}`;
    const bench = await startBench(service);
    try {
      await keepsInstead(service, "t", { thread });
      const error = { code: "THREAD_OF_OTHER_ENGINE", message: expect.stringContaining(owner) };
      await expect.poll(() => bench.threads.get("t").catch(({ code }: { code: unknown }) => code)).toBe(error.code);
      await expect(bench.threads.get("t")).rejects.toMatchObject(error);
      await expect(bench.threads.run("t", "hello", { runId: "one" })).rejects.toMatchObject(error);
      await expect(bench.threads.run("t", "hello", { onBusy: "reject" })).rejects.toMatchObject(error);
      await bench.threads.forget("t");
      const { messages } = await bench.threads.run("t", "hello", { runId: "one" });
      expect(messages.map(({ text }) => text)).toEqual(["hello", 'v1 heard "hello" after 1 messages, 0 answers.']);
    } finally {
      await bench.close();
    }
  });

  it("since another swarm has written it, is refused, and stays as it was", async () => {
    const desk = await startBench("Shared");
    const { messages } = await desk.threads.run("t", "hello");
    const sales = await startBench("Shared", { swarm: "sales" });
    try {
      await expect(sales.threads.run("t", "a book")).rejects.toMatchObject({
        code: "CHECKPOINT_INCOMPATIBLE",
        message: expect.stringMatching(/thread "t" belongs to the swarm "desk", and this one is "sales".*threadsOf/),
      });
      expect(sales.effects()).toEqual([]);
      expect((await sales.threads.get("t")).messages).toEqual(messages);
      expect((await sales.threads.run("u", "a book")).messages.at(-1)?.text).toBe("Sold.");
    } finally {
      await desk.close();
      await sales.close();
    }
  });

  it("is another thread, where the same id is one of another object", async () => {
    const [one, other] = [await startBench("Apart"), await startBench("ApartToo")];
    try {
      await one.threads.run("t", "hello");
      expect((await other.threads.get("t")).messages).toEqual([]);
      expect((await other.threads.run("t", "hello")).messages).toHaveLength(2);
    } finally {
      await one.close();
      await other.close();
    }
  });
});
