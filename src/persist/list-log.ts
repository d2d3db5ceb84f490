import type { BaseCheckpointSaver, Checkpoint, CheckpointTuple } from "@langchain/langgraph";
import { stepOf } from "../define/lineage.ts";
import type { Step } from "../define/lineage.ts";
import { SwarmError } from "../errors.ts";

/** Whose list it is: one channel of one thread, in one namespace of LangGraph's (`""` outside subgraphs). */
export interface LogKey {
  readonly threadId: string;
  readonly namespace: string;
  readonly channel: string;
}

/** An item of a list as the saver's serialiser writes it. */
export interface LogEntry {
  readonly type: string;
  readonly body: Uint8Array;
}

/** Entries from a number up to another one, both included. */
export type LogRange = readonly [first: number, last: number];

/** Where the items of lists are kept, once each. A saver brings it, next to its checkpoints. */
export interface LogStore {
  /**
   * Writes entries behind the key's last one, in order and with consecutive numbers, and has them written durably when
   * it settles: whether a checkpoint that names them follows is another matter.
   *
   * @returns the first entry's number.
   */
  append(key: LogKey, entries: readonly LogEntry[]): Promise<number>;
  /** @returns the entries of the ranges, in the ranges' order. One that is missing is left out. */
  read(key: LogKey, ranges: readonly LogRange[]): Promise<readonly LogEntry[]>;
}

/** How a saver writes values: the property `serde` of each of LangGraph's. */
export type Serde = BaseCheckpointSaver["serde"];

/** What a step writes to a channel, before there is a checkpoint of it. */
export type ChannelWrite = Parameters<BaseCheckpointSaver["putWrites"]>[1][number];

/** What {@link ListLog} is made from. */
export interface ListLogOptions {
  /** Where the items are kept. */
  readonly store: LogStore;
  /** How items are written and read: the saver's own. */
  readonly serde: Serde;
  /** The channels whose lists are kept item by item. Their items must never be changed in place. Default: `messages`, `handoffs`. */
  readonly channels?: readonly string[];
  /**
   * The channels whose value is one object, kept once for a write and all checkpoints that hold it. It must never be
   * changed in place. Default: `turn`, `outcome`.
   */
  readonly values?: readonly string[];
}

/** What stands in a checkpoint, or in a write, in place of one object. */
interface ItemReference {
  readonly __swarm_item: number;
}

/** What stands there in place of a list. */
interface Reference {
  readonly __swarm_log: readonly LogRange[];
  /**
   * The list's end, where it will still change: a handoff that nobody has entered yet, and what is after it. Kept apart,
   * so that whatever is settled stands in one piece.
   */
  readonly open?: readonly LogRange[];
  /** The same, as it was stored before it was kept apart. */
  readonly tail?: readonly object[];
}

/** More pieces than this, and a list is written anew in one piece. */
const MAX_RANGES = 256;

/** Pieces at a list's end are joined up to this many items, so that one replaced item now and then does not scatter it. */
const MAX_JOINED = 128;

const DEFAULT_CHANNELS = ["messages", "handoffs"] as const;
const DEFAULT_VALUES = ["turn", "outcome"] as const;

/**
 * Lets checkpoints grow by what is new: each item of a list is written once, and a checkpoint names the numbers of the
 * items that it holds. Unlike LangGraph's `DeltaChannel` no state is computed from pending writes, so that forks,
 * `updateState` and a step that failed after its writes read back what the run saw. For savers; {@link SwarmMemorySaver}
 * is one.
 */
export class ListLog {
  readonly #store: LogStore;
  readonly #serde: Serde;
  readonly #channels: readonly string[];
  readonly #values: readonly string[];
  /** Lists whose items are all written, by their steps. Their items' numbers too, for lists that share some of them. */
  readonly #lists = new WeakMap<object, { readonly key: string; readonly ranges: readonly LogRange[] }>();
  readonly #items = new WeakMap<object, { readonly key: string; readonly number: number }>();
  /** Items that a step's writes are being stored with. */
  readonly #underway = new WeakMap<object, Promise<unknown>>();

  constructor({ store, serde, channels = DEFAULT_CHANNELS, values = DEFAULT_VALUES }: ListLogOptions) {
    this.#store = store;
    this.#serde = serde;
    this.#channels = channels;
    this.#values = values;
  }

  /** The checkpoint as it is to be stored: lists replaced by the numbers of their items, new items written. */
  async pack(thread: Omit<LogKey, "channel">, checkpoint: Checkpoint): Promise<Checkpoint> {
    const values = { ...checkpoint.channel_values };
    for (const channel of this.#channels) {
      const list = values[channel];
      if (!isListOfItems(list)) continue;
      const { settled, open } = partsOf(channel, list);
      const key = { ...thread, channel };
      values[channel] = {
        __swarm_log: await this.#write(key, settled),
        ...(open.length > 0 && { open: await this.#write(openKeyOf(key), open) }),
      } satisfies Reference;
    }
    for (const channel of this.#values) {
      const value = values[channel];
      if (!isItem(value)) continue;
      await this.#underway.get(value)?.catch(() => undefined);
      const number = this.#numberOf(nameOf({ ...thread, channel }), value);
      if (number !== undefined) values[channel] = { __swarm_item: number } satisfies ItemReference;
    }
    return { ...checkpoint, channel_values: values };
  }

  /**
   * A step's writes as they are to be stored: items of lists written here already, and named by the checkpoint that
   * follows. For a store that keeps what writes name as long as the writes; {@link rangesNamed} tells of checkpoints only.
   */
  async packWrites(thread: Omit<LogKey, "channel">, writes: readonly ChannelWrite[]): Promise<ChannelWrite[]> {
    return Promise.all(
      writes.map(async (write): Promise<ChannelWrite> => {
        const [channel, value] = write;
        const key = { ...thread, channel };
        if (this.#values.includes(channel) && isItem(value)) {
          const [[number] = [0]] = await this.#appendAhead(key, [value]);
          return [channel, { __swarm_item: number } satisfies ItemReference];
        }
        if (!this.#channels.includes(channel) || !isListOfItems(value)) return write;
        const { settled, open } = partsOf(channel, value);
        const [ranges, openRanges] = await Promise.all([
          this.#appendAhead(key, settled),
          this.#appendAhead(openKeyOf(key), open),
        ]);
        const named: Reference = { __swarm_log: ranges, ...(open.length > 0 && { open: openRanges }) };
        return [channel, named];
      }),
    );
  }

  /**
   * The checkpoint, and the writes on top of it, as they were before {@link ListLog.pack} and {@link ListLog.packWrites}.
   *
   * @throws SwarmError `CHECKPOINT_INCOMPATIBLE` where items are missing from the store.
   */
  async unpack(tuple: CheckpointTuple): Promise<CheckpointTuple> {
    const { thread_id: threadId, checkpoint_ns: namespace = "" } = tuple.config.configurable ?? {};
    const whole = async (channel: string, value: unknown): Promise<unknown> => {
      if (isItemReference(value)) {
        const { __swarm_item: number } = value;
        return (await this.#read({ threadId, namespace, channel } as LogKey, [[number, number]]))[0];
      }
      if (!isReference(value)) return value;
      const key = { threadId, namespace, channel } as LogKey;
      const items = await this.#read(key, value.__swarm_log);
      const { open, tail = [] } = value;
      if (open === undefined && tail.length === 0) return items;
      return [...items, ...(open === undefined ? [] : await this.#read(openKeyOf(key), open)), ...tail];
    };
    const values = { ...tuple.checkpoint.channel_values };
    for (const [channel, value] of Object.entries(values)) values[channel] = await whole(channel, value);
    const checkpoint = { ...tuple.checkpoint, channel_values: values };
    if (tuple.pendingWrites === undefined) return { ...tuple, checkpoint };
    const pendingWrites: typeof tuple.pendingWrites = [];
    for (const [taskId, channel, value] of tuple.pendingWrites) {
      pendingWrites.push([taskId, channel, await whole(channel, value)]);
    }
    return { ...tuple, checkpoint, pendingWrites };
  }

  async #write(key: LogKey, list: readonly object[]): Promise<readonly LogRange[]> {
    const name = nameOf(key);
    const base = this.#longestWritten(name, list);
    const underway = list.slice(base.length).flatMap((item) => this.#underway.get(item) ?? []);
    if (underway.length > 0) await Promise.allSettled(underway);
    const numbers: (number | undefined)[] = list.slice(base.length).map((item) => this.#numberOf(name, item));
    const fresh = list.slice(base.length).filter((_, index) => numbers[index] === undefined);
    let next = fresh.length === 0 ? 0 : await this.#append(key, fresh);
    let ranges = rangesOf(
      base.ranges,
      numbers.map((number) => number ?? next++),
    );
    const scattered = ranges.length > MAX_RANGES ? list.length : scatteredAtEnd(ranges);
    if (scattered > 0) {
      const first = await this.#append(key, list.slice(-scattered));
      ranges = [...startOf(ranges, list.length - scattered), [first, first + scattered - 1]];
    }
    this.#lists.set(stepOf(list), { key: name, ranges });
    return ranges;
  }

  /** The longest list that this one was made from by adding to it and whose items are written. */
  #longestWritten(key: string, list: readonly object[]): { length: number; ranges: readonly LogRange[] } {
    let current: Step | undefined = stepOf(list);
    while (current !== undefined) {
      const written = this.#lists.get(current);
      if (written?.key === key) return { length: current.length, ranges: written.ranges };
      current = current.parent;
    }
    return { length: 0, ranges: [] };
  }

  #numberOf(key: string, item: object): number | undefined {
    const written = this.#items.get(item);
    return written?.key === key ? written.number : undefined;
  }

  /** Writes items that a checkpoint is about to name: it waits for them. */
  async #appendAhead(key: LogKey, items: readonly object[]): Promise<readonly LogRange[]> {
    if (items.length === 0) return [];
    const written = this.#append(key, items);
    for (const item of items) this.#underway.set(item, written);
    const first = await written;
    return [[first, first + items.length - 1]];
  }

  async #append(key: LogKey, items: readonly object[]): Promise<number> {
    const entries = await Promise.all(
      items.map(async (item) => {
        const [type, body] = await this.#serde.dumpsTyped(item);
        return { type, body };
      }),
    );
    const first = await this.#store.append(key, entries);
    this.#remember(nameOf(key), items, first);
    return first;
  }

  async #read(key: LogKey, ranges: readonly LogRange[]): Promise<unknown[]> {
    const entries = await this.#store.read(key, ranges);
    const wanted = ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
    if (entries.length !== wanted) {
      throw new SwarmError(
        "CHECKPOINT_INCOMPATIBLE",
        `a checkpoint of thread "${key.threadId}" names ${wanted} items of "${key.channel}", and ${entries.length} are stored: its log was written elsewhere or deleted. Restore the log's table, or start another thread.`,
        { threadId: key.threadId },
      );
    }
    const list = await Promise.all(
      entries.map(({ type, body }) => this.#serde.loadsTyped(type, body) as Promise<object>),
    );
    let index = 0;
    for (const [first, last] of ranges) {
      this.#remember(nameOf(key), list.slice(index, index + last - first + 1), first);
      index += last - first + 1;
    }
    this.#lists.set(stepOf(list), { key: nameOf(key), ranges });
    return list;
  }

  #remember(key: string, items: readonly object[], first: number): void {
    for (const [index, item] of items.entries()) this.#items.set(item, { key, number: first + index });
  }
}

/**
 * The numbers that a stored checkpoint names, by channel: what must be kept of a thread's log as long as that
 * checkpoint is. For retention in a saver that stores lists with {@link ListLog}.
 */
export function rangesNamed(
  channelValues: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, readonly LogRange[]> {
  return new Map(
    Object.entries(channelValues).flatMap(([channel, value]): [string, readonly LogRange[]][] => {
      if (isItemReference(value)) return [[channel, [[value.__swarm_item, value.__swarm_item]]]];
      if (!isReference(value)) return [];
      const { __swarm_log: ranges, open } = value;
      return open === undefined
        ? [[channel, ranges]]
        : [
            [channel, ranges],
            [openOf(channel), open],
          ];
    }),
  );
}

/** A list's settled part, which is the list itself where nothing is open, and its end that will still change. */
function partsOf(
  channel: string,
  list: readonly object[],
): { readonly settled: readonly object[]; readonly open: readonly object[] } {
  // Of the engine's lists only the ledger's lines change once they are there.
  const first = channel === "handoffs" ? list.findIndex((item) => "status" in item && item.status === "pending") : -1;
  return first === -1 ? { settled: list, open: [] } : { settled: list.slice(0, first), open: list.slice(first) };
}

function openKeyOf(key: LogKey): LogKey {
  return { ...key, channel: openOf(key.channel) };
}

/** Where the open end of a channel's list is kept. */
function openOf(channel: string): string {
  return `${channel}|open`;
}

function rangesOf(start: readonly LogRange[], numbers: readonly number[]): readonly LogRange[] {
  const ranges = [...start];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) ranges[ranges.length - 1] = [last[0], number];
    else ranges.push([number, number]);
  }
  return ranges;
}

/** How many items the small pieces at the end of a list hold that are to be joined; 0 for none. */
function scatteredAtEnd(ranges: readonly LogRange[]): number {
  let joined = 0;
  let pieces = 0;
  for (const [first, last] of ranges.toReversed()) {
    const size = last - first + 1;
    if (pieces > 0 && (size > joined || size + joined > MAX_JOINED)) break;
    joined += size;
    pieces += 1;
  }
  return pieces > 1 ? joined : 0;
}

/** The ranges of the first `length` items. */
function startOf(ranges: readonly LogRange[], length: number): LogRange[] {
  const start: LogRange[] = [];
  let left = length;
  for (const [first, last] of ranges) {
    if (left <= 0) break;
    start.push([first, Math.min(last, first + left - 1)]);
    left -= last - first + 1;
  }
  return start;
}

function isListOfItems(value: unknown): value is object[] {
  return Array.isArray(value) && value.every(isItem);
}

function isItem(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isItemReference(value: unknown): value is ItemReference {
  return typeof value === "object" && value !== null && "__swarm_item" in value;
}

function isReference(value: unknown): value is Reference {
  return typeof value === "object" && value !== null && "__swarm_log" in value;
}

function nameOf({ threadId, namespace, channel }: LogKey): string {
  return JSON.stringify([threadId, namespace, channel]);
}
