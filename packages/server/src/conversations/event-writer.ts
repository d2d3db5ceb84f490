import type { Chunk } from "../wire/chunks.ts";
import type { ConversationEvent, OutputEvent } from "../wire/events.ts";
import type { Agent } from "../wire/responses.ts";
import { makerOf } from "./to-entries.ts";

/** A function call, as its event tells it. */
export interface ToldCall {
  readonly callId: string;
  readonly name: string;
  readonly args: unknown;
}

type Body<E = OutputEvent> = E extends OutputEvent ? Omit<E, "created_at" | "output_index"> : never;

/** Writes the events of entries: each entry at the place where it was first heard of, each event with the time of its cause. */
export class EventWriter {
  readonly #places = new Map<string, number>();
  /** Milliseconds since 1970 of what is being told. */
  now = 0;

  /** The time of what is being told: ISO 8601 with microseconds. */
  get time(): string {
    return timeOf(this.now);
  }

  /** A new response: its outputs are counted from 0 again. */
  reset(): void {
    this.#places.clear();
  }

  /** A piece of a message: more text, or a whole chunk. */
  delta(id: string, content: string | Chunk, index: number, agent: Agent | undefined): ConversationEvent {
    return this.#at({
      type: "message.output.delta",
      id,
      content_index: index,
      ...makerOf(agent),
      role: "assistant",
      content,
    });
  }

  toolStarted(id: string, { name, args }: Omit<ToldCall, "callId">, agent: Agent | undefined): ConversationEvent {
    return this.#at({ type: "tool.execution.started", id, ...makerOf(agent), name, arguments: JSON.stringify(args) });
  }

  toolDone(id: string, name: string, error: string | undefined): ConversationEvent {
    return this.#at({ type: "tool.execution.done", id, name, ...(error !== undefined && { info: { error } }) });
  }

  functionCall(
    id: string,
    { callId, name, args }: ToldCall,
    { agent, status }: { readonly agent: Agent | undefined; readonly status?: "pending" | "denied" | undefined },
  ): ConversationEvent {
    return this.#at({
      type: "function.call.delta",
      id,
      ...makerOf(agent),
      name,
      tool_call_id: callId,
      arguments: JSON.stringify(args ?? {}),
      ...(status !== undefined && { confirmation_status: status }),
    });
  }

  /** Both events of a handoff. Agents that are gone are told by the names that they had. */
  handoff(
    id: string,
    hop: readonly [from: string, to: string],
    agents: ReadonlyMap<string, Agent>,
  ): ConversationEvent[] {
    const [previous, next] = hop.map((name) => ({
      id: agents.get(name)?.id ?? "",
      name: agents.get(name)?.name ?? name,
    }));
    return [
      this.#at({
        type: "agent.handoff.started",
        id,
        previous_agent_id: previous?.id ?? "",
        previous_agent_name: previous?.name ?? "",
      }),
      this.#at({ type: "agent.handoff.done", id, next_agent_id: next?.id ?? "", next_agent_name: next?.name ?? "" }),
    ];
  }

  #at(body: Body): ConversationEvent {
    const { type, id, ...rest } = body;
    // The parts of one event stay together, which the checker cannot follow.
    return { type, created_at: this.time, output_index: this.#place(id), id, ...rest } as ConversationEvent;
  }

  #place(id: string): number {
    const place = this.#places.get(id) ?? this.#places.size;
    this.#places.set(id, place);
    return place;
  }
}

/** Milliseconds as ISO 8601 with microseconds, as the clock of the server has it. */
function timeOf(ms: number): string {
  const micros = Math.round(ms * 1000);
  return new Date(Math.floor(micros / 1000)).toISOString().replace("Z", `${String(micros % 1000).padStart(3, "0")}Z`);
}
