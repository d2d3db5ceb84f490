import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MemorySaver } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { SaverName } from "../workloads.ts";
import { Skip } from "../skip.ts";
import { projectFile } from "../paths.ts";
import { POSTGRES } from "../postgres.ts";

/** A saver that is open, and counts what it is given. */
export interface OpenSaver {
  readonly saver: BaseCheckpointSaver;
  /** Bytes of checkpoints and writes, as they were serialised. */
  written(): number;
  close(): Promise<void>;
}

/** Opens a saver on nothing stored. @throws Skip where it is not there. */
export async function openSaver(name: Exclude<SaverName, "none">): Promise<OpenSaver> {
  const { saver, close } = await opened(name);
  let bytes = 0;
  const { serde } = saver;
  const dump = serde.dumpsTyped.bind(serde);
  serde.dumpsTyped = async (value) => {
    const dumped = await dump(value);
    bytes += dumped[1].length;
    return dumped;
  };
  return { saver, written: () => bytes, close };
}

type Opened = Pick<OpenSaver, "saver" | "close">;

/** LangGraph's convention for savers on a database. */
interface SaverClass {
  fromConnString(address: string): BaseCheckpointSaver | Promise<BaseCheckpointSaver>;
}

async function opened(name: Exclude<SaverName, "none">): Promise<Opened> {
  if (name === "memory") return { saver: new MemorySaver(), close: async () => {} };
  if (name === "swarm-memory") return openSwarmMemory();
  if (name === "sqlite") return openSqlite();
  const address = process.env[POSTGRES];
  if (address === undefined) throw new Skip(`there is no PostgreSQL: name one in ${POSTGRES}`);
  return openDatabase("postgres", address);
}

async function openSwarmMemory(): Promise<Opened> {
  const core = (await import("swarmgraph")) as Readonly<Record<string, unknown>>;
  const SwarmMemorySaver = core["SwarmMemorySaver"] as (new () => BaseCheckpointSaver) | undefined;
  if (SwarmMemorySaver === undefined) throw new Skip("swarmgraph exports no SwarmMemorySaver");
  return { saver: new SwarmMemorySaver(), close: async () => {} };
}

async function openSqlite(): Promise<Opened> {
  const folder = await mkdtemp(join(tmpdir(), "swarmgraph-bench-"));
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const { saver, close } = await openDatabase("sqlite", join(folder, "threads.db"));
    return { saver, close: () => close().finally(remove) };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** A package of ours, which is installed with its tests: it is no part of the default install. */
async function openDatabase(name: "sqlite" | "postgres", address: string): Promise<Opened> {
  const place = projectFile(`packages/persist-${name}/dist/index.js`);
  const exports = await importOrSkip(
    place,
    `@swarmgraph/persist-${name} is not built, or its database's package is not there`,
  );
  const Saver = Object.entries(exports).find(([key]) => key.endsWith("Saver"))?.[1] as SaverClass | undefined;
  if (typeof Saver?.fromConnString !== "function") {
    throw new Skip(`@swarmgraph/persist-${name} exports no saver with fromConnString`);
  }
  const saver = await Saver.fromConnString(address);
  const open = saver as { setup?(): Promise<void>; end?(): Promise<void>; db?: { close(): void } };
  await open.setup?.();
  return {
    saver,
    async close() {
      await open.end?.();
      open.db?.close();
    },
  };
}

async function importOrSkip(place: URL, reason: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(place.href)) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new Skip(reason, { cause: error });
  }
}
