import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { bundle } from "./bundle.ts";
import type { Address } from "./savers.ts";

/** What a process is told to do. */
export type Order =
  | { readonly do: "go on" | "setup" }
  | { readonly do: "acquire"; readonly threadId: string; readonly ttlMs: number }
  | { readonly do: "put" | "renew"; readonly threadId: string }
  | { readonly do: "say"; readonly threadId: string; readonly text: string };

/** What came of it: a value, or the code of an error. */
export interface Answer {
  readonly value?: unknown;
  readonly error?: string;
}

/** A real process with a saver of its own. */
export interface Worker {
  ask(order: Order): Promise<Answer>;
  /** Resolves once its model is thinking about `stall`. */
  readonly stalls: Promise<void>;
  /** Stops it in the middle of whatever it does, lets it go on, or kills it. */
  signal(name: "SIGCONT" | "SIGKILL" | "SIGSTOP"): void;
  /** Kills it, and resolves once it is gone. */
  end(): Promise<void>;
}

let program: Promise<string> | undefined;

/** Starts a process. */
export async function startWorker({ kind, address }: Address): Promise<Worker> {
  program ??= bundle("worker");
  const child = fork(await program, [JSON.stringify({ kind, address })], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await untilReady(child);
  const waiting = new Map<number, (answer: Answer) => void>();
  let stall = (): void => {};
  const stalls = new Promise<void>((resolve) => {
    stall = resolve;
  });
  child.on("message", (message: { stalls: true } | (Answer & { id: number })) => {
    if ("stalls" in message) return stall();
    const { id, ...answer } = message;
    waiting.get(id)?.(answer);
    waiting.delete(id);
  });
  child.once("exit", () => {
    for (const resolve of waiting.values()) resolve({ error: "the process is gone" });
  });
  let last = 0;
  return {
    stalls,
    ask: (order) =>
      new Promise((resolve) => {
        last += 1;
        waiting.set(last, resolve);
        child.send({ id: last, order });
      }),
    signal: (name) => void child.kill(name),
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = new Promise((resolve) => void child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    },
  };
}

async function untilReady(child: ChildProcess): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    child.once("message", () => resolve());
    child.once("exit", (code) => reject(new Error(`the process ended with ${code} before it was ready`)));
    child.once("error", reject);
  });
}
