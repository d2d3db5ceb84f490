import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { startDbosEngine } from "@swarmgraph/durable-dbos";
import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import { DBOS } from "@dbos-inc/dbos-sdk";
import pg from "pg";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it, vi } from "vitest";
import { bundle } from "./bundle.ts";
import type { Launched } from "./worker-launch.ts";
import { createDatabase } from "../persist/database.ts";

const EXECUTORS = ["executor-0", "executor-1", "executor-2", "executor-3", "executor-4"];
const ROUNDS = ["first", "second", "third"];

/** What a process says next; its end, where it says nothing. */
function next(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve) => {
    child.once("message", resolve);
    child.once("exit", (code, signal) => resolve({ error: `it ended with ${code ?? signal}` }));
  });
}

/** Starts executors that have read their program, all at the same moment, and gives what each said. */
async function launchTogether(program: string, address: string): Promise<readonly Launched[]> {
  const start = (name: string) => fork(program, [address, name], { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const children = EXECUTORS.map(start);
  try {
    await Promise.all(children.map(next));
    const said = children.map(next);
    for (const child of children) child.send("go");
    return (await Promise.all(said)) as Launched[];
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
}

/** Runs something with a connection to an empty database. */
async function onEmpty<T>(run: (client: pg.Client, address: string) => Promise<T>): Promise<T> {
  const { address, drop } = await createDatabase();
  const client = new pg.Client({ connectionString: address });
  try {
    await client.connect();
    return await run(client, address);
  } finally {
    await client.end();
    await drop();
  }
}

/** What the start of an executor is rejected with. */
async function refusal(databaseUrl: string, setupWaitMs?: number): Promise<unknown> {
  const checkpointer = PostgresSwarmSaver.fromConnString(databaseUrl);
  try {
    const swarm = () => new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } });
    const options = { swarm, checkpointer, databaseUrl, executorId: "one", version: "1", setupWaitMs };
    const engine = await startDbosEngine(options).catch((error: unknown) => error);
    if (!(engine instanceof Error)) await (engine as Awaited<ReturnType<typeof startDbosEngine>>).close();
    return engine;
  } finally {
    await checkpointer.end();
  }
}

/** Asks again until a row comes. */
function rowOf(client: pg.Client, sql: string): Promise<Record<string, unknown>> {
  const look = async () => (await client.query<Record<string, unknown>>(sql)).rows[0];
  return vi.waitUntil(look, { timeout: 30_000, interval: 20 });
}

const SET_UP_LOCK = "hashtext('swarmgraph'), hashtext('set-up of dbos')";

describe("executors that start at the same moment", () => {
  it.each(ROUNDS)("on an empty database all come up, and answer: the %s one", async () => {
    const program = await bundle("worker-launch");
    const { address, drop } = await createDatabase();
    try {
      expect(await launchTogether(program, address)).toEqual(EXECUTORS.map(() => ({ said: "I am an executor." })));
    } finally {
      await drop();
    }
  });
});

describe("an executor that finds another one setting up the same database", () => {
  it("gives up after setupWaitMs, retryably, and leaves nothing behind", async () => {
    await onEmpty(async (client, address) => {
      await client.query(`SELECT pg_advisory_lock(${SET_UP_LOCK})`);
      const error = await refusal(address, 300);
      expect(error).toMatchObject({ code: "ENGINE_SETUP_FAILED", retryable: true });
      expect((error as Error).message).toContain(new URL(address).host + new URL(address).pathname);
      expect((error as Error).message).toContain("for more than 300 ms");
      expect(DBOS.isInitialized()).toBe(false);
      expect((await client.query("SELECT to_regclass('swarm_tool_calls') AS own")).rows).toEqual([{ own: null }]);
    });
  });

  it("says that the database is away where its connection is lost meanwhile", async () => {
    await onEmpty(async (client, address) => {
      await client.query(`SELECT pg_advisory_lock(${SET_UP_LOCK})`);
      const refused = refusal(address);
      const waits = "query LIKE '%pg_try_advisory_lock%' AND pid <> pg_backend_pid() AND datname = current_database()";
      await rowOf(client, `SELECT pid FROM pg_stat_activity WHERE ${waits}`);
      await client.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${waits}`);
      expect(await refused).toMatchObject({ code: "ENGINE_UNREACHABLE", retryable: true });
      expect(DBOS.isInitialized()).toBe(false);
    });
  });

  it("does not wait where all tables are there", async () => {
    await onEmpty(async (client, address) => {
      expect(await refusal(address)).not.toBeInstanceOf(Error);
      await client.query(`SELECT pg_advisory_lock(${SET_UP_LOCK})`);
      expect(await refusal(address, 0)).not.toBeInstanceOf(Error);
    });
  });
});

describe("a set-up that fails", () => {
  it("in a deadlock says so, retryably, and that it is no other version", async () => {
    await onEmpty(async (client, address) => {
      const name = new URL(address).pathname.slice(1);
      // Long enough for the other side to come, and the other side never looks.
      await client.query(`ALTER DATABASE ${name} SET deadlock_timeout = '3s'`);
      await client.query("SET deadlock_timeout = '10min'; BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1");
      const watch = new pg.Client({ connectionString: address });
      await watch.connect();
      try {
        const refused = refusal(address);
        const sql =
          "SELECT relid::regclass::text AS name FROM pg_stat_progress_create_index WHERE phase LIKE 'waiting%'";
        const { name: table } = await rowOf(watch, sql);
        await client.query(`LOCK TABLE ${String(table)} IN SHARE UPDATE EXCLUSIVE MODE`);
        const error = await refused;
        expect(error).toMatchObject({ code: "ENGINE_SETUP_FAILED", retryable: true });
        expect((error as Error).message).toMatch(/deadlock detected\. Start again\./u);
      } finally {
        await watch.end();
      }
    });
  });

  it("says whose rights do not suffice", async () => {
    await onEmpty(async (client, address) => {
      const role = `r${new URL(address).pathname.slice(1)}`;
      await client.query(`REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE ${role} LOGIN`);
      const url = new URL(address);
      url.username = role;
      try {
        const error = await refusal(url.href);
        expect(error).toMatchObject({ code: "ENGINE_SETUP_FAILED", retryable: false });
        expect((error as Error).message).toMatch(/permission denied.* Let its user make schemas/u);
      } finally {
        await client.query(`DROP ROLE ${role}`);
      }
    });
  });
});
