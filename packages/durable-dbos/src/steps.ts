import { AsyncLocalStorage } from "node:async_hooks";
import { DBOS } from "@dbos-inc/dbos-sdk";
import { isGraphBubbleUp } from "@langchain/langgraph";
import type { StepRunner } from "swarmgraph";
import type { Packing } from "./packing.ts";
import { replayed, stepName, STOPPED } from "./replay.ts";
import type { LeftRun } from "./replay.ts";

/** A run, while its workflow is executed here. */
export interface RunInPlace {
  /** The workflow's id. */
  readonly runId: string;
  /** Ends the run where it is. */
  readonly stop: AbortController;
  /** What steps came to in this execution: a run that is begun again in it does not ask the journal twice. */
  readonly kept: Map<string, string>;
  /** Before the first step: whether the run may still write its thread. */
  readonly check: () => Promise<void>;
  /** Before each write: rejects where the thread is somebody else's by now. */
  readonly beforeWrite: () => Promise<void>;
  /** Why the engine ended the run, where it did. */
  failure?: unknown;
  isChecked?: boolean;
}

/** Waits until an agent's model may be asked. */
export type Gate = (agent: string) => Promise<void>;

const places = new AsyncLocalStorage<RunInPlace | LeftRun>();

/** The runs that are executed in this process. */
const running = new Map<string, RunInPlace>();

/** Runs something as the run that its steps belong to. */
export function inPlace<T>(place: RunInPlace, run: () => Promise<T>): Promise<T> {
  running.set(place.runId, place);
  return places.run(place, run).finally(() => running.delete(place.runId));
}

/** Runs something whose steps are those of a run that was ended: what its journal has, and nothing new. */
export function inJournal<T>(left: LeftRun, run: () => Promise<T>): Promise<T> {
  return places.run(left, run);
}

/** The run that is being executed, where there is one. */
export function placeInUse(): RunInPlace | LeftRun | undefined {
  return places.getStore();
}

/** Ends a run where it is, if it is executed in this process. */
export function stopHere(runId: string): void {
  running.get(runId)?.stop.abort();
}

/** Makes each step of a swarm a step of the workflow that runs it. Outside of a workflow steps are just run. */
export function dbosSteps(packing: Packing, gate: Gate): StepRunner {
  return {
    run: async <T>(name: string, key: string, fn: () => Promise<T>): Promise<T> => {
      const place = places.getStore();
      if (place === undefined) return fn();
      if ("journal" in place) return (await replayed(place, name, key, packing)) as T;
      const known = place.kept.get(key);
      if (known !== undefined) return (await packing.unpack(known)) as T;
      if (place.failure !== undefined) throw place.failure;
      try {
        if (place.isChecked !== true) await place.check();
        place.isChecked = true;
        if (!key.startsWith("tool:")) await gate(name);
      } catch (error) {
        place.failure = error;
        throw error;
      }
      return journalled(place, stepName(name, key), key, fn, packing);
    },
  };
}

async function journalled<T>(
  place: RunInPlace,
  name: string,
  key: string,
  fn: () => Promise<T>,
  packing: Packing,
): Promise<T> {
  let thrown: { readonly error: unknown } | undefined;
  const body = async (): Promise<string> => {
    const cancel = DBOS.stepStatus?.cancelSignal;
    const onCancel = () => place.stop.abort();
    cancel?.addEventListener("abort", onCancel);
    try {
      return await packing.pack(await fn());
    } catch (error) {
      thrown = { error };
      if (error instanceof Error && isGraphBubbleUp(error)) return STOPPED;
      throw error;
    } finally {
      cancel?.removeEventListener("abort", onCancel);
    }
  };
  let kept: string;
  try {
    kept = await DBOS.runStep(body, { name });
  } catch (error) {
    // What the step itself threw is the swarm's affair; all else is the engine's, and the run is over.
    if (thrown?.error !== error) place.failure ??= error;
    throw error;
  }
  if (kept === STOPPED) {
    if (thrown !== undefined) throw thrown.error;
    return fn();
  }
  place.kept.set(key, kept);
  return (await packing.unpack(kept)) as T;
}
