import type { Checkpoint, CheckpointTuple } from "@langchain/langgraph";
import { pendingOf } from "../define/decided.ts";
import { SwarmError } from "../errors.ts";
import { isItem, isListOfItems } from "./list-items.ts";
import { countOf, numbersIn, rangesOf, scatteredAtEnd, startOf } from "./log-ranges.ts";
import type { LogRange } from "./log-ranges.ts";
import { openOf, readReference } from "./log-reference.ts";
import type { ItemReference, ListReference } from "./log-reference.ts";
import { nameOf } from "./log-store.ts";
import type { ChannelWrite, LogEntry, LogKey, LogStore, Serde } from "./log-store.ts";
import { formOf, isPendingLine } from "./stored-form.ts";
import { packVersions, unpackVersions } from "./versions.ts";
import { WrittenItems } from "./written-items.ts";

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
  /**
   * Which channels' versions stay in a checkpoint's `channel_versions`, by what is stored of their values (`undefined`:
   * nothing): those that the saver looks for there. Default: none; the versions stand together, in fewer bytes.
   */
  readonly keepsVersion?: (channel: string, stored: unknown) => boolean;
  /** Whether the others' versions may be told by their whole parts, where each change adds to those. Default: false. */
  readonly wholeVersions?: boolean;
}

/** More pieces than this, and a list is written anew in one piece. */
const MAX_RANGES = 256;

/** What the type of an entry begins with that is stored in its channel's form. */
const FORMED = "+";

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
  readonly #keepsVersion: (channel: string, stored: unknown) => boolean;
  readonly #wholeVersions: boolean;
  readonly #written = new WrittenItems();
  /** Of each log that is being written what was begun last: what comes later gets the later numbers, whatever the store. */
  readonly #last = new Map<string, Promise<unknown>>();

  constructor(options: ListLogOptions) {
    const { store, serde, channels = DEFAULT_CHANNELS, values = DEFAULT_VALUES } = options;
    this.#store = store;
    this.#serde = serde;
    this.#channels = channels;
    this.#values = values;
    this.#keepsVersion = options.keepsVersion ?? (() => false);
    this.#wholeVersions = options.wholeVersions ?? false;
  }

  /**
   * The checkpoint as it is to be stored: lists and objects replaced by the numbers of their items, new items written, and
   * versions told in fewer bytes.
   */
  async pack(thread: Omit<LogKey, "channel">, checkpoint: Checkpoint): Promise<Checkpoint> {
    const values = { ...checkpoint.channel_values };
    for (const channel of this.#channels) {
      const list = values[channel];
      if (!isListOfItems(list)) continue;
      values[channel] = referenceTo(channel, list, await this.#writeList({ ...thread, channel }, list));
    }
    for (const channel of this.#values) {
      const value = values[channel];
      if (!isItem(value)) continue;
      const [number = 0] = await this.#write({ ...thread, channel }, [value]);
      const isVersioned = "schema" in value && typeof value.schema === "number";
      values[channel] = { __swarm: number, ...(isVersioned && { schema: value.schema }) } as ItemReference;
    }
    const kept = Object.keys(checkpoint.channel_versions).filter((name) => this.#keepsVersion(name, values[name]));
    const options = { kept: new Set(kept), isWhole: this.#wholeVersions };
    return packVersions({ ...checkpoint, channel_values: values }, options);
  }

  /**
   * A step's writes as they are to be stored: items of lists written here already, and named by the checkpoint that
   * follows. For a store that keeps what writes name as long as the writes: {@link rangesNamed} tells of both.
   */
  async packWrites(thread: Omit<LogKey, "channel">, writes: readonly ChannelWrite[]): Promise<ChannelWrite[]> {
    return Promise.all(
      writes.map(async (write): Promise<ChannelWrite> => {
        const [channel, value] = write;
        const key = { ...thread, channel };
        if (this.#values.includes(channel) && isItem(value)) {
          const [number = 0] = await this.#write(key, [value]);
          return [channel, { __swarm: number } satisfies ItemReference];
        }
        if (!this.#channels.includes(channel) || !isListOfItems(value)) return write;
        return [channel, referenceTo(channel, value, rangesOf([], await this.#write(key, value)))];
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
      const named = readReference(value);
      if (named === undefined) return value;
      const { isItem: isOne, ranges, pending, open, tail = [] } = named;
      const items = await this.#read({ threadId, namespace, channel }, ranges, pending);
      if (isOne) return items[0];
      if (open === undefined && tail.length === 0) return items;
      const last = open === undefined ? [] : await this.#read({ threadId, namespace, channel: openOf(channel) }, open);
      return [...items, ...last, ...tail];
    };
    const stored = unpackVersions(tuple.checkpoint);
    const values = { ...stored.channel_values };
    for (const [channel, value] of Object.entries(values)) values[channel] = await whole(channel, value);
    const checkpoint = { ...stored, channel_values: values };
    if (tuple.pendingWrites === undefined) return { ...tuple, checkpoint };
    const pendingWrites: typeof tuple.pendingWrites = [];
    for (const [taskId, channel, value] of tuple.pendingWrites) {
      pendingWrites.push([taskId, channel, await whole(channel, value)]);
    }
    return { ...tuple, checkpoint, pendingWrites };
  }

  async #writeList(key: LogKey, list: readonly object[]): Promise<readonly LogRange[]> {
    const name = nameOf(key);
    const base = this.#written.startOf(name, list);
    let ranges = rangesOf(base.ranges, await this.#write(key, list.slice(base.length)));
    const scattered = ranges.length > MAX_RANGES ? list.length : scatteredAtEnd(ranges);
    if (scattered > 0) {
      const first = await this.#append(key, list.slice(-scattered));
      ranges = [...startOf(ranges, list.length - scattered), [first, first + scattered - 1]];
    }
    this.#written.addList(name, list, ranges);
    return ranges;
  }

  /** The items' numbers; those that have none are written. Whoever comes with the same ones meanwhile waits for that. */
  async #write(key: LogKey, items: readonly object[]): Promise<readonly number[]> {
    const name = nameOf(key);
    const numbers = () => items.map((item) => this.#numberOf(name, key.channel, item));
    const known = numbers();
    if (known.every((number) => number !== undefined)) return known;
    // Asked for before these items are underway themselves.
    const earlier = this.#written.settled(items.flatMap((item) => [item, pendingOf(item) ?? []].flat()));
    const before = this.#last.get(name);
    const writing = Promise.allSettled([earlier, before]).then(async () => {
      const found = numbers();
      const fresh = items.filter((_, index) => found[index] === undefined);
      let next = fresh.length === 0 ? 0 : await this.#append(key, fresh);
      return found.map((number) => number ?? next++);
    });
    this.#written.addUnderway(
      items.filter((_, index) => known[index] === undefined),
      writing,
    );
    this.#last.set(name, writing);
    try {
      return await writing;
    } finally {
      if (this.#last.get(name) === writing) this.#last.delete(name);
    }
  }

  /** The number of an item. A line that is done has the one of the line that it was made from. */
  #numberOf(name: string, channel: string, item: object): number | undefined {
    const number = this.#written.numberOf(name, item);
    const pending = number === undefined ? pendingOf(item) : undefined;
    if (pending === undefined || !isPendingLine(channel, pending)) return number;
    return this.#written.numberOf(name, pending);
  }

  async #append(key: LogKey, items: readonly object[]): Promise<number> {
    const form = formOf(key.channel);
    const entries = await Promise.all(
      items.map(async (item): Promise<LogEntry> => {
        const formed = form?.pack(item);
        const [type, body] = await this.#serde.dumpsTyped(formed ?? item);
        return { type: formed === undefined ? type : `${FORMED}${type}`, body };
      }),
    );
    const first = await this.#store.append(key, entries);
    this.#written.add(nameOf(key), items, first);
    return first;
  }

  async #read(key: LogKey, ranges: readonly LogRange[], pending: readonly number[] = []): Promise<unknown[]> {
    const entries = await this.#store.read(key, ranges);
    const wanted = countOf(ranges);
    if (entries.length !== wanted) {
      throw new SwarmError(
        "CHECKPOINT_INCOMPATIBLE",
        `a checkpoint of thread "${key.threadId}" names ${wanted} items of "${key.channel}", and ${entries.length} are stored: its log was written elsewhere or deleted. Restore the log's table, or start another thread.`,
        { threadId: key.threadId },
      );
    }
    const form = formOf(key.channel);
    const numbers = numbersIn(ranges);
    const list = await Promise.all(
      entries.map(async ({ type, body }, index): Promise<object> => {
        const isFormed = form !== undefined && type.startsWith(FORMED);
        const stored = (await this.#serde.loadsTyped(isFormed ? type.slice(FORMED.length) : type, body)) as object;
        const item = isFormed ? form.unpack(stored, pending.includes(index)) : stored;
        // A line that says itself that it is pending cannot be named as one that is done.
        if (isFormed || !isPendingLine(key.channel, item)) this.#written.add(nameOf(key), [item], numbers[index] ?? 0);
        return item;
      }),
    );
    this.#written.addList(nameOf(key), list, ranges);
    return list;
  }
}

function referenceTo(channel: string, list: readonly object[], ranges: readonly LogRange[]): ListReference {
  const pending = [...list.keys()].filter((index) => isPendingLine(channel, list[index] ?? {}));
  return { __swarm: ranges.flat(), ...(pending.length > 0 && { pending }) };
}
