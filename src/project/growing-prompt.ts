import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { hidden } from "../define/hidden.ts";
import { textOf } from "../define/text-of.ts";
import type { HandoffRecord } from "../types.ts";
import { briefOf } from "./brief.ts";
import type { Said } from "./brief.ts";
import { grow, idsOver, pairStretch } from "./incremental.ts";
import type { Reading } from "./incremental.ts";
import type { UsedIds } from "./pairs.ts";
import { beginsWith, hasSameVerdicts, isAlike, isAssistant, isClosedAt, SharedLog } from "./shared-log.ts";
import type { Start } from "./shared-log.ts";

/** What stands for the whole of a log with one handoff, or none, into the agent. */
export interface GrownPrompt {
  readonly messages: BaseMessage[];
  readonly brief: string | undefined;
}

/** A part of a prompt that is done: what the log goes on with does not change it. */
interface Done {
  /** Messages of the log that are in it or before it. */
  count: number;
  readonly out: BaseMessage[];
  readonly used: UsedIds;
}

/** What belongs to one handoff into the agent, or to its being there from the beginning. */
interface Entered {
  readonly by: HandoffRecord | undefined;
  readonly brief: string | undefined;
  /** What stands before it, as in the prompts of others. */
  readonly start: Start;
  readonly done: Done;
  /** Where the log goes on after the handoff. */
  readonly border: number;
}

/** A log that is read: the list as it was given, a copy of what stands in it, and the ledger. */
interface Read {
  readonly given: readonly BaseMessage[];
  readonly log: readonly BaseMessage[];
  readonly handoffs: readonly HandoffRecord[];
}

/** What was written of a conversation, and what several agents read of it alike. */
interface Conversation {
  readonly prompts: GrowingPrompt[];
  readonly logs: SharedLog[];
}

/** Readings of one conversation that are kept: several agents, each perhaps with a fallback of another provider. */
const MAX_KEPT = 32;

/** What was written of a conversation, kept with its first message and forgotten with it. */
const conversations = hidden<Conversation>();

/** Stands for all agents that nothing in the ledger is shown to alone. */
const ANYBODY = "";

/**
 * The prompt for a log, from the prompt for a shorter one where there was one, or from what others have read of it: costs
 * what is new, and a comparison of pointers. Gives what a prompt from nothing would be, since a stretch of the log means
 * the same whatever follows it. `undefined` for a log with system messages; not for a ledger in which something has come
 * back.
 */
export function grownPrompt(
  log: readonly BaseMessage[],
  handoffs: readonly HandoffRecord[],
  activation: HandoffRecord | undefined,
  reading: Reading,
): GrownPrompt | undefined {
  const [first] = log;
  if (first === undefined) return undefined;
  let known = conversations.get(first);
  if (known === undefined) conversations.set(first, (known = { prompts: [], logs: [] }));
  const alike = isRefused(reading.agent, handoffs) ? reading : { ...reading, agent: ANYBODY };
  const shared = freshest(known.logs, {
    isFor: (one) => one.isFor(alike),
    isFresh: (one) => one.isStartOf(log, handoffs),
    make: () => new SharedLog(alike),
  });
  const own = freshest(known.prompts, {
    isFor: (one) => one.isFor(reading),
    isFresh: (one) => one.isOver(shared) && one.isStartOf(log, handoffs),
    make: () => new GrowingPrompt(reading, shared),
  });
  for (let index = Math.max(shared.count, own.count); index < log.length; index += 1) {
    const { type } = log[index] as BaseMessage;
    if (type === "system" || type === "developer") return undefined;
  }
  return own.write({ given: log, log: shared.read(log, handoffs), handoffs }, activation);
}

/** Whether an agent reads in the log why its handoffs were refused, which nobody else does. */
function isRefused(agent: string, handoffs: readonly HandoffRecord[]): boolean {
  return handoffs.some(({ status, from }) => status === "refused" && from === agent);
}

/** What is kept for a reader, as long as the log goes on from it; else something new in its place. */
function freshest<T>(
  kept: T[],
  { isFor, isFresh, make }: { isFor: (one: T) => boolean; isFresh: (one: T) => boolean; make: () => T },
): T {
  const known = kept.find(isFor);
  if (known !== undefined && isFresh(known)) return known;
  if (known !== undefined) kept.splice(kept.indexOf(known), 1);
  const made = make();
  kept.push(made);
  if (kept.length > MAX_KEPT) kept.shift();
  return made;
}

/** One agent's reading of one conversation, after what it shares with others. */
class GrowingPrompt {
  readonly #reading: Reading;
  readonly #shared: SharedLog;
  /** What was read last. */
  #read: Read = { given: [], log: [], handoffs: [] };
  /** What belongs to the handoff that the agent was last entered by. */
  #entered: Entered | undefined;

  constructor(reading: Reading, shared: SharedLog) {
    this.#reading = reading;
    this.#shared = shared;
  }

  isFor(reading: Reading): boolean {
    return isAlike(this.#reading, reading);
  }

  isOver(shared: SharedLog): boolean {
    return this.#shared === shared;
  }

  /** Messages of the log that need not be read again. */
  get count(): number {
    return this.#entered?.done.count ?? 0;
  }

  /** Whether what is done is still the beginning of the log, with the same verdicts. */
  isStartOf(log: readonly BaseMessage[], handoffs: readonly HandoffRecord[]): boolean {
    const entered = this.#entered;
    if (entered === undefined) return true;
    const { count } = entered.done;
    return (
      beginsWith(log, this.#read, { from: entered.start.count, count }) &&
      (count <= entered.border || isClosedAt(log, count)) &&
      hasSameVerdicts(log, { known: this.#read.handoffs, handoffs, count })
    );
  }

  /** The prompt for a log that its shared part has read. */
  write(read: Read, activation: HandoffRecord | undefined): GrownPrompt {
    if (this.#entered !== undefined && !isStillEntered(this.#entered, read.log, activation)) this.#entered = undefined;
    this.#read = read;
    this.#entered ??= activation === undefined ? this.#begin() : this.#enter(activation);
    return this.#finish(this.#entered);
  }

  /** Begins the part of an agent that is there from the beginning. */
  #begin(): Entered {
    const start = this.#shared.startBefore(this.#read.log.length);
    const used = idsOver(this.#shared.usedBefore(start.count));
    const done = { count: start.count, out: [...start.last], used };
    return { by: undefined, brief: undefined, start, done, border: 0 };
  }

  /** Begins the part that belongs to this handoff into the agent. */
  #enter(activation: HandoffRecord): Entered {
    const shared = this.#shared;
    const { message, border } = borderIn(this.#read.log, activation, shared.count);
    const start = shared.startBefore(border);
    const done: Done = { count: border, out: [...start.last], used: idsOver(shared.usedBefore(message)) };
    const handed = pairStretch(this.#read.log.slice(message, border), this.#read.handoffs, this.#reading, done.used);
    const paired = [...shared.pairedBetween(start.count, message), ...handed];
    const said = takeTrailingTexts(paired);
    const brief = briefOf(activation, said);
    const isUser = start.count === 0 && !paired.some(isTurnToAnswer);
    grow(done.out, isUser ? [...paired, new HumanMessage(brief)] : paired, this.#reading);
    return { by: activation, brief: isUser ? undefined : brief, start, done, border };
  }

  /** Takes in what is closed, and writes what is still open behind it, on a copy. */
  #finish({ start, done, brief }: Entered): GrownPrompt {
    let closed = done.count;
    for (let index = this.#read.log.length - 1; index > done.count && closed === done.count; index -= 1) {
      if (isAssistant(this.#read.log[index])) closed = index;
    }
    this.#take(done, closed);
    const before = this.#shared.out.slice(0, start.length);
    if (done.count === this.#read.log.length) return { messages: before.concat(done.out), brief };
    const open = done.out.slice(-1);
    const stretch = this.#read.log.slice(done.count);
    grow(open, pairStretch(stretch, this.#read.handoffs, this.#reading, idsOver(done.used)), this.#reading);
    return { messages: before.concat(done.out.slice(0, -1), open), brief };
  }

  #take(done: Done, upTo: number): void {
    if (upTo <= done.count) return;
    const stretch = this.#read.log.slice(done.count, upTo);
    grow(done.out, pairStretch(stretch, this.#read.handoffs, this.#reading, done.used), this.#reading);
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
  if (by?.reason !== activation?.reason || by?.input !== activation?.input) return false;
  // A result of the message that handed over may come late.
  return by === undefined || log[border]?.type !== "tool";
}

/**
 * The handoff's message, and the first position after it and the results of its regular calls; searched from the end. Where
 * the log has it no more: the last message that is not closed, and the end.
 */
function borderIn(
  log: readonly BaseMessage[],
  activation: HandoffRecord,
  open: number,
): { message: number; border: number } {
  for (let index = log.length - 1; index >= 0; index -= 1) {
    if (log[index]?.id !== activation.messageId) continue;
    let border = index + 1;
    while (log[border]?.type === "tool") border += 1;
    // What stands for it in the log may be of another kind: its group begins with an assistant message.
    let message = index;
    while (message > 0 && !isAssistant(log[message])) message -= 1;
    return { message, border };
  }
  return { message: open, border: log.length };
}

/** Takes the assistant's texts off the end: what was said on the way goes into the brief. */
export function takeTrailingTexts(messages: BaseMessage[]): Said[] {
  const said: Said[] = [];
  for (let last = messages.at(-1); AIMessage.isInstance(last); last = messages.at(-1)) {
    messages.pop();
    said.unshift({ agent: last.name, text: textOf(last) });
  }
  return said;
}

/** Whether a message is one that a model answers. */
export function isTurnToAnswer(message: BaseMessage): boolean {
  return message.type === "human" || message.type === "tool";
}
