import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { hidden } from "../define/hidden.ts";
import { isKept, isKnownStart } from "../define/lineage.ts";
import type { HandoffRecord } from "../types.ts";
import { briefOf } from "./brief.ts";
import type { Said } from "./brief.ts";
import { grow, idsOver, pairStretch } from "./incremental.ts";
import type { Growing, Reading } from "./incremental.ts";
import type { UsedIds } from "./pairs.ts";

/** What stands for the whole of a log with one handoff, or none, into the agent. */
export interface GrownPrompt {
  readonly messages: BaseMessage[];
  readonly brief: string | undefined;
}

/** A part of a prompt that is done: what the log goes on with does not change it. */
interface Done {
  /** Messages of the log that are in it. */
  count: number;
  readonly out: BaseMessage[];
  readonly used: UsedIds;
}

/** What belongs to one handoff into the agent, or to its being there from the beginning. */
interface Entered {
  readonly by: HandoffRecord | undefined;
  readonly brief: string | undefined;
  readonly done: Done;
  /** Where the log goes on after the handoff. */
  readonly border: number;
}

/** Readings of one conversation that are kept: several agents, each perhaps with a fallback of another provider. */
const MAX_KEPT = 32;

/** What was written of a conversation, kept with its first message and forgotten with it. */
const conversations = hidden<GrowingPrompt[]>();

/**
 * The prompt for a log, from the prompt for a shorter one where there was one: costs what is new, and a comparison of
 * pointers. Gives what a prompt from nothing would be, since a stretch of the log means the same whatever follows it.
 * `undefined` for a log with system messages; not for a ledger in which something has come back.
 */
export function grownPrompt(
  log: readonly BaseMessage[],
  handoffs: readonly HandoffRecord[],
  activation: HandoffRecord | undefined,
  reading: Reading,
): GrownPrompt | undefined {
  const [first] = log;
  if (first === undefined) return undefined;
  let kept = conversations.get(first);
  if (kept === undefined) conversations.set(first, (kept = []));
  let own = kept.find((one) => one.isFor(reading));
  if (own === undefined || !own.isStartOf(log, handoffs)) {
    if (own !== undefined) kept.splice(kept.indexOf(own), 1);
    own = new GrowingPrompt(reading);
    kept.push(own);
    if (kept.length > MAX_KEPT) kept.shift();
  }
  for (let index = own.count; index < log.length; index += 1) {
    const { type } = log[index] as BaseMessage;
    if (type === "system" || type === "developer") return undefined;
  }
  return own.write(log, handoffs, activation);
}

/** One reading of one conversation. */
class GrowingPrompt {
  readonly #reading: Reading;
  /** The log and the ledger as they were read last. */
  #log: readonly BaseMessage[] = [];
  #handoffs: readonly HandoffRecord[] = [];
  /** What every handoff into the agent has in common. Ends in a turn to answer, so that nothing of it goes into a brief. */
  readonly #common: Done = { count: 0, out: [], used: new Set() };
  /** The last message of what is common, while it stands at the beginning of what belongs to a handoff. */
  #last: readonly BaseMessage[] = [];
  /** What belongs to the handoff that the agent was last entered by. */
  #entered: Entered | undefined;

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  isFor({ agent, reader, view, registry, keepsCalls }: Reading): boolean {
    const own = this.#reading;
    return (
      own.agent === agent &&
      own.reader.profile === reader.profile &&
      own.reader.model === reader.model &&
      own.view === view &&
      own.registry === registry &&
      own.keepsCalls === keepsCalls
    );
  }

  /** Messages of the log that need not be read again. */
  get count(): number {
    return Math.max(this.#common.count, this.#entered?.done.count ?? 0);
  }

  /** Whether what is done is still the beginning of the log, with the same verdicts. */
  isStartOf(log: readonly BaseMessage[], handoffs: readonly HandoffRecord[]): boolean {
    const { count } = this;
    if (log.length < count) return false;
    if (!isKnownStart(log, this.#log)) {
      for (let index = 0; index < count; index += 1) if (log[index] !== this.#log[index]) return false;
    }
    if (!isClosedAt(log, this.#common.count)) return false;
    if (this.#entered !== undefined && this.#entered.done.count > this.#entered.border) {
      if (!isClosedAt(log, this.#entered.done.count)) return false;
    }
    const known = this.#handoffs;
    for (let index = 0; index < known.length; index += 1) {
      const [before, now] = [known[index] as HandoffRecord, handoffs[index]];
      // One that waited may since have been taken: a prompt shows both alike.
      if (before !== now && !isSameVerdict(before, now)) return false;
    }
    // A new verdict must be about what is still open.
    return handoffs.slice(known.length).every(({ messageId }) => hasFrom(log, count, messageId));
  }

  write(
    log: readonly BaseMessage[],
    handoffs: readonly HandoffRecord[],
    activation: HandoffRecord | undefined,
  ): GrownPrompt {
    if (this.#entered !== undefined && !isStillEntered(this.#entered, log, activation)) this.#entered = undefined;
    // A list of the caller's own may be changed before the next call.
    this.#log = isKept(log) ? log : [...log];
    this.#handoffs = handoffs;
    if (this.#entered === undefined) {
      const border = borderIn(log, activation);
      this.#readCommon(border);
      this.#enter(border, activation);
    }
    return this.#finish();
  }

  /** Takes in what stands before the last turn to answer before the border. */
  #readCommon(border: number): void {
    const common = this.#common;
    common.out.push(...this.#last);
    this.#last = [];
    let safe = common.count;
    for (let index = common.count + 1; index < border; index += 1) {
      // An assistant message after the user's: everything before it is closed, and ends in a turn to answer.
      if (isAssistant(this.#log[index]) && this.#log[index - 1]?.type === "human") safe = index;
    }
    this.#take(common, safe);
  }

  /** Begins the part that belongs to this handoff into the agent. */
  #enter(border: number, activation: HandoffRecord | undefined): void {
    const common = this.#common;
    // The last message of what is common may be merged with the next one, so it is written anew here.
    const last = common.out.splice(-1);
    this.#last = last;
    const done: Done = { count: border, out: [...last], used: idsOver(common.used) };
    if (activation === undefined) {
      this.#entered = {
        by: undefined,
        brief: undefined,
        done: { ...done, count: common.count },
        border: 0,
      };
      return;
    }
    const paired = pairStretch(this.#log.slice(common.count, border), this.#handoffs, this.#reading, done.used);
    const said = takeTrailingTexts(paired);
    const brief = briefOf(activation, said);
    const isUser = common.count === 0 && !paired.some(isTurnToAnswer);
    grow(done, isUser ? [...paired, new HumanMessage(brief)] : paired, this.#reading);
    this.#entered = { by: activation, brief: isUser ? undefined : brief, done, border };
  }

  /** Takes in what is closed, and writes what is still open behind it, on a copy. */
  #finish(): GrownPrompt {
    const { done, brief } = this.#entered as Entered;
    let closed = done.count;
    for (let index = this.#log.length - 1; index > done.count && closed === done.count; index -= 1) {
      if (isAssistant(this.#log[index])) closed = index;
    }
    this.#take(done, closed);
    const open: Growing = { out: done.out.slice(-1), used: idsOver(done.used) };
    const paired = pairStretch(this.#log.slice(done.count), this.#handoffs, this.#reading, open.used);
    grow(open, paired, this.#reading);
    const last = done.out.splice(-1);
    const messages = this.#common.out.concat(done.out, open.out);
    done.out.push(...last);
    return { messages, brief };
  }

  #take(done: Done, upTo: number): void {
    if (upTo <= done.count) return;
    const stretch = this.#log.slice(done.count, upTo);
    grow(done, pairStretch(stretch, this.#handoffs, this.#reading, done.used), this.#reading);
    done.count = upTo;
  }
}

/** Whether the agent is there by the same handoff, and nothing has come to what was read before it. */
function isStillEntered(
  { by, done, border }: Entered,
  log: readonly BaseMessage[],
  activation: HandoffRecord | undefined,
): boolean {
  if (by?.id !== activation?.id || done.count > log.length) return false;
  // A result of the message that handed over may come late.
  return by === undefined || log[border]?.type !== "tool";
}

/** The first position after the handoff's message and the results of its regular calls; searched from the end. */
function borderIn(log: readonly BaseMessage[], activation: HandoffRecord | undefined): number {
  if (activation === undefined) return log.length;
  for (let index = log.length - 1; index >= 0; index -= 1) {
    if (log[index]?.id !== activation.messageId) continue;
    let border = index + 1;
    while (log[border]?.type === "tool") border += 1;
    return border;
  }
  return log.length;
}

/** Whether nothing that follows a position belongs to what is before it. */
function isClosedAt(log: readonly BaseMessage[], position: number): boolean {
  return position === 0 || position === log.length || isAssistant(log[position]);
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

/** Takes the assistant's texts off the end: what was said on the way goes into the brief. */
export function takeTrailingTexts(messages: BaseMessage[]): Said[] {
  const said: Said[] = [];
  for (let last = messages.at(-1); AIMessage.isInstance(last); last = messages.at(-1)) {
    messages.pop();
    said.unshift({ agent: last.name, text: last.text });
  }
  return said;
}

/** Whether a message is one that a model answers. */
export function isTurnToAnswer(message: BaseMessage): boolean {
  return message.type === "human" || message.type === "tool";
}

function isAssistant(message: BaseMessage | undefined): boolean {
  return message?.type === "ai";
}
