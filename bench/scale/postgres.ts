import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFile } from "../paths.ts";
import { cpuMsOf } from "./cpu.ts";

/** node-postgres, which test/persist installs. */
interface Client {
  connect(): Promise<void>;
  query(sql: string): Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
  end(): Promise<void>;
}

/** What a database has done so far. */
export interface Counters {
  readonly transactions: number;
  /** Bytes of its write-ahead log; of the whole server, which has no other work meanwhile. */
  readonly walBytes: number;
  /** Bytes of its tables and indexes. */
  readonly storedBytes: number;
  /** CPU time of the server; 0 where the system does not tell. */
  readonly cpuMs: number;
}

/** A PostgreSQL server of the run's own, which syncs to disk as one in use does. */
export interface ScalePostgres {
  readonly version: string;
  /** Makes a database, empty or as a copy of another, and gives its connection string. */
  create(template?: string): Promise<string>;
  /** Copies all that is stored of a thread until there are so many; `idOf` names each by its number, from 0. */
  copyThread(database: string, threads: number, idOf: (index: number | string) => string): Promise<void>;
  /** Reads the counters of a database that nobody is connected to any more. */
  counters(database: string): Promise<Counters>;
  drop(database: string): Promise<void>;
  stop(): Promise<void>;
}

const DEBIAN = "/usr/lib/postgresql";

/** Connections that it takes: four workers with the pools of DBOS and of the saver want more than the usual hundred. */
const MAX_CONNECTIONS = 200;

/**
 * Starts PostgreSQL with its usual settings but for `max_connections`: unlike the server of the tests it waits for the
 * disk with each commit. As root it runs as the user `postgres`.
 *
 * @throws Error where there is none, or it does not start.
 */
export async function startScalePostgres(): Promise<ScalePostgres> {
  const bin = binaries();
  const folder = mkdtempSync(join(tmpdir(), "swarmgraph-scale-"));
  const identity = process.getuid?.() === 0 ? postgresUser() : undefined;
  if (identity !== undefined) chownSync(folder, identity.uid, identity.gid);
  const data = join(folder, "data");
  const options = { ...identity, cwd: folder, env: { PATH: process.env["PATH"], LC_ALL: "C", HOME: folder } };
  const init = spawnSync(join(bin, "initdb"), ["-D", data, "-U", "postgres", "--auth=trust", "--locale=C"], options);
  if (init.status !== 0) throw new Error(`initdb failed: ${init.error?.message ?? init.stderr.toString()}`);
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", `max_connections=${MAX_CONNECTIONS}`];
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, "-p", `${port}`, "-k", folder, ...settings.flatMap((setting) => ["-c", setting])],
    { ...options, stdio: "ignore" },
  );
  const url = `postgresql://postgres@127.0.0.1:${port}/`;
  const ask = (sql: string) => asked(`${url}postgres`, sql);
  const stop = async () => {
    await ended(server);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answering(server, ask);
    const version = String((await ask("SHOW server_version"))["server_version"]).split(" ")[0] ?? "";
    let made = 0;
    return {
      version,
      stop,
      create: async (template) => {
        made += 1;
        const name = `scale${made}`;
        await ask(`CREATE DATABASE ${name}${template === undefined ? "" : ` TEMPLATE ${template.slice(url.length)}`}`);
        return `${url}${name}`;
      },
      copyThread,
      counters: async (database) => {
        const name = database.slice(url.length);
        const row = await ask(
          `SELECT xact_commit + xact_rollback AS transactions, pg_database_size(datname) AS stored,
             (SELECT wal_bytes FROM pg_stat_wal) AS wal FROM pg_stat_database WHERE datname = '${name}'`,
        );
        return {
          transactions: Number(row["transactions"]),
          walBytes: Number(row["wal"]),
          storedBytes: Number(row["stored"]),
          cpuMs: cpuMsOf(server.pid ?? 0),
        };
      },
      drop: async (database) => void (await ask(`DROP DATABASE ${database.slice(url.length)} WITH (FORCE)`)),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function copyThread(database: string, threads: number, idOf: (index: number | string) => string): Promise<void> {
  // A name with a mark in it, of which the database makes the names of all copies.
  const [before = "", after = ""] = idOf("|").split("|");
  const columns = "information_schema.columns WHERE table_schema = 'public'";
  const sql = `DO $do$
    DECLARE place text; fields text;
    BEGIN
      FOR place IN SELECT table_name FROM ${columns} AND column_name = 'thread_id' LOOP
        SELECT string_agg(quote_ident(column_name), ', ') INTO fields
          FROM ${columns} AND table_name = place AND column_name <> 'thread_id';
        EXECUTE format($sql$
          INSERT INTO %1$I (thread_id, %2$s)
          SELECT '${before}' || copy || '${after}', %2$s FROM %1$I, generate_series(1, ${threads - 1}) copy
          WHERE thread_id = '${idOf(0)}'$sql$, place, fields);
      END LOOP;
    END $do$`;
  await asked(database, sql);
  await asked(database, "ANALYZE");
}

async function asked(url: string, sql: string): Promise<Readonly<Record<string, unknown>>> {
  const require = createRequire(projectFile("test/persist/package.json"));
  const { Client } = require("pg") as { Client: new (options: { connectionString: string }) => Client };
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query(sql);
    return rows[0] ?? {};
  } finally {
    await client.end();
  }
}

function binaries(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).toSorted((a, b) => Number(b) - Number(a)) : [];
  const found = versions.map((version) => join(DEBIAN, version, "bin")).find((bin) => existsSync(join(bin, "initdb")));
  if (found === undefined) throw new Error(`there is no PostgreSQL under ${DEBIAN}`);
  return found;
}

function postgresUser(): { readonly uid: number; readonly gid: number } {
  const [uid = 0, gid = 0] = ["-u", "-g"].map((flag) => Number(spawnSync("id", [flag, "postgres"]).stdout.toString()));
  if (uid > 0 && gid > 0) return { uid, gid };
  throw new Error("PostgreSQL does not run as root, and there is no user `postgres`");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answering(server: ChildProcess, ask: (sql: string) => Promise<unknown>): Promise<void> {
  for (;;) {
    if (server.exitCode !== null) throw new Error(`PostgreSQL ended with ${server.exitCode} before it answered`);
    try {
      await ask("SELECT 1");
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

/** A fast shutdown, which does not wait for clients. */
async function ended(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = new Promise((resolve) => server.once("exit", resolve));
  server.kill("SIGINT");
  await gone;
}
