import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";

/** A PostgreSQL server that is this process' own. */
export interface PostgresServer {
  /** A connection string of its database `postgres`, which anybody on 127.0.0.1 may use. */
  readonly url: string;
  /** Ends the server and removes its files. */
  stop(): Promise<void>;
}

const DEBIAN = "/usr/lib/postgresql";

/**
 * Starts PostgreSQL with a new data directory on a free port of 127.0.0.1. As root it runs as the user `postgres` (or
 * `nobody`), since PostgreSQL refuses root. Nothing is synced to disk: the data is not to outlive the test.
 *
 * @throws where no PostgreSQL is installed; the message names Debian's package.
 */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = findBinaries();
  const directory = mkdtempSync(join(tmpdir(), "swarmgraph-postgres-"));
  const identity = process.getuid?.() === 0 ? unprivileged() : undefined;
  if (identity !== undefined) chownSync(directory, identity.uid, identity.gid);
  const data = join(directory, "data");
  const options = { ...identity, cwd: directory, env: { PATH: process.env["PATH"], LC_ALL: "C", HOME: directory } };
  const init = spawnSync(
    join(bin, "initdb"),
    ["-D", data, "-U", "postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"],
    { ...options, encoding: "utf8" },
  );
  if (init.status !== 0) throw new Error(`initdb failed: ${init.error?.message ?? init.stderr}`);
  const port = await freePort();
  const settings = ["listen_addresses=127.0.0.1", "fsync=off", "synchronous_commit=off", "full_page_writes=off"];
  const server = spawn(
    join(bin, "postgres"),
    ["-D", data, "-p", `${port}`, "-k", directory, ...settings.flatMap((setting) => ["-c", setting])],
    { ...options, stdio: ["ignore", "ignore", "pipe"] },
  );
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`;
  const stop = async () => {
    await end(server);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await ready(server, url);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop };
}

function findBinaries(): string {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN) : [];
  const newestFirst = versions.sort((a, b) => Number(b) - Number(a)).map((version) => join(DEBIAN, version, "bin"));
  const found = newestFirst.find((bin) => existsSync(join(bin, "initdb")) && existsSync(join(bin, "postgres")));
  if (found !== undefined) return found;
  throw new Error(
    `there is no PostgreSQL under ${DEBIAN}/*/bin. Install it: apt-get install --no-install-recommends postgresql`,
  );
}

function unprivileged(): { uid: number; gid: number } {
  for (const user of ["postgres", "nobody"]) {
    const [uid, gid] = ["-u", "-g"].map((flag) => Number.parseInt(spawnSync("id", [flag, user]).stdout.toString(), 10));
    if (uid !== undefined && gid !== undefined && uid > 0) return { uid, gid };
  }
  throw new Error("PostgreSQL does not run as root, and there is neither a user `postgres` nor `nobody`.");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => void server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => void server.close(resolve));
  return port;
}

/** Resolves once the server takes connections; rejects with what it said where it ended before. */
async function ready(server: ChildProcess, url: string): Promise<void> {
  let said = "";
  server.stderr?.on("data", (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-4000);
  });
  for (;;) {
    if (server.exitCode !== null || server.signalCode !== null) throw new Error(`PostgreSQL did not start: ${said}`);
    const client = new pg.Client({ connectionString: url });
    try {
      await client.connect();
      await client.end();
      return;
    } catch {
      await new Promise((resolve) => void setTimeout(resolve, 50));
    }
  }
}

/** Ends the server by its id: a fast shutdown, which does not wait for clients. */
async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise((resolve) => void server.once("exit", resolve));
  server.kill("SIGINT");
  await ended;
}
