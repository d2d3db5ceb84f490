import type { Diagnostic } from "../errors.ts";
import type {
  AgentNames,
  Agents,
  AgentSpec,
  Awaitable,
  HandoffEdge,
  HandoffEntry,
  HandoffRecord,
  HistoryPolicy,
  Linked,
  ModelSource,
  PayloadSchema,
  ProfileName,
  RetryPolicy,
  RunContext,
  View,
} from "../types.ts";
import type { Guardrails, OnContextOverflow } from "../guard-types.ts";
import { copyGuardrails } from "./guard.ts";
import { resolveLimits } from "./limits.ts";
import type { Limits, ResolvedLimits } from "./limits.ts";
import { createRegistry } from "./registry.ts";
import type { HandoffRegistry } from "./registry.ts";
import { HANDOFF_PREFIX } from "./tool-name.ts";

/** What `onHandoff` gets: a handoff that was found valid and is about to be taken. */
export interface HandoffEvent extends RunContext {
  readonly from: string;
  readonly to: string;
  readonly input: unknown;
  readonly callId: string;
  /** Stable over retries and crashes: use it as idempotency key, since the callback runs at least once. */
  readonly id: string;
  /** The ledger so far. */
  readonly trail: readonly HandoffRecord[];
}

/** `onHandoff` may refuse: with a sentence that the model reads. */
export type OnHandoff = (event: HandoffEvent) => Awaitable<void | { readonly refuse: string }>;

/**
 * The seam around every model call and every tool call: a durable engine journals here. `name` is the agent or the tool.
 * `key` is the same each time the run is gone through: `agent#turn` (`agent#turn~n` for the n-th fallback), `tool:callId`,
 * and `begin:callId` before the call of a tool that says what becomes of it after a crash; a person's retry adds `~2`.
 * Contract: resolves with what `fn` resolved with, once that is kept; does not call `fn` where it is kept from before. What
 * there is to keep is an `AIMessage`, a tool's outcome (a plain object with a `ToolMessage`, and what the tool wrote of the
 * state) or `true`: LangGraph's serialiser (a checkpointer's `serde`) takes all of it. Steps of parallel tools run at a time.
 * An `fn` that rejects has come to nothing: the run was aborted, or stopped to ask, or a model failed.
 */
export interface StepRunner {
  /**
   * Runs a step, or gives what it gave before.
   *
   * @param name The agent or the tool, for journals that people read.
   * @param key The step's own, and the same each time the run is gone through.
   */
  run<T>(name: string, key: string, fn: () => Promise<T>): Promise<T>;
}

/**
 * Notes the calls of tools that must not simply be run again (`toolEffects`). Default: the run's step runner, else its
 * checkpointer. One of your own may be shared by all threads. Each method resolves once its note is durable; `outcome` is
 * for LangGraph's serialiser.
 */
export interface ToolLedger {
  /**
   * Notes that a call begins, in one step with the question whether it has begun before.
   *
   * @param key `threadId:callId`, and `~2` where a person had the call run again.
   * @returns `"new"`; `"begun"` where it was begun and nothing more is known; what was given to `end`.
   */
  begin(key: string): Promise<"new" | "begun" | { readonly outcome: unknown }>;
  /** Notes what a call came to; a later `begin` gives it back. */
  end(key: string, outcome: unknown): Promise<void>;
  /** Takes `begin` back: the call stopped of its own accord, and will begin anew. */
  release(key: string): Promise<void>;
}

/** What `new SwarmAgent(...)` takes. */
export interface SwarmOptions<A extends Agents = Agents> {
  /** The swarm's name in graphs, traces and drawings. Default `"swarm"`. */
  readonly name?: string | undefined;
  /** The agent that a new conversation begins with. */
  readonly entry: NoInfer<AgentNames<A>>;
  /** The agents by name. A target or an alias that is not among them is a type error on its line. */
  readonly agents: A & Linked<A>;
  /** The model of agents that have none of their own. */
  readonly model?: ModelSource | undefined;
  /** Further channels of the state: a LangGraph `Annotation.Root`, `StateSchema` or zod object. */
  readonly state?: unknown;
  /** A zod object for the run's `context`. Default: anything, passed by reference. */
  readonly context?: unknown;
  /** Budgets of a turn and of single calls: see {@link Limits}. Each has a default. */
  readonly limits?: Limits | undefined;
  /** What an agent sees of the conversation before it was entered. Default `history.full()`. */
  readonly history?: HistoryPolicy | undefined;
  /** How handoffs that were taken are shown to models. Default `"drop"`. */
  readonly view?: View | undefined;
  /** The rules that prompts obey. Default: those of each model's provider, as its class tells. */
  readonly profile?: ProfileName | undefined;
  /** Called for each handoff that was found valid, before it is taken; may refuse it. At least once for each. */
  readonly onHandoff?: OnHandoff | undefined;
  /** Checks of what goes into the swarm, out of it and to its tools; an agent's own come after them. */
  readonly guardrails?: Guardrails | undefined;
  /** Makes a prompt shorter that a model does not take. Default: the run is rejected with `CONTEXT_OVERFLOW`. */
  readonly onContextOverflow?: OnContextOverflow | undefined;
  /** Further names of swarms whose stored threads are this one's: what it was called before. Counts where it has a `name`. */
  readonly threadsOf?: readonly string[] | undefined;
  /** Old agent names of stored threads, and what they are called now. */
  readonly aliases?: Readonly<Record<string, NoInfer<AgentNames<A>>>> | undefined;
  /**
   * Who goes on in a stored thread for an agent that is gone: as the active one, as a handoff's target (also an approved
   * one), or as whoever asked for an approval. `"entry"` (default), a function that names one, or `"error"`:
   * `ACTIVE_AGENT_UNKNOWN`, after which the thread waits for a deploy that knows the agent. By default a caller that is
   * gone is passed over: the answer goes to the next one who waits, or to the user. What its tools were asked is lost: an
   * answer to them is an `INTERRUPT_MISMATCH`, and `invoke(null)` or a message goes on.
   */
  readonly onUnknownAgent?: "entry" | "error" | ((agent: string) => NoInfer<AgentNames<A>>) | undefined;
  /** Whether the next user turn goes to the agent that was active last. Default true; false: to `entry`. */
  readonly sticky?: boolean | undefined;
  /** The prefix of handoff tools. Default `transfer_to_`. */
  readonly prefix?: string | undefined;
  /** What stands in a handoff tool's description: the target's description (default), or also its string `prompt`. */
  readonly describe?: "description" | "instructions" | undefined;
  /** What happens to a description over 1,024 characters. Default `"truncate"`. */
  readonly longDescription?: "truncate" | "error" | undefined;
  /**
   * Several handoffs in one message. `"first-valid"` (default): the first one that is valid is taken. `"first"`: the
   * first one is judged, and goes back to the model if it is not valid. `"error"`: `HANDOFFS_MULTIPLE`.
   */
  readonly severalHandoffs?: "first-valid" | "first" | "error" | undefined;
  /** Regular tool calls beside a handoff: run first (default), or left out. */
  readonly siblingTools?: "run" | "skip" | undefined;
  /** Warnings of `verify()` and of the run. The library itself prints nothing. */
  readonly onDiagnostic?: ((diagnostic: Diagnostic) => void) | undefined;
  /**
   * Whether each request is checked against its provider's rules before it is sent, so that a broken one costs an error
   * (`WIRE_INVALID`) and no money. Default: false.
   */
  readonly strict?: boolean | undefined;
  /** How model calls are tried again; `false`: not at all. Default: see {@link RetryPolicy}. */
  readonly retry?: RetryPolicy | false | undefined;
  /** Where a durable engine plugs in. Default: calls are made as they are. */
  readonly stepRunner?: StepRunner | undefined;
  /** Where calls of tools with `toolEffects` are noted before they run. Default: the step runner's, else the checkpointer. */
  readonly toolLedger?: ToolLedger | undefined;
}

/** One edge, resolved. Agents that hand off to the same one on the same terms share it: it does not know its start. */
export interface EdgeDefinition {
  readonly to: string;
  readonly description: string;
  readonly input: PayloadSchema | undefined;
  readonly when: HandoffEdge["when"];
  readonly history: HistoryPolicy | undefined;
  readonly returns: boolean;
  readonly requiresApproval: boolean;
}

/** One agent, resolved. */
export interface AgentDefinition {
  readonly name: string;
  readonly spec: Readonly<AgentSpec>;
  /** Deduplicated, in the order given. */
  readonly edges: readonly EdgeDefinition[];
  /** Whether it is among its own targets, which `verify` refuses. */
  readonly isOwnTarget: boolean;
}

/** A swarm as frozen data: what was written, with names resolved and defaults filled in. Not yet verified. */
export interface SwarmDefinition {
  readonly name: string;
  readonly entry: string;
  readonly agents: ReadonlyMap<string, AgentDefinition>;
  /** Every edge once, also where many agents share it: in a large swarm a small part of all that agents have. */
  readonly edges: readonly EdgeDefinition[];
  readonly registry: HandoffRegistry;
  readonly prefix: string;
  readonly limits: ResolvedLimits;
  readonly options: Readonly<SwarmOptions>;
}

/**
 * Resolves options to a definition. Contract: never throws on bad content (that is `verify`'s to report), never keeps a
 * reference to an array or object that the user may change later, never writes to a user's object.
 */
export function defineSwarm<A extends Agents>(options: SwarmOptions<A>): SwarmDefinition {
  const specs = new Map<string, Readonly<AgentSpec>>();
  for (const [name, spec] of Object.entries(options.agents as Agents)) specs.set(name, copySpec(spec));
  // `{ __proto__: spec }` makes no key: it is listed all the same, so that verify can refuse it by name.
  const prototype = Object.getPrototypeOf(options.agents) as AgentSpec | null;
  if (prototype !== Object.prototype && prototype !== null) specs.set("__proto__", copySpec(prototype));
  const names = [...specs.keys()];
  const maker = new EdgeMaker(specs, options);
  const agents = new Map<string, AgentDefinition>();
  for (const [name, spec] of specs) {
    const entries: readonly HandoffEntry[] = spec.canHandoffTo ?? names.filter((other) => other !== name);
    agents.set(name, Object.freeze({ name, spec, ...maker.edgesOf(name, entries) }));
  }
  const prefix = options.prefix ?? HANDOFF_PREFIX;
  return Object.freeze({
    name: options.name ?? "swarm",
    entry: options.entry,
    agents,
    edges: Object.freeze(maker.made),
    registry: createRegistry(
      names.filter((name) => name.trim() !== ""),
      { prefix },
    ),
    prefix,
    limits: resolveLimits(options.limits),
    options: Object.freeze({
      ...options,
      ...(options.guardrails && { guardrails: copyGuardrails(options.guardrails) }),
      agents: Object.freeze(Object.fromEntries(specs)),
    }) as Readonly<SwarmOptions>,
  });
}

/** The targets that an agent names, as they were written. */
export function entriesOf(name: string, spec: AgentSpec, names: Iterable<string>): readonly HandoffEdge[] {
  const entries = spec.canHandoffTo ?? [...names].filter((other) => other !== name);
  return entries.map((entry) => (typeof entry === "string" ? { to: entry } : entry));
}

/** The place of an edge in the options, e.g. `agents.triage.canHandoffTo[0]`. */
export function pathOfEdge({ name, spec, edges }: AgentDefinition, to: string): string {
  const written = spec.canHandoffTo?.findIndex((entry) => (typeof entry === "string" ? entry : entry.to) === to);
  return `agents.${name}.canHandoffTo[${written ?? edges.findIndex((edge) => edge.to === to)}]`;
}

/** A target, and what agents have of it so far. */
interface Target {
  /** The edge to it of which nothing is said but its name. */
  readonly edge: EdgeDefinition;
  /** Whether an agent has that edge. */
  isTaken: boolean;
  /** The number of the last agent that has an edge to it, of any kind. From 1; 0: nobody. */
  seenBy: number;
}

/** Makes each agent's edges, the first to each target: plain ones are one object per target, of whomever they are. */
class EdgeMaker {
  /** All edges that were made, each once. */
  readonly made: EdgeDefinition[] = [];
  readonly #specs: ReadonlyMap<string, AgentSpec>;
  readonly #options: Pick<SwarmOptions, "describe" | "history">;
  readonly #targets = new Map<string, Target>();
  #agents = 0;

  constructor(specs: ReadonlyMap<string, AgentSpec>, options: Pick<SwarmOptions, "describe" | "history">) {
    this.#specs = specs;
    this.#options = options;
  }

  /** The edges of one more agent. */
  edgesOf(name: string, entries: readonly HandoffEntry[]): Pick<AgentDefinition, "edges" | "isOwnTarget"> {
    const agent = (this.#agents += 1);
    const targets = this.#targets;
    const edges: EdgeDefinition[] = [];
    for (const entry of entries) {
      const to = typeof entry === "string" ? entry : entry.to;
      const target = targets.get(to) ?? this.#targetOf(to);
      if (target.seenBy === agent) continue;
      target.seenBy = agent;
      const isKnown = typeof entry === "string" && target.isTaken;
      edges.push(isKnown ? target.edge : this.#make(entry, target));
    }
    return { edges: Object.freeze(edges), isOwnTarget: targets.get(name)?.seenBy === agent };
  }

  #targetOf(to: string): Target {
    const edge = plainEdge(to, this.#specs.get(to), this.#options);
    const target: Target = { edge, isTaken: false, seenBy: 0 };
    this.#targets.set(to, target);
    return target;
  }

  #make(entry: HandoffEntry, target: Target): EdgeDefinition {
    const edge = typeof entry === "string" ? target.edge : resolveEdge(entry, target.edge);
    target.isTaken ||= edge === target.edge;
    this.made.push(edge);
    return edge;
  }
}

function plainEdge(
  to: string,
  target: AgentSpec | undefined,
  { describe, history }: Pick<SwarmOptions, "describe" | "history">,
): EdgeDefinition {
  return Object.freeze({
    to,
    description: describeTarget(to, target, describe),
    input: target?.input,
    when: undefined,
    history: target?.history ?? history,
    returns: false,
    requiresApproval: false,
  });
}

function resolveEdge(entry: HandoffEdge, plain: EdgeDefinition): EdgeDefinition {
  return Object.freeze({
    to: entry.to,
    description: entry.description ?? plain.description,
    input: entry.input ?? plain.input,
    when: entry.when,
    history: entry.history ?? plain.history,
    returns: entry.returns ?? false,
    requiresApproval: entry.requiresApproval ?? false,
  });
}

function describeTarget(name: string, target: AgentSpec | undefined, describe: SwarmOptions["describe"]): string {
  const description = target?.description ?? `Transfer the conversation to ${name}.`;
  return describe === "instructions" && typeof target?.prompt === "string"
    ? `${description} ${target.prompt}`
    : description;
}

function copySpec(spec: AgentSpec): Readonly<AgentSpec> {
  return Object.freeze({
    ...spec,
    ...(spec.tools && { tools: Object.freeze([...spec.tools]) }),
    ...(spec.toolTags && { toolTags: Object.freeze([...spec.toolTags]) }),
    ...(spec.fallbacks && { fallbacks: Object.freeze([...spec.fallbacks]) }),
    ...(spec.guardrails && { guardrails: copyGuardrails(spec.guardrails) }),
    ...(spec.canHandoffTo && {
      canHandoffTo: Object.freeze(
        spec.canHandoffTo.map((entry) => (typeof entry === "string" ? entry : Object.freeze({ ...entry }))),
      ),
    }),
  });
}
