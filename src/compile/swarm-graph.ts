import { RemoveMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { CompiledStateGraph, isCommand } from "@langchain/langgraph";
import type { BaseCheckpointSaver, Command, StreamMode } from "@langchain/langgraph";
import type { SwarmDefinition } from "../define/definition.ts";
import { swarmFingerprint } from "../define/fingerprint.ts";
import { ENGINE_CHANNELS } from "../define/node-names.ts";
import { SwarmError } from "../errors.ts";
import { TOLD_CHUNKS } from "../observe/run-signal.ts";
import type { AgentNames, Agents, HandoffRecord, OnBusy, Outcome, OutputOf } from "../types.ts";
import { onAbort } from "../run/abort.ts";
import { LAST_STATE, threadIdOf, WITHOUT_TASKS } from "../run/runtime.ts";
import type { ThreadRun } from "./busy-run.ts";
import { Delegated } from "./delegated.ts";
import { walkDirect } from "./direct.ts";
import type { directChunks, DirectStreamOptions } from "./direct-stream.ts";
import { checkedChannels } from "./compatible.ts";
import { LEASE_MS } from "./lease.ts";
import type { LastState, runQuietly } from "./quiet-run.ts";
import { canStream, canWalk, isQuiet } from "./speed.ts";
import type { Speed } from "./speed.ts";
import { newWithIds, withIds } from "./state.ts";
import type { MessagesUpdate } from "./state.ts";
import type { ThreadLock } from "./thread-lock.ts";
import type { ToldChunks } from "./told-chunks.ts";
import type * as ToldRuns from "./told-run.ts";
import type { ToldOptions } from "./told-run.ts";
import { tellingFailedWrites } from "./told-writes.ts";

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
type Base = CompiledStateGraph<Values, Updates, string>;
type BaseOptions = Parameters<Base["invoke"]>[1];

/** What a run takes beside LangGraph's own options. */
export interface RunPolicy {
  /** What to do where the thread is busy. Default: what `compile()` was given. */
  readonly onBusy?: OnBusy | undefined;
}

type Options = (BaseOptions & RunPolicy) | undefined;

/** Only for its type, with type arguments. */
declare const baseStream: Base["stream"];

/** LangGraph's `stream`, with the options of a swarm's run. */
type StreamMethod = <
  Mode extends StreamMode | StreamMode[] | undefined,
  Subgraphs extends boolean,
  Encoding extends "text/event-stream" | undefined,
>(
  input: Parameters<Base["stream"]>[0],
  options?: Parameters<typeof baseStream<Mode, Subgraphs, Encoding>>[1] & RunPolicy,
) => ReturnType<typeof baseStream<Mode, Subgraphs, Encoding>>;

/** How runs of one thread get along; see `CompileOptions`. */
interface Threads {
  readonly onBusy?: OnBusy | undefined;
  readonly lock?: ThreadLock | undefined;
  readonly leaseMs?: number | undefined;
}

const FORBIDDEN: ReadonlySet<string> = new Set(ENGINE_CHANNELS.filter((channel) => channel !== "messages"));

/** How a stream tells its run to let go of the caller's signal at its end. */
const UNLINK = "__swarm_unlink";

type Told = Omit<DirectStreamOptions, "ended"> & { readonly [UNLINK]: () => void };

/** Loaded with the first direct stream: who only invokes a swarm needs none of it. */
let streamDirectly: typeof directChunks | undefined;

/** Loaded with the first run of the engine that nobody follows. */
let runInEngine: typeof runQuietly | undefined;

/** Loaded with the first run that is told as events. */
let toldRuns: typeof ToldRuns | undefined;

/** A checkpointer that a run brings along, instead of the graph's. */
const CHECKPOINTER_KEY = "__pregel_checkpointer";

/**
 * A compiled swarm: LangGraph's own compiled graph, with the input checked at the door and one writer per thread. Made by
 * `SwarmAgent.compile()`; `invoke` and `stream` reject with a `SwarmError`.
 *
 * @example
 * ```ts
 * import { SwarmAgent, SwarmGraph } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const model = scriptedModel().say("Hello!");
 * const graph = new SwarmAgent({ entry: "clerk", model, agents: { clerk: {} } }).compile();
 * graph instanceof SwarmGraph; // true
 * const { outcome } = await graph.invoke({ messages: [{ role: "user", content: "Hi" }] });
 * outcome.kind; // "answered"
 * ```
 */
export class SwarmGraph<A extends Agents = Agents> extends CompiledStateGraph<Values, Updates, string> {
  /** What it was compiled from. */
  readonly definition: SwarmDefinition;
  /** Never set: carries the agents' types. */
  declare readonly agents?: A;
  /** How runs of one thread get along. */
  readonly threads: Threads;
  /** How `invoke` and `stream` run; see `CompileOptions`. */
  readonly speed: Speed;

  constructor(
    fields: ConstructorParameters<typeof CompiledStateGraph<Values, Updates, string>>[0] & {
      definition: SwarmDefinition;
      threads: Threads;
      speed?: Speed | undefined;
    },
  ) {
    super(fields);
    this.definition = fields.definition;
    this.threads = fields.threads;
    this.speed = fields.speed ?? "auto";
  }

  /** The swarm's topology, see `swarmFingerprint`: what checkpoints carry as `turn.swarm.fingerprint`. */
  get fingerprint(): string {
    return swarmFingerprint(this.definition);
  }

  /**
   * Runs a turn: one step of LangGraph's engine for each node, or without the engine where nothing asks for it and
   * `speed` is `"auto"`. Both come to the same.
   *
   * @throws SwarmError, see its codes; what LangGraph throws on abort and on an interrupt outside a thread.
   */
  override async invoke(input: SwarmInput | Command | null, options?: Options): Promise<SwarmResult<A>> {
    const values = canWalk(this, input, options)
      ? walkDirect(this, checked(input) as object, options)
      : SwarmGraph.#isOwn(this) && isQuiet(this, input, options)
        ? (runInEngine ??= (await import("./quiet-run.ts")).runQuietly)(this, input, options)
        : super.invoke(input as never, options);
    return (await values) as unknown as SwarmResult<A>;
  }

  /**
   * Streams a turn: by LangGraph's engine, or without it where nothing asks for it and `speed` is `"auto"`, see
   * `canStream`; to the same chunks. Leaving the loop early aborts the run, and frees its thread once it has wound up.
   */
  override stream: StreamMethod = async (input, options) => {
    const left = new AbortController();
    const given = options?.signal;
    // LangGraph never lets go of the signal that it is given: one that outlives the run would hold on to every run.
    const unlink = onAbort(given, () => left.abort(given?.reason));
    // A run that is left is never told by LangGraph that it is over.
    left.signal.addEventListener("abort", unlink, { once: true });
    if (given?.aborted) left.abort(given.reason);
    const told = { ...options, signal: left.signal, [UNLINK]: unlink };
    const graph = this.#streamsDirectly(input, options) ? await this.#walked(input as SwarmInput, told as Told) : this;
    const open = super.stream.bind(graph) as typeof baseStream;
    const stream = await open(input, told as typeof options);
    for (const method of ["return", "cancel"] as const) {
      const original = stream[method].bind(stream) as (value?: unknown) => Promise<never>;
      stream[method] = (value?: unknown) => {
        left.abort(new DOMException("the stream was left", "AbortError"));
        return original(value);
      };
    }
    return stream;
  };

  /** As this class has it. */
  readonly #stream = this.stream;

  /** The chunks of a run for its events; `undefined` where somebody has put another `stream` in the place of this class's. */
  [TOLD_CHUNKS](
    input: SwarmInput | Command | null,
    options: ToldOptions,
  ): ToldChunks | undefined | Promise<ToldChunks | undefined> {
    if (!SwarmGraph.#isOwn(this)) return undefined;
    if (toldRuns !== undefined) return this.#told(toldRuns, input, options);
    return import("./told-run.ts").then((loaded) => this.#told((toldRuns = loaded), input, options));
  }

  #told(
    { isTold, steppedChunks, walkedChunks }: typeof ToldRuns,
    input: SwarmInput | Command | null,
    options: ToldOptions,
  ): ToldChunks | undefined {
    if (!isTold(options)) return undefined;
    if (this.#streamsDirectly(input, options)) return walkedChunks(this, () => checked(input) as object, options);
    const { streamMode: _modes, outputKeys: _keys, ...own } = options;
    return isQuiet(this, input, own) ? steppedChunks(this, input, options) : undefined;
  }

  /** Whether a stream may be walked: a class that has its own way to stream keeps it. */
  #streamsDirectly(input: unknown, options: object | undefined): boolean {
    return this.#streamsAsClass() && canStream(this, input, options);
  }

  #streamsAsClass(): boolean {
    const { prototype } = this.constructor as typeof SwarmGraph;
    return prototype._streamIterator === SwarmGraph.prototype._streamIterator;
  }

  /** Whether a graph's runs are this class's, and nobody has put another way to stream in the place of its own. */
  static #isOwn<B extends Agents>(graph: SwarmGraph<B>): boolean {
    return #stream in graph && graph.stream === graph.#stream && graph.#streamsAsClass();
  }

  /** The same graph for one stream: LangGraph's in everything but who runs the nodes. */
  async #walked(input: SwarmInput, { [UNLINK]: ended, ...options }: Told): Promise<this> {
    const chunksOf = (streamDirectly ??= (await import("./direct-stream.ts")).directChunks);
    const chunks = () => chunksOf(this, () => checked(input) as object, { ...options, ended });
    return Object.create(this, { _streamIterator: { value: chunks } }) as this;
  }

  /** The same graph with another checkpointer. */
  withCheckpointer(checkpointer: BaseCheckpointSaver): SwarmGraph<A> {
    return new SwarmGraph<A>({ ...this, checkpointer } as never);
  }

  override _streamIterator(given: SwarmInput | Command | null, options?: Options): AsyncGenerator<never> {
    const { [UNLINK]: unlink } = (options ?? {}) as { readonly [UNLINK]?: () => void };
    return new Delegated(
      () => this.#turn(given, options),
      () => unlink?.(),
    );
  }

  #turn(given: SwarmInput | Command | null, options: Options): AsyncGenerator<never> {
    const input = checked(given);
    const configurable = { ...this.config?.configurable, ...options?.configurable } as Record<string, unknown>;
    const own = stopsAfterNodes(options?.interruptAfter ?? this.interruptAfter)
      ? { ...options, configurable: { ...options?.configurable, [WITHOUT_TASKS]: true } }
      : options;
    const run = this.#runOf(input, configurable, options);
    return run === undefined ? this.#run(input, own) : this.#turnOnThread(input, { run, configurable, own });
  }

  async *#turnOnThread(
    input: unknown,
    { run, configurable, own }: { run: ThreadRun; configurable: Record<string, unknown>; own: Options },
  ): AsyncGenerator<never> {
    // Loaded with the first turn on a thread: a swarm without threads needs none of it.
    const { runOnThread } = await import("./on-thread.ts");
    yield* runOnThread(input, { ...run, given: configurable }, (answer, { signal, fence, checkpointer }) => {
      const given = CHECKPOINTER_KEY in configurable && { [CHECKPOINTER_KEY]: checkpointer };
      const options = { ...own, signal, configurable: { ...own?.configurable, ...fence, ...given } };
      return this.#run(answer, options, checkpointer);
    });
  }

  /** Has LangGraph write down a step whose nodes are done: it goes on, and stops before the next step. */
  async #finishStep(place: Readonly<Record<string, unknown>>, checkpointer: BaseCheckpointSaver): Promise<void> {
    let failed: unknown;
    const saver = tellingFailedWrites(checkpointer, (error) => (failed ??= error));
    const configurable = { ...place, [CHECKPOINTER_KEY]: saver };
    const chunks = this.#run(null, { interruptBefore: "*", durability: "sync", configurable }, saver);
    while ((await chunks.next()).done !== true);
    if (failed !== undefined) throw failed;
  }

  #run(input: unknown, options: BaseOptions, checkpointer = this.checkpointer): AsyncGenerator<never> {
    const threadId = threadIdOf({ configurable: { ...this.config?.configurable, ...options?.configurable } });
    const thread = threadId === undefined ? undefined : { definition: this.definition, threadId };
    // Only for the run: who looks at a thread, or mends it, may see whatever is in it.
    const { [LAST_STATE]: last } = (options ?? {}) as { readonly [LAST_STATE]?: LastState };
    const channels = thread === undefined ? this.channels : checkedChannels(this.channels, thread);
    const graph =
      thread === undefined && last === undefined
        ? this
        : (Object.create(this, {
            channels: { value: last?.watch(channels) ?? channels },
            checkpointer: { value: checkpointer },
          }) as this);
    return super._streamIterator.call(graph, input as never, options) as AsyncGenerator<never>;
  }

  /** What a run writes, and how it gets it for itself; `undefined` where it keeps nothing, or another run has the thread. */
  #runOf(input: unknown, configurable: Record<string, unknown>, options: Options): ThreadRun | undefined {
    const checkpointer: unknown = configurable[CHECKPOINTER_KEY] ?? this.checkpointer;
    const threadId = threadIdOf({ configurable });
    // Inside another graph the outer run has the thread.
    const isNested = typeof configurable["checkpoint_ns"] === "string" && configurable["checkpoint_ns"] !== "";
    if (threadId === undefined || isNested || !isSaver(checkpointer)) return undefined;
    const { onBusy = "reject", lock = checkpointer.threadLock, leaseMs = LEASE_MS } = this.threads;
    return {
      graph: this,
      definition: this.definition,
      finishStep: (place) => this.#finishStep(place, checkpointer),
      checkpointer,
      threadId,
      onBusy: options?.onBusy ?? onBusy,
      lock,
      leaseMs,
      signal: options?.signal,
      said: messagesOf(input),
    };
  }
}

/** A checkpointer, with the lock that it may bring along. */
type Saver = BaseCheckpointSaver & { readonly threadLock?: ThreadLock };

function isSaver(value: unknown): value is Saver {
  return typeof value === "object" && value !== null;
}

/** The messages that an input adds to the log. */
function messagesOf(input: unknown): readonly BaseMessage[] {
  const update: unknown = isCommand(input) ? input.update : input;
  const { messages } = (typeof update === "object" && update !== null ? update : {}) as SwarmInput;
  return messages === undefined ? [] : withIds(messages).filter((message) => !RemoveMessage.isInstance(message));
}

/** Whether a run stops after nodes: LangGraph then takes no tasks within them, and would stop a second time for each. */
function stopsAfterNodes(names: unknown): boolean {
  return names === "*" || (Array.isArray(names) && names.length > 0);
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
  return input.messages === undefined ? input : { ...input, messages: newWithIds(input.messages) };
}
