import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { durableSwarm, serveSwarms } from "@swarmgraph/durable-restate";
import { assertEngine, registerWorker, SwarmThreads } from "@swarmgraph/durable-restate/client";
import { Annotation, StateGraph, START } from "@langchain/langgraph";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, inject, it } from "vitest";
import { assertNode } from "../../packages/durable-restate/src/serve.ts";
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
