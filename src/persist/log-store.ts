import type { BaseCheckpointSaver } from "@langchain/langgraph";
import type { LogRange } from "./log-ranges.ts";

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

/** A key as text. */
export function nameOf({ threadId, namespace, channel }: LogKey): string {
  return JSON.stringify([threadId, namespace, channel]);
}
