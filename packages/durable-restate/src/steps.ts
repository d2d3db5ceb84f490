import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate } from "node:timers/promises";
import { AIMessage } from "@langchain/core/messages";
import { GraphInterrupt, interrupt } from "@langchain/langgraph";
import { CancelledError, RestatePromise } from "@restatedev/restate-sdk";
import type { Context, TerminalError } from "@restatedev/restate-sdk";
import { SwarmError } from "swarmgraph";
import type { StepRunner } from "swarmgraph";
import { fromFailure, isTransient, toFailure } from "./failure.ts";
import type { Failure } from "./failure.ts";
import type { StopMode } from "./protocol.ts";
import { pack, unpack } from "./serial.ts";
import type { Packed } from "./serial.ts";

/** How often a step that failed for a passing reason is run again, and after which pauses. */
export interface StepRetry {
  /** Runs of one step, the first included. Default: 5. */
  readonly maxAttempts?: number | undefined;
  /** Milliseconds before the second one. Default: 1,000. */
  readonly initialDelayMs?: number | undefined;
  /** Milliseconds at most. Default: 60,000. */
  readonly maxDelayMs?: number | undefined;
  /** What a pause is multiplied with to give the next one. Default: 2. */
  readonly factor?: number | undefined;
}

/** What a step came to, as the journal has it. */
type Kept =
  | { readonly kind: "value"; readonly value: Packed; readonly id: string }
  | { readonly kind: "error"; readonly error: Failure }
  /** A tool stopped to ask. */
  | { readonly kind: "interrupt"; readonly value: Packed };

/** Ends a run from within: somebody else wants it to end. */
export class StopSignal extends Error {
  override readonly name = "AbortError";
  readonly mode: StopMode;

  constructor(mode: StopMode) {
    super("the run was stopped");
    this.mode = mode;
  }
}

/** What the steps of one run need. */
export interface LaneOptions {
  readonly context: Context;
  readonly retry: StepRetry;
  /** Resolves when the run is to end. */
  readonly stop: RestatePromise<{ readonly mode: StopMode }>;
  /** Told once, when the run is to end. */
  readonly onStop: (stop: StopSignal) => void;
  /** Ids of messages that the thread has. */
  readonly seen: Set<string>;
}

/** Where the steps of the run under way go. Within a step, whatever it calls belongs to it. */
const lanes = new AsyncLocalStorage<StepRunner>();

const INSIDE: StepRunner = { run: (_name, _key, fn) => fn() };

/** The step runner of every swarm on the engine: each step goes to the journal of the run that it belongs to. */
export const journalled: StepRunner = {
  run: (name, key, fn) => (lanes.getStore() ?? INSIDE).run(name, key, fn),
};

/** Calls a function whose steps are journalled by this lane. */
export function inLane<T>(lane: StepRunner, fn: () => T): T {
  return lanes.run(lane, fn);
}

/** A step that is under way. */
interface Pending {
  readonly kept: RestatePromise<Told>;
  readonly settle: (told: Told) => void;
  readonly fail: (error: unknown) => void;
}

/** What a step came to; one whose attempts are used up, as the last one's message alone. */
type Told = Kept | { readonly kind: "failed"; readonly message: string };

/**
 * The steps of one run: each is an entry of its journal, named by its key, with what it came to. One that failed for a
 * passing reason is run again by the engine; any other failure is what the step came to.
 *
 * Steps are entered in the order in which they are asked for, and waited for by one loop: the SDK takes only one wait at a
 * time. Those that are asked for together run side by side; one that comes later begins when one of them has ended.
 */
export function laneOf({ context, retry, stop, onStop, seen }: LaneOptions): StepRunner {
  const { maxAttempts = 5, initialDelayMs = 1_000, maxDelayMs = 60_000, factor = 2 } = retry;
  const policy = {
    maxRetryAttempts: maxAttempts,
    initialRetryInterval: initialDelayMs,
    maxRetryInterval: maxDelayMs,
    retryIntervalFactor: factor,
  };
  const pending = new Set<Pending>();
  const stopped = stop.map((given) => ({ stopped: given?.mode ?? ("cancel" as const) }));
  let isWaiting = false;

  const next = async (): Promise<void> => {
    const steps = [...pending];
    const first = steps.map((step) => step.kept.map((told) => ({ step, told: told as Told })));
    const settled = await RestatePromise.race([...first, stopped]);
    if ("stopped" in settled) throw new StopSignal(settled.stopped);
    pending.delete(settled.step);
    settled.step.settle(settled.told);
  };
  const wait = async (): Promise<void> => {
    isWaiting = true;
    try {
      for (;;) {
        await gathered();
        if (pending.size === 0) return;
        await next();
      }
    } catch (error) {
      const ended = endOf(error);
      if (ended instanceof StopSignal) onStop(ended);
      for (const step of pending) step.fail(ended);
      pending.clear();
    } finally {
      isWaiting = false;
    }
  };
  return {
    async run<T>(_name: string, key: string, fn: () => Promise<T>): Promise<T> {
      const kept = context.run<Kept>(key, () => lanes.run(INSIDE, () => keptOf(fn)), policy).map(told);
      const settled = await new Promise<Told>((settle, fail) => {
        pending.add({ kept, settle, fail });
        if (!isWaiting) void wait();
      });
      return identified(await valueOf(settled, key), settled, seen) as T;
    },
  };
}

/** Resolves once whoever asks for several steps at a time has asked for all of them. */
async function gathered(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await setImmediate();
}

/** Turns of the event loop within which LangGraph begins the tasks of one step. */
const TURNS = 5;

function told(kept: Kept | undefined, failure: TerminalError | undefined): Told {
  return failure === undefined ? (kept as Kept) : { kind: "failed", message: failure.message };
}

/** Why the waiting came to an end. */
function endOf(error: unknown): unknown {
  return error instanceof CancelledError ? new StopSignal("cancel") : error;
}

async function keptOf(fn: () => Promise<unknown>): Promise<Kept> {
  try {
    return { kind: "value", value: await pack(await fn()), id: globalThis.crypto.randomUUID() };
  } catch (error) {
    if (error instanceof GraphInterrupt) return { kind: "interrupt", value: await pack(error.interrupts[0]?.value) };
    if (isTransient(error)) throw error;
    return { kind: "error", error: toFailure(error) };
  }
}

async function valueOf(settled: Told, key: string): Promise<unknown> {
  if (settled.kind === "failed") throw usedUp(key, settled.message);
  if (settled.kind === "error") throw fromFailure(settled.error);
  if (settled.kind === "value") return unpack(settled.value);
  const question = await unpack(settled.value);
  // Asked in its name, with the answers that the tool had before: LangGraph knows the question by its place.
  for (;;) interrupt(question);
}

/** A reply with an id that no other message has. It comes from the journal, so that it is the same each time. */
function identified(value: unknown, settled: Told, seen: Set<string>): unknown {
  if (!AIMessage.isInstance(value) || !("id" in settled)) return value;
  if (value.id === undefined || value.id === "" || seen.has(value.id)) {
    value.id = settled.id;
    value.lc_kwargs = { ...value.lc_kwargs, id: settled.id };
  }
  seen.add(value.id);
  return value;
}

function usedUp(key: string, last: string): SwarmError {
  return new SwarmError(
    "MODEL_TRANSIENT",
    `step "${key}" used up its attempts; the last one failed with: ${last}. Run the thread with null: it goes on where it stopped.`,
    { retryable: true },
  );
}
