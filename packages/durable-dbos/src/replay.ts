import { ToolMessage } from "@langchain/core/messages";
import type { Packing } from "./packing.ts";

/** What a step came to, as a journal has it. */
export interface Journalled {
  readonly output: unknown;
  readonly error: Error | null;
}

/** A run that was ended, while it is gone through again as far as its journal goes. */
export interface LeftRun {
  /** The workflow's id. */
  readonly runId: string;
  /** Its steps, by their names. */
  readonly journal: ReadonlyMap<string, Journalled>;
  /** Ends the run where its journal does. */
  readonly stop: AbortController;
  /** What is noted elsewhere of a call that the journal has nothing of; `undefined` where nothing is. */
  readonly outcomeOf: (call: string) => Promise<unknown>;
}

/** Stands in the journal for a step that stopped to ask something: it has come to nothing. */
export const STOPPED = "stopped";

/** What a step is called in the journal. */
export function stepName(name: string, key: string): string {
  return `${name} ${key}`;
}

const TOOL = "tool:";

/**
 * Gives what a step of a run that was ended has come to, and runs nothing. A call of a tool of which nothing is known is
 * answered with that, as the core answers one of a step that was left; where a model would be asked the run ends.
 */
export async function replayed(run: LeftRun, name: string, key: string, packing: Packing): Promise<unknown> {
  const known = run.journal.get(stepName(name, key));
  if (known !== undefined && known.error !== null) throw known.error;
  if (typeof known?.output === "string" && known.output !== STOPPED) return packing.unpack(known.output);
  if (key.startsWith(TOOL)) {
    const call = key.slice(TOOL.length);
    return (await run.outcomeOf(call)) ?? unknownOutcome(name, call);
  }
  run.stop.abort(new Error("the journal of the run ends here"));
  throw run.stop.signal.reason;
}

/** An outcome as a swarm keeps it for a tool. */
function unknownOutcome(name: string, call: string): { readonly message: ToolMessage; readonly update: object } {
  const message = new ToolMessage({
    content: `Error: the call of "${name}" was interrupted: the run ended before it had a result. It may have happened or not: find out before you call it again.`,
    // A call that a person had run again has a number behind its id.
    tool_call_id: call.replace(/~\d+$/u, ""),
    name,
    status: "error",
  });
  return { message, update: {} };
}
