import type { ChannelWrite } from "./log-store.ts";
import type { LogRange } from "./log-ranges.ts";

/** What stands in a checkpoint, or in a write, in place of one object. */
export interface ItemReference {
  /** Its number. */
  readonly __swarm: number;
  /** The object's own, so that a release which cannot read the reference sees that a newer one has written it. */
  readonly schema?: number;
}

/** What stands there in place of a list. */
export interface ListReference {
  /** The first and the last number of each range of its items. */
  readonly __swarm: readonly number[];
  /** Where in the list lines stand that are pending: as they are stored, they may be done as well. */
  readonly pending?: readonly number[];
}

/** A reference as it is read, whichever release has written it. */
export interface Named {
  /** Whether it stands for one object. */
  readonly isItem: boolean;
  readonly ranges: readonly LogRange[];
  readonly pending: readonly number[];
  /** The list's end, which a release kept in a log of its own while it could still change. */
  readonly open?: readonly LogRange[] | undefined;
  /** The same, as it was stored before. */
  readonly tail?: readonly object[] | undefined;
}

/** References as earlier releases wrote them. */
interface Earlier {
  readonly __swarm_item?: number;
  readonly __swarm_log?: readonly LogRange[];
  readonly open?: readonly LogRange[];
  readonly tail?: readonly object[];
}

/** What a stored value names; `undefined` where it is a value itself. */
export function readReference(value: unknown): Named | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if ("__swarm" in value) {
    const { __swarm: named, pending = [] } = value as ItemReference & ListReference;
    if (typeof named === "number") return { isItem: true, ranges: [[named, named]], pending: [] };
    return { isItem: false, ranges: pairsOf(named), pending };
  }
  const { __swarm_item: number, __swarm_log: ranges, open, tail } = value as Earlier;
  if (number !== undefined) return { isItem: true, ranges: [[number, number]], pending: [] };
  return ranges === undefined ? undefined : { isItem: false, ranges, pending: [], open, tail };
}

/** Where a release kept the end of a channel's list that could still change. */
export function openOf(channel: string): string {
  return `${channel}|open`;
}

/**
 * The numbers that a stored checkpoint names, by channel, and those that its pending writes name: what must be kept of a
 * thread's log as long as that checkpoint is. For retention in a saver that stores lists with {@link ListLog}.
 *
 * @param writes Of the checkpoint's pending writes each one's channel and value, where `ListLog.packWrites` has packed them.
 */
export function rangesNamed(
  channelValues: Readonly<Record<string, unknown>>,
  writes: readonly ChannelWrite[] = [],
): ReadonlyMap<string, readonly LogRange[]> {
  const named = new Map<string, LogRange[]>();
  const add = (channel: string, ranges: readonly LogRange[]) => {
    named.set(channel, [...(named.get(channel) ?? []), ...ranges]);
  };
  for (const [channel, value] of [...Object.entries(channelValues), ...writes]) {
    const reference = readReference(value);
    if (reference === undefined) continue;
    add(channel, reference.ranges);
    if (reference.open !== undefined) add(openOf(channel), reference.open);
  }
  return named;
}

function pairsOf(bounds: readonly number[]): readonly LogRange[] {
  return bounds.flatMap((first, index) => (index % 2 === 0 ? [[first, bounds[index + 1] ?? first] as const] : []));
}
