import type { Workload } from "../workloads.ts";
import type { Tally } from "./script.ts";

/** What came out of one turn. */
export interface Turn {
  /** As the system's own result tells. */
  readonly handoffs: number;
  readonly text: string;
  /** Of a streamed turn: the chunks that its reader got. */
  readonly chunks?: number;
}

/** A system with its agents made, ready for turns. */
export interface Prepared {
  /** One turn on a new conversation that begins with the workload's history. */
  run(): Promise<Turn>;
  /** Puts the workload's history into so many threads of the saver, and gives the turns that go on from there. */
  threads?(count: number): Promise<(() => Promise<Turn>)[]>;
  /** The bytes that the saver was given so far. */
  written?(): number;
  close?(): Promise<void>;
  readonly tally: Tally;
}

/** The same turn twice: as it is, and with what a workload gives it beside. */
export interface Pair {
  plain(): Promise<Turn>;
  more(): Promise<Turn>;
  close?(): Promise<void>;
  readonly tally: Tally;
}

/** How a system does the workloads: see `catalogue.ts` for what it is. */
export interface System {
  /** Why a workload cannot be done. */
  refuses?(workload: Workload): string | undefined;
  /** Makes the agents. Everything that a user would do once is done here. */
  prepare(workload: Workload): Promise<Prepared>;
  /** Makes the agents and nothing else, for build time and memory. Default: {@link prepare}. */
  build?(workload: Workload): Promise<unknown>;
  /** Makes the pair of a workload with a surcharge. */
  pair?(workload: Workload): Promise<Pair>;
}
