import { HumanMessage } from "@langchain/core/messages";
import type { BaseMessage, UsageMetadata } from "@langchain/core/messages";
import { Command, MemorySaver } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { isRunSignal } from "../observe/run-signal.ts";
import type { RunSignal } from "../observe/run-signal.ts";
import type { AgentNames, Agents, HandoffRecord, OnBusy, Outcome, OutputOf, ToolRequest } from "../types.ts";
import type { ApprovalRequest } from "./approval-node.ts";
import type { HumanRequest } from "./human.ts";

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
  /** Ends the run where it stands; the session stays usable. */
  readonly signal?: AbortSignal | undefined;
  /** Instead of the session's `context`. */
  readonly context?: unknown;
  /** LangChain's callbacks, for this run. */
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
  /** How the turn ended; of a run that waits, what there is so far, as one without an answer: `"empty"`. */
  readonly outcome: Outcome;
  /** What the run waits for; absent where the turn has ended. Go on with `session.resume(answer)`. */
  readonly waitsFor?: readonly SessionWait[];
}

/** One thing that a run waits for. */
export interface SessionWait {
  /** The key of its answer where the run waits for several. */
  readonly id?: string;
  /**
   * Who asks for what, by its `type`: a person to speak, answered with a `HumanReply`; tools to be let or run, with
   * `ToolReplies`; a handoff to be let, with an `ApprovalDecision`. Absent where an agent that is a graph asks for something
   * of its own.
   */
  readonly request?: HumanRequest | ToolRequest | ApprovalRequest;
  /** The interrupt's value as it is. */
  readonly value: unknown;
}

interface Values {
  readonly __interrupt__?: readonly { readonly id?: string; readonly value?: unknown }[];
  readonly messages: BaseMessage[];
  readonly handoffs: HandoffRecord[];
  readonly activeAgent: string;
  readonly outcome: Outcome | null;
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
  /** The thread's id, as `configurable.thread_id`. */
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

  /**
   * Says something to the swarm and waits for the answer, or until the run waits for somebody: see `waitsFor`. Rejects with a
   * `SwarmError`; the session stays usable.
   */
  async run(text: string, options: RunOptions = {}): Promise<SessionResult<A>> {
    const message = userMessage(text);
    return toResult(await this.#invoke({ messages: [message] }, options), message.id);
  }

  /** The same as {@link run}, as the events of the turn; the last value that the generator returns is the result. */
  async *stream(text: string, options: RunOptions = {}): AsyncGenerator<RunSignal, SessionResult<A>> {
    const message = userMessage(text);
    const config = { ...this.#config(options), streamMode: ["custom", "values"] };
    let values: Partial<Values> = {};
    for await (const chunk of await this.#graph.stream({ messages: [message] }, config)) {
      const [mode, data] = chunk as [string, unknown];
      // A stop comes as a state of its own, without channels.
      if (mode === "values") values = isStop(data) ? { ...values, ...data } : (data as Values);
      else if (isRunSignal(data)) yield data;
    }
    return toResult(values as Values, message.id);
  }

  /**
   * Answers what the run waits for, and goes on with the turn. Where it waits for several, the answers are an object by their
   * ids. An answer that does not fit is asked for again.
   *
   * @throws SwarmError `INTERRUPT_MISMATCH` where it waits for nothing.
   */
  async resume(answer: unknown, options: RunOptions = {}): Promise<SessionResult<A>> {
    const values = await this.#invoke(new Command({ resume: answer }), options);
    return toResult(values, values.messages.findLast(({ type }) => type === "human")?.id);
  }

  async #invoke(input: unknown, options: RunOptions): Promise<Values> {
    return (await this.#graph.invoke(input, this.#config(options))) as Values;
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

function isStop(values: unknown): values is Required<Pick<Values, "__interrupt__">> {
  return typeof values === "object" && values !== null && "__interrupt__" in values;
}

function toResult<A extends Agents>(values: Values, turnId: string | undefined): SessionResult<A> {
  const { activeAgent: lastAgent, messages } = values;
  const turn = messages.slice(messages.findIndex(({ id }) => id === turnId));
  const ids = new Set(turn.map(({ id }) => id));
  const handoffs = values.handoffs.filter(({ messageId }) => ids.has(messageId));
  const waitsFor = values.__interrupt__?.map(waitOf) ?? [];
  const path = handoffs.flatMap(({ from, to, status }) => (status === "done" ? [from, to] : []));
  const soFar: Outcome = { kind: "empty", agent: lastAgent, path: pathOf(path, lastAgent) };
  const outcome = values.outcome ?? soFar;
  return {
    // A turn that was ended without an answer leaves the user's words, or a tool's, at the end.
    output: values.structuredResponse ?? (outcome.messageId === undefined ? "" : turn.at(-1)?.text),
    lastAgent,
    handoffs,
    messages,
    usage: sumUsage(turn),
    outcome,
    ...(waitsFor.length > 0 && { waitsFor }),
  } as unknown as SessionResult<A>;
}

/** The agents of a turn's handoffs, without those that stand there twice: as target, and as who hands on. */
function pathOf(names: readonly string[], lastAgent: string): string[] {
  const path = names.filter((name, index) => name !== names[index - 1]);
  return path.length === 0 ? [lastAgent] : path;
}

const REQUESTS: ReadonlySet<unknown> = new Set(["human.request", "tool.request", "handoff.approval"]);

function waitOf({ id, value }: NonNullable<Values["__interrupt__"]>[number]): SessionWait {
  const isOurs = typeof value === "object" && value !== null && "type" in value && REQUESTS.has(value.type);
  return {
    ...(id !== undefined && { id }),
    ...(isOurs && { request: value as NonNullable<SessionWait["request"]> }),
    value,
  };
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
