import type { RunnableConfig } from "@langchain/core/runnables";
import type { Left } from "../observe/run-signal.ts";
import { raced, reasonOf } from "../run/abort.ts";
import { watchOf } from "../run/telling.ts";

/** The key of `configurable` under which the graphs that a node runs find the signals of its run, as LangGraph has it. */
const SIGNALS_KEY = "__pregel_abort_signals";

/** A run's signals as LangGraph has them. The one that ends it from without is made where a graph asks for it. */
class RunSignals {
  readonly timeoutAbortSignal: unknown;
  readonly composedAbortSignal: unknown;
  readonly #left: Left;

  constructor(left: Left, given: Partial<RunSignals> = {}) {
    this.#left = left;
    this.timeoutAbortSignal = given.timeoutAbortSignal;
    this.composedAbortSignal = given.composedAbortSignal;
  }

  get externalAbortSignal(): AbortSignal {
    return this.#left.signal;
  }
}

/** How a run says that it was left, where the engine was given no signal. */
export function leftBy(options: RunnableConfig): Left | undefined {
  return watchOf(options)?.left;
}

/** A node's config in which the graphs that it runs learn of an end as they would of a signal that the engine was given. */
export function leftWith<Options extends RunnableConfig>(options: Options, left: Left): Options {
  const configurable = { ...options.configurable };
  addLeft(configurable, left);
  return { ...options, configurable };
}

/** The same for a `configurable` that is nobody else's, into which it is put. */
export function addLeft(configurable: Record<string, unknown>, left: Left): void {
  configurable[SIGNALS_KEY] = new RunSignals(left, configurable[SIGNALS_KEY] as Partial<RunSignals> | undefined);
}

/**
 * Runs a node of a run that its reader may leave: then the node fails at once, and the engine tells what it has begun.
 *
 * @throws why the run was left.
 */
export function unlessLeft<T, Options extends RunnableConfig>(
  options: Options,
  run: (options: Options) => Promise<T>,
): Promise<T> {
  const left = leftBy(options);
  if (left === undefined) return run(options);
  return left.aborted ? Promise.reject(reasonOf(left)) : raced(run(leftWith(options, left)), undefined, left);
}
