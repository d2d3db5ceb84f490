import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import { PersistError, PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import { SqliteSwarmSaver } from "@swarmgraph/persist-sqlite";
import Database from "better-sqlite3";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { createBackend, KINDS } from "./backends.ts";
import type { Backend } from "./backends.ts";
import { openPool } from "./database.ts";
import { closeSaver, openSaver } from "./savers.ts";

const thread = { configurable: { thread_id: "t" } };
const metadata = { source: "loop", step: 0, parents: {} } as const;

const require = createRequire(import.meta.url);

/** A thread that writes to a file for a while, and says so. */
const WRITER = `
  const { parentPort, workerData } = require("node:worker_threads");
  const db = new (require(workerData.module))(workerData.path);
  db.exec("BEGIN IMMEDIATE");
  parentPort.postMessage("writing");
  setTimeout(() => db.exec("COMMIT"), 200);
`;

/** Everything that a program or a log could show of an error. */
function everythingOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const properties = JSON.stringify(error, Object.getOwnPropertyNames(error));
  return [error.message, error.stack, properties, error.cause === undefined ? "" : everythingOf(error.cause)].join();
}

async function errorOf(run: () => Promise<unknown>): Promise<unknown> {
  return run().then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe("a saver whose PostgreSQL", () => {
  const password = "correct-horse";

  it("does not listen says where it looked, and not with which password", async () => {
    const closed = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => void closed.once("listening", resolve));
    const { port } = closed.address() as AddressInfo;
    await new Promise((resolve) => void closed.close(resolve));
    const saver = PostgresSwarmSaver.fromConnString(`postgresql://me:${password}@127.0.0.1:${port}/app`);
    const runs = [
      () => saver.setup(),
      () => saver.getTuple(thread),
      () => saver.list(thread).next(),
      () => saver.put(thread, emptyCheckpoint(), metadata, {}),
      () => saver.threadLock.acquire({ threadId: "t", owner: "test", ttlMs: 1000 }),
      () => saver.prune({ keepLast: 1 }),
    ];
    for (const run of runs) {
      const error = await errorOf(run);
      expect(error).toBeInstanceOf(PersistError);
      expect(error).toMatchObject({ code: "DATABASE_UNREACHABLE", retryable: true });
      expect((error as Error).message).toContain(`PostgreSQL at 127.0.0.1:${port} (database "app", user "me")`);
      expect(everythingOf(error)).not.toContain(password);
    }
    await saver.end();
  });

  it("has an address that cannot be read does not show the password either", async () => {
    const open = async () => PostgresSwarmSaver.fromConnString(`postgresql://me:${password}@host:no-port/app`);
    const error = await errorOf(open);
    expect(error).toMatchObject({ code: "OPTION_INVALID" });
    expect(everythingOf(error)).not.toContain(password);
  });

  it("has no such database, no such user, or no permission says that it refused", async () => {
    const missing = new URL(inject("postgresUrl"));
    missing.pathname = "/missing";
    const saver = PostgresSwarmSaver.fromConnString(missing.href);
    await expect(saver.setup()).rejects.toMatchObject({
      code: "DATABASE_REFUSED",
      retryable: false,
      message: expect.stringContaining('database "missing" does not exist') as string,
    });
    await saver.end();
  });

  it("has no tables says to call setup()", async () => {
    const backend = await createBackend("postgres");
    const saver = openSaver(backend);
    try {
      const runs = [
        () => saver.getTuple(thread),
        () => saver.threadLock.acquire({ threadId: "t", owner: "test", ttlMs: 1000 }),
      ];
      for (const run of runs) {
        await expect(run()).rejects.toMatchObject({
          code: "DATABASE_NOT_SET_UP",
          message: expect.stringContaining("await saver.setup()") as string,
        });
      }
    } finally {
      await closeSaver(saver);
      await backend.remove();
    }
  });

  it("drops its idle connections goes on with new ones", async () => {
    const backend = await createBackend("postgres");
    const saver = await backend.open();
    const client = new pg.Client({ connectionString: backend.address });
    await client.connect();
    await client.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
    await client.end();
    await expect.poll(() => saver.getTuple(thread).catch((error: PersistError) => error.code)).toBeUndefined();
    await backend.remove();
  });

  it("is given in a pool uses its schema, also from a pool of one connection", async () => {
    const backend = await createBackend("postgres");
    const pool = openPool({ connectionString: backend.address, max: 1 });
    const saver = new PostgresSwarmSaver(pool, undefined, { schema: "threads" });
    await saver.setup();
    await saver.put(thread, emptyCheckpoint(), metadata, {});
    await saver.threadLock.acquire({ threadId: "t", owner: "test", ttlMs: 1000 });
    const { rows } = await pool.query(
      "SELECT DISTINCT table_schema AS s FROM information_schema.tables WHERE table_name ~ '^(swarm|checkpoint)'",
    );
    expect(rows).toEqual([{ s: "threads" }]);
    await saver.end();
    await backend.remove();
  });
});

describe("a saver whose SQLite file", () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "swarmgraph-errors-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it("cannot be opened says which and what to do", () => {
    const path = join(directory, "missing", "threads.db");
    expect(() => SqliteSwarmSaver.fromConnString(path)).toThrow(
      expect.objectContaining({ code: "DATABASE_UNREACHABLE", message: expect.stringContaining(path) as string }),
    );
  });

  it("is no database, or may not be written, is refused", async () => {
    const path = join(directory, "text.db");
    writeFileSync(path, "This is no database, and it is longer than a header. ".repeat(20));
    const saver = SqliteSwarmSaver.fromConnString(path);
    expect(() => saver.setup()).toThrow(expect.objectContaining({ code: "DATABASE_REFUSED" }));
    saver.db.close();
    const readable = join(directory, "readonly.db");
    new Database(readable).exec("CREATE TABLE t (x)").close();
    chmodSync(readable, 0o444);
    const readonly = new SqliteSwarmSaver(new Database(readable, { readonly: true }));
    await expect(readonly.put(thread, emptyCheckpoint(), metadata)).rejects.toMatchObject({ code: "DATABASE_REFUSED" });
    readonly.db.close();
  });

  it("is locked for too long says that to try again may help", async () => {
    const path = join(directory, "busy.db");
    const saver = new SqliteSwarmSaver(new Database(path, { timeout: 20 }));
    saver.setup();
    const other = new Database(path);
    other.exec("BEGIN IMMEDIATE");
    const busy = { code: "DATABASE_BUSY", retryable: true };
    await expect(saver.put(thread, emptyCheckpoint(), metadata)).rejects.toMatchObject(busy);
    const locked = new SqliteSwarmSaver(new Database(path, { timeout: 20 }));
    expect(() => locked.setup()).toThrow(expect.objectContaining(busy));
    other.exec("COMMIT");
    await expect(saver.put(thread, emptyCheckpoint(), metadata)).resolves.toBeDefined();
    locked.setup();
    for (const { db } of [saver, locked]) db.close();
    other.close();
  });

  it("is written by another process while it is set up waits for that, for as long as the connection waits", async () => {
    const path = join(directory, "written.db");
    const [patient, hasty] = [5_000, 20].map((timeout) => new SqliteSwarmSaver(new Database(path, { timeout })));
    for (const saver of [patient, hasty]) saver?.threadLock.setup();
    const writer = new Worker(WRITER, { eval: true, workerData: { path, module: require.resolve("better-sqlite3") } });
    await once(writer, "message");
    expect(() => hasty?.setup()).toThrow(expect.objectContaining({ code: "DATABASE_BUSY", retryable: true }));
    patient?.setup();
    expect(patient?.db.pragma("journal_mode", { simple: true })).toBe("wal");
    await writer.terminate();
    for (const saver of [patient, hasty]) saver?.db.close();
  });

  it("cannot hold a value that the serialiser writes in two ways", async () => {
    const saver = SqliteSwarmSaver.fromConnString(":memory:");
    let calls = 0;
    const { serde } = saver;
    saver.serde = {
      loadsTyped: (type, data) => serde.loadsTyped(type, data) as Promise<unknown>,
      dumpsTyped: async (value) => [`type-${(calls += 1)}`, (await serde.dumpsTyped(value))[1]],
    };
    await expect(saver.put(thread, emptyCheckpoint(), metadata)).rejects.toMatchObject({
      code: "VALUE_UNSERIALISABLE",
    });
    saver.db.close();
  });
});

describe.each(KINDS)("a saver on %s", (kind) => {
  let backend: Backend;
  beforeAll(async () => {
    backend = await createBackend(kind);
  });
  afterAll(() => backend.remove());

  it("refuses writes that belong to no thread or checkpoint", async () => {
    const saver = await backend.open();
    for (const configurable of [{}, { thread_id: "" }]) {
      await expect(saver.put({ configurable }, emptyCheckpoint(), metadata, {})).rejects.toMatchObject({
        code: "CONFIG_INVALID",
      });
    }
    await expect(saver.putWrites(thread, [["a", 1]], "task")).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  it("keeps the last of special writes, and the first of ordinary ones", async () => {
    const saver = await backend.open();
    const config = await saver.put(thread, emptyCheckpoint(), metadata, {});
    await saver.putWrites(config, [], "none");
    await saver.putWrites(config, [["__interrupt__", 1], ["__interrupt__", 2]], "special"); // prettier-ignore
    await saver.putWrites(config, [["__interrupt__", 3]], "special");
    await saver.putWrites(config, [["a", 1]], "ordinary");
    await saver.putWrites(config, [["a", 2]], "ordinary");
    const tuple = await saver.getTuple(thread);
    expect(tuple?.pendingWrites?.toSorted()).toEqual([
      ["ordinary", "a", 1],
      ["special", "__interrupt__", 3],
    ]);
  });
});
