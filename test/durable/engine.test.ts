import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { startDbosEngine } from "@swarmgraph/durable-dbos";
import type { DbosEngine, DbosEngineOptions } from "@swarmgraph/durable-dbos";
import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import { DBOS } from "@dbos-inc/dbos-sdk";
import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { createDatabase } from "../persist/database.ts";
import type { Database } from "../persist/database.ts";

let database: Database;
let checkpointer: PostgresSwarmSaver;
let engines: DbosEngine[] = [];

beforeEach(async () => {
  database = await createDatabase();
  checkpointer = PostgresSwarmSaver.fromConnString(database.address);
  await checkpointer.setup();
});

afterEach(async () => {
  for (const engine of engines) await engine.close({ waitMs: 1_000 });
  engines = [];
  await checkpointer.end();
  await database.drop();
});

type Given = Partial<DbosEngineOptions> & { readonly model?: ReturnType<typeof scriptedModel> };

async function start({ model = scriptedModel().say("Hello!").repeat(9), ...given }: Given = {}): Promise<DbosEngine> {
  const engine = await startDbosEngine({
    swarm: (plugs) => new SwarmAgent({ entry: "a", agents: { a: { model } }, ...plugs }),
    checkpointer,
    databaseUrl: database.address,
    executorId: "one",
    version: "1",
    pollingMs: 50,
    ...given,
  });
  engines.push(engine);
  return engine;
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
    engines = [];
    const newer = await start({ version: "2", executorId: "two" });
    const { code, message } = await rejection(newer.run({ messages: "Hi" }, { threadId: "t", runId: "r" }));
    expect(code).toBe("RUN_OF_OTHER_VERSION");
    expect(message).toMatch(/version "1".*version "2"/u);
  });

  it("on another engine's thread is refused before anything begins", async () => {
    const metadata = { source: "loop", step: 1, parents: {}, swarm_engine: "restate" } as const;
    await checkpointer.put({ configurable: { thread_id: "t" } }, emptyCheckpoint(), metadata, {});
    const model = scriptedModel().say("never");
    const engine = await start({ model });
    const { code, message } = await rejection(engine.run({ messages: "Hi" }, { threadId: "t", runId: "r" }));
    expect([code, message]).toEqual(["THREAD_OF_OTHER_ENGINE", expect.stringContaining('the engine "restate"')]);
    expect(await DBOS.getWorkflowStatus("t/r")).toBeNull();
    expect(model.calls).toHaveLength(0);
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
