import type { Awaitable } from "../types.ts";
import type { SwarmEventBody } from "./events.ts";

/** Which run a hook is called in. */
export interface HookRun {
  readonly runId: string;
  readonly threadId: string | undefined;
  readonly swarm: string;
}

/**
 * What is called as a run goes on, in order and awaited. `start`, `resume` and `end` may give back a value that goes on
 * instead of theirs, `undefined` keeps it; the others only see, since between its nodes the state is the graph's alone. A hook
 * that throws goes to `onDiagnostic` and changes nothing.
 */
export interface SwarmHooks {
  /** Before any node, for a new input. May replace it. */
  readonly start?: (input: unknown, run: HookRun) => Awaitable<unknown>;
  /** Before any node, for a run that goes on where it stopped: gets the `Command`, or null. May replace it. */
  readonly resume?: (input: unknown, run: HookRun) => Awaitable<unknown>;
  /** After each node, with what it wrote. */
  readonly update?: (update: { readonly node: string; readonly values: unknown }, run: HookRun) => Awaitable<void>;
  /** A step was stored. */
  readonly checkpoint?: (told: SwarmEventBody & { type: "state.checkpoint" }, run: HookRun) => Awaitable<void>;
  /** With what the run waits for. */
  readonly interrupt?: (told: SwarmEventBody & { type: "run.interrupted" }, run: HookRun) => Awaitable<void>;
  /** The run failed with this. */
  readonly error?: (error: unknown, run: HookRun) => Awaitable<void>;
  /** Once, with the end state. May replace what `result` gives. */
  readonly end?: (result: unknown, run: HookRun) => Awaitable<unknown>;
}

/** Several hooks as one: each gets what the one before gave back. */
export class HookChain {
  readonly #hooks: readonly SwarmHooks[];
  readonly #run: HookRun;
  readonly #report: (hook: string, error: unknown) => void;

  constructor(hooks: readonly SwarmHooks[], run: HookRun, report: (hook: string, error: unknown) => void) {
    this.#hooks = hooks;
    this.#run = run;
    this.#report = report;
  }

  /** Whether there is a hook of a kind: what nobody sees need not be waited for. */
  has(kind: keyof SwarmHooks): boolean {
    return this.#hooks.some((hooks) => hooks[kind] !== undefined);
  }

  /** Calls one kind of hook of each, and gives back what the value has become. */
  async call(kind: keyof SwarmHooks, given: unknown): Promise<unknown> {
    let value = given;
    const replaces = kind === "start" || kind === "resume" || kind === "end";
    for (const hooks of this.#hooks) {
      const hook = hooks[kind] as ((value: unknown, run: HookRun) => unknown) | undefined;
      try {
        const made = await hook?.call(hooks, value, this.#run);
        if (replaces && made !== undefined) value = made;
      } catch (error) {
        this.#report(kind, error);
      }
    }
    return value;
  }
}
