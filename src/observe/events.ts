import type { HandoffCode, LimitKind, Outcome } from "../types.ts";
import type { GuardrailStage } from "../guard-types.ts";
import type { ToolFindings } from "./findings.ts";
import type { PlainMessage } from "./plain.ts";
import type { SaidCall, TokenCount } from "./run-signal.ts";

/** What every event says beside its own. */
export interface EventEnvelope {
  /** Counted from 0, without gaps. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly ts: number;
  readonly runId: string;
  readonly threadId?: string;
  /** The agent that it is about. */
  readonly agent?: string;
  /** Model calls of agents in this user turn so far, the one under way included. 0 before the first of this run. */
  readonly turn: number;
}

/** A handoff that was found valid, with the agents' real names. */
export interface HandoffHop {
  /** `<messageId>:<callId>`. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  /** The validated payload. */
  readonly input?: unknown;
  readonly reason?: string;
}

/** A piece of what a model thought, with the provider's signature where it signs. */
export interface SaidReasoning {
  readonly text: string;
  readonly signature?: string;
}

/** One thing that a stopped run waits for. */
export interface PendingInterrupt {
  readonly id?: string;
  readonly value: unknown;
}

/** The state at a run's end as plain JSON: the messages as {@link PlainMessage}, other channels as they serialise. */
export type PlainValues = { readonly messages?: readonly PlainMessage[] } & Readonly<Record<string, unknown>>;

/**
 * What can happen in a run. Each `x.started` is closed by exactly one `x.done` or `x.error` of the same id, also when the
 * run fails or is left: then with `reason: "ended"`.
 */
export type SwarmEventBody =
  | {
      readonly type: "run.started";
      readonly swarm: string;
      /** Whether it goes on with what was stopped. */
      readonly resumed: boolean;
      /** The text of the input's messages. */
      readonly input?: string;
    }
  | {
      readonly type: "run.done";
      readonly outcome: Outcome | null;
      /** Who has the conversation now. */
      readonly lastAgent: string | undefined;
      /** The parsed answer where the agent has a `responseFormat`, else its text. */
      readonly output: unknown;
      /** The handoffs that this run completed. */
      readonly handoffs: readonly HandoffHop[];
      /** Tokens of all model calls of this run, as far as the models say. */
      readonly tokens: TokenCount;
      readonly values: PlainValues;
    }
  | {
      readonly type: "run.error";
      /** A `SwarmErrorCode`, `ABORTED`, LangGraph's own code, or `RUN_FAILED`. */
      readonly code: string;
      readonly message: string;
      readonly retryable: boolean;
      readonly resumable: boolean;
    }
  | {
      readonly type: "run.interrupted";
      /** Empty where the run stopped before or after a node. */
      readonly interrupts: readonly PendingInterrupt[];
      readonly lastAgent: string | undefined;
      readonly tokens: TokenCount;
      readonly values: PlainValues;
    }
  | { readonly type: "agent.started" | "agent.done" }
  | { readonly type: "agent.error"; readonly reason: "ended" }
  | { readonly type: "message.started"; readonly id: string }
  | { readonly type: "message.delta"; readonly id: string; readonly text: string }
  | {
      readonly type: "message.done";
      readonly id: string;
      /** The message's id in the log. */
      readonly messageId: string;
      readonly text: string;
      readonly calls: readonly SaidCall[];
      /** What the model thought before it. Only told where tokens are. */
      readonly reasoning?: readonly SaidReasoning[];
    }
  | {
      readonly type: "message.error";
      readonly id: string;
      /** `"replaced"`: what came of it is not in the log, since the model was asked again. `"ended"`: the run ended. */
      readonly reason: "replaced" | "ended";
    }
  | { readonly type: "reasoning.delta"; readonly id: string; readonly text: string }
  | {
      readonly type: "tool.delta";
      /** The `id` of the message that holds the call. */
      readonly id: string;
      readonly callId: string;
      readonly tool: string;
      /** The next piece of the arguments' text. */
      readonly args: string;
    }
  | { readonly type: "tool.started"; readonly tool: string; readonly callId: string; readonly args: unknown }
  | { readonly type: "tool.progress"; readonly tool: string; readonly callId: string; readonly data: unknown }
  | { readonly type: "tool.done"; readonly tool: string; readonly callId: string; readonly result: string }
  | {
      readonly type: "tool.error";
      readonly tool: string;
      readonly callId: string;
      readonly result: string;
      readonly reason?: "ended";
    }
  | {
      /** A call that ran nowhere here: a mistake of the model's, a denial, or the caller's own result. */
      readonly type: "tool.answered";
      readonly tool: string;
      readonly callId: string;
      readonly result: string;
      readonly isError: boolean;
      /** The call's arguments, where the state that the run goes on from holds them. */
      readonly args?: unknown;
    }
  | (ToolFindings & {
      /** What a tool gave beside its text, once its result is in the log: see {@link toolFindings}. */
      readonly type: "tool.found";
      readonly tool: string;
      readonly callId: string;
    })
  | (HandoffHop & { readonly type: "handoff.started" | "handoff.done" })
  | (HandoffHop & {
      /** One that was found valid and waits for an approval, which is requested when the message's tools have run. */
      readonly type: "handoff.pending";
    })
  | {
      readonly type: "handoff.refused" | "handoff.dropped";
      readonly id: string;
      readonly from: string;
      readonly to: string;
      readonly callId: string;
      readonly code: HandoffCode;
      readonly reason?: string;
    }
  | {
      /** The run ended between the decision and the target; the thread goes on there. */
      readonly type: "handoff.error";
      readonly id: string;
      readonly from: string;
      readonly to: string;
      readonly callId: string;
      readonly reason: "ended";
    }
  | { readonly type: "handoff.returned"; readonly id: string; readonly from: string; readonly to: string }
  | {
      readonly type: "approval.requested";
      readonly approval: "handoff" | "tool";
      /** The handoff's id, or the id of the tool call. */
      readonly id: string;
      readonly callId: string;
      /** The tool, or the handoff's target. */
      readonly name: string;
      readonly input?: unknown;
      readonly reason?: string;
      /** `"result"`: the caller is to run the tool. */
      readonly needs: "approval" | "result";
    }
  | {
      /** A person has the conversation, and the run waits for what they say. */
      readonly type: "human.requested";
      /** The interrupt's id: the key of the answer in `Command({ resume })`. */
      readonly id: string;
      /** What the person is called. */
      readonly name: string;
      /** The agents that the person can hand off to. */
      readonly canHandoffTo: readonly string[];
      /** The handoff that led to the person, where one did. */
      readonly handoff?: { readonly from: string; readonly reason?: string; readonly input?: unknown };
      /** Why the last answer could not be taken. */
      readonly problem?: string;
    }
  | {
      readonly type: "approval.settled";
      readonly approval: "handoff" | "tool";
      readonly id: string;
      readonly decision: "granted" | "denied" | "redirected";
      readonly reason?: string;
    }
  | { readonly type: "limit.reached"; readonly limit: LimitKind; readonly path: readonly string[] }
  | {
      readonly type: "guardrail.tripped";
      readonly guardrail: string;
      readonly stage: GuardrailStage;
      readonly reason: string;
      readonly details?: unknown;
      /** What comes of it: the turn ends, the model is asked again, or the model reads why its call did not run. */
      readonly action: "end" | "retry" | "answer";
      /** The tool call, for the stage `"toolCall"`. */
      readonly callId?: string;
    }
  | { readonly type: "usage"; readonly model?: string; readonly tokens: TokenCount }
  | {
      readonly type: "state.checkpoint";
      readonly id: string;
      readonly parent?: string;
      /** LangGraph's number of the step; -1 is the input. */
      readonly step: number;
      /** The nodes that come next. */
      readonly next: readonly string[];
      /**
       * The channels, beside the messages, that are not as the run's last checkpoint told them, with their values; in a run's
       * first checkpoint all that have one. Absent where nothing changed.
       */
      readonly changes?: Readonly<Record<string, unknown>>;
    }
  | {
      /** Only with `modelCalls: true`. */
      readonly type: "model.started";
      readonly call: string;
      /** Stands for the prompt: equal prompts have equal hashes, whatever their calls' ids. */
      readonly hash: string;
      readonly prompt: readonly string[];
    }
  | {
      readonly type: "model.done";
      readonly call: string;
      readonly text: string;
      readonly calls: readonly SaidCall[];
    }
  | { readonly type: "model.error"; readonly call: string; readonly message: string };

/** One event of a run: plain JSON, numbered, with the time and the run that it is of. Made by {@link swarmEvents}. */
export type SwarmEvent = EventEnvelope & SwarmEventBody;

/** An event before it is numbered. */
export type EventDraft = SwarmEventBody & { readonly agent?: string | undefined };

/** What an event can be. */
export type SwarmEventType = SwarmEventBody["type"];

/** The events of one type. */
export type SwarmEventOf<T extends SwarmEventType> = SwarmEvent & { readonly type: T };

/** Whether a value has the form of a {@link SwarmEvent}: a type, and the envelope around it. */
export function isSwarmEvent(value: unknown): value is SwarmEvent {
  if (typeof value !== "object" || value === null) return false;
  const { type, seq, ts, runId, turn } = value as Record<string, unknown>;
  return (
    typeof type === "string" &&
    /^[a-z]+(?:\.[a-z]+)?$/.test(type) &&
    Number.isInteger(seq) &&
    typeof ts === "number" &&
    typeof runId === "string" &&
    typeof turn === "number"
  );
}
