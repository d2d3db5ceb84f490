import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import type { GuardrailStage, Guardrails, OnContextOverflow } from "./guard-types.ts";

/** A value or a promise of it. */
export type Awaitable<T> = T | Promise<T>;

/** A zod object (3.25+ or 4) whose parsed value is a `T`. Named by the part of it that both zod majors share. */
export interface PayloadSchema<T = unknown> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly types?: { readonly input: unknown; readonly output: T } | undefined;
  };
}

/** What a {@link PayloadSchema} parses to. */
export type PayloadOf<S> = S extends { readonly "~standard": { readonly types?: infer T } }
  ? NonNullable<T> extends { readonly output: infer O }
    ? O
    : unknown
  : unknown;

/** The part of a LangChain chat model that an agent uses; every `BaseChatModel` fits. */
export interface ChatModel {
  /** Answers a prompt. */
  invoke(input: BaseMessage[], options?: RunnableConfig): Promise<BaseMessage>;
  /** The model with tools that it may call. */
  bindTools?(
    tools: unknown[],
    options?: Record<string, unknown>,
  ): {
    /** Answers a prompt, or calls the tools. */
    invoke: ChatModel["invoke"];
  };
}

/** The part of a LangChain tool that an agent uses; every `StructuredTool` fits, of whatever schema. */
export interface ToolLike {
  readonly name: string;
  readonly description: string;
  invoke(input: never, config?: never): Promise<unknown>;
}

/** A LangChain tool, or a provider's own tool definition (`{ type: "web_search" }`), which goes to the model as it is. */
export type AgentTool = ToolLike | Readonly<Record<string, unknown>>;

/** Where a handoff stands: decided and not yet entered, entered, sent back to the model, or passed over for another. */
export type HandoffStatus = "pending" | "done" | "refused" | "dropped";

/** One line of the ledger: what became of one handoff call. */
export interface HandoffRecord {
  /** `<messageId>:<callId>`; also the idempotency key for `onHandoff`. */
  readonly id: string;
  readonly from: string;
  /** The target; for a refused handoff the name that the model asked for. */
  readonly to: string;
  readonly status: HandoffStatus;
  readonly callId: string;
  /** The assistant message that holds the call. */
  readonly messageId: string;
  /** The validated payload. */
  readonly input?: unknown;
  /** Why: the payload's `reason`, else what the agent said; for a refused one what the model is told. */
  readonly reason?: string | undefined;
  /** Why it was refused or dropped, e.g. `HANDOFF_NOT_ALLOWED`. */
  readonly code?: HandoffCode | undefined;
  /** Whether somebody has to approve it, or has. */
  readonly approval?: "required" | "granted" | undefined;
  /** For a `returns` edge: the target's final message, once it has answered. */
  readonly returned?: string | undefined;
  /** ISO 8601. */
  readonly at: string;
}

/** Why a handoff was refused or dropped. */
export type HandoffCode =
  | "HANDOFF_UNKNOWN_TARGET"
  | "HANDOFF_NOT_ALLOWED"
  | "HANDOFF_TO_SELF"
  | "HANDOFF_UNAVAILABLE"
  | "HANDOFF_INPUT_INVALID"
  | "HANDOFF_REFUSED"
  | "HANDOFF_DENIED"
  | "HANDOFF_LIMIT"
  | "HANDOFF_ABANDONED"
  | "HANDOFF_SECOND";

/** Which budget ended a turn. */
export type LimitKind = "maxHandoffs" | "maxTurns" | "repeatedEdge" | "maxTokens" | "maxCost";

/**
 * How a turn ended: an answer, nothing at all, under a budget, or by a guardrail. A guardrail and a budget of tokens or
 * costs end a turn without an answer; the thread takes the next message as ever.
 */
export interface Outcome {
  readonly kind: "answered" | "empty" | "limit" | "guardrail";
  /** The budget, for `"limit"`. */
  readonly limit?: LimitKind | undefined;
  /** The name of the guardrail that tripped, for `"guardrail"`. */
  readonly guardrail?: string | undefined;
  /** What the guardrail was looking at. */
  readonly stage?: GuardrailStage | undefined;
  /** Why it tripped: its `tripwire`. */
  readonly reason?: string | undefined;
  /** What else it said: its `details`. */
  readonly details?: unknown;
  /** The agent that acted last. */
  readonly agent: string;
  /** The final message; absent where the turn was ended without one. */
  readonly messageId?: string | undefined;
  /** The agents of the turn in the order in which they acted. */
  readonly path: readonly string[];
}

/** A frame of the way back: who waits for whose answer. */
export interface CallerFrame {
  readonly agent: string;
  readonly handoffId: string;
}

/** The counters of one user turn. Private to the engine: neither input nor output. */
export interface TurnState {
  /** The id of the user message that began the turn. */
  readonly id: string | undefined;
  readonly modelCalls: number;
  readonly handoffs: number;
  readonly modelErrors: number;
  /** Handoffs since the last new information: so many of the ledger's last ones that were taken. */
  readonly streak: number;
  readonly path: readonly string[];
  readonly callers: readonly CallerFrame[];
  /** The budget that restricted the last model call. */
  readonly limit?: LimitKind | undefined;
  /** The agent that takes over at a limit. */
  readonly redirect?: string | undefined;
  /** Tokens of the turn's model calls, where a budget counts them. */
  readonly tokens?: number | undefined;
  /** What the turn's model calls cost, where a budget counts that. */
  readonly cost?: number | undefined;
  /** Agents whose guardrails have let the user's turn pass; `""` for the swarm's own. */
  readonly passed?: readonly string[] | undefined;
  /** Under a checkpointer, the version of the form in which the thread is stored. Absent: from before there were any. */
  readonly schema?: number | undefined;
  /** Under a checkpointer, the swarm that wrote it: its name, where it has one of its own, and its topology. */
  readonly swarm?: { readonly name?: string | undefined; readonly fingerprint: string } | undefined;
}

/** The state of a swarm, as nodes and functions of the user's see it; the user's own channels stand beside these. */
export interface SwarmValues {
  readonly messages: BaseMessage[];
  readonly activeAgent?: string | undefined;
  readonly handoffs: readonly HandoffRecord[];
  readonly outcome?: Outcome | null | undefined;
  readonly structuredResponse?: unknown;
  readonly turn?: TurnState | undefined;
}

/** What a function of the run sees: the state and the caller's `context`. */
export interface RunContext {
  /** The agent that is about to act. */
  readonly agent: string;
  /** The run's state, channels of your own included; read only. */
  readonly state: Readonly<SwarmValues & Record<string, unknown>>;
  /** `context` of the run: secrets and connections live here, never in messages or `configurable`. */
  readonly context: unknown;
  /** `configurable.thread_id`, where the run has one. */
  readonly threadId: string | undefined;
  /** The run's signal: ends what the function has begun. */
  readonly signal: AbortSignal | undefined;
}

/** {@link RunContext} of an agent's `prompt`: also how the conversation got here. */
export interface PromptContext<Input = unknown> extends RunContext {
  /** The handoff that made this agent active, if one did. */
  readonly handoff: { readonly from: string; readonly input: Input; readonly reason: string | undefined } | undefined;
}

/** A chat model, or a function of the run that gives one. */
export type ModelSource = ChatModel | ((context: RunContext) => Awaitable<ChatModel>);

/**
 * A system prompt, or a function of the run that gives one. Written as a method, whose parameter TypeScript compares both
 * ways: so a function may say which payload it expects, and one that does not say gets `unknown`.
 */
export type PromptSource =
  | string
  | {
      /** Gives the prompt of one model call. */
      prompt(context: PromptContext): Awaitable<string>;
    }["prompt"];

/** How a handoff call that was taken is shown to models: left out, or answered on the wire. */
export type View = "drop" | "answer";

/** The rules that a prompt obeys. */
export type ProfileName = "openai-chat" | "openai-responses" | "anthropic" | "mistral" | "gemini" | "bedrock";

/** What of the earlier conversation an agent sees. Made by `history.*`; pure. */
export interface HistoryPolicy {
  readonly name: string;
  /** Picks from what came before the agent was entered. Must not change the messages. */
  select(earlier: readonly BaseMessage[], context: HistoryContext): readonly BaseMessage[];
  /** Whether the brief is the user turn, because nothing else is left. */
  readonly briefAsUser?: boolean;
}

/** What a {@link HistoryPolicy} may look at. */
export interface HistoryContext {
  readonly agent: string;
  /** The handoff that made the agent active, if one did. */
  readonly handoff: HandoffRecord | undefined;
}

/** One edge of `canHandoffTo` in full. */
export interface HandoffEdge<To extends string = string, Input = unknown> {
  /** The target, by its name in the swarm. */
  readonly to: To;
  /** What the model reads for this edge. Default: the target's `description`. */
  readonly description?: string | undefined;
  /** The payload of this edge. Default: the target's `input`. Its value must fit the target's `input`. */
  readonly input?: PayloadSchema<Input> | undefined;
  /** A guard, evaluated before the model is called: where it is false the model does not even see the handoff. */
  readonly when?: ((context: RunContext) => Awaitable<boolean>) | undefined;
  /** What the target sees of the conversation so far. Default: the target's `history`. */
  readonly history?: HistoryPolicy | undefined;
  /** Whether the target's final answer comes back to this agent as the handoff's result. Default: false. */
  readonly returns?: boolean | undefined;
  /** Whether the run stops for an approval before the target is entered. Default: false. */
  readonly requiresApproval?: boolean | undefined;
}

/** An entry of `canHandoffTo`: a name, or the edge in full. */
export type HandoffEntry<To extends string = string, Input = unknown> = To | HandoffEdge<To, Input>;

/** Anything that takes messages and gives messages: a compiled graph, a LangChain agent, a Runnable, a function. */
export type AgentGraph =
  | {
      /** Takes `{ messages }`, gives messages. */
      invoke(input: never, config?: never): Promise<unknown>;
    }
  | ((messages: BaseMessage[], config: RunnableConfig) => Awaitable<AgentReply>);

/** What a function that is an agent may answer. */
export type AgentReply = string | BaseMessage | readonly BaseMessage[] | { readonly messages: readonly BaseMessage[] };

/** What a custom routing function decides on. */
export interface RouteContext {
  readonly agent: string;
  readonly message: AIMessage;
  readonly state: Readonly<SwarmValues & Record<string, unknown>>;
  /** What the generated routing would do: an agent, or `"__end__"`. */
  readonly next: string;
}

/** A call that waits for the caller. */
export interface PendingCall {
  readonly callId: string;
  readonly name: string;
  readonly args: Readonly<Record<string, unknown>>;
  /** `"result"`: the caller runs it. `"approval"`: it runs here once it is let. */
  readonly needs: "result" | "approval";
  /**
   * It was begun when its process died, and nobody knows what came of it (`toolEffects`): `{ approve: true }` runs it once
   * more, `{ result }` says what came of it, and `{ approve: false, reason }` gives it up.
   */
  readonly begun?: true;
}

/** What a run that waits for results or approvals of tools shows: the value of its interrupt. */
export interface ToolRequest {
  readonly type: "tool.request";
  readonly agent: string;
  readonly calls: readonly PendingCall[];
}

/**
 * The answers to a {@link ToolRequest} by call id, as `new Command({ resume })`. Calls without one are asked for again; an
 * answer that makes no sense denies the call.
 */
export type ToolReplies = Readonly<
  Record<
    string,
    | { readonly result: unknown; readonly isError?: boolean }
    | { readonly approve: true }
    | { readonly approve: false; readonly reason?: string }
  >
>;

/** A custom routing function: an agent that this one may hand off to, itself, or `"__end__"`. Synchronous and pure. */
export type RouteFunction = (context: RouteContext) => string;

/** How a model call is tried again. */
export interface RetryPolicy {
  /** Calls of one model, the first included. Default 3. */
  readonly maxAttempts?: number | undefined;
  /** The first pause in milliseconds, doubled each time, with jitter. Default 500. A `Retry-After` header goes first. */
  readonly initialDelayMs?: number | undefined;
  /** The longest pause in milliseconds. Default 30,000. */
  readonly maxDelayMs?: number | undefined;
  /** HTTP statuses that are tried again. Default 408, 409, 429, 500, 502, 503, 504, 529. */
  readonly statuses?: readonly number[] | undefined;
}

/** One agent, as data. Give it a `model` or a `graph`. */
export interface AgentSpec {
  /** What other agents' models read when they choose whom to hand off to. */
  readonly description?: string | undefined;
  /** Default: the swarm's `model`. */
  readonly model?: ModelSource | undefined;
  /** Models to try in this order when `model` has failed for good. */
  readonly fallbacks?: readonly ChatModel[] | undefined;
  /** Its system prompt. Default: none. */
  readonly prompt?: PromptSource | undefined;
  /**
   * LangChain tools, which run here; a provider's own tools, which only go to the model; and function definitions without
   * a body (`{ type: "function", function }`), for whose results the run waits: see {@link ToolRequest}.
   */
  readonly tools?: readonly AgentTool[] | undefined;
  /** Names of own tools that wait for an approval before they run, or all of them: see {@link ToolRequest}. */
  readonly confirm?: readonly string[] | "all" | undefined;
  /** Offer only tools that carry one of these `tags`. Default: all. */
  readonly toolTags?: readonly string[] | undefined;
  /** Absent: every other agent. `[]`: none, the agent is terminal. */
  readonly canHandoffTo?: readonly HandoffEntry[] | undefined;
  /** The payload that this agent takes: a zod object, the parameters of the handoff to it. */
  readonly input?: PayloadSchema | undefined;
  /** A zod schema for the agent's final, non-handoff answer. */
  readonly responseFormat?: PayloadSchema | undefined;
  /** What it sees of the conversation before it was entered. Default: the swarm's. */
  readonly history?: HistoryPolicy | undefined;
  /** How handoffs that were taken are shown to its model. Default: the swarm's. */
  readonly view?: View | undefined;
  /** The rules that its prompts obey. Default: the swarm's, else those of its model's provider. */
  readonly profile?: ProfileName | undefined;
  /** Instead of `model`: any Runnable, compiled graph, LangChain agent, or a function on messages. */
  readonly graph?: AgentGraph | undefined;
  /** Instead of the generated routing once all tool calls are answered. */
  readonly route?: RouteFunction | undefined;
  /** `false`: one attempt. */
  readonly retry?: RetryPolicy | false | undefined;
  /** Checks of what goes into this agent, out of it and to its tools, after the swarm's own. */
  readonly guardrails?: Guardrails | undefined;
  /** Makes a prompt shorter that its model does not take. Default: the swarm's, else `CONTEXT_OVERFLOW`. */
  readonly onContextOverflow?: OnContextOverflow | undefined;
}

/** A swarm's agents by name. */
export type Agents = Readonly<Record<string, AgentSpec>>;

/** The agents' names as a union of literals, or `string` for a swarm that is built at run time. */
export type AgentNames<A> = keyof A & string;

/** The agents that an agent may name: all but itself. */
export type OtherNames<A, Self> = string extends keyof A ? string : Exclude<keyof A & string, Self>;

/**
 * What the compiler checks of `agents`: each target is an agent and not the agent itself, and each payload fits its
 * receiver. Intersected with the inferred type, so that an error stands on the line that is wrong.
 */
export type Linked<A> = LinkedInto<A, A>;

/** {@link Linked} for agents that join others. */
export type LinkedInto<All, Part> = {
  readonly [Self in keyof Part]: {
    readonly canHandoffTo?: readonly (OtherNames<All, Self> | EdgesTo<All>[OtherNames<All, Self>])[] | undefined;
  };
};

/** For each agent the edge that leads to it: made once per target, not per pair, or the checker would slow down. */
type EdgesTo<All> = string extends keyof All
  ? Readonly<Record<string, HandoffEdge>>
  : { readonly [Name in keyof All & string]: HandoffEdge<Name, InputOf<All[Name]>> };

/** The payload that an agent takes. */
export type InputOf<S> = S extends { readonly input: infer I } ? PayloadOf<I> : unknown;

/** An agent's final answer: what its `responseFormat` parses to, else text. */
export type OutputOf<S> = S extends { readonly responseFormat: infer R } ? PayloadOf<R> : string;

/**
 * What a run does that finds its thread busy: be refused with `THREAD_BUSY`; wait for its turn; end the run that has the
 * thread and keep what it committed; or end it and take its checkpoints back. What a user said stays in every case.
 */
export type OnBusy = "reject" | "enqueue" | "interrupt" | "rollback";
