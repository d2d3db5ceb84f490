import type { Checkpoint } from "@langchain/langgraph";

type Version = string | number;

/**
 * What a node has seen of its one channel, and the channel's version now. A number: the channel is one ahead of it, as it
 * is when a node has run.
 */
type Packed = number | readonly [seen: Version, now?: Version];

/** Where packed versions stand, by what the channels' names begin with, before the node's. LangGraph allows no node to be named so. */
const KEY = "|";

/**
 * A checkpoint whose versions take a quarter of the bytes: LangGraph notes for each node that ever ran the versions of its
 * channel in two places, by long names, at every step. Pure; {@link unpackVersions} gives the checkpoint back.
 */
export function packVersions(checkpoint: Checkpoint): Checkpoint {
  const { versions_seen: versions } = checkpoint;
  if (KEY in versions) return checkpoint;
  const now: Record<string, Version> = { ...checkpoint.channel_versions };
  const packed = new Map<string, Record<string, Packed>>();
  const others: Record<string, unknown> = {};
  for (const [node, seen] of Object.entries(versions)) {
    const [channel, ...further] = Object.keys(seen);
    if (channel === undefined || further.length > 0 || !channel.endsWith(node)) others[node] = seen;
    else {
      const start = channel.slice(0, channel.length - node.length);
      const nodes = packed.get(start) ?? {};
      packed.set(start, nodes);
      nodes[node] = packedOf(seen[channel] as Version, Object.hasOwn(now, channel) ? now[channel] : undefined);
      delete now[channel];
    }
  }
  const seen = { ...others, [KEY]: Object.fromEntries(packed) } as unknown as Checkpoint["versions_seen"];
  return { ...checkpoint, channel_versions: now, versions_seen: seen };
}

/** The checkpoint before {@link packVersions}; any other as it is. */
export function unpackVersions(checkpoint: Checkpoint): Checkpoint {
  const { [KEY]: packed, ...others } = checkpoint.versions_seen as Record<string, unknown>;
  if (packed === undefined) return checkpoint;
  const now: Record<string, Version> = { ...checkpoint.channel_versions };
  const seen = others as Record<string, Record<string, Version>>;
  for (const [start, nodes] of Object.entries(packed as Record<string, Record<string, Packed>>)) {
    for (const [node, versions] of Object.entries(nodes)) {
      const [own, current] = typeof versions === "number" ? [versions, versions + 1] : versions;
      seen[node] = { [start + node]: own };
      if (current !== undefined) now[start + node] = current;
    }
  }
  return { ...checkpoint, channel_versions: now, versions_seen: seen };
}

function packedOf(seen: Version, now: Version | undefined): Packed {
  if (now === undefined) return [seen];
  return typeof seen === "number" && now === seen + 1 ? seen : [seen, now];
}
