import type { HandoffRecord, Outcome } from "../types.ts";
import { readCalls } from "./matchers-log.ts";
import type { CallLog } from "./matchers-log.ts";

/** What a matcher was given, as far as it holds what a swarm gives back. */
export interface ReadResult {
  readonly messages: readonly object[];
  readonly log: CallLog;
  readonly handoffs: readonly HandoffRecord[] | undefined;
  readonly path: readonly string[] | undefined;
  /** Who has the conversation. */
  readonly agent: string | undefined;
}

/** The parts of a {@link ReadResult} that may be missing. */
export type ResultPart = "handoffs" | "path" | "agent";

/** A {@link ReadResult} with one part that is there for certain. */
export type ResultWith<Part extends ResultPart> = ReadResult & {
  readonly [Name in Part]: Exclude<ReadResult[Name], undefined>;
};

/** Who reads, and what it cannot do without. */
export interface ReadOptions<Part extends ResultPart> {
  readonly matcher: string;
  readonly needs?: readonly Part[];
  /** The prefix of handoff tools. Default `transfer_to_`. */
  readonly prefix?: string | undefined;
}

/**
 * Reads a swarm's or a session's result, or plain `{ messages }`.
 *
 * @throws TypeError that names what was passed, where it is none of these or lacks a part that the matcher needs.
 */
export function readResult<Part extends ResultPart = never>(
  received: unknown,
  { matcher, needs = [], prefix }: ReadOptions<Part>,
): ResultWith<Part> {
  const result = partsOf(received, prefix);
  const takes =
    needs.length === 0
      ? "a swarm's result, a session's result or { messages }"
      : "the result of a swarm or of a session, with its messages, handoffs, agent and outcome";
  if (result === undefined) throw new TypeError(`${matcher} takes ${takes}, and was given ${describe(received)}.`);
  for (const part of needs) {
    if (result[part] !== undefined) continue;
    throw new TypeError(
      result.handoffs !== undefined && part === "path"
        ? `${matcher} needs the outcome of the turn, and this result has none: the run was interrupted or broke off. Resume it first.`
        : `${matcher} takes ${takes}, and was given ${describe(received)}.`,
    );
  }
  return result as ResultWith<Part>;
}

function partsOf(received: unknown, prefix: string | undefined): ReadResult | undefined {
  if (typeof received !== "object" || received === null) return undefined;
  const { messages, handoffs, activeAgent, lastAgent, outcome } = received as Readonly<Record<string, unknown>>;
  if (!Array.isArray(messages) || !messages.every((message) => typeof message === "object" && message !== null)) {
    return undefined;
  }
  const ledger = Array.isArray(handoffs) ? (handoffs as readonly HandoffRecord[]) : undefined;
  const { path, agent } = (outcome ?? {}) as Partial<Outcome>;
  return {
    messages,
    log: readCalls(messages, { handoffs: ledger, prefix }),
    handoffs: ledger,
    path: Array.isArray(path) ? path : undefined,
    agent: [activeAgent, lastAgent, agent].find((name) => typeof name === "string"),
  };
}

function describe(received: unknown): string {
  if (received === null || received === undefined) return String(received);
  if (typeof received === "string") return `the string ${JSON.stringify(received.slice(0, 80))}`;
  if (typeof received !== "object") return `a ${typeof received}`;
  if ("then" in received) return "a promise: await it first";
  if (Array.isArray(received)) return "an array: pass { messages }";
  const keys = Object.keys(received);
  return keys.length === 0 ? "an object without keys" : `an object with the keys ${keys.join(", ")}`;
}
