import { mapEvents } from "swarmgraph";
import type { EventMapper, Events, Mapped, SwarmEvent, SwarmEventOf, ToolFindings } from "swarmgraph";
import type { ConversationEvent } from "../wire/events.ts";
import { failureOf } from "../wire/failures.ts";
import { toolCallIdFor } from "../wire/ids.ts";
import type { Agent } from "../wire/responses.ts";
import { chunksOf, contentOf } from "./content.ts";
import { EventWriter } from "./event-writer.ts";
import { entryId, isClients } from "./to-entries.ts";

/** Options of {@link toMistralEvents}. */
export interface MistralEventsOptions {
  /** The agents by their names in the swarm. One that is missing is told without an id. Default: none. */
  readonly agents?: ReadonlyMap<string, Agent> | undefined;
  /** Default: the run's thread, else the run. */
  readonly conversationId?: string | undefined;
}

/**
 * Events as those of Mistral's Conversations: texts as they come, what stands beside them when the message is whole; tools of
 * the server as they run; functions of the client's, and calls that wait for an approval, as function calls; a handoff once it
 * is taken, or waits. A person who is asked is a function call as well, whose result is their answer. What no client can use
 * is left out: limits, guardrails, checkpoints. Ids are those of the entries of `toEntries`.
 * Applied by {@link toMistralEvents}.
 */
export function mistralEventsMapper(options: MistralEventsOptions = {}): EventMapper<ConversationEvent> {
  const mapping = new MistralMapping(options);
  return { push: (event) => mapping.push(event), end: () => [] };
}

/**
 * A run's events as those of Mistral's Conversations; {@link encodeEvent} writes them as Server-Sent Events.
 *
 * @example
 * ```ts
 * import { encodeEvent, toMistralEvents } from "@swarmgraph/server";
 * import { SwarmAgent, swarmEvents } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } });
 * const run = swarmEvents(swarm.compile(), { messages: [{ role: "user", content: "Hi" }] });
 * for await (const event of toMistralEvents(run)) encodeEvent(event);
 * ```
 */
export function toMistralEvents<E extends Events>(
  events: E,
  options: MistralEventsOptions = {},
): Mapped<E, ConversationEvent> {
  return mapEvents(events, mistralEventsMapper(options));
}

/** A call of a message, with its arguments as far as they are known. */
interface KnownCall {
  readonly callId: string;
  readonly name: string;
  readonly args: unknown;
  readonly agent: Agent | undefined;
}

class MistralMapping {
  readonly #agents: ReadonlyMap<string, Agent>;
  readonly #conversationId: string | undefined;
  readonly #writer = new EventWriter();
  readonly #calls = new Map<string, KnownCall>();
  /** Entries whose text came piece by piece, tools that have begun, and calls and handoffs that were told. */
  readonly #told = new Set<string>();
  readonly #denied = new Set<string>();
  readonly #executed: string[] = [];
  #found: (ToolFindings & { readonly tool: string })[] = [];
  #tokens = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };

  constructor({ agents = new Map(), conversationId }: MistralEventsOptions) {
    this.#agents = agents;
    this.#conversationId = conversationId;
  }

  push(event: SwarmEvent): ConversationEvent[] {
    this.#writer.now = event.ts;
    switch (event.type) {
      case "run.started":
        return [this.#start(event)];
      case "run.done":
      case "run.interrupted":
        return [{ type: "conversation.response.done", created_at: this.#writer.time, usage: this.#usage() }];
      case "run.error":
        return [this.#failure(event)];
      case "message.delta":
        return this.#text(event);
      case "message.done":
        return [...this.#message(event), ...this.#functions(event)];
      case "tool.started":
        return this.#toolStarted({ ...this.#callOf(event), args: event.args });
      case "tool.found":
        this.#found.push(event);
        return [];
      case "tool.done":
        return this.#toolDone(event, undefined);
      case "tool.error":
        // A run that ended left no result.
        return event.reason === "ended" ? [] : this.#toolDone(event, event.result);
      case "tool.answered":
        return this.#answered(event);
      case "approval.requested":
        return event.approval === "handoff"
          ? this.#handoff(event.id, event.agent ?? "", event.name)
          : this.#waits(event);
      case "approval.settled":
        if (event.approval === "tool" && event.decision === "denied") this.#denied.add(event.id);
        return [];
      case "handoff.pending":
      case "handoff.done":
        return this.#handoff(event.id, event.from, event.to);
      case "human.requested":
        return this.#person(event);
      case "usage":
        this.#count(event);
        return [];
      default:
        return [];
    }
  }

  #start({ threadId, runId }: SwarmEvent): ConversationEvent {
    this.#writer.reset();
    this.#told.clear();
    this.#executed.length = 0;
    this.#tokens = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
    const id = this.#conversationId ?? threadId ?? runId;
    return { type: "conversation.response.started", created_at: this.#writer.time, conversation_id: id };
  }

  #failure({ code }: SwarmEventOf<"run.error">): ConversationEvent {
    const { status, message } = failureOf(code);
    return { type: "conversation.response.error", created_at: this.#writer.time, message, code: status };
  }

  #usage() {
    const connectors: Record<string, number> = {};
    for (const name of this.#executed) connectors[name] = (connectors[name] ?? 0) + 1;
    return { ...this.#tokens, ...(this.#executed.length > 0 && { connectors }) };
  }

  #count({ tokens: { input, output, total } }: SwarmEventOf<"usage">): void {
    const { prompt_tokens, completion_tokens, total_tokens } = this.#tokens;
    this.#tokens = {
      prompt_tokens: prompt_tokens + input,
      completion_tokens: completion_tokens + output,
      total_tokens: total_tokens + total,
    };
  }

  #text({ id, text, agent }: SwarmEventOf<"message.delta">): ConversationEvent[] {
    const own = entryId("msg", id);
    this.#told.add(own);
    return [this.#writer.delta(own, text, 0, this.#agents.get(agent ?? ""))];
  }

  /** What of a message was not streamed: all of it, or what stands beside its text. */
  #message({ messageId, text, reasoning = [], agent: name }: SwarmEventOf<"message.done">): ConversationEvent[] {
    if (text.trim() === "") return [];
    const agent = this.#agents.get(name ?? "");
    const id = entryId("msg", messageId);
    const isStreamed = this.#told.has(id);
    const content = contentOf({ text, reasoning }, chunksOf(this.#found));
    this.#found = [];
    if (typeof content === "string") return isStreamed ? [] : [this.#writer.delta(id, content, 0, agent)];
    if (!isStreamed) return content.map((chunk, index) => this.#writer.delta(id, chunk, index, agent));
    // The text has the first place, since it was there first.
    const beside = content.filter((chunk) => chunk.type !== "text");
    return beside.map((chunk, index) => this.#writer.delta(id, chunk, index + 1, agent));
  }

  #functions({ calls, agent: name }: SwarmEventOf<"message.done">): ConversationEvent[] {
    const agent = this.#agents.get(name ?? "");
    return calls.flatMap((call) => {
      if (!("args" in call)) return [];
      const known = { callId: call.id, name: call.name, args: call.args, agent };
      this.#calls.set(call.id, known);
      return isClients(call.name, agent) ? this.#function(known) : [];
    });
  }

  #function({ callId, name, args, agent }: KnownCall, status?: "pending" | "denied"): ConversationEvent[] {
    const id = entryId("fc", callId);
    if (this.#told.has(id)) return [];
    this.#told.add(id);
    return [this.#writer.functionCall(id, { callId: toolCallIdFor(callId), name, args }, { agent, status })];
  }

  #waits({ callId, name, input: args, agent, needs }: SwarmEventOf<"approval.requested">): ConversationEvent[] {
    const call = { callId, name, args, agent: this.#agents.get(agent ?? "") };
    this.#calls.set(callId, call);
    return this.#function(call, needs === "approval" ? "pending" : undefined);
  }

  #callOf({ callId, tool: name, agent }: SwarmEventOf<"tool.started" | "tool.answered">): KnownCall {
    return this.#calls.get(callId) ?? { callId, name, args: {}, agent: this.#agents.get(agent ?? "") };
  }

  #toolStarted({ callId, name, args, agent }: KnownCall): ConversationEvent[] {
    const id = entryId("tool_exec", callId);
    if (this.#told.has(id)) return [];
    this.#told.add(id);
    return [this.#writer.toolStarted(id, { name, args }, agent)];
  }

  #toolDone({ callId, tool }: SwarmEventOf<"tool.done" | "tool.error" | "tool.answered">, error: string | undefined) {
    this.#executed.push(tool);
    return [this.#writer.toolDone(entryId("tool_exec", callId), tool, error)];
  }

  /** A call that ran nowhere: what the client sent is its own, what it denied is a call, a mistake is told as a tool's. */
  #answered(event: SwarmEventOf<"tool.answered">): ConversationEvent[] {
    const call = this.#calls.get(event.callId);
    const known = call ?? (event.args === undefined ? undefined : { ...this.#callOf(event), args: event.args });
    if (known === undefined || isClients(known.name, known.agent)) return [];
    if (this.#denied.has(event.callId)) return call === undefined ? [] : this.#function(known, "denied");
    return [...this.#toolStarted(known), ...this.#toolDone(event, event.isError ? event.result : undefined)];
  }

  #handoff(of: string, from: string, to: string): ConversationEvent[] {
    const id = entryId("handoff", of);
    if (this.#told.has(id)) return [];
    this.#told.add(id);
    return this.#writer.handoff(id, [from, to], this.#agents);
  }

  #person({ id: callId, agent, name, canHandoffTo, handoff, problem }: SwarmEventOf<"human.requested">) {
    const asked = { name, canHandoffTo, ...(handoff && { handoff }), ...(problem !== undefined && { problem }) };
    return this.#function({ callId, name: "human_request", args: asked, agent: this.#agents.get(agent ?? "") });
  }
}
