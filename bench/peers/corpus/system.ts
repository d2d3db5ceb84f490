import type { Player } from "./player.ts";
import type { MessageScript, SwarmScript } from "./script.ts";

/** The systems that a fault can be made to happen in. */
export type SystemName = "ours" | "langgraph-swarm" | "openai-agents";

/** What became of one message: the system's last word, or its error. */
export interface Turn {
  readonly text: string;
  /** Who has the conversation after it. */
  readonly active: string;
  /** The first line of what was thrown, or of the typed outcome that stands for it. */
  readonly error?: string;
}

/** How a message is sent. */
export interface SendOptions {
  readonly signal?: AbortSignal;
  /** Default: one thread for the whole conversation. */
  readonly thread?: string;
  readonly isStreamed?: boolean;
  /** A secret for the tools, by the way that the system has for it. */
  readonly secret?: string;
  /** What a client writes into the input beside its messages. */
  readonly channels?: Readonly<Record<string, unknown>>;
}

/** A swarm that was built, and its threads. */
export interface Conversation {
  readonly player: Player;
  /** Where the threads are stored: a later swarm is given it to go on with them. */
  readonly store: unknown;
  /** What the system says about the definition. */
  readonly warnings: readonly string[];
  /** Sends a message, or a whole log that is no thread's. Never throws. */
  send(input: string | readonly MessageScript[], options?: SendOptions): Promise<Turn>;
  /** Goes on after an error, as the system's documentation has it. Never throws. */
  resume(): Promise<Turn>;
  /** Answers the question of a tool that waits; with the id of no question, where so asked. Never throws. */
  answer?(value: string, options?: { readonly isWrongId?: boolean }): Promise<Turn>;
  /** Puts messages into the thread past the swarm. */
  plant(messages: readonly MessageScript[]): Promise<void>;
  /** From now on the store's writes fail, or do no longer. */
  breakStore(isBroken: () => boolean): void;
  /** What the store holds, as text. */
  stored(): Promise<string>;
}

/** One library. */
export interface System {
  /** Builds a swarm, on a store of an earlier one where given. Throws where the library refuses the definition. */
  start(swarm: SwarmScript, options?: { readonly store?: unknown }): Promise<Conversation>;
}

/** A tool that asks the user first; only for systems whose conversations have `answer`. */
export const ASK = "ask_user";

/** The first line of an error, with its code where it has one. */
export function errorLine(error: unknown): string {
  const { code, lc_error_code: other } = (error ?? {}) as { code?: unknown; lc_error_code?: unknown };
  const [line = ""] = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split("\n");
  const known = code ?? other;
  return typeof known === "string" && !line.includes(known) ? `${known}: ${line}` : line;
}

/** Why a fault was not survived: a check's own sentence, or the first line of an error. */
export function reasonOf(error: unknown): string {
  const isCheck = error instanceof Error && error.name === "AssertionError";
  return isCheck ? (error.message.split("\n")[0] ?? "") : errorLine(error);
}
