import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import type { OpenEngine, Reply } from "./engine.ts";
import { obeying } from "./orders.ts";
import type { Order, Told } from "./orders.ts";
import type { WorkerArguments } from "./serve-worker.ts";

/** What came of an order: a value, or the code of an error. */
export interface Answer<T> {
  readonly value?: T;
  readonly error?: string;
  readonly message?: string;
}

/** What an order gives back. */
type ValueOf<O extends Order> = O extends { do: "log" }
  ? readonly Told[]
  : O extends { do: "branches" }
    ? readonly (readonly string[])[]
    : Reply;

/** Somebody who obeys the suite, in a process of its own or in this one. */
export interface Worker {
  tell<const O extends Order>(order: O): Promise<Answer<ValueOf<O>>>;
  /** Resolves once somebody holds at a place. */
  held(place: string): Promise<void>;
  /** Stops the process in the middle of whatever it does, lets it go on, or kills it. */
  signal(name: "SIGCONT" | "SIGKILL" | "SIGSTOP"): void;
  /** Ends it, and resolves once it is gone. */
  end(): Promise<void>;
}

/** The error of an order whose process was killed. */
export const GONE = "PROCESS_GONE";

/** Where holders are, and who waits for them. */
function places(): { add: (place: string) => void; held: (place: string) => Promise<void> } {
  const taken = new Set<string>();
  const waiting = new Map<string, () => void>();
  return {
    add: (place) => {
      taken.add(place);
      waiting.get(place)?.();
    },
    held: (place) =>
      taken.has(place) ? Promise.resolve() : new Promise((resolve) => void waiting.set(place, resolve)),
  };
}

/** How a process is started. */
export interface StartProcessOptions {
  /** The Node that runs the program, as a path. Default: the one that runs the tests, with its flags. */
  readonly execPath?: string | undefined;
}

/** Starts the program of a {@link Worker}, one that calls `serveWorker`. */
export async function startProcess(
  program: string,
  given: WorkerArguments,
  { execPath }: StartProcessOptions = {},
): Promise<Worker> {
  const child = fork(program, [JSON.stringify(given)], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // Another Node may not know the flags of this one.
    ...(execPath !== undefined && { execPath, execArgv: [] }),
  });
  await untilReady(child);
  const { add, held } = places();
  const waiting = new Map<number, (answer: Answer<never>) => void>();
  child.on("message", (message: { held: string } | (Answer<never> & { id: number })) => {
    if ("held" in message) return add(message.held);
    const { id, ...answer } = message;
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  let isGone = false;
  child.once("exit", () => {
    isGone = true;
    for (const resolve of waiting.values()) resolve({ error: GONE });
  });
  let last = 0;
  return {
    tell: (order) =>
      new Promise((resolve) => {
        if (isGone || !child.connected) return resolve({ error: GONE });
        last += 1;
        waiting.set(last, resolve);
        // Without a function to tell, a pipe that has just broken is an error that nobody catches.
        child.send({ id: last, order }, (error) => error !== null && resolve({ error: GONE }));
      }),
    held,
    signal: (name) => void child.kill(name),
    end: async () => {
      if (isGone) return;
      const gone = new Promise((resolve) => void child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    },
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("exit", (code) => reject(new Error(`the worker ended with ${code} before it was ready`)));
    child.once("error", reject);
  });
}

/** A {@link Worker} in this process, for what has no others: it can be told, and cannot be killed. */
export async function startHere(open: OpenEngine, given: Omit<WorkerArguments, "address">): Promise<Worker> {
  const { add, held } = places();
  const { obey, close } = await obeying(open, { ...given, onHeld: add });
  return {
    tell: (order) =>
      obey(order).then(
        (value) => ({ value: value as never }),
        (error: Error & { code?: string }) => ({ error: error.code ?? error.name, message: error.message }),
      ),
    held,
    signal: () => {
      throw new Error("a worker in this process cannot be killed");
    },
    end: close,
  };
}
