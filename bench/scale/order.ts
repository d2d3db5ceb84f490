/** Where a worker keeps its threads, or which engine runs them. */
export type Backend = "plain" | "memory" | "sqlite" | "postgres" | "dbos" | "restate";

/** What a worker's process is to do. */
export type Load =
  /** One run after the other, a short and a long one in turn, for so many milliseconds of CPU time. */
  | { readonly kind: "steps"; readonly short: number; readonly long: number; readonly cpuMs: number }
  /** So many runs at any moment, for so many milliseconds and so many runs at least; nothing counts before all are warm. */
  | { readonly kind: "window"; readonly inFlight: number; readonly ms: number; readonly atLeast: number }
  /** Next turns of so many threads that are stored already, each in turn, at most `runs` of them. */
  | {
      readonly kind: "threads";
      readonly threads: number;
      readonly inFlight: number;
      readonly ms: number;
      readonly runs: number;
    }
  /** So many runs with so many handoffs, a few at a time: for what is counted beside them. */
  | { readonly kind: "count"; readonly runs: number; readonly handoffs: number; readonly threadId?: string };

/** What a worker's process is told first. */
export interface Order {
  readonly backend: Backend;
  readonly load: Load;
  /** Which of the workers of a cell it is. */
  readonly index: number;
  /** A PostgreSQL database of the cell's own, for those that need one. */
  readonly database?: string | undefined;
  /** A Restate server, for its worker. */
  readonly restate?: { readonly ingress: string; readonly admin: string } | undefined;
}

/** Figures of one worker by name. */
export type Measured = Readonly<Record<string, number>>;

/** What a worker's process answers: that it is warm, then its figures. */
export type Answer = { readonly at: "warm" } | { readonly measured: Measured } | { readonly failed: string };

/** Handoffs of a run where nothing else is said. */
export const USUAL_HANDOFFS = 1;

/** The id of the one of the stored threads with a number. */
export function storedThread(index: number | string): string {
  return `stored-${index}`;
}
