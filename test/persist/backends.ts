import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import { closeSaver, openSaver } from "./savers.ts";
import type { Address, Saver } from "./savers.ts";

/** A new and empty database, which any number of savers can be opened on. */
export interface Backend extends Address {
  open(): Promise<Saver>;
  /** Closes what was opened, and removes the database. */
  remove(): Promise<void>;
}

/** Both kinds, for `describe.each`. */
export const KINDS = ["sqlite", "postgres"] as const;

/** Makes a database. */
export async function createBackend(kind: Address["kind"]): Promise<Backend> {
  const { address, drop } = kind === "sqlite" ? createFile() : await createDatabase(inject("postgresUrl"));
  const opened: Saver[] = [];
  return {
    kind,
    address,
    open: async () => {
      const saver = openSaver({ kind, address });
      opened.push(saver);
      await saver.setup();
      return saver;
    },
    remove: async () => {
      await Promise.all(opened.map(closeSaver));
      await drop();
    },
  };
}

function createFile(): { address: string; drop: () => Promise<void> } {
  const directory = mkdtempSync(join(tmpdir(), "swarmgraph-sqlite-"));
  const drop = async () => rmSync(directory, { recursive: true, force: true });
  return { address: join(directory, "threads.db"), drop };
}

async function createDatabase(server: string): Promise<{ address: string; drop: () => Promise<void> }> {
  const name = `t_${randomUUID().replaceAll("-", "")}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  return { address: address.href, drop: () => onServer(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

async function onServer(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
