import type { GuardrailStage } from "../guard-types.ts";
import type { HandoffCode, LimitKind } from "../types.ts";
import type { UpdateDraft } from "./read-updates.ts";

/** Tokens of one model call, as far as the model says. */
export interface TokenCount {
  readonly input: number;
  readonly output: number;
  readonly total: number;
}

/** One tool call of a message: its parsed arguments, or their text where they are no JSON object. */
export type SaidCall =
  | { readonly id: string; readonly name: string; readonly args: Readonly<Record<string, unknown>> }
  | { readonly id: string; readonly name: string; readonly rawArgs: string };

/** A handoff that was found valid. */
interface Hop {
  /** `<messageId>:<callId>`, the same in every signal of one handoff. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  /** The validated payload. */
  readonly input?: unknown;
  readonly reason?: string | undefined;
}

/**
 * What the nodes of a run say in LangGraph's `custom` stream and in `Session.stream`. The raw form: `swarmEvents` makes the
 * balanced and numbered events of it.
 */
export type RunSignal =
  | { readonly type: "agent.started"; readonly agent: string; readonly turn: number }
  | (Hop & { readonly type: "handoff.started" })
  | (Hop & { readonly type: "handoff.done" })
  | {
      readonly type: "handoff.refused" | "handoff.dropped";
      readonly id: string;
      readonly from: string;
      readonly to: string;
      readonly callId: string;
      readonly code: HandoffCode;
      readonly reason?: string | undefined;
    }
  | { readonly type: "handoff.returned"; readonly id: string; readonly from: string; readonly to: string }
  | {
      readonly type: "tool.started";
      readonly agent: string;
      readonly tool: string;
      readonly callId: string;
      readonly args: unknown;
    }
  | {
      readonly type: "tool.done" | "tool.error";
      readonly agent: string;
      readonly tool: string;
      readonly callId: string;
      readonly result: string;
    }
  | {
      readonly type: "tool.progress";
      readonly agent: string;
      readonly tool: string;
      readonly callId: string;
      readonly data: unknown;
    }
  | {
      readonly type: "message.done";
      readonly agent: string;
      /** The message's id in the log. */
      readonly id: string;
      readonly text: string;
      /** The id that its tokens came with, where the log gave it another one. */
      readonly streamedId?: string | undefined;
      readonly calls?: readonly SaidCall[] | undefined;
    }
  | {
      readonly type: "limit.reached";
      readonly agent: string;
      readonly limit: LimitKind;
      readonly path: readonly string[];
    }
  | {
      readonly type: "guardrail.tripped";
      readonly agent: string;
      readonly guardrail: string;
      readonly stage: GuardrailStage;
      readonly reason: string;
      readonly details?: unknown;
      /** What comes of it: the turn ends, the model is asked again, or the model reads why its call did not run. */
      readonly action: "end" | "retry" | "answer";
      /** The tool call, for the stage `"toolCall"`. */
      readonly callId?: string | undefined;
    }
  | {
      readonly type: "approval.settled";
      readonly approval: "handoff" | "tool";
      /** The handoff's id, or the id of the tool call. */
      readonly id: string;
      readonly agent: string;
      readonly decision: "granted" | "denied" | "redirected";
      readonly reason?: string | undefined;
    }
  | {
      readonly type: "model.started";
      readonly agent: string;
      readonly call: string;
      readonly hash: string;
      readonly prompt: readonly string[];
    }
  | {
      readonly type: "model.done";
      readonly agent: string;
      readonly call: string;
      readonly text: string;
      readonly calls: readonly SaidCall[];
    }
  | { readonly type: "model.error"; readonly agent: string; readonly call: string; readonly message: string }
  | {
      readonly type: "usage";
      readonly agent: string;
      readonly model?: string | undefined;
      readonly tokens: TokenCount;
    };

/** What signals are called, and what is said of updates. */
const NAMES = {
  "agent.started": true,
  "approval.settled": true,
  "guardrail.tripped": true,
  "handoff.done": true,
  "handoff.dropped": true,
  "handoff.pending": true,
  "handoff.refused": true,
  "handoff.returned": true,
  "handoff.started": true,
  "limit.reached": true,
  "message.done": true,
  "model.done": true,
  "model.error": true,
  "model.started": true,
  "tool.done": true,
  "tool.error": true,
  "tool.found": true,
  "tool.progress": true,
  "tool.started": true,
  usage: true,
} satisfies Readonly<Record<(RunSignal | UpdateDraft)["type"], true>>;

const TYPES: ReadonlySet<unknown> = new Set(Object.keys(NAMES));

/**
 * Whether a chunk of a `custom` stream is one of ours: LangGraph's stream also carries what tools write there.
 *
 * @example
 * ```ts
 * import { isRunSignal } from "swarmgraph";
 *
 * isRunSignal({ progress: 0.5 }); // false
 * ```
 */
export function isRunSignal(chunk: unknown): chunk is RunSignal {
  return typeof chunk === "object" && chunk !== null && "type" in chunk && TYPES.has(chunk.type);
}

/** What a caller asks the nodes to say beside the usual, and how. */
export interface Watch {
  /** Say what comes at once as one {@link SignalBatch}, where each chunk is dear. */
  readonly inBatches: boolean;
  /** Say each model call with its whole prompt. */
  readonly models: boolean;
  /** Say what else the caller would have to read each node's update for. */
  readonly updates: boolean;
  /** Says when the run is left, where the engine was given no signal: its nodes are to fail then. */
  readonly left?: Left | undefined;
}

/** How nodes learn that nobody reads their run any more: as by a signal, which is made where somebody needs one. */
export interface Left {
  readonly aborted: boolean;
  readonly reason: unknown;
  readonly signal: AbortSignal;
  /** Calls back when the run is left, until it is released. */
  onAbort(callback: () => void): () => void;
}

/** Signals that came together: a chunk of LangGraph's stream costs more than what is said in it. */
export interface SignalBatch {
  readonly type: "signal.batch";
  readonly signals: readonly (RunSignal | UpdateDraft)[];
}

/** Whether a chunk of a `custom` stream is a batch. */
export function isBatch(chunk: unknown): chunk is SignalBatch {
  return typeof chunk === "object" && chunk !== null && "type" in chunk && chunk.type === "signal.batch";
}

/** The key of a run's `configurable` under which a {@link Watch} stands. */
export const WATCH_KEY = "__swarm_watch";

/** Somebody who waits for a chunk. */
export interface Waiting {
  /** Is given it from within the node that says it, or hears that there are no more. */
  readonly told: (answer: IteratorResult<unknown, void>) => void;
  /** Hears what the run failed with. */
  readonly failed: (error: unknown) => void;
}

/** The chunks of a run, which wait for whoever reads them. */
export interface ChunkQueue extends AsyncIterator<unknown, void> {
  /** The next chunk, if it is there already: that takes no promise. */
  taken(): unknown;
  /** Waits for the next chunk. Contract: none is there already, and nobody else waits. */
  wait(waiting: Waiting): void;
  return(): Promise<IteratorResult<unknown, void>>;
}

/**
 * The method by which a graph gives the chunks of a run without a stream around each of them, where that comes to the same;
 * `undefined` where they are LangGraph's stream's to give.
 */
export const TOLD_CHUNKS: unique symbol = Symbol("swarmgraph.told-chunks");
