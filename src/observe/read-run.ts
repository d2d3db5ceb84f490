import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { SwarmDefinition } from "../define/definition.ts";
import type { EventDraft as Draft, HandoffHop, PendingInterrupt } from "./events.ts";
import type { AgentSpec } from "../types.ts";
import { toPlain } from "./plain.ts";
import { approvalsIn } from "./read-approvals.ts";
import { CheckpointReader } from "./read-checkpoints.ts";
import { MessageReader } from "./read-messages.ts";
import { updatesIn } from "./read-updates.ts";
import type { UpdateDraft } from "./read-updates.ts";
import { isRunSignal } from "./run-signal.ts";
import type { RunSignal, TokenCount } from "./run-signal.ts";

/** Is told each event. @param agent Default: the draft's own. */
export type Tell = (draft: Draft, agent?: string) => void;

/** Options of a {@link RunReader}. */
export interface RunReaderOptions {
  readonly tell: Tell;
  /** Whether texts are told token by token. */
  readonly withDeltas: boolean;
  readonly definition?: SwarmDefinition | undefined;
  /** The channels that a caller sees: checkpoints also hold what is private to the engine. Default: all. */
  readonly channels?: unknown;
}

/** What a node asks, as LangGraph's stream has it. */
interface Asked {
  readonly id?: string;
  readonly value?: unknown;
}

type Signal<T extends RunSignal["type"]> = RunSignal & { readonly type: T };

/**
 * Makes events of the chunks of a run's stream, each chunk by itself and in order. Holds what is open, so that everything
 * that began also ends.
 */
export class RunReader {
  /** Model calls of agents in this user turn. */
  turn = 0;
  /** The state as it was told last. */
  values: unknown;
  readonly interrupts: PendingInterrupt[] = [];
  isInterrupted = false;
  readonly hops: HandoffHop[] = [];
  tokens: TokenCount = { input: 0, output: 0, total: 0 };
  readonly #tell: Tell;
  #agent: string | undefined;
  /** Who thinks. */
  #thinking: AgentSpec | undefined;
  /** Whose messages are read. */
  #speaker: string | undefined;
  /** The interrupts that are told, by their ids. */
  readonly #asked = new Set<unknown>();
  readonly #definition: SwarmDefinition | undefined;
  readonly #messages: MessageReader;
  readonly #tools = new Map<string, { readonly agent: string; readonly tool: string }>();
  readonly #handoffs = new Map<string, HandoffHop>();
  readonly #models = new Map<string, string>();
  readonly #channels: unknown;
  #checkpoints: CheckpointReader | undefined;

  constructor({ tell, withDeltas, definition, channels }: RunReaderOptions) {
    this.#tell = tell;
    this.#channels = channels;
    this.#messages = new MessageReader({
      withDeltas,
      isHandoff: (name) => this.#isHandoff(name),
      tell: (body) => tell(body, this.#speaker),
    });
    this.#definition = definition;
  }

  /** Reads one chunk of `graph.stream(...)` with several stream modes. */
  push(mode: unknown, data: unknown): void {
    switch (mode) {
      case "custom":
        if (isRunSignal(data)) this.#signal(data);
        break;
      case "messages":
        this.#chunk(data as readonly [unknown, Readonly<Record<string, unknown>>?]);
        break;
      case "values":
        this.#state(data as object);
        break;
      case "updates":
        for (const draft of updatesIn(data as object)) this.#signal(draft);
        this.#interrupted(data);
        break;
      case "checkpoints":
        for (const draft of (this.#checkpoints ??= new CheckpointReader(this.#channels)).read(data)) this.#tell(draft);
    }
  }

  /** Closes what is open when the run is over: as done where it ended by itself. */
  end(how: "done" | "stopped" | "failed"): void {
    const agent = this.#agent;
    const reason = "ended" as const;
    const result = "the run ended before the tool had answered";
    this.#speaker = agent;
    this.#messages.flush(how === "failed" ? "ended" : "replaced");
    for (const [call, of] of this.#models) {
      this.#tell({ type: "model.error", call, message: "the run ended" }, of);
    }
    for (const [callId, tool] of this.#tools) this.#tell({ type: "tool.error", ...tool, callId, result, reason });
    for (const { id, from, to, callId } of this.#handoffs.values()) {
      this.#tell({ type: "handoff.error", id, from, to, callId, reason }, from);
    }
    if (agent !== undefined && how === "failed") this.#tell({ type: "agent.error", reason }, agent);
    else this.#leave();
    this.#agent = undefined;
  }

  #signal(signal: RunSignal | UpdateDraft): void {
    switch (signal.type) {
      case "agent.started":
        this.#agentStarted(signal);
        break;
      case "message.done":
        this.#speaker = signal.agent;
        this.#messages.done(signal);
        break;
      case "tool.started":
        this.#tools.set(signal.callId, { agent: signal.agent, tool: signal.tool });
        this.#enter(signal.agent);
        this.#tell({ ...signal, args: toPlain(signal.args) });
        break;
      case "tool.progress":
        this.#tell({ ...signal, data: toPlain(signal.data) });
        break;
      case "tool.done":
      case "tool.error":
        this.#toolDone(signal);
        break;
      case "handoff.started":
      case "handoff.done":
        this.#handoff(signal);
        break;
      case "handoff.returned":
        this.#leave();
        this.#tell(signal, signal.to);
        break;
      case "handoff.refused":
      case "handoff.dropped": {
        const { reason, ...told } = signal;
        this.#tell({ ...told, ...(reason !== undefined && { reason }) }, signal.from);
        break;
      }
      case "model.started":
        this.#models.set(signal.call, signal.agent);
        this.#tell(signal);
        break;
      case "model.done":
      case "model.error":
        this.#models.delete(signal.call);
        this.#tell(signal);
        break;
      case "guardrail.tripped":
        this.#tell(defined({ ...signal, details: toPlain(signal.details) }));
        break;
      case "tool.found":
        this.#tell(signal, this.#agent);
        break;
      case "handoff.pending":
        this.#tell(signal);
        break;
      case "usage":
        this.#count(signal.tokens);
        this.#tell(defined(signal));
        break;
      default:
        this.#tell(defined(signal));
    }
  }

  #agentStarted({ agent, turn }: Signal<"agent.started">): void {
    this.turn = turn;
    this.#speaker = this.#agent;
    this.#thinking = this.#definition?.agents.get(agent)?.spec;
    this.#messages.begin(this.#thinking?.graph !== undefined);
    this.#enter(agent);
  }

  /** Whether a call by this name is a handoff of whoever thinks. */
  #isHandoff(name: string): boolean {
    const { tools = [] } = this.#thinking ?? {};
    if (tools.some((tool) => (tool as { name?: unknown }).name === name)) return false;
    const definition = this.#definition;
    return definition?.registry.targetOf(name) !== undefined || name.startsWith(definition?.prefix ?? "\0");
  }

  #enter(agent: string): void {
    if (this.#agent === agent) return;
    this.#leave();
    this.#agent = agent;
    this.#tell({ type: "agent.started" }, agent);
  }

  #leave(): void {
    const agent = this.#agent;
    this.#agent = undefined;
    if (agent === undefined) return;
    this.#speaker = agent;
    this.#messages.flush("replaced");
    this.#tell({ type: "agent.done" }, agent);
  }

  #toolDone({ type, agent, tool, callId, result }: Signal<"tool.done" | "tool.error">): void {
    const isOpen = this.#tools.delete(callId);
    if (isOpen) {
      this.#tell({ type, tool, callId, result }, agent);
      return;
    }
    const call = callIn(this.values, callId);
    const args = call !== undefined && { args: toPlain(call.args) };
    this.#tell({ type: "tool.answered", tool, callId, result, isError: type === "tool.error", ...args }, agent);
  }

  #handoff(signal: Signal<"handoff.started"> | Signal<"handoff.done">): void {
    const { type, id, from, to } = signal;
    const input = signal.input === undefined ? undefined : toPlain(signal.input);
    if (!this.#handoffs.has(id)) this.#tell(withHop({ type: "handoff.started" } as const, signal, input), from);
    if (type === "handoff.started") {
      this.#handoffs.set(id, withHop({}, signal, input));
      return;
    }
    this.#handoffs.delete(id);
    this.hops.push(withHop({}, signal, input));
    this.#leave();
    this.#tell(withHop({ type } as const, signal, input), to);
  }

  #chunk([message, metadata]: readonly [unknown, Readonly<Record<string, unknown>>?]): void {
    const agent = this.#agent;
    // Within an agent that is a graph the inner nodes have names of their own.
    const space = String(metadata?.["langgraph_checkpoint_ns"] ?? metadata?.["langgraph_node"] ?? "").split("|", 1)[0];
    const end = space?.lastIndexOf(":") ?? -1;
    const node = end === -1 ? space : space?.slice(0, end);
    if (node !== agent) return;
    this.#speaker = agent;
    this.#messages.chunk(message);
  }

  #state(values: object): void {
    if (!("__interrupt__" in values)) this.values = values;
    this.#interrupted(values);
  }

  /** What a chunk asks, which LangGraph puts both among the updates and among the values. */
  #interrupted(chunk: unknown): void {
    if (typeof chunk !== "object" || chunk === null || !("__interrupt__" in chunk)) return;
    this.isInterrupted = true;
    for (const one of chunk.__interrupt__ as readonly Asked[]) {
      const key = one.id ?? one;
      if (this.#asked.has(key)) continue;
      this.#asked.add(key);
      const pending = { ...(one.id !== undefined && { id: one.id }), value: toPlain(one.value) };
      this.interrupts.push(pending);
      for (const draft of approvalsIn(pending)) this.#tell(draft);
    }
  }

  #count({ input, output, total }: TokenCount): void {
    const sum = this.tokens;
    this.tokens = { input: sum.input + input, output: sum.output + output, total: sum.total + total };
  }
}

/** Puts what is told of a handoff into an object of its own. */
function withHop<T extends object>(
  into: T,
  { id, from, to, callId, reason }: Signal<"handoff.started"> | Signal<"handoff.done">,
  input: unknown,
): T & HandoffHop {
  const hop = into as T & { -readonly [K in keyof HandoffHop]: HandoffHop[K] };
  hop.id = id;
  hop.from = from;
  hop.to = to;
  hop.callId = callId;
  if (input !== undefined) hop.input = input;
  if (reason !== undefined) hop.reason = reason;
  return hop;
}

/** A signal without fields that are `undefined`: an event is plain JSON. */
function defined(signal: RunSignal): Draft {
  return Object.fromEntries(Object.entries(signal).filter(([, value]) => value !== undefined)) as unknown as Draft;
}

/** The call that is answered, in the last message that makes calls. */
function callIn(values: unknown, callId: string): { readonly args: unknown } | undefined {
  const { messages } = (values ?? {}) as { readonly messages?: readonly BaseMessage[] };
  const caller = messages?.findLast((message) => AIMessage.isInstance(message)) as AIMessage | undefined;
  return caller?.tool_calls?.find(({ id }) => id === callId);
}
