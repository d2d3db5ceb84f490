import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDatabase } from "./database.ts";
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
  const { address, drop } = kind === "sqlite" ? createFile() : await createDatabase();
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
