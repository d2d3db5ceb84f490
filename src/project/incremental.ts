import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { HandoffRegistry } from "../define/registry.ts";
import type { HandoffRecord, View } from "../types.ts";
import { asNotes } from "./notes.ts";
import { pairCalls } from "./pairs.ts";
import type { UsedIds } from "./pairs.ts";
import { isNative, isSealed, plainMessage } from "./provenance.ts";
import type { Addressee } from "./provenance.ts";
import { shapeInto } from "./shape.ts";
import { viewOf } from "./view.ts";

/** For whom, and how, a log is written. */
export interface Reading {
  readonly agent: string;
  readonly reader: Addressee;
  readonly view: View;
  readonly registry: HandoffRegistry | undefined;
  /** Messages with calls that stay such; the others become notes. `undefined`: all stay. */
  readonly keepsCalls: "all" | "none" | "sealed";
}

/** Ids over a base that is shared: adding does not change the base. */
export function idsOver(base: Pick<UsedIds, "has">): UsedIds {
  let own: Set<string> | undefined;
  return { has: (id) => own?.has(id) === true || base.has(id), add: (id) => (own ??= new Set()).add(id) };
}

const NO_POSITIONS: ReadonlyMap<string, number> = new Map();

/**
 * The paired messages of a stretch of the log that begins with an assistant message, or at the beginning. What is before it
 * and after it makes no difference: a group of calls and answers never reaches over an assistant message.
 */
export function pairStretch(
  stretch: readonly BaseMessage[],
  handoffs: readonly HandoffRecord[],
  { agent, reader, view, registry }: Reading,
  used: UsedIds,
): BaseMessage[] {
  if (stretch.length === 0) return [];
  const understood = stretch.map((message) =>
    AIMessage.isInstance(message) && !isNative(message, reader) ? plainMessage(message) : message,
  );
  const seen = viewOf(understood, NO_POSITIONS, { agent, handoffs, view, registry, isSealed });
  return pairCalls(
    seen.map(({ message }) => message),
    reader.profile,
    used,
  );
}

/** Puts paired messages behind a prompt, in the form that its reader takes. */
export function grow(out: BaseMessage[], paired: readonly BaseMessage[], { reader, keepsCalls }: Reading): void {
  const noted = keepsCalls === "all" ? paired : asNotes(paired, keepsCalls === "none" ? () => false : isSealed);
  shapeInto(out, noted, reader.profile);
}
