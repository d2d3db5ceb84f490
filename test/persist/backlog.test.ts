import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import pg from "pg";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { PatientPool } from "../../packages/persist-postgres/src/pool.ts";
import { createBackend } from "./backends.ts";
import { createDatabase } from "./database.ts";

const RUNS = 1_000;

/** Takes connections, and says nothing on them. */
async function startSilent(): Promise<{ address: string; close: () => Promise<void> }> {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => void sockets.push(socket)).listen(0, "127.0.0.1");
  await new Promise((resolve) => void silent.once("listening", resolve));
  const { port } = silent.address() as AddressInfo;
  return {
    address: `postgresql://me:secret@127.0.0.1:${port}/app`,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => void silent.close(resolve));
    },
  };
}

describe("runs that wait for the connections of their own process", () => {
  it("all succeed: 1,000 begun at once, on two connections that are busy for longer than one may take to open", async () => {
    const backend = await createBackend("postgres");
    await backend.open();
    const pool = new PatientPool({ connectionString: backend.address, connectMs: 1_000, max: 2 });
    const checkpointer = new PostgresSwarmSaver(pool);
    const busy = new pg.Client({ connectionString: backend.address });
    await busy.connect();
    try {
      // Both are open: to begin a thousand runs takes this process longer than one may take to open.
      await Promise.all([1, 2].map(() => pool.query("SELECT pg_sleep(0.1)")));
      await busy.query("BEGIN; LOCK TABLE swarm_leases, checkpoints IN ACCESS EXCLUSIVE MODE");
      const model = scriptedModel().say("Hello!").repeat(RUNS);
      const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile({ checkpointer });
      const invoke = (index: number) =>
        graph.invoke({ messages: "Hi" }, { configurable: { thread_id: `t-${index}` }, durability: "exit" });
      const runs = Array.from({ length: RUNS }, (_, index) => invoke(index));
      const ended = Promise.allSettled(runs);
      // Several times what a connection may take to open.
      await busy.query("SELECT pg_sleep(3); COMMIT");
      const failed = (await ended).flatMap((run) => (run.status === "rejected" ? [run.reason] : []));
      expect(failed.map((error) => `${String(error)} ${String((error as Error).cause)}`).slice(0, 3)).toEqual([]);
      expect(model.calls).toHaveLength(RUNS);
    } finally {
      await busy.end();
      await checkpointer.end();
      await backend.remove();
    }
  });

  it("wait as well while the server takes no more connections", async () => {
    const { address, drop } = await createDatabase();
    const owner = new pg.Client({ connectionString: address });
    await owner.connect();
    const url = new URL(address);
    url.username = `r${url.pathname.slice(1)}`;
    await owner.query(`CREATE ROLE ${url.username} LOGIN CONNECTION LIMIT 1`);
    const pool = new PatientPool({ connectionString: url.href, connectMs: 300, max: 1 });
    try {
      const held = await pool.connect();
      await expect(new pg.Client({ connectionString: url.href }).connect()).rejects.toMatchObject({ code: "53300" });
      const waits = pool.query("SELECT 1 AS one");
      await held.query("SELECT pg_sleep(1)");
      held.release();
      expect((await waits).rows).toEqual([{ one: 1 }]);
    } finally {
      await pool.end();
      await owner.query(`DROP ROLE ${url.username}`);
      await owner.end();
      await drop();
    }
  });

  it("are told, all of them, that a server does not answer", async () => {
    const { address, close } = await startSilent();
    const pool = new PatientPool({ connectionString: address, connectMs: 300, max: 2 });
    const saver = new PostgresSwarmSaver(pool);
    try {
      const reads = Array.from({ length: 50 }, () => saver.getTuple({ configurable: { thread_id: "t" } }));
      const ended = await Promise.allSettled(reads);
      const reasons = ended.map((read) =>
        read.status === "rejected" ? (read.reason as { code?: unknown }).code : "ok",
      );
      expect(new Set(reasons)).toEqual(new Set(["DATABASE_UNREACHABLE"]));
    } finally {
      await close();
      await pool.end();
    }
  });

  it("are told that the saver was closed before their turn came", async () => {
    const { address, drop } = await createDatabase();
    const pool = new PatientPool({ connectionString: address, connectMs: 300, max: 1 });
    try {
      const held = await pool.connect();
      const waits = pool.query("SELECT 1");
      const ended = pool.end();
      held.release();
      await expect(waits).rejects.toThrow("the pool was closed");
      await ended;
    } finally {
      await drop();
    }
  });
});
