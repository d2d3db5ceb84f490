import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SwarmMemorySaver } from "swarmgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { projectFile } from "../paths.ts";
import type { Order } from "./order.ts";
import { chainSwarm, questionFor } from "./swarm.ts";

/** A backend that is open. */
export interface Running {
  /** Runs a turn on a thread, a new one where none is named, and gives the state that it ended with. */
  run(handoffs: number, threadId?: string): Promise<unknown>;
  close(): Promise<void>;
}

/** Milliseconds between DBOS's looks at its queue: its own default, a second, would be all that is seen of a short run. */
export const DBOS_POLLING_MS = 100;

/** A saver of one of the packages, which are built beside the harness and are no part of its types. */
type Saver = BaseCheckpointSaver & { setup(): Promise<void>; end?(): Promise<void>; db?: { close(): void } };

interface SaverClass {
  fromConnString(address: string): Saver;
}

interface Engine {
  run(input: object, options: { threadId: string; runId: string }): Promise<unknown>;
  close(): Promise<void>;
}

async function packageOf<T>(place: string): Promise<T> {
  return (await import(projectFile(`packages/${place}.js`).href)) as T;
}

/** Opens what an order names. */
export async function openBackend(order: Order): Promise<Running> {
  const { backend } = order;
  if (backend === "plain") return ofGraph();
  if (backend === "memory") return ofGraph(new SwarmMemorySaver());
  if (backend === "sqlite") return ofSqlite();
  if (backend === "postgres") return ofPostgres(addressOf(order));
  return backend === "dbos" ? ofDbos(order) : ofRestate(order);
}

function addressOf({ database, backend }: Order): string {
  if (database === undefined) throw new Error(`${backend} needs a database`);
  return database;
}

function ofGraph(checkpointer?: BaseCheckpointSaver, close: () => Promise<void> = async () => {}): Running {
  const graph = chainSwarm().compile(checkpointer === undefined ? {} : { checkpointer });
  return {
    run: (handoffs, threadId = randomUUID()) => {
      // Every step is to be kept before the next one begins, as in a run that must not do a thing twice.
      const durable = { configurable: { thread_id: threadId }, durability: "sync" as const };
      return graph.invoke({ messages: questionFor(handoffs) }, checkpointer === undefined ? {} : durable);
    },
    close,
  };
}

async function ofSqlite(): Promise<Running> {
  const { SqliteSwarmSaver } = await packageOf<{ SqliteSwarmSaver: SaverClass }>("persist-sqlite/dist/index");
  const folder = await mkdtemp(join(tmpdir(), "swarmgraph-scale-"));
  const saver = SqliteSwarmSaver.fromConnString(join(folder, "threads.db"));
  return ofGraph(saver, async () => {
    saver.db?.close();
    await rm(folder, { recursive: true, force: true });
  });
}

async function openPostgresSaver(address: string): Promise<Saver> {
  const { PostgresSwarmSaver } = await packageOf<{ PostgresSwarmSaver: SaverClass }>("persist-postgres/dist/index");
  const saver = PostgresSwarmSaver.fromConnString(address);
  await saver.setup();
  return saver;
}

async function ofPostgres(address: string): Promise<Running> {
  const saver = await openPostgresSaver(address);
  return ofGraph(saver, async () => saver.end?.());
}

async function ofDbos(order: Order): Promise<Running> {
  const databaseUrl = addressOf(order);
  const checkpointer = await openPostgresSaver(databaseUrl);
  const { startDbosEngine } = await packageOf<{ startDbosEngine(options: object): Promise<Engine> }>(
    "durable-dbos/dist/index",
  );
  const engine = await startDbosEngine({
    swarm: chainSwarm,
    checkpointer,
    databaseUrl,
    executorId: `executor-${order.index}`,
    version: "1",
    pollingMs: DBOS_POLLING_MS,
  });
  return {
    run: (handoffs, threadId = randomUUID()) =>
      engine.run({ messages: questionFor(handoffs) }, { threadId, runId: randomUUID() }),
    close: async () => {
      await engine.close();
      await checkpointer.end?.();
    },
  };
}

interface RestateWorker {
  readonly url: string;
  close(): Promise<void>;
}

async function ofRestate({ restate }: Order): Promise<Running> {
  if (restate === undefined) throw new Error("restate needs a server");
  const { ingress, admin } = restate;
  const { durableSwarm, serveSwarms } = await packageOf<{
    durableSwarm(swarm: object, options: object): { readonly service: string };
    serveSwarms(swarms: readonly object[], options: object): Promise<RestateWorker>;
  }>("durable-restate/dist/index");
  const { SwarmThreads, registerWorker } = await packageOf<{
    SwarmThreads: new (place: object) => { run(threadId: string, input: string): Promise<unknown> };
    registerWorker(options: object): Promise<unknown>;
  }>("durable-restate/dist/client-index");
  const durable = durableSwarm(chainSwarm(), {});
  const worker = await serveSwarms([durable], { port: 0, logger: () => {} });
  await registerWorker({ admin, url: worker.url });
  const threads = new SwarmThreads({ ingress, service: durable.service });
  return {
    run: (handoffs, threadId = randomUUID()) => threads.run(threadId, questionFor(handoffs)),
    close: () => worker.close(),
  };
}
