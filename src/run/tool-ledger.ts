import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { StepRunner, ToolLedger } from "../define/definition.ts";
import { SwarmError } from "../errors.ts";
import type { NodeConfig } from "./runtime.ts";
import type { ToolOutcome } from "./tool-call.ts";

/** The channel of the notes. No channel of a graph: LangGraph keeps such writes, and reads none of them. */
export const NOTES = "__swarm_tool_call";

/** Milliseconds to wait for the checkpoint that holds a call: in between, and in all. */
const CHECKPOINT_PAUSE_MS = 10;
const CHECKPOINT_WAIT_MS = 10_000;

/** One note about a call: that it has begun, has stopped before it did anything, or what it came to. */
interface Note {
  readonly key: string;
  readonly was: "begun" | "released" | "ended";
  readonly outcome?: ToolOutcome;
}

/**
 * Notes calls among the pending writes of the checkpoint that holds them, so that the notes are there when the call is
 * seen again, come under the same fence as all writes, and go when the checkpoint goes.
 */
export function checkpointLedger(config: NodeConfig): ToolLedger {
  const { configurable = {} } = config;
  const saver = configurable["__pregel_checkpointer"] as BaseCheckpointSaver;
  const namespace = String(configurable["checkpoint_ns"] ?? "")
    .split("|")
    .slice(0, -1)
    .join("|");
  const map = configurable["checkpoint_map"] as Readonly<Record<string, string>> | undefined;
  const place = { configurable: { ...configurable, checkpoint_ns: namespace, checkpoint_id: map?.[namespace] } };
  const notesOf = async (key: string): Promise<Note[]> => {
    const writes = (await stored(saver, place, config.signal)) ?? [];
    const notes = writes.flatMap(([, channel, value]) => (channel === NOTES ? [value as Note] : []));
    return notes.filter((note) => note.key === key);
  };
  const write = async (note: Note, id: string): Promise<void> => {
    await saver.putWrites(place, [[NOTES, note]], id);
    // A write that fails does not reject within a run, but ends it: nothing may run on a note that is not there.
    config.signal?.throwIfAborted();
  };
  return {
    begin: async (key) => {
      const notes = await notesOf(key);
      const ended = notes.find(({ was }) => was === "ended");
      if (ended !== undefined) return { outcome: ended.outcome };
      const count = (was: Note["was"]): number => notes.filter((note) => note.was === was).length;
      if (count("begun") > count("released")) return "begun";
      await write({ key, was: "begun" }, `${key}:begun:${count("begun")}`);
      return "new";
    },
    end: (key, outcome) => write({ key, was: "ended", outcome: outcome as ToolOutcome }, `${key}:ended`),
    release: async (key) => {
      const released = (await notesOf(key)).filter(({ was }) => was === "released").length;
      await write({ key, was: "released" }, `${key}:released:${released}`);
    },
  };
}

/** What a note says that a call came to; `undefined` where it says something else. */
export function outcomeOf(note: unknown): unknown {
  return (note as Note).outcome;
}

/** Notes calls in a durable engine's journal. What they come to is in the journal already: it is the call's own step. */
export function stepLedger(steps: StepRunner, tool: string): ToolLedger {
  return {
    begin: async (key) => {
      let isNew = false;
      await steps.run(tool, `begin:${key}`, async () => {
        isNew = true;
        return true;
      });
      return isNew ? "new" : "begun";
    },
    end: async () => {},
    release: async () => {},
  };
}

/** The pending writes of a checkpoint, once it is written: LangGraph may run a node while it still writes. */
async function stored(
  saver: BaseCheckpointSaver,
  place: { readonly configurable: Record<string, unknown> },
  signal: AbortSignal | undefined,
): Promise<readonly (readonly [string, string, unknown])[] | undefined> {
  for (let waited = 0; waited <= CHECKPOINT_WAIT_MS; waited += CHECKPOINT_PAUSE_MS) {
    signal?.throwIfAborted();
    const tuple = await saver.getTuple(place);
    if (tuple !== undefined) return tuple.pendingWrites;
    await new Promise((wake) => setTimeout(wake, CHECKPOINT_PAUSE_MS));
  }
  throw new SwarmError(
    "CHECKPOINTER_MISSING",
    `a tool is to be noted before it runs, and the checkpoint with its call was not written in ${CHECKPOINT_WAIT_MS / 1000} s. Run with durability "sync" or "async", or set a toolLedger.`,
  );
}
