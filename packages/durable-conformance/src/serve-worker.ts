import type { OpenEngine } from "./engine.ts";
import { obeying } from "./orders.ts";
import type { Order } from "./orders.ts";

/** What {@link startProcess} hands to the program of a worker, as JSON in its first argument. */
export interface WorkerArguments<Address = unknown> {
  readonly world: string;
  readonly thinkMs: number;
  /** Counted from 0; a worker that takes the place of a dead one has its number. */
  readonly index: number;
  /** Where the engine's store is: whatever the backend said. */
  readonly address: Address;
}

/**
 * The whole program of a worker process: opens an engine and obeys the suite, over the channel to the process that started it.
 *
 * @example
 * <!-- not run: it is the program of a process -->
 * ```ts
 * import { checkpointerEngine, serveWorker } from "@swarmgraph/durable-conformance/worker";
 * import { SqliteSwarmSaver } from "@swarmgraph/persist-sqlite";
 *
 * await serveWorker<string>(({ address }) => async (swarmOf) =>
 *   checkpointerEngine(swarmOf, { checkpointer: SqliteSwarmSaver.fromConnString(address) }),
 * );
 * ```
 */
export async function serveWorker<Address>(openWith: (given: WorkerArguments<Address>) => OpenEngine): Promise<void> {
  const given = JSON.parse(process.argv[2] ?? "") as WorkerArguments<Address>;
  const send = (message: object): void => void process.send?.(message);
  const { obey } = await obeying(openWith(given), { ...given, onHeld: (place) => send({ held: place }) });
  process.on("message", ({ id, order }: { id: number; order: Order }) => {
    obey(order).then(
      (value) => send({ id, value }),
      (error: Error & { code?: string }) => send({ id, error: error.code ?? error.name, message: error.message }),
    );
  });
  // A worker whose starter is gone is of no use to anybody.
  process.once("disconnect", () => process.exit());
  send({ ready: true });
}
