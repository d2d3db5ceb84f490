/** Channels of the engine's and of LangGraph's whose texts are agents' names, which the checkpoint tells anyway. */
const NAMES = /^(?:activeAgent$|branch:to:)/u;

/** Names that JSON in PostgreSQL can hold: it takes no character 0 and no half of a pair. */
const NAME = /^[^\p{C}]{0,64}$/u;

/** A checkpoint's values by where they are stored. */
export interface Parted {
  /** In the checkpoint's own row. */
  readonly inline: Readonly<Record<string, unknown>>;
  /** In rows of their own, by channel and version. */
  readonly apart: Record<string, unknown>;
}

/** Says where a checkpoint's values are stored, once the log has packed them. */
export function parted(values: Readonly<Record<string, unknown>>): Parted {
  const entries = Object.entries(values);
  return {
    inline: Object.fromEntries(entries.filter(([channel, value]) => !isApart(channel, value))),
    apart: Object.fromEntries(entries.filter(([channel, value]) => isApart(channel, value))),
  };
}

/**
 * Whether a value is stored in a row of its own. Contract: it goes by the channel and the value alone, in every release,
 * since such a row is written only when the channel's version is new.
 *
 * Numbers of items, nothing, and agents' names are shorter than such a row. Values of the user's channels always have one:
 * the serialiser may encrypt them. So has what tells the version of the form: releases that read nothing but such rows are
 * to refuse the thread, and not to begin it anew.
 */
export function isApart(channel: string, value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value === "string") return !(NAMES.test(channel) && NAME.test(value));
  return typeof value !== "object" || !("__swarm" in value) || "schema" in value;
}
