import type { BaseMessage } from "@langchain/core/messages";
import { AIMessage } from "@langchain/core/messages";
import { callsOf } from "../define/calls.ts";
import { isKnownStart } from "../define/lineage.ts";
import type { HandoffRecord } from "../types.ts";
import { grow, pairStretch } from "./incremental.ts";
import type { Reading } from "./incremental.ts";
import { saysSomething } from "./pairs.ts";
import type { UsedIds } from "./pairs.ts";
import { isNative } from "./provenance.ts";

/** A beginning of the log as it stands in prompts. Ends in a turn to answer, so that nothing of it goes into a brief. */
export interface Start {
  /** Messages of the log that are in it. */
  readonly count: number;
  /** Messages of {@link SharedLog.out} that are in it: all but its last. */
  readonly length: number;
  /** Its last message, which may be merged with what follows. */
  readonly last: readonly BaseMessage[];
}

const NOTHING: Start = { count: 0, length: 0, last: [] };

/**
 * A conversation as everybody reads it who reads it alike: each message is paired once, and a beginning that all have in
 * common is put in its form once, however many agents there are. Grows with the log up to its last assistant message:
 * what comes before one means the same whatever follows.
 */
export class SharedLog {
  readonly #reading: Reading;
  /** The log as it was given last, by which its successors are known, and what stood in it: its owner may change it. */
  #given: readonly BaseMessage[] = [];
  #log: readonly BaseMessage[] = [];
  /** The ledger as it was read last. */
  #handoffs: readonly HandoffRecord[] = [];
  /** What is read of the log, paired. */
  readonly #paired: BaseMessage[] = [];
  /** How many messages were paired before the group that a message of the log is in, by its position. */
  readonly #pairedBefore: number[] = [];
  /** How many messages were paired before the one whose call has an id, by the id. */
  readonly #ids = new Map<string, number>();
  /** Assistant messages right after the user's: everything before one ends in a turn to answer. */
  readonly #borders: number[] = [];
  /** The longest beginning that somebody asked for, in the form of a prompt. */
  readonly #out: BaseMessage[] = [];
  readonly #starts: Start[] = [NOTHING];

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  isFor(reading: Reading): boolean {
    return isAlike(this.#reading, reading);
  }

  /** Messages of the log that need not be read again. */
  get count(): number {
    return this.#pairedBefore.length;
  }

  /** Messages in the form of a prompt: of a {@link Start} the first `length`. */
  get out(): readonly BaseMessage[] {
    return this.#out;
  }

  /** Whether what is read is still the beginning of the log, with the same verdicts. */
  isStartOf(log: readonly BaseMessage[], handoffs: readonly HandoffRecord[]): boolean {
    const { count } = this;
    return (
      beginsWith(log, { given: this.#given, log: this.#log }, { from: 0, count }) &&
      isClosedAt(log, count) &&
      hasSameVerdicts(log, { known: this.#handoffs, handoffs, count })
    );
  }

  /** Reads on. Gives a copy of the log, as it stands now. */
  read(log: readonly BaseMessage[], handoffs: readonly HandoffRecord[]): readonly BaseMessage[] {
    this.#given = log;
    this.#log = log.slice();
    this.#handoffs = handoffs;
    let end = log.length - 1;
    while (end > this.count && !isAssistant(log[end])) end -= 1;
    while (this.count < end) this.#readGroup(end);
    return this.#log;
  }

  /** The longest beginning that ends before a position. */
  startBefore(border: number): Start {
    const safe = this.#borders.findLast((position) => position < border) ?? 0;
    const longest = this.#starts.at(-1) as Start;
    if (safe > longest.count) {
      grow(this.#out, this.pairedBetween(longest.count, safe), this.#reading);
      this.#starts.push({ count: safe, length: this.#out.length - 1, last: this.#out.slice(-1) });
    }
    return this.#starts.findLast(({ count }) => count <= safe) as Start;
  }

  /** What stands between two assistant messages, or from the beginning, paired. */
  pairedBetween(from: number, to: number): BaseMessage[] {
    return this.#paired.slice(this.#lengthAt(from), this.#lengthAt(to));
  }

  /** The ids of calls before an assistant message. */
  usedBefore(position: number): Pick<UsedIds, "has"> {
    const length = this.#lengthAt(position);
    return { has: (id) => (this.#ids.get(id) ?? length) < length };
  }

  #lengthAt(position: number): number {
    return this.#pairedBefore[position] ?? this.#paired.length;
  }

  /** Reads up to the next assistant message, or to `end`, which is one. */
  #readGroup(end: number): void {
    const log = this.#log;
    const start = this.count;
    const before = this.#paired.length;
    let next = start;
    do {
      this.#pairedBefore.push(before);
      next += 1;
    } while (next < end && !isAssistant(log[next]));
    if (log[next - 1]?.type === "human") this.#borders.push(next);
    const first = log[start] as BaseMessage;
    if (!isAssistant(first) || isPlainText(first, this.#reading)) {
      // Nobody called for whatever results there are.
      for (let index = start; index < next; index += 1) {
        const message = log[index] as BaseMessage;
        if (message.type !== "tool") this.#paired.push(message);
      }
      return;
    }
    const stretch = log.slice(start, next);
    const used: UsedIds = { has: (id) => this.#ids.has(id), add: (id) => this.#ids.set(id, before) };
    for (const message of pairStretch(stretch, this.#handoffs, this.#reading, used)) this.#paired.push(message);
  }
}

/** Whether two read a conversation alike. */
export function isAlike(one: Reading, other: Reading): boolean {
  return (
    one.agent === other.agent &&
    one.reader.profile === other.reader.profile &&
    one.reader.model === other.reader.model &&
    one.view === other.view &&
    one.registry === other.registry &&
    one.keepsCalls === other.keepsCalls
  );
}

/** Whether a log begins with so many messages of another one: the list as it was given, and a copy of what stood in it. */
export function beginsWith(
  log: readonly BaseMessage[],
  known: { readonly given: readonly BaseMessage[]; readonly log: readonly BaseMessage[] },
  { from, count }: { readonly from: number; readonly count: number },
): boolean {
  if (log.length < count) return false;
  if (log !== known.given && isKnownStart(log, known.given)) return true;
  for (let index = from; index < count; index += 1) if (log[index] !== known.log[index]) return false;
  return true;
}

/** Whether nothing that follows a position belongs to what is before it. */
export function isClosedAt(log: readonly BaseMessage[], position: number): boolean {
  return position === 0 || position === log.length || isAssistant(log[position]);
}

/** Whether a ledger says the same of what is read as the one before, and nothing new of it. */
export function hasSameVerdicts(
  log: readonly BaseMessage[],
  given: {
    readonly known: readonly HandoffRecord[];
    readonly handoffs: readonly HandoffRecord[];
    /** Messages that are read. */
    readonly count: number;
  },
): boolean {
  const { known, handoffs, count } = given;
  for (let index = 0; index < known.length; index += 1) {
    const before = known[index] as HandoffRecord;
    const now = handoffs[index];
    // One that waited may since have been taken: a prompt shows both alike.
    if (before !== now && !isSameVerdict(before, now)) return false;
  }
  for (let index = known.length; index < handoffs.length; index += 1) {
    if (!hasFrom(log, count, (handoffs[index] as HandoffRecord).messageId)) return false;
  }
  return true;
}

/** Whether a message is the assistant's. */
export function isAssistant(message: BaseMessage | undefined): boolean {
  return message?.type === "ai";
}

/** Whether an assistant message is passed on as it is, without calls. */
function isPlainText(message: BaseMessage, { reader }: Reading): boolean {
  return (
    AIMessage.isInstance(message) &&
    callsOf(message).length === 0 &&
    message.additional_kwargs["tool_calls"] === undefined &&
    isNative(message, reader) &&
    saysSomething(message)
  );
}

/** Whether a message stands at a position or behind it. */
function hasFrom(log: readonly BaseMessage[], from: number, id: string): boolean {
  for (let index = log.length - 1; index >= from; index -= 1) if (log[index]?.id === id) return true;
  return false;
}

function isSameVerdict(before: HandoffRecord, now: HandoffRecord | undefined): boolean {
  if (now === undefined || now.id !== before.id || now.to !== before.to || now.from !== before.from) return false;
  const isTaken = (status: HandoffRecord["status"]): boolean => status === "done" || status === "pending";
  return (
    (isTaken(before.status) && isTaken(now.status)) ||
    (before.status === now.status && before.reason === now.reason && before.code === now.code)
  );
}
