import { AIMessageChunk } from "@langchain/core/messages";
import { isRunSignal } from "swarmgraph";
import type { RunSignal } from "swarmgraph";
import type { Clock } from "../wire/clock.ts";
import type { ConversationEvent } from "../wire/events.ts";
import type { Entry } from "../wire/entries.ts";
import type { Agent } from "../wire/responses.ts";
import { entryId, makerOf } from "./to-entries.ts";

/** What {@link eventsOf} needs to know. */
export interface EventsOptions {
  readonly agents: ReadonlyMap<string, Agent>;
  /** The new entries of a state of the thread. */
  readonly entriesOf: (values: Readonly<Record<string, unknown>>) => Promise<readonly Entry[]>;
  /** The new entries of the thread once the run has stopped. */
  readonly atLast: () => Promise<readonly Entry[]>;
  readonly now: Clock;
}

/**
 * A run's stream as Mistral's events, without the first and the last of these: texts as they come, tools of the server
 * when they begin, and each new entry once it is part of the thread.
 */
export async function* eventsOf(
  stream: AsyncIterable<unknown>,
  { agents, entriesOf, atLast, now }: EventsOptions,
): AsyncGenerator<ConversationEvent> {
  const writer = new EntryWriter(now);
  for await (const chunk of stream) {
    const [mode, data] = chunk as [string, unknown];
    if (mode === "messages") {
      const [message, { langgraph_node: node }] = data as [unknown, { langgraph_node?: unknown }];
      const agent = agents.get(String(node));
      if (agent !== undefined && AIMessageChunk.isInstance(message)) yield* writer.text(message, agent);
    } else if (mode === "custom" && isRunSignal(data)) {
      if (data.type === "tool.started") yield* writer.toolStarted(data, agents.get(data.agent));
      // The record says so only after the target's turn, whose text would come before it.
      if (data.type === "handoff.done") yield* writer.handedOver(data, agents);
    } else if (mode === "values") {
      yield* writer.entries(await entriesOf(data as Record<string, unknown>));
    }
  }
  yield* writer.entries(await atLast());
}

/** Writes the events of entries: each entry at the place where it was first heard of. */
class EntryWriter {
  readonly #now: Clock;
  readonly #places = new Map<string, number>();
  readonly #started = new Set<string>();
  readonly #texts = new Map<string, string>();
  readonly #written = new Set<string>();

  constructor(now: Clock) {
    this.#now = now;
  }

  *text(message: AIMessageChunk, agent: Agent): Iterable<ConversationEvent> {
    const { text, id = "" } = message;
    if (text === "") return;
    const own = entryId("msg", id);
    this.#texts.set(own, (this.#texts.get(own) ?? "") + text);
    yield this.#delta(own, text, 0, makerOf(agent));
  }

  *toolStarted(
    { tool: name, callId, args }: Extract<RunSignal, { type: "tool.started" }>,
    agent: Agent | undefined,
  ): Iterable<ConversationEvent> {
    const id = entryId("tool_exec", callId);
    this.#started.add(id);
    yield {
      type: "tool.execution.started",
      created_at: this.#now(),
      output_index: this.#place(id),
      id,
      ...makerOf(agent),
      name,
      arguments: JSON.stringify(args),
    };
  }

  *handedOver(
    { id: of, from, to }: Extract<RunSignal, { type: "handoff.done" }>,
    agents: ReadonlyMap<string, Agent>,
  ): Iterable<ConversationEvent> {
    const id = entryId("handoff", of);
    if (this.#written.has(id)) return;
    this.#written.add(id);
    const at = { created_at: this.#now(), output_index: this.#place(id), id };
    const [previous, next] = [agents.get(from), agents.get(to)];
    yield {
      type: "agent.handoff.started",
      ...at,
      previous_agent_id: previous?.id ?? "",
      previous_agent_name: previous?.name ?? from,
    };
    yield { type: "agent.handoff.done", ...at, next_agent_id: next?.id ?? "", next_agent_name: next?.name ?? to };
  }

  *entries(entries: readonly Entry[]): Iterable<ConversationEvent> {
    for (const entry of entries) {
      if (this.#written.has(entry.id)) continue;
      this.#written.add(entry.id);
      yield* this.#entry(entry);
    }
  }

  *#entry(entry: Entry): Iterable<ConversationEvent> {
    const at = { created_at: entry.created_at, output_index: this.#place(entry.id), id: entry.id };
    switch (entry.type) {
      case "message.output": {
        const maker = { agent_id: entry.agent_id, model: entry.model };
        if (typeof entry.content === "string") {
          if (!this.#texts.has(entry.id)) yield this.#delta(entry.id, entry.content, 0, maker);
          return;
        }
        // Of a text that was streamed, only what stands beside it is new.
        const isStreamed = this.#texts.has(entry.id);
        for (const [index, chunk] of entry.content.entries()) {
          if (!(isStreamed && chunk.type === "text")) yield this.#delta(entry.id, chunk, index, maker);
        }
        return;
      }
      case "tool.execution":
        if (!this.#started.has(entry.id)) {
          yield {
            type: "tool.execution.started",
            ...at,
            model: entry.model,
            agent_id: entry.agent_id,
            name: entry.name,
            arguments: entry.arguments,
          };
        }
        yield { type: "tool.execution.done", ...at, name: entry.name, info: entry.info };
        return;
      case "agent.handoff":
        yield {
          type: "agent.handoff.started",
          ...at,
          previous_agent_id: entry.previous_agent_id,
          previous_agent_name: entry.previous_agent_name,
        };
        yield {
          type: "agent.handoff.done",
          ...at,
          next_agent_id: entry.next_agent_id,
          next_agent_name: entry.next_agent_name,
        };
        return;
      case "function.call":
        yield {
          type: "function.call.delta",
          ...at,
          model: entry.model,
          agent_id: entry.agent_id,
          name: entry.name,
          tool_call_id: entry.tool_call_id,
          arguments: typeof entry.arguments === "string" ? entry.arguments : JSON.stringify(entry.arguments),
          confirmation_status: entry.confirmation_status,
        };
        return;
      default:
    }
  }

  #delta(
    id: string,
    content: Extract<ConversationEvent, { type: "message.output.delta" }>["content"],
    index: number,
    maker: { agent_id?: string | null | undefined; model?: string | null | undefined },
  ): ConversationEvent {
    return {
      type: "message.output.delta",
      created_at: this.#now(),
      output_index: this.#place(id),
      id,
      content_index: index,
      model: maker.model,
      agent_id: maker.agent_id,
      role: "assistant",
      content,
    };
  }

  #place(id: string): number {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const place = this.#places.size;
    this.#places.set(id, place);
    return place;
  }
}
