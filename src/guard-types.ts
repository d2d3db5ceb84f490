import type { BaseMessage } from "@langchain/core/messages";
import type { Awaitable, HistoryPolicy, RunContext } from "./types.ts";

/** What a guardrail looks at: the user's turn, an agent's final answer, or a tool call. */
export type GuardrailStage = "input" | "output" | "toolCall";

/** {@link RunContext} of a guardrail's check. */
export interface GuardrailContext extends RunContext {
  readonly stage: GuardrailStage;
  /** What is looked at, as text: the user's words, the answer as the log would hold it, the call's arguments as JSON. */
  readonly text: string;
}

/** What a check gives that lets nothing pass. */
export interface Tripwire {
  /** Why, in a sentence. It stands in the outcome; a model may read it. */
  readonly tripwire: string;
  /** More for programs, as plain JSON. It stands in the outcome and in the event. */
  readonly details?: unknown;
}

/** Any library's Standard Schema: what does not fit it trips. What it parses to is not used. */
export interface StandardCheck {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    /** Gives `issues` where the value does not fit. */
    readonly validate: (
      value: unknown,
    ) => Awaitable<{ readonly issues?: readonly { readonly message: string }[] | undefined }>;
  };
}

/**
 * A check: `true` lets the value pass, a {@link Tripwire} does not. One that throws, gives anything else or takes longer
 * than `limits.toolTimeoutMs` is a `GUARDRAIL_FAILED`, and nothing goes on. It may run more than once after a crash.
 */
export type GuardrailCheck<Value> =
  | {
      /** Says whether the value may pass. */
      check(value: Value, context: GuardrailContext): Awaitable<true | Tripwire>;
    }["check"]
  | StandardCheck;

/** A tool call as a guardrail sees it. */
export interface GuardedCall {
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/**
 * Looks at the text of the user's newest turn: all that was said since the last answer, once in each turn. Its
 * `context.state.messages` has the rest: images, and the history that the caller may have sent along.
 */
export interface InputGuardrail {
  /** What it is called in outcomes, events and errors. */
  readonly name: string;
  readonly check: GuardrailCheck<string>;
  /**
   * Whether it runs beside the first model call, which is aborted where it trips; tokens may have been streamed by then.
   * Default: true. `false`: the model is called once it has let the turn pass.
   */
  readonly parallel?: boolean | undefined;
}

/** Looks at an agent's final answer: what its `responseFormat` parses to, else its text. */
export interface OutputGuardrail {
  /** What it is called in outcomes, events and errors. */
  readonly name: string;
  readonly check: GuardrailCheck<unknown>;
  /**
   * `"end"` (default): the turn ends without the answer. `"retry"`: the model is asked again with the reason, as a mistake
   * of its own within `limits.maxModelErrors`; only then the turn ends. Agents without a model are not asked again.
   */
  readonly onTrip?: "end" | "retry" | undefined;
}

/**
 * Looks at a tool call, before any tool of the message runs and before anybody is asked to approve it. Not at handoffs,
 * which have `when` and `onHandoff`, nor at tools that a provider runs itself.
 */
export interface ToolCallGuardrail {
  /** What it is called in outcomes, events and errors. */
  readonly name: string;
  readonly check: GuardrailCheck<GuardedCall>;
  /**
   * `"answer"` (default): the call does not run, and the model reads why. `"end"`: the turn ends, and no call of the
   * message runs.
   */
  readonly onTrip?: "answer" | "end" | undefined;
}

/**
 * What may pass into, within and out of a swarm or an agent. A swarm's guardrails hold for each of its agents, and come
 * before the agent's own. A tripped one ends the turn with the outcome `{ kind: "guardrail", guardrail, stage, agent,
 * reason }`; the log keeps nothing of what was not let through but the user's own words, which no model is shown again.
 *
 * @example
 * ```ts
 * import { SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 * import { z } from "zod";
 *
 * const swarm = new SwarmAgent({
 *   entry: "clerk",
 *   guardrails: {
 *     input: [{ name: "short", check: z.string().max(20) }],
 *     output: [
 *       {
 *         name: "no promises",
 *         check: (answer) => !String(answer).includes("refund") || { tripwire: "it promises a refund" },
 *       },
 *     ],
 *   },
 *   agents: { clerk: { model: scriptedModel().say("You will get a refund.") } },
 * });
 * const { outcome } = await swarm.compile().invoke({ messages: [{ role: "user", content: "My money!" }] });
 * outcome.guardrail; // "no promises"
 * ```
 */
export interface Guardrails {
  readonly input?: readonly InputGuardrail[] | undefined;
  readonly output?: readonly OutputGuardrail[] | undefined;
  readonly toolCall?: readonly ToolCallGuardrail[] | undefined;
}

/** {@link RunContext} of a prompt that was too long for its model. */
export interface OverflowContext extends RunContext {
  /** The prompt that did not fit, without the system prompt. */
  readonly messages: readonly BaseMessage[];
  /** The prompt's tokens, where the provider says. */
  readonly tokens: number | undefined;
  /** The tokens that the model takes, where the provider says. */
  readonly maxTokens: number | undefined;
}

/**
 * Makes a prompt that was too long shorter: gives a policy that picks from its messages, or messages to send in their
 * place, or nothing where nothing can be done. Called once in an agent's turn; the log stays as it is.
 *
 * @example
 * ```ts
 * import { history } from "swarmgraph";
 * import type { OnContextOverflow } from "swarmgraph";
 *
 * const onContextOverflow: OnContextOverflow = () => history.lastTurns(2);
 * ```
 */
export type OnContextOverflow = (
  context: OverflowContext,
) => Awaitable<HistoryPolicy | readonly BaseMessage[] | undefined>;
