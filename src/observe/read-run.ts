import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { SwarmDefinition } from "../define/definition.ts";
import type { EventDraft as Draft, HandoffHop, PendingInterrupt } from "./events.ts";
import { toPlain } from "./plain.ts";
import { approvalsIn } from "./read-approvals.ts";
import { CheckpointReader } from "./read-checkpoints.ts";
import { MessageReader } from "./read-messages.ts";
import { updatesIn } from "./read-updates.ts";
import type { UpdateDraft } from "./read-updates.ts";
import { isRunSignal } from "./run-signal.ts";
import type { RunSignal, TokenCount } from "./run-signal.ts";

/** Options of a {@link RunReader}. */
export interface RunReaderOptions {
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
  #agent: string | undefined;
  /** The interrupts that are told, by their ids. */
  readonly #asked = new Set<unknown>();
  readonly #definition: SwarmDefinition | undefined;
  readonly #messages: MessageReader;
  readonly #tools = new Map<string, { readonly agent: string; readonly tool: string }>();
  readonly #handoffs = new Map<string, HandoffHop>();
  readonly #models = new Map<string, string>();
  readonly #channels: unknown;
  #checkpoints: CheckpointReader | undefined;

  constructor({ withDeltas, definition, channels }: RunReaderOptions) {
    this.#channels = channels;
    this.#messages = new MessageReader(withDeltas);
    this.#definition = definition;
  }

  /** Reads one chunk of `graph.stream(...)` with several stream modes. */
  push(mode: unknown, data: unknown): Draft[] {
    switch (mode) {
      case "custom":
        return isRunSignal(data) ? this.#signal(data) : [];
      case "messages":
        return this.#chunk(data as readonly [unknown, Readonly<Record<string, unknown>>?]);
      case "values":
        return this.#state(data as object);
      case "updates":
        return [...updatesIn(data as object).flatMap((draft) => this.#signal(draft)), ...this.#interrupted(data)];
      case "checkpoints":
        return (this.#checkpoints ??= new CheckpointReader(this.#channels)).read(data);
      default:
        return [];
    }
  }

  /** Closes what is open when the run is over: as done where it ended by itself. */
  end(how: "done" | "stopped" | "failed"): Draft[] {
    const agent = this.#agent;
    const reason = "ended" as const;
    const result = "the run ended before the tool had answered";
    const drafts: Draft[] = [];
    for (const body of this.#messages.flush(how === "failed" ? "ended" : "replaced")) drafts.push({ agent, ...body });
    for (const [call, of] of this.#models) {
      drafts.push({ type: "model.error", agent: of, call, message: "the run ended" });
    }
    for (const [callId, tool] of this.#tools) drafts.push({ type: "tool.error", ...tool, callId, result, reason });
    for (const { id, from, to, callId } of this.#handoffs.values()) {
      drafts.push({ type: "handoff.error", agent: from, id, from, to, callId, reason });
    }
    if (agent !== undefined && how === "failed") drafts.push({ type: "agent.error", agent, reason });
    else drafts.push(...this.#leave());
    this.#agent = undefined;
    return drafts;
  }

  #signal(signal: RunSignal | UpdateDraft): Draft[] {
    switch (signal.type) {
      case "agent.started":
        return this.#agentStarted(signal);
      case "message.done":
        return this.#messages.done(signal).map((body) => ({ agent: signal.agent, ...body }));
      case "tool.started":
        this.#tools.set(signal.callId, { agent: signal.agent, tool: signal.tool });
        return [...this.#enter(signal.agent), { ...signal, args: toPlain(signal.args) }];
      case "tool.progress":
        return [{ ...signal, data: toPlain(signal.data) }];
      case "tool.done":
      case "tool.error":
        return [this.#toolDone(signal)];
      case "handoff.started":
      case "handoff.done":
        return this.#handoff(signal);
      case "handoff.returned":
        return [...this.#leave(), { agent: signal.to, ...signal }];
      case "handoff.refused":
      case "handoff.dropped": {
        const { reason, ...told } = signal;
        return [{ agent: signal.from, ...told, ...(reason !== undefined && { reason }) }];
      }
      case "model.started":
        this.#models.set(signal.call, signal.agent);
        return [signal];
      case "model.done":
      case "model.error":
        this.#models.delete(signal.call);
        return [signal];
      case "guardrail.tripped":
        return [defined({ ...signal, details: toPlain(signal.details) })];
      case "tool.found":
        return [{ ...signal, agent: this.#agent }];
      case "handoff.pending":
        return [signal];
      case "usage":
        this.#count(signal.tokens);
        return [defined(signal)];
      default:
        return [defined(signal)];
    }
  }

  #agentStarted({ agent, turn }: Signal<"agent.started">): Draft[] {
    this.turn = turn;
    const definition = this.#definition;
    const spec = definition?.agents.get(agent)?.spec;
    const isOwn = (name: string) => (spec?.tools ?? []).some((tool) => (tool as { name?: unknown }).name === name);
    const begun = this.#messages.begin({
      saysSeveral: spec?.graph !== undefined,
      isHandoff: (name) =>
        !isOwn(name) &&
        (definition?.registry.targetOf(name) !== undefined || name.startsWith(definition?.prefix ?? "\0")),
    });
    return [...begun.map((body) => ({ agent: this.#agent, ...body })), ...this.#enter(agent)];
  }

  #enter(agent: string): Draft[] {
    if (this.#agent === agent) return [];
    const left = this.#leave();
    this.#agent = agent;
    return [...left, { type: "agent.started", agent }];
  }

  #leave(): Draft[] {
    const agent = this.#agent;
    this.#agent = undefined;
    if (agent === undefined) return [];
    const open = this.#messages.flush("replaced").map((body) => ({ agent, ...body }));
    return [...open, { type: "agent.done", agent }];
  }

  #toolDone({ type, agent, tool, callId, result }: Signal<"tool.done" | "tool.error">): Draft {
    const isOpen = this.#tools.delete(callId);
    if (isOpen) return { type, agent, tool, callId, result };
    const call = callIn(this.values, callId);
    const args = call !== undefined && { args: toPlain(call.args) };
    return { type: "tool.answered", agent, tool, callId, result, isError: type === "tool.error", ...args };
  }

  #handoff(signal: Signal<"handoff.started"> | Signal<"handoff.done">): Draft[] {
    const { id, from, to, callId } = signal;
    const hop: HandoffHop = {
      id,
      from,
      to,
      callId,
      ...(signal.input !== undefined && { input: toPlain(signal.input) }),
      ...(signal.reason !== undefined && { reason: signal.reason }),
    };
    const isOpen = this.#handoffs.has(id);
    const started: Draft[] = isOpen ? [] : [{ type: "handoff.started", agent: from, ...hop }];
    this.#handoffs.set(id, hop);
    if (signal.type === "handoff.started") return started;
    this.#handoffs.delete(id);
    this.hops.push(hop);
    return [...started, ...this.#leave(), { type: "handoff.done", agent: to, ...hop }];
  }

  #chunk([message, metadata]: readonly [unknown, Readonly<Record<string, unknown>>?]): Draft[] {
    const agent = this.#agent;
    // Within an agent that is a graph the inner nodes have names of their own.
    const space = String(metadata?.["langgraph_checkpoint_ns"] ?? metadata?.["langgraph_node"] ?? "").split("|", 1)[0];
    const end = space?.lastIndexOf(":") ?? -1;
    const node = end === -1 ? space : space?.slice(0, end);
    return node === agent ? this.#messages.chunk(message).map((body) => ({ agent, ...body })) : [];
  }

  #state(values: object): Draft[] {
    if (!("__interrupt__" in values)) this.values = values;
    return this.#interrupted(values);
  }

  /** What a chunk asks, which LangGraph puts both among the updates and among the values. */
  #interrupted(chunk: unknown): Draft[] {
    if (typeof chunk !== "object" || chunk === null || !("__interrupt__" in chunk)) return [];
    this.isInterrupted = true;
    const drafts: Draft[] = [];
    for (const one of chunk.__interrupt__ as readonly Asked[]) {
      const key = one.id ?? one;
      if (this.#asked.has(key)) continue;
      this.#asked.add(key);
      const pending = { ...(one.id !== undefined && { id: one.id }), value: toPlain(one.value) };
      this.interrupts.push(pending);
      drafts.push(...approvalsIn(pending));
    }
    return drafts;
  }

  #count({ input, output, total }: TokenCount): void {
    const sum = this.tokens;
    this.tokens = { input: sum.input + input, output: sum.output + output, total: sum.total + total };
  }
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
