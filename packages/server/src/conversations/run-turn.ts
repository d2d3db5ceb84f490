import type { BaseMessage } from "@langchain/core/messages";
import { Command } from "@langchain/langgraph";
import type { Clock } from "../wire/clock.ts";
import type { Entry, OutputEntry } from "../wire/entries.ts";
import { stoppedError, toMistralError } from "../wire/failures.ts";
import type { ConversationRun } from "./options.ts";
import type { ConversationRecord, ConversationStore } from "./store.ts";
import type { AgentSwarm } from "./swarm-of.ts";
import { stateOf, threadIn } from "./threads.ts";
import { toEntries } from "./to-entries.ts";
import type { ThreadState } from "./to-entries.ts";
import { eventsOf } from "./to-events.ts";
import { usageOf } from "./turn.ts";

/** What a run begins with: turns of the user's, or the answer to a run that waits. */
export type TurnInput = { readonly messages: readonly BaseMessage[] } | Command;

/** One run of a conversation. */
export interface Turn {
  readonly record: ConversationRecord;
  readonly swarm: AgentSwarm;
  readonly input: TurnInput;
  /** Whether handoffs that wait are let through at once. Default: false. */
  readonly letsHandoffs?: boolean;
  readonly isStored: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Where a run keeps its record, and the time. */
export interface TurnPlace {
  readonly store: ConversationStore;
  readonly clock: Clock;
}

/**
 * Runs a turn: its events, and its response. The record is stored before the first event and with every step, so that a
 * process that dies leaves a conversation that can go on.
 */
export async function* runTurn(turn: Turn, { store, clock }: TurnPlace): ConversationRun {
  const { record, swarm, input, isStored, signal } = turn;
  if (isStopped(signal)) throw stoppedError(signal);
  yield { type: "conversation.response.started", created_at: clock(), conversation_id: record.id };
  const before = await threadIn(swarm, record.id);
  const past = toEntries(stateOf(before), swarm.byName).map(({ entry }) => entry.id);
  const known = new Set(past);
  // Entries of a turn that was killed keep the time that they were told with since.
  const stamps = { ...Object.fromEntries(past.map((id) => [id, record.updated_at])), ...record.times };
  const given = new Set("messages" in input ? input.messages.map(({ id }) => id) : []);
  const fresh = (state: ThreadState): OutputEntry[] => {
    const placed = toEntries(state, swarm.byName);
    // What the client sent is no output, whoever said it.
    for (const { entry, messageId } of placed) if (given.has(messageId)) known.add(entry.id);
    const stamped = placed.map(({ entry }) => ({ ...entry, created_at: (stamps[entry.id] ??= clock()) }) as Entry);
    return stamped.filter((entry): entry is OutputEntry => isOutput(entry) && !known.has(entry.id));
  };
  const keep = async (changes?: Partial<ConversationRecord>): Promise<void> => {
    if (isStored) await store.put({ ...record, times: { ...stamps }, ...changes });
  };
  await keep();
  const atLast = async (): Promise<OutputEntry[]> => fresh(stateOf(await threadIn(swarm, record.id)));
  try {
    yield* eventsOf(streamOf(turn), {
      agents: swarm.byName,
      entriesOf: async (values) => {
        // A stop at an interrupt comes as a state without messages.
        if (!("messages" in values)) return [];
        const entries = fresh(values as unknown as ThreadState);
        await keep();
        return entries;
      },
      atLast,
      now: clock,
    });
  } catch (error) {
    throw isStopped(signal) ? stoppedError(signal) : toMistralError(error);
  } finally {
    await keep({ updated_at: clock() });
  }
  const outputs = await atLast();
  const after = await threadIn(swarm, record.id);
  const tools = outputs.flatMap((entry) => (entry.type === "tool.execution" ? [entry.name] : []));
  const usage = usageOf(after.messages.slice(before.messages.length), tools);
  yield { type: "conversation.response.done", created_at: clock(), usage };
  return { object: "conversation.response", conversation_id: record.id, outputs, usage };
}

/** The graph's stream; handoffs that wait are let through where the turn says so. */
async function* streamOf({ record, swarm, input, letsHandoffs = false, signal }: Turn): AsyncGenerator<unknown> {
  const config = {
    configurable: { thread_id: record.id, ...swarm.brought },
    streamMode: ["custom", "messages", "values"] as ("custom" | "messages" | "values")[],
    ...(signal && { signal }),
  };
  let next: TurnInput = input;
  for (;;) {
    yield* await swarm.graph.stream(next as never, config);
    const { waits } = await threadIn(swarm, record.id);
    if (!letsHandoffs || waits?.type !== "handoff.approval") return;
    next = new Command({ resume: { approve: true } });
  }
}

function isStopped(signal: AbortSignal | undefined): signal is AbortSignal {
  return signal?.aborted === true;
}

function isOutput(entry: Entry): boolean {
  return entry.type !== "message.input" && entry.type !== "function.result";
}
