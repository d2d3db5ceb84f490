import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import type { DbosEngine, DbosEngineOptions } from "@swarmgraph/durable-dbos";
import { DBOS } from "@dbos-inc/dbos-sdk";
import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import { describe, expect, it } from "vitest";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { startPostgres } from "../persist/postgres.ts";
import { ownEngines } from "./own-engines.ts";

const own = ownEngines();

type Given = Partial<DbosEngineOptions> & { readonly model?: ReturnType<typeof scriptedModel> };

function start({ model = scriptedModel().say("Hello!").repeat(9), ...given }: Given = {}): Promise<DbosEngine> {
  return own.start((plugs) => new SwarmAgent({ entry: "a", agents: { a: { model } }, ...plugs }), given);
}

/** The code of what a promise is rejected with, and its message. */
async function rejection(promise: Promise<unknown>): Promise<{ code: unknown; message: string }> {
  const error = await promise.then(
    () => new Error("it was not rejected"),
    (thrown: Error) => thrown,
  );
  return { code: (error as { code?: unknown }).code, message: error.message };
}

const textOf = ({ messages }: { readonly messages?: unknown }): unknown =>
  (messages as { text: string }[]).at(-1)?.text;

/** The test's database, for somebody with a password. */
function withPassword(): string {
  const url = new URL(own.address);
  url.password = "secret";
  return url.href;
}

describe("an engine that cannot be started", () => {
  it("says where nobody answers, without the password, and leaves nothing behind", async () => {
    const probe = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => void probe.once("listening", resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => void probe.close(resolve));
    const databaseUrl = `postgresql://me:secret@127.0.0.1:${port}/app`;
    const { code, message } = await rejection(start({ databaseUrl }));
    expect(code).toBe("ENGINE_UNREACHABLE");
    expect(message).toContain(`127.0.0.1:${port}/app`);
    expect(message).toContain("set databaseUrl");
    expect(message).not.toContain("secret");
    expect(DBOS.isInitialized()).toBe(false);
    expect(textOf(await (await start()).run({ messages: "Hi" }, { threadId: "t", runId: "r" }))).toBe("Hello!");
  });

  it("gives up on who takes the connection and says nothing", async () => {
    const sockets: Socket[] = [];
    const silent = createServer((socket) => void sockets.push(socket)).listen(0, "127.0.0.1");
    await new Promise((resolve) => void silent.once("listening", resolve));
    const { port } = silent.address() as AddressInfo;
    const { code, message } = await rejection(start({ databaseUrl: `postgresql://me:secret@127.0.0.1:${port}/app` }));
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => void silent.close(resolve));
    expect([code, message]).toEqual(["ENGINE_UNREACHABLE", expect.stringContaining(`127.0.0.1:${port}/app`)]);
    expect(message).not.toContain("secret");
  });

  it.each(["postgresql://me:1/secret@127.0.0.1:5432/app", "postgresql://me:se#cret@127.0.0.1/app", "secret"])(
    "refuses an address that is no URL, without showing it: %s",
    async (databaseUrl) => {
      const error = await start({ databaseUrl }).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "OPTION_INVALID" });
      expect((error as Error).message).not.toMatch(/se.?cret/u);
      expect((error as Error).cause).toBeUndefined();
    },
  );

  it("refuses the system tables of a newer SDK before it makes any of its own", async () => {
    await DBOS.migrate(own.address);
    const [made] = await own.sql(
      "UPDATE dbos.dbos_migrations SET version = version + 1 RETURNING version::int AS version",
    );
    const newer = made?.["version"] as number;
    const { code, message } = await rejection(start({ databaseUrl: withPassword() }));
    expect(code).toBe("ENGINE_VERSION");
    expect(message).toContain(new URL(own.address).host + new URL(own.address).pathname);
    expect(message).toContain(`are of version ${newer}, and this package's SDK knows them up to version ${newer - 1}`);
    expect(message).toMatch(/Use the version of this package .* or an empty database\./u);
    expect(message).not.toContain("secret");
    expect(DBOS.isInitialized()).toBe(false);
    expect(await own.sql("SELECT to_regclass('swarm_tool_calls') AS own")).toEqual([{ own: null }]);
    await own.sql("UPDATE dbos.dbos_migrations SET version = version - 1");
    expect(textOf(await (await start()).run({ messages: "Hi" }, { threadId: "t", runId: "r" }))).toBe("Hello!");
  });

  it("says where the system tables are that it cannot bring up to date", async () => {
    await DBOS.migrate(own.address);
    await own.sql("DROP TABLE dbos.workflow_status CASCADE; UPDATE dbos.dbos_migrations SET version = 50");
    const { code, message } = await rejection(start({ databaseUrl: withPassword() }));
    expect(code).toBe("ENGINE_VERSION");
    expect(message).toContain(new URL(own.address).host + new URL(own.address).pathname);
    expect(message).toMatch(/Use the version of this package .* or an empty database\./u);
    expect(message).not.toContain("secret");
    expect(DBOS.isInitialized()).toBe(false);
  });

  it.each(["executorId", "version", "name"])("refuses an empty %s", async (option) => {
    expect(await rejection(start({ [option]: " " }))).toMatchObject({ code: "OPTION_INVALID" });
  });

  it("is one for each process", async () => {
    await start();
    expect(await rejection(start({ executorId: "two" }))).toMatchObject({ code: "ENGINE_RUNNING" });
  });
});

describe("a run", () => {
  it("that is started again under its id is the same run, also after it was over", async () => {
    const model = scriptedModel().say("one").say("two");
    const engine = await start({ model });
    const run = { threadId: "t", runId: "r" };
    expect(textOf(await engine.run({ messages: "Hi" }, run))).toBe("one");
    expect(textOf(await engine.run({ messages: "Hi" }, run))).toBe("one");
    expect(textOf(await engine.run({ messages: "And?" }, { ...run, runId: "s" }))).toBe("two");
    expect(model.calls).toHaveLength(2);
  });

  it("of another version is refused while it is under way, with both versions named", async () => {
    const engine = await start({ model: scriptedModel().hang() });
    void engine.run({ messages: "Hi" }, { threadId: "t", runId: "r" }).catch(() => {});
    await expect.poll(async () => (await DBOS.getWorkflowStatus("t/r"))?.status, { timeout: 30_000 }).toBe("PENDING");
    await engine.close({ waitMs: 0 });
    const newer = await start({ version: "2", executorId: "two" });
    const { code, message } = await rejection(newer.run({ messages: "Hi" }, { threadId: "t", runId: "r" }));
    expect(code).toBe("RUN_OF_OTHER_VERSION");
    expect(message).toMatch(/version "1".*version "2"/u);
  });

  it("on another engine's thread is refused before anything begins", async () => {
    const metadata = { source: "loop", step: 1, parents: {}, swarm_engine: "restate" } as const;
    await own.checkpointer.put({ configurable: { thread_id: "t" } }, emptyCheckpoint(), metadata, {});
    const model = scriptedModel().say("never");
    const engine = await start({ model });
    const { code, message } = await rejection(engine.run({ messages: "Hi" }, { threadId: "t", runId: "r" }));
    expect([code, message]).toEqual(["THREAD_OF_OTHER_ENGINE", expect.stringContaining('the engine "restate"')]);
    expect(await DBOS.getWorkflowStatus("t/r")).toBeNull();
    expect(model.calls).toHaveLength(0);
  });

  it("is refused, retryably, while the database is down", async () => {
    const server = await startPostgres();
    const url = new URL(server.url);
    url.password = "secret";
    try {
      const engine = await start({ databaseUrl: url.href });
      await server.stop();
      const run = engine.run({ messages: "Hi" }, { threadId: "t", runId: "r" });
      const error = await run.catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: "ENGINE_UNREACHABLE", retryable: true });
      expect((error as Error).message).toContain(`${url.host}/postgres`);
      expect((error as Error).message).not.toContain("secret");
    } finally {
      await server.stop();
    }
  });

  it("that had begun comes before one that was created earlier and has not", async () => {
    const model = scriptedModel().hang().say("one").say("two");
    const engine = await start({ model });
    const lost = engine.run({ messages: "Hi" }, { threadId: "t", runId: "begun" });
    lost.catch(() => {});
    await expect.poll(() => model.calls.length, { timeout: 30_000 }).toBe(1);
    engine.run({ messages: "And?" }, { threadId: "t", runId: "late" }).catch(() => {});
    const late = async () => (await DBOS.getWorkflowStatus("t/late"))?.status;
    await expect.poll(late, { timeout: 30_000 }).toBe("ENQUEUED");
    await engine.close({ waitMs: 0 });
    await own.sql("UPDATE dbos.workflow_status SET created_at = created_at - 60000 WHERE workflow_uuid = 't/late'");
    // What of the first execution still lives in this process has no thread any more.
    await own.sql("UPDATE swarm_leases SET expires_at = '-infinity'");
    const again = await start({ model });
    const ends = ["begun", "late"].map((runId) => again.run({ messages: "?" }, { threadId: "t", runId }));
    expect((await Promise.all(ends)).map(textOf)).toEqual(["one", "two"]);
  });

  it("on a thread of the plain checkpointer goes on with it", async () => {
    const plain = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("plain") } } });
    await plain
      .compile({ checkpointer: own.checkpointer })
      .invoke({ messages: "Hi" }, { configurable: { thread_id: "t" } });
    const { messages } = await (await start()).run({ messages: "And?" }, { threadId: "t", runId: "r" });
    expect((messages as { text: string }[]).map(({ text }) => text)).toEqual(["Hi", "plain", "And?", "Hello!"]);
  });

  it("keeps the plain checkpointer's runs off its thread, and gives up one that was taken nevertheless", async () => {
    const plain = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("plain").repeat(2) } } });
    const graph = plain.compile({ checkpointer: own.checkpointer });
    const invoke = () => graph.invoke({ messages: "Me!" }, { configurable: { thread_id: "t" } });
    const model = scriptedModel().hang().say("never");
    // It looks after its lease every eight seconds: long after the other run has taken the thread.
    const run = (await start({ model, leaseMs: 24_000 })).run({ messages: "Hi" }, { threadId: "t", runId: "r" });
    const rejected = rejection(run);
    await expect.poll(() => model.calls.length, { timeout: 30_000 }).toBe(1);
    expect(await rejection(invoke())).toMatchObject({ code: "THREAD_BUSY" });
    // As when the executor dies, and somebody writes the thread before another goes on with the run.
    await own.sql("UPDATE swarm_leases SET expires_at = '-infinity'");
    expect(textOf(await invoke())).toBe("plain");
    const { code, message } = await rejected;
    expect([code, message]).toEqual(["THREAD_MOVED", expect.stringMatching(/thread "t" .* run "t\/r" .*own\./u)]);
    expect(model.calls).toHaveLength(1);
  });

  it("that is cancelled says so, and the thread takes the next message", async () => {
    const model = scriptedModel().hang().say("here");
    const engine = await start({ model });
    const stop = new AbortController();
    const run = engine.run({ messages: "Hi" }, { threadId: "t", runId: "r", signal: stop.signal });
    await expect.poll(() => model.calls.length, { timeout: 30_000 }).toBe(1);
    stop.abort();
    expect(await rejection(run)).toMatchObject({ code: "RUN_CANCELLED" });
    expect(textOf(await engine.run({ messages: "There?" }, { threadId: "t", runId: "s" }))).toBe("here");
  });
});

describe("a model's limit", () => {
  it("lets no more calls through in a period than it says, over all threads", async () => {
    const model = scriptedModel().say("Hello!").repeat(9);
    const limit = { model: "gpt", agents: ["a"], limitPerPeriod: 2, periodSec: 3_600 };
    const engine = await start({ model, modelLimits: [limit] });
    const runs = ["t", "u", "v"].map((threadId) => engine.run({ messages: "Hi" }, { threadId, runId: "r" }));
    for (const run of runs) run.catch(() => {});
    await Promise.race([Promise.all(runs.slice(0, 2)), Promise.all(runs.slice(1)), Promise.all([runs[0], runs[2]])]);
    const gates = await DBOS.listWorkflows({ workflowName: "swarmgraph.gate", status: "ENQUEUED" });
    expect(gates).toHaveLength(1);
    expect(model.calls).toHaveLength(2);
    for (const threadId of ["t", "u", "v"]) await engine.cancel({ threadId, runId: "r" });
  });
});
