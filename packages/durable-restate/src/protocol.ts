import type { SwarmEvent } from "swarmgraph";
import type { Packed } from "./serial.ts";

/** What a thread's object is asked to run. */
export interface RunRequest {
  readonly runId: string;
  /** A swarm's input, packed; `null` goes on where the thread stopped. */
  readonly input: Packed | null;
  /** The run's `context`: JSON. */
  readonly context?: unknown;
  /** The number of runs that the thread had begun when it was seen to be free: another number by now is a busy thread. */
  readonly expects?: number;
}

/** What a run came to: the state as `invoke` gives it, packed. */
export interface RunReply {
  readonly runId: string;
  readonly values: Packed;
}

/** One thing that a run waits for. */
export interface RunWait {
  /** The awakeable's id: resolved with the answer, over {@link SwarmThreads.answer} or the engine's own interface. */
  readonly id: string;
  /** The interrupt's value: an `ApprovalRequest`, a `ToolRequest` or a `HumanRequest`. */
  readonly value: unknown;
}

/** The run that has a thread now. */
export interface RunningRun {
  readonly runId: string;
  /** The engine's own id of it. */
  readonly invocationId: string;
  readonly status: "running" | "waiting";
  /** Empty while it is not waiting. */
  readonly waits: readonly RunWait[];
}

/** A thread's last checkpoint, packed, as it is kept between runs. */
export interface StoredThread {
  /** Who keeps it: `"restate"`. Absent in threads that were written before this was kept. */
  readonly engine?: string;
  readonly checkpoint: Packed;
}

/** What is seen of a thread from outside. */
export interface ThreadReply {
  readonly run: RunningRun | null;
  readonly runs: number;
  readonly thread: StoredThread | null;
}

/** How a run is ended by somebody else. */
export type StopMode = "cancel" | "interrupt" | "rollback";

/** Which run is to be ended. */
export interface StopRequest {
  readonly mode: StopMode;
  /** Default: the one that has the thread. */
  readonly runId?: string;
  /** The engine's id of it, by which one is ended that still waits for its turn. */
  readonly invocationId?: string;
}

/** An event, and by what it is known again when a run is gone through once more. */
export interface ToldEvent {
  readonly key: string;
  readonly event: SwarmEvent;
}

/** Events from an offset on. */
export interface EventsReply {
  readonly events: readonly SwarmEvent[];
  /** The offset of the next one. */
  readonly next: number;
  /** Whether none comes after these. */
  readonly isOver: boolean;
}

/** The names of a swarm's objects: its threads, and the logs of its runs. */
export function objectNames(service: string): { readonly threads: string; readonly runs: string } {
  return { threads: service, runs: `${service}Runs` };
}

/** A swarm's name as the engine takes names: letters, digits and `_`, beginning with a letter. */
export function serviceNameOf(swarm: string): string {
  const name = swarm.replaceAll(/[^A-Za-z0-9]+/g, "_").replaceAll(/^[^A-Za-z]+|_+$/g, "");
  return name === "" ? "swarm" : name;
}
