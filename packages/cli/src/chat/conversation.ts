import { randomUUID } from "node:crypto";
import { jsonlMapper } from "swarmgraph";
import type { PendingInterrupt, SwarmEvent, SwarmGraph } from "swarmgraph";
import { runTurn } from "../turn.ts";
import type { TurnInput } from "../turn.ts";

/** Where a turn began: what undoing it goes back to. */
interface Beginning {
  /** Absent where nothing had been said. */
  readonly checkpointId: string | undefined;
  readonly events: number;
}

/** A conversation with a swarm on one thread: its turns, what it waits for, and its events. */
export class Conversation {
  readonly #graph: SwarmGraph;
  readonly #events: SwarmEvent[] = [];
  readonly #turns: Beginning[] = [];
  #threadId: string;
  #waits: readonly PendingInterrupt[] | undefined;

  constructor(graph: SwarmGraph, threadId: string = randomUUID()) {
    this.#graph = graph;
    this.#threadId = threadId;
  }

  get threadId(): string {
    return this.#threadId;
  }

  /** What the last turn waits for; `undefined` where it is done. */
  get waits(): readonly PendingInterrupt[] | undefined {
    return this.#waits;
  }

  /** Who has the conversation. */
  async activeAgent(): Promise<string> {
    const { values } = await this.#graph.getState(this.#at());
    const { activeAgent } = values as { readonly activeAgent?: unknown };
    return typeof activeAgent === "string" ? activeAgent : this.#graph.definition.entry;
  }

  /** Runs what the user says, or the answers to what the turn waits for. */
  async *say(input: TurnInput, signal: AbortSignal): AsyncGenerator<SwarmEvent, void> {
    if (typeof input === "string") {
      this.#turns.push({ checkpointId: await this.#checkpointId(), events: this.#events.length });
    }
    this.#waits = undefined;
    for await (const event of runTurn(this.#graph, input, { threadId: this.#threadId, signal })) {
      this.#events.push(event);
      if (event.type === "run.interrupted") this.#waits = event.interrupts;
      yield event;
    }
  }

  /** Goes back to before the last thing that the user said; false where there is none. */
  async undo(): Promise<boolean> {
    const last = this.#turns.pop();
    if (last === undefined) return false;
    this.#waits = undefined;
    this.#events.length = last.events;
    // The thread keeps what was said, as another branch; a conversation without a beginning is a new one.
    if (last.checkpointId === undefined) this.#threadId = randomUUID();
    else await this.#graph.updateState(this.#at(last.checkpointId), null as never, "__copy__");
    return true;
  }

  /** The conversation as a recording. */
  recording(): string {
    const mapper = jsonlMapper({ definition: this.#graph.definition });
    const lines = [...this.#events.flatMap((event) => mapper.push(event)), ...mapper.end()];
    return `${lines.join("\n")}\n`;
  }

  async #checkpointId(): Promise<string | undefined> {
    const { config, values } = await this.#graph.getState(this.#at());
    const { messages = [] } = values as { readonly messages?: readonly unknown[] };
    const id: unknown = config.configurable?.["checkpoint_id"];
    return messages.length > 0 && typeof id === "string" ? id : undefined;
  }

  #at(checkpointId?: string): { configurable: Record<string, string> } {
    const checkpoint = checkpointId === undefined ? {} : { checkpoint_id: checkpointId };
    return { configurable: { thread_id: this.#threadId, ...checkpoint } };
  }
}
