import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkerArguments } from "./serve-worker.ts";
import { World } from "./world.ts";
import type { Told } from "./orders.ts";
import type { Worker } from "./worker.ts";

/** What a backend cannot do, each with the reason why. */
export type Ability =
  /** Workers are processes, which can be killed and frozen, and threads outlive them. */
  | "processes"
  /** Old states of a thread can be read and gone on from. */
  | "history"
  /** `onBusy: "reject"`. */
  | "reject"
  /** `onBusy: "interrupt"` and `"rollback"`. */
  | "takeover";

/** A store, new and empty, and workers on it. */
export interface DurableBackend {
  start(given: Omit<WorkerArguments, "address">): Promise<Worker>;
  /** Removes the store. All workers have ended by then. */
  remove(): Promise<void>;
}

/** A backend with its workers, for one test. */
export interface Stage {
  readonly world: World;
  /** Starts a worker in the place of whoever had this number. */
  start(index: number): Promise<Worker>;
  end(): Promise<void>;
}

/** Sets a stage. */
export async function createStage(makeBackend: () => Promise<DurableBackend>, thinkMs = 5): Promise<Stage> {
  const world = mkdtempSync(join(tmpdir(), "swarmgraph-world-"));
  const backend = await makeBackend();
  const workers: Worker[] = [];
  return {
    world: new World(world),
    start: async (index) => {
      const worker = await backend.start({ world, thinkMs, index });
      workers.push(worker);
      return worker;
    },
    end: async () => {
      await Promise.all(workers.map((worker) => worker.end()));
      await backend.remove();
      rmSync(world, { recursive: true, force: true });
    },
  };
}

/** What somebody said and how it was answered, a line for each turn, without the clerk's working. */
export function turnsOf(log: readonly Told[]): string[] {
  const turns: string[][] = [];
  for (const { type, text, calls } of log) {
    if (type === "human") turns.push([text]);
    else if (type === "ai" && calls.length === 0) turns.at(-1)?.push(text);
  }
  return turns.map((turn) => turn.join(" -> "));
}

/** A turn as it has to be: an order, and its answer. */
export function turn(order: string): string {
  return `${order} -> ${answerTo(order)}`;
}

/** What the clerk answers to an order that says nothing of where to hold. */
export function answerTo(order: string): string {
  const [name = "", number = ""] = order.split(" ");
  const done = name === "echo" ? ["echo"] : [name, "echo"];
  return `${order}: ${done.map((one) => `${one} ${number} is done`).join(", ")}`;
}
