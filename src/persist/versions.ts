import type { Checkpoint } from "@langchain/langgraph";
import { codesOf } from "./version-codes.ts";
import type { Version } from "./version-codes.ts";

/** What a node has seen of its one channel, and the channel's version now. A number: the channel is one ahead of it, as it is when a node has run. */
type Seen = number | readonly [seen: number, now?: number];

/** Versions that are packed, each as a number. */
interface Packed {
  /** The versions that the numbers are the places of; without it the numbers are the versions. */
  readonly versions?: readonly Version[];
  /** The version of every channel that has a value and is not named here. */
  readonly now: number;
  /** Other channels. */
  readonly other?: Readonly<Record<string, number>>;
  /** Channels that have a value and no version. */
  readonly none?: readonly string[];
  /** Whether the list of tasks was there and empty, which it always is where nobody uses `Send`. */
  readonly tasks?: 0;
  /** By what the channels' names begin with, before the node's. */
  readonly seen: Readonly<Record<string, Readonly<Record<string, Seen>>>>;
}

/** What is to become of versions, beside being packed. */
export interface PackOptions {
  readonly kept?: ReadonlySet<string>;
  readonly isWhole?: boolean;
}

/** As they were packed before: channels stand with their versions, and nodes by what their channels' names begin with. */
type Earlier = Readonly<Record<string, Readonly<Record<string, Version | readonly [seen: Version, now?: Version]>>>>;

/** Where packed versions stand. LangGraph allows no node to be named so. */
const KEY = "|";

const TASKS = "__pregel_tasks";

/**
 * A checkpoint whose versions take a tenth of the bytes: LangGraph notes for each node that ever ran the versions of its
 * channel in two places, by long names, at every step. Pure; {@link unpackVersions} gives the checkpoint back.
 *
 * @param options.kept Channels that stay in `channel_versions`, where somebody looks for them. Default: none.
 * @param options.isWhole Whether of the others' versions the whole parts alone are kept. Default: no.
 */
export function packVersions(
  checkpoint: Checkpoint,
  { kept = new Set(), isWhole = false }: PackOptions = {},
): Checkpoint {
  const { channel_values: values, channel_versions: versions, versions_seen: seenBy } = checkpoint;
  const toKeep = (version: Version): Version =>
    isWhole && typeof version === "number" ? Math.floor(version) : version;
  if (KEY in seenBy) return checkpoint;
  const left = new Map(
    Object.entries(versions).flatMap(([channel, version]) => (kept.has(channel) ? [] : [[channel, toKeep(version)]])),
  );
  const nodes = Object.entries(seenBy).flatMap(([node, seen]): [string, string, Version][] => {
    const [entry, ...further] = Object.entries(seen);
    const isOwn = entry !== undefined && further.length === 0 && entry[0].endsWith(node) && !kept.has(entry[0]);
    return isOwn ? [[node, entry[0], toKeep(entry[1] as Version)]] : [];
  });
  const { codeOf, table } = codesOf([...left.values(), ...nodes.map(([, , version]) => version)]);
  const seen = new Map<string, Record<string, Seen>>();
  for (const [node, channel, version] of nodes) {
    const start = channel.slice(0, channel.length - node.length);
    const group = seen.get(start) ?? {};
    seen.set(start, group);
    const now = left.get(channel);
    group[node] = seenOf(codeOf(version), now === undefined ? undefined : codeOf(now));
    left.delete(channel);
  }
  const now = Math.max(
    0,
    ...[...left].filter(([channel]) => isThere(values, channel)).map(([, version]) => codeOf(version)),
  );
  const other = [...left].filter(([channel, version]) => !isThere(values, channel) || codeOf(version) !== now);
  const isWithoutTasks = isEmptyList(values[TASKS]) && !Object.hasOwn(versions, TASKS);
  const { [TASKS]: _, ...others } = values;
  const stored = isWithoutTasks ? others : values;
  const none = Object.keys(stored).filter((channel) => !Object.hasOwn(versions, channel));
  const packed: Packed = {
    ...(table !== undefined && { versions: table }),
    now,
    ...(other.length > 0 && { other: Object.fromEntries(other.map(([channel, at]) => [channel, codeOf(at)])) }),
    ...(none.length > 0 && { none }),
    ...(isWithoutTasks && { tasks: 0 }),
    seen: Object.fromEntries(seen),
  };
  const own = new Set(nodes.map(([node]) => node));
  const unlike = Object.entries(seenBy).filter(([node]) => !own.has(node));
  return {
    ...checkpoint,
    channel_values: stored,
    channel_versions: Object.fromEntries(Object.entries(versions).filter(([channel]) => kept.has(channel))),
    versions_seen: { ...Object.fromEntries(unlike), [KEY]: packed } as unknown as Checkpoint["versions_seen"],
  };
}

/** The checkpoint before {@link packVersions}; any other as it is. */
export function unpackVersions(checkpoint: Checkpoint): Checkpoint {
  const { [KEY]: packed, ...others } = checkpoint.versions_seen as Record<string, unknown>;
  if (packed === undefined) return checkpoint;
  const isEarlier = typeof (packed as Packed).now !== "number";
  const {
    versions: table,
    now,
    other = {},
    none = [],
    tasks,
    seen: groups,
  } = isEarlier ? fromEarlier(packed as Earlier) : (packed as Packed);
  const versionOf = (code: number): Version => table?.[code] ?? code;
  const versions: Record<string, Version> = { ...checkpoint.channel_versions };
  const values = { ...checkpoint.channel_values, ...(tasks === 0 && { [TASKS]: [] }) };
  const bare = new Set([...none, ...Object.keys(versions), ...(tasks === 0 ? [TASKS] : [])]);
  if (!isEarlier) for (const name of Object.keys(values)) if (!bare.has(name)) versions[name] = versionOf(now);
  for (const [channel, code] of Object.entries(other)) versions[channel] = versionOf(code);
  const seenBy = others as Record<string, Record<string, Version>>;
  for (const [start, nodes] of Object.entries(groups)) {
    for (const [node, seen] of Object.entries(nodes)) {
      const [own, current] = typeof seen === "number" ? [seen, seen + 1] : seen;
      seenBy[node] = { [start + node]: versionOf(own) };
      if (current !== undefined) versions[start + node] = versionOf(current);
    }
  }
  return { ...checkpoint, channel_values: values, channel_versions: versions, versions_seen: seenBy };
}

/** What was packed before as it is packed now: each version in a table, but for those that are one ahead. */
function fromEarlier(packed: Earlier): Packed {
  const versions: Version[] = [];
  const code = (version: Version): number => versions.push(version) - 1;
  const seen = Object.entries(packed).map(([start, nodes]) => {
    const group = Object.entries(nodes).map(([node, own]): [string, Seen] => {
      const [seenVersion, now] = typeof own === "number" ? [own, own + 1] : (own as readonly [Version, Version?]);
      return [node, now === undefined ? [code(seenVersion)] : [code(seenVersion), code(now)]];
    });
    return [start, Object.fromEntries(group)] as const;
  });
  return { versions, now: 0, seen: Object.fromEntries(seen) };
}

function seenOf(seen: number, now: number | undefined): Seen {
  if (now === undefined) return [seen];
  return now === seen + 1 ? seen : [seen, now];
}

/** Whether a channel's value is one that is stored: `undefined` is not. */
function isThere(values: Readonly<Record<string, unknown>>, channel: string): boolean {
  return Object.hasOwn(values, channel) && values[channel] !== undefined;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
