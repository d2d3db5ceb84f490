import type { BaseMessage } from "@langchain/core/messages";
import { CompiledStateGraph, isCommand } from "@langchain/langgraph";
import type { BaseCheckpointSaver, Command } from "@langchain/langgraph";
import type { SwarmDefinition } from "../define/definition.ts";
import { ENGINE_CHANNELS } from "../define/node-names.ts";
import { SwarmError } from "../errors.ts";
import type { AgentNames, Agents, HandoffRecord, Outcome, OutputOf } from "../types.ts";
import { threadIdOf, WITHOUT_TASKS } from "../run/runtime.ts";
import { withIds } from "./state.ts";
import type { MessagesUpdate } from "./state.ts";
import { claimThread } from "./thread-lock.ts";

/** What a swarm is invoked with: messages, and the channels of the user's own. */
export interface SwarmInput {
  readonly messages?: MessagesUpdate;
  readonly [channel: string]: unknown;
}

/** What a swarm gives back: its state, typed by the agent that has the conversation. */
export type SwarmResult<A extends Agents = Agents> = string extends keyof A
  ? ResultOf<string, unknown>
  : { [Name in AgentNames<A>]: ResultOf<Name, OutputOf<A[Name]>> }[AgentNames<A>];

interface ResultOf<Name extends string, Answer> {
  readonly messages: BaseMessage[];
  readonly activeAgent: Name;
  readonly handoffs: HandoffRecord[];
  readonly outcome: Outcome;
  /** The parsed answer, where the agent has a `responseFormat`. */
  readonly structuredResponse?: [Answer] extends [string] ? undefined : Answer | null;
  readonly [channel: string]: unknown;
}

type Values = { messages: BaseMessage[] } & Record<string, unknown>;
type Updates = { messages?: MessagesUpdate } & Record<string, unknown>;
type Options = Parameters<CompiledStateGraph<Values, Updates, string>["invoke"]>[1];

const FORBIDDEN: ReadonlySet<string> = new Set(ENGINE_CHANNELS.filter((channel) => channel !== "messages"));

/** A checkpointer that a run brings along, instead of the graph's. */
const CHECKPOINTER_KEY = "__pregel_checkpointer";

/**
 * A compiled swarm: LangGraph's own compiled graph, with the input checked at the door and one writer per thread.
 */
export class SwarmGraph<A extends Agents = Agents> extends CompiledStateGraph<Values, Updates, string> {
  /** What it was compiled from. */
  readonly definition: SwarmDefinition;
  /** Never set: carries the agents' types. */
  declare readonly agents?: A;

  constructor(
    fields: ConstructorParameters<typeof CompiledStateGraph<Values, Updates, string>>[0] & {
      definition: SwarmDefinition;
    },
  ) {
    super(fields);
    this.definition = fields.definition;
  }

  /**
   * Runs a turn.
   *
   * @throws SwarmError, see its codes; what LangGraph throws on abort and on an interrupt outside a thread.
   */
  override async invoke(input: SwarmInput | Command | null, options?: Options): Promise<SwarmResult<A>> {
    return (await super.invoke(input as never, options)) as unknown as SwarmResult<A>;
  }

  /** Streams a turn. Leaving the loop early aborts the run, and frees its thread once it has wound up. */
  override stream: CompiledStateGraph<Values, Updates, string>["stream"] = async (input, options) => {
    const left = new AbortController();
    const signal = options?.signal === undefined ? left.signal : AbortSignal.any([options.signal, left.signal]);
    const stream = await super.stream(input, { ...options, signal } as typeof options);
    for (const method of ["return", "cancel"] as const) {
      const original = stream[method].bind(stream) as (value?: unknown) => Promise<never>;
      stream[method] = (value?: unknown) => {
        left.abort(new DOMException("the stream was left", "AbortError"));
        return original(value);
      };
    }
    return stream;
  };

  /** The same graph with another checkpointer. */
  withCheckpointer(checkpointer: BaseCheckpointSaver): SwarmGraph<A> {
    return new SwarmGraph<A>({ ...this, checkpointer } as never);
  }

  override async *_streamIterator(input: SwarmInput | Command | null, options?: Options): AsyncGenerator<never> {
    const configurable = { ...this.config?.configurable, ...options?.configurable } as Record<string, unknown>;
    const release = await claim(configurable[CHECKPOINTER_KEY] ?? this.checkpointer, configurable, options);
    try {
      const own = stopsAfterNodes(options?.interruptAfter ?? this.interruptAfter)
        ? { ...options, configurable: { ...options?.configurable, [WITHOUT_TASKS]: true } }
        : options;
      yield* super._streamIterator(checked(input) as never, own) as AsyncGenerator<never>;
    } finally {
      release();
    }
  }
}

/** Whether a run stops after nodes: LangGraph then takes no tasks within them, and would stop a second time for each. */
function stopsAfterNodes(names: unknown): boolean {
  return names === "*" || (Array.isArray(names) && names.length > 0);
}

async function claim(
  checkpointer: unknown,
  configurable: Record<string, unknown>,
  options: Options,
): Promise<() => void> {
  const threadId = threadIdOf({ configurable });
  // Inside another graph the outer run has the thread.
  const isNested = typeof configurable["checkpoint_ns"] === "string" && configurable["checkpoint_ns"] !== "";
  if (threadId === undefined || isNested || typeof checkpointer !== "object" || checkpointer === null) return () => {};
  options?.signal?.throwIfAborted();
  return claimThread({ checkpointer, threadId, signal: options?.signal });
}

/** Callers write messages and their own channels; who is active and what was handed over is not theirs to say. */
function checked(input: SwarmInput | Command | null): unknown {
  if (typeof input !== "object" || input === null || isCommand(input)) return input;
  const forbidden = Object.keys(input).filter((key) => FORBIDDEN.has(key));
  if (forbidden.length > 0) {
    throw new SwarmError(
      "INPUT_FORBIDDEN_CHANNEL",
      `the input may not write ${forbidden.map((key) => `"${key}"`).join(", ")}: the swarm keeps these itself. Leave them out; to move a thread by hand use graph.updateState(...).`,
    );
  }
  return input.messages === undefined ? input : { ...input, messages: withIds(input.messages) };
}
