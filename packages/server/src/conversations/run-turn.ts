import type { BaseMessage } from "@langchain/core/messages";
import { Command } from "@langchain/langgraph";
import { swarmEvents } from "swarmgraph";
import type { SwarmEvent, SwarmEventOf } from "swarmgraph";
import type { Clock } from "../wire/clock.ts";
import type { Entry, OutputEntry } from "../wire/entries.ts";
import type { ConversationEvent } from "../wire/events.ts";
import { stoppedError, toMistralError } from "../wire/failures.ts";
import type { Usage } from "../wire/responses.ts";
import type { ConversationRun } from "./options.ts";
import type { ConversationRecord, ConversationStore } from "./store.ts";
import type { AgentSwarm } from "./swarm-of.ts";
import { stateOf, threadIn } from "./threads.ts";
import { toEntries } from "./to-entries.ts";
import { mistralEventsMapper } from "./to-events.ts";

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
 * Runs a turn: its events, and its response. The record is stored before the first event and with every checkpoint, so that a
 * process that dies leaves a conversation that can go on.
 */
export async function* runTurn(turn: Turn, { store, clock }: TurnPlace): ConversationRun {
  const { record, swarm, input, isStored, signal } = turn;
  if (isStopped(signal)) throw stoppedError(signal);
  const before = await threadIn(swarm, record.id);
  const past = toEntries(stateOf(before), swarm.byName).map(({ entry }) => entry.id);
  const known = new Set(past);
  // Entries of a turn that was killed keep the time that they were told with since.
  const stamps = { ...Object.fromEntries(past.map((id) => [id, record.updated_at])), ...record.times };
  const given = "messages" in input ? input.messages : [];
  for (const id of entryIdsOf(given, swarm)) {
    // What the client sent is no output, whoever said it.
    known.add(id);
    stamps[id] ??= clock();
  }
  const keep = async (changes?: Partial<ConversationRecord>): Promise<void> => {
    if (isStored) await store.put({ ...record, times: { ...stamps }, ...changes });
  };
  await keep();
  const mapper = mistralEventsMapper({ agents: swarm.byName, conversationId: record.id });
  let usage: Usage = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  let done: ConversationEvent | undefined;
  let outputs: readonly OutputEntry[];
  try {
    for await (const event of eventsOf(turn, () => millisOf(clock()))) {
      // The caller is told by what is thrown.
      if (event.type === "run.error") continue;
      for (const told of mapper.push(event)) {
        if ("id" in told) stamps[told.id] ??= told.created_at ?? clock();
        if (told.type === "conversation.response.done") [done, usage] = [told, told.usage];
        else yield told;
      }
      if (event.type === "state.checkpoint") await keep();
    }
    const after = toEntries(stateOf(await threadIn(swarm, record.id)), swarm.byName);
    const stamped = after.map(({ entry }) => ({ ...entry, created_at: (stamps[entry.id] ??= clock()) }) as Entry);
    outputs = stamped.filter((entry): entry is OutputEntry => isOutput(entry) && !known.has(entry.id));
  } catch (error) {
    throw isStopped(signal) ? stoppedError(signal) : toMistralError(error);
  } finally {
    await keep({ updated_at: clock() });
  }
  if (done !== undefined) yield done;
  return { object: "conversation.response", conversation_id: record.id, outputs, usage };
}

/** The events of a turn; handoffs that wait are let through where the turn says so, as parts of one run. */
async function* eventsOf(turn: Turn, now: () => number): AsyncGenerator<SwarmEvent> {
  const { record, swarm, letsHandoffs = false, signal } = turn;
  const configurable = { thread_id: record.id, ...swarm.brought };
  const config = { configurable, now, ...(signal && { signal }) };
  let input: TurnInput | undefined = turn.input;
  let isFirst = true;
  while (input !== undefined) {
    let next: TurnInput | undefined;
    for await (const event of swarmEvents(swarm.graph, input as never, config)) {
      if (event.type === "run.interrupted" && letsHandoffs && waitsForHandoff(event)) {
        next = new Command({ resume: { approve: true } });
      } else if (event.type !== "run.started" || isFirst) yield event;
    }
    isFirst = false;
    input = next;
  }
}

function waitsForHandoff({ interrupts: [first] }: SwarmEventOf<"run.interrupted">): boolean {
  return (first?.value as { type?: unknown } | undefined)?.type === "handoff.approval";
}

/** The entries that messages are, by themselves. */
function entryIdsOf(messages: readonly BaseMessage[], { byName }: AgentSwarm): string[] {
  return toEntries({ messages, handoffs: [] }, byName).map(({ entry }) => entry.id);
}

/** A time of the clock's as milliseconds since 1970, the microseconds as their fraction. */
function millisOf(time: string): number {
  return Date.parse(time) + Number(/\.\d{3}(\d{1,3})/u.exec(time)?.[1]?.padEnd(3, "0") ?? 0) / 1000;
}

function isStopped(signal: AbortSignal | undefined): signal is AbortSignal {
  return signal?.aborted === true;
}

function isOutput(entry: Entry): boolean {
  return entry.type !== "message.input" && entry.type !== "function.result";
}
