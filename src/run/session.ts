import { HumanMessage } from "@langchain/core/messages";
import type { BaseMessage, UsageMetadata } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { isRunSignal } from "../observe/run-signal.ts";
import type { RunSignal } from "../observe/run-signal.ts";
import type { AgentNames, Agents, HandoffRecord, OnBusy, Outcome, OutputOf } from "../types.ts";

/** The part of a compiled swarm that a session uses. */
export interface SessionGraph<A extends Agents = Agents> {
  /** Never set: carries the agents' types. */
  readonly agents?: A;
  checkpointer?: BaseCheckpointSaver | boolean | undefined;
  invoke(input: unknown, config: unknown): Promise<unknown>;
  stream(input: unknown, config: unknown): Promise<AsyncIterable<unknown>>;
  /** The same graph with another checkpointer. */
  withCheckpointer(checkpointer: BaseCheckpointSaver): SessionGraph<A>;
}

/** Options of a {@link Session}. */
export interface SessionOptions {
  /** Default: a random one. */
  readonly threadId?: string | undefined;
  /** Passed to every run. */
  readonly context?: unknown;
}

/** Options of one run of a session. */
export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  readonly context?: unknown;
  readonly callbacks?: unknown;
  /** What to do while another run of the session goes on. Default: what `compile()` was given, else a `THREAD_BUSY`. */
  readonly onBusy?: OnBusy | undefined;
}

/** What a turn of a session came to, typed by the agent that gave the answer. */
export type SessionResult<A extends Agents = Agents> = string extends keyof A
  ? SessionResultOf<string, unknown>
  : { [Name in AgentNames<A>]: SessionResultOf<Name, OutputOf<A[Name]>> }[AgentNames<A>];

interface SessionResultOf<Name extends string, Output> {
  /** The parsed answer where the agent has a `responseFormat`, else its text; `""` where the turn ended without one. */
  readonly output: Output;
  readonly lastAgent: Name;
  /** The handoffs of this turn. */
  readonly handoffs: readonly HandoffRecord[];
  /** The whole conversation. */
  readonly messages: readonly BaseMessage[];
  /** Tokens of this turn, as far as the models say. */
  readonly usage: UsageMetadata;
  readonly outcome: Outcome;
}

interface Values {
  readonly messages: BaseMessage[];
  readonly handoffs: HandoffRecord[];
  readonly activeAgent: string;
  readonly outcome: Outcome;
  readonly structuredResponse?: unknown;
}

/**
 * One conversation with a swarm: remembers messages and the active agent over turns. Uses the graph's checkpointer where
 * it has one, else memory of its own.
 *
 * @example
 * ```ts
 * import { Session, SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({
 *   entry: "assistant",
 *   agents: { assistant: { model: scriptedModel().say("Hello!") } },
 * });
 * const session = new Session(swarm.compile());
 * const { output, lastAgent } = await session.run("Hi");
 * ```
 */
export class Session<A extends Agents = Agents> {
  readonly threadId: string;
  readonly #graph: SessionGraph<A>;
  readonly #saver: BaseCheckpointSaver;
  readonly #context: unknown;

  constructor(graph: SessionGraph<A>, options: SessionOptions = {}) {
    const own = graph.checkpointer;
    this.#saver = typeof own === "object" ? own : new MemorySaver();
    this.#graph = typeof own === "object" ? graph : graph.withCheckpointer(this.#saver);
    this.threadId = options.threadId ?? globalThis.crypto.randomUUID();
    this.#context = options.context;
  }

  /** Says something to the swarm and waits for the answer. Rejects with a `SwarmError`; the session stays usable. */
  async run(text: string, options: RunOptions = {}): Promise<SessionResult<A>> {
    const message = userMessage(text);
    const values = await this.#graph.invoke({ messages: [message] }, this.#config(options));
    return toResult(values as Values, message.id);
  }

  /** The same as {@link run}, as the events of the turn; the last value that the generator returns is the result. */
  async *stream(text: string, options: RunOptions = {}): AsyncGenerator<RunSignal, SessionResult<A>> {
    const message = userMessage(text);
    const config = { ...this.#config(options), streamMode: ["custom", "values"] };
    let values: unknown;
    for await (const chunk of await this.#graph.stream({ messages: [message] }, config)) {
      const [mode, data] = chunk as [string, unknown];
      if (mode === "values") values = data;
      else if (isRunSignal(data)) yield data;
    }
    return toResult(values as Values, message.id);
  }

  /** Forgets the conversation: the next turn begins with the entry agent. */
  async clear(): Promise<void> {
    await this.#saver.deleteThread(this.threadId);
  }

  #config({ signal, context, callbacks, onBusy }: RunOptions): Record<string, unknown> {
    return {
      configurable: { thread_id: this.threadId },
      context: context ?? this.#context,
      ...(signal && { signal }),
      ...(callbacks !== undefined && { callbacks }),
      ...(onBusy !== undefined && { onBusy }),
    };
  }
}

function userMessage(text: string): HumanMessage & { id: string } {
  return new HumanMessage({ content: text, id: globalThis.crypto.randomUUID() }) as HumanMessage & { id: string };
}

function toResult<A extends Agents>(values: Values, turnId: string): SessionResult<A> {
  const start = values.messages.findIndex(({ id }) => id === turnId);
  const turn = values.messages.slice(start);
  const ids = new Set(turn.map(({ id }) => id));
  return {
    // A turn that was ended without an answer leaves the user's words, or a tool's, at the end.
    output: values.structuredResponse ?? (values.outcome?.messageId === undefined ? "" : turn.at(-1)?.text),
    lastAgent: values.activeAgent,
    handoffs: values.handoffs.filter(({ messageId }) => ids.has(messageId)),
    messages: values.messages,
    usage: sumUsage(turn),
    outcome: values.outcome,
  } as unknown as SessionResult<A>;
}

function sumUsage(messages: readonly BaseMessage[]): UsageMetadata {
  const sum = { input_tokens: 0, output_tokens: 0, total_tokens: 0 };
  for (const message of messages) {
    const usage = (message as { usage_metadata?: UsageMetadata }).usage_metadata;
    if (usage === undefined) continue;
    sum.input_tokens += usage.input_tokens;
    sum.output_tokens += usage.output_tokens;
    sum.total_tokens += usage.total_tokens;
  }
  return sum;
}
