import { isBaseMessage } from "@langchain/core/messages";
import type { SwarmDefinition } from "../define/definition.ts";
import { CHECKPOINT_SCHEMA } from "../define/fingerprint.ts";
import { SwarmError } from "../errors.ts";

/** The thread that a checkpoint is of, and the swarm that is about to go on from it. */
export interface StoredThread {
  readonly definition: SwarmDefinition;
  readonly threadId: string;
}

/** What is wrong with a stored value, as the end of "its channel is …"; `undefined` where nothing is. */
type Check = (stored: unknown) => string | undefined;

/** The engine's channels, `turn` first: what a newer release wrote is not to be called damaged. */
const CHECKS: Readonly<Record<string, Check>> = {
  turn: (stored) => (isTurn(stored) ? undefined : "not the counters of a turn"),
  messages: (stored) => (isListOf(stored, isBaseMessage) ? undefined : "not a list of messages"),
  activeAgent: (stored) => (typeof stored === "string" ? undefined : "not an agent's name"),
  handoffs: (stored) => (isListOf(stored, isRecord) ? undefined : "not a list of handoffs"),
  outcome: (stored) => (isObject(stored) ? undefined : "not the outcome of a turn"),
};

/**
 * Channels that check what they are opened with, for a run that enters a stored thread: before anything of the run is
 * written, and without reading the checkpoint a second time.
 */
export function checkedChannels<C extends Readonly<Record<string, unknown>>>(channels: C, thread: StoredThread): C {
  const checked = Object.keys(CHECKS).flatMap((name): [string, unknown][] => {
    const channel = channels[name] as { fromCheckpoint(stored: unknown): unknown } | undefined;
    if (channel === undefined) return [];
    const fromCheckpoint = (stored: unknown): unknown => {
      assertCompatible({ [name]: stored }, thread);
      return channel.fromCheckpoint(stored);
    };
    return [[name, Object.create(channel, { fromCheckpoint: { value: fromCheckpoint } })]];
  });
  return { ...(Object.fromEntries(checked) as C), ...without(channels, new Set(Object.keys(CHECKS))) };
}

/**
 * Lets through what this release, and this swarm, can go on from: channels that are absent, that have no version (from
 * before there were any), and whatever the topology was.
 *
 * @throws SwarmError `CHECKPOINT_INCOMPATIBLE` where they are a newer release's, another swarm's, or damaged.
 */
export function assertCompatible(stored: Readonly<Record<string, unknown>>, thread: StoredThread): void {
  assertVersion(stored["turn"], thread);
  for (const [channel, check] of Object.entries(CHECKS)) {
    const value = stored[channel];
    const problem = value === undefined || value === null ? undefined : check(value);
    if (problem !== undefined) throw damaged(channel, problem, thread);
  }
  assertOwn(stored["turn"], thread);
}

function assertVersion(turn: unknown, { threadId }: StoredThread): void {
  const schema = isObject(turn) ? turn["schema"] : undefined;
  if (typeof schema !== "number" || schema <= CHECKPOINT_SCHEMA) return;
  throw new SwarmError(
    "CHECKPOINT_INCOMPATIBLE",
    `thread "${threadId}" was stored by a newer release, in version ${schema} of the form; this release reads versions up to ${CHECKPOINT_SCHEMA}. Deploy the newer release again, or go on with a new thread.`,
    { threadId, resumable: false, details: { schema, supported: CHECKPOINT_SCHEMA } },
  );
}

/** Names decide only where both swarms have one of their own: without, nobody said that they differ. */
function assertOwn(turn: unknown, { definition, threadId }: StoredThread): void {
  const swarm = isObject(turn) ? turn["swarm"] : undefined;
  const wrote = isObject(swarm) ? swarm["name"] : undefined;
  const { name, threadsOf = [] } = definition.options;
  if (typeof wrote !== "string" || name === undefined || wrote === name || threadsOf.includes(wrote)) return;
  throw new SwarmError(
    "CHECKPOINT_INCOMPATIBLE",
    `thread "${threadId}" belongs to the swarm "${wrote}", and this one is "${name}". Use a thread_id of its own, or list "${wrote}" in threadsOf if that is what this swarm was called.`,
    { threadId, resumable: false, details: { swarm: name, of: wrote } },
  );
}

function damaged(channel: string, problem: string, { threadId }: StoredThread): SwarmError {
  return new SwarmError(
    "CHECKPOINT_INCOMPATIBLE",
    `thread "${threadId}" cannot be read: its channel "${channel}" is ${problem}. Go on from an earlier checkpoint of it (graph.getStateHistory, checkpoint_id), or with a new thread.`,
    { threadId, resumable: false, details: { channel } },
  );
}

function isTurn(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { id, schema, swarm, modelCalls, handoffs, modelErrors, streak, edges, path, callers } = value;
  return (
    (id === undefined || typeof id === "string") &&
    (schema === undefined || typeof schema === "number") &&
    (swarm === undefined || (isObject(swarm) && typeof swarm["fingerprint"] === "string")) &&
    [modelCalls, handoffs, modelErrors].every((count) => typeof count === "number") &&
    (edges === undefined ? typeof streak === "number" : isObject(edges)) &&
    isListOf(path, isString) &&
    isListOf(callers, (frame) => isObject(frame) && isString(frame["agent"]) && isString(frame["handoffId"]))
  );
}

function isRecord(value: unknown): boolean {
  return isObject(value) && ["id", "from", "to", "status", "callId", "messageId"].every((key) => isString(value[key]));
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem);
}

function without<C extends Readonly<Record<string, unknown>>>(channels: C, names: ReadonlySet<string>): C {
  return Object.fromEntries(Object.entries(channels).filter(([name]) => !names.has(name))) as C;
}
