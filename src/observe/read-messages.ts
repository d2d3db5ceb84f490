import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { textOf } from "../define/text-of.ts";
import type { SwarmEventBody } from "./events.ts";
import { CallAssembly } from "./read-calls.ts";
import { ReasoningAssembly, reasoningOf } from "./reasoning.ts";
import type { RunSignal } from "./run-signal.ts";

/** How the messages of one turn are read. */
export interface TurnOptions {
  /** Whether the agent may say several messages in one turn: one that is a graph. Else a second one replaces the first. */
  readonly saysSeveral: boolean;
  /** Whether a call by this name is a handoff, which is told as such. */
  readonly isHandoff: (name: string) => boolean;
}

interface OpenMessage {
  text: string;
  readonly calls: CallAssembly;
  readonly reasoning: ReasoningAssembly;
}

const CLOSED: TurnOptions = { saysSeveral: false, isHandoff: () => false };

/** Makes balanced message events of a turn's chunks and of what the turn says of its messages in the end. */
export class MessageReader {
  readonly #withDeltas: boolean;
  readonly #open = new Map<string, OpenMessage>();
  /** Ids that are told to the end: chunks of theirs may come late. */
  readonly #closed = new Set<string>();
  #turn = CLOSED;
  #listens = false;

  constructor(withDeltas: boolean) {
    this.#withDeltas = withDeltas;
  }

  /** An agent begins to think. */
  begin(turn: TurnOptions): SwarmEventBody[] {
    const left = this.flush("replaced");
    this.#turn = turn;
    this.#listens = true;
    return left;
  }

  /** A model's chunk, or its whole message where it does not stream. */
  chunk(message: unknown): SwarmEventBody[] {
    if (!this.#listens || !AIMessage.isInstance(message)) return [];
    const { id = "" } = message;
    if (this.#closed.has(id)) return [];
    const { events, open } = this.#openOf(id);
    const reasoning = reasoningOf(message);
    open.reasoning.push(message);
    if (reasoning !== "") events.push({ type: "reasoning.delta", id, text: reasoning });
    const text = textOf(message);
    if (text !== "") {
      open.text += text;
      events.push({ type: "message.delta", id, text });
    }
    const chunks = AIMessageChunk.isInstance(message) ? (message.tool_call_chunks ?? []) : [];
    return [...events, ...this.#pieces(id, open.calls.push(chunks))];
  }

  /** The agent says a message as a whole. */
  done(said: RunSignal & { type: "message.done" }): SwarmEventBody[] {
    const { id: messageId, streamedId, text, calls = [] } = said;
    const streamed = streamedId ?? messageId;
    if (!this.#withDeltas && !this.#open.has(streamed)) return this.#atOnce(said, streamed);
    const isOther = this.#open.has(streamed) && !text.startsWith(this.#open.get(streamed)?.text ?? "");
    const events: SwarmEventBody[] = isOther ? this.#drop(streamed, "replaced") : [];
    const id = isOther ? `${messageId}~` : streamed;
    const { events: begun, open } = this.#openOf(id);
    events.push(...begun);
    const rest = text.slice(open.text.length);
    if (this.#withDeltas && rest !== "") events.push({ type: "message.delta", id, text: rest });
    if (this.#withDeltas) events.push(...this.#pieces(id, open.calls.complete(calls)));
    this.#close(id);
    this.#closed.add(messageId);
    if (!this.#turn.saysSeveral) {
      events.push(...this.flush("replaced"));
      this.#listens = false;
    }
    const { parts } = open.reasoning;
    return [
      ...events,
      { type: "message.done", id, messageId, text, calls, ...(parts.length > 0 && { reasoning: parts }) },
    ];
  }

  /** A message of which nothing was told before. */
  #atOnce({ id: messageId, text, calls = [] }: RunSignal & { type: "message.done" }, id: string): SwarmEventBody[] {
    const events: SwarmEventBody[] = this.#turn.saysSeveral ? [] : this.flush("replaced");
    this.#closed.add(id).add(messageId);
    if (!this.#turn.saysSeveral) this.#listens = false;
    events.push({ type: "message.started", id }, { type: "message.done", id, messageId, text, calls });
    return events;
  }

  /** Nothing more comes of what is still open. */
  flush(reason: "replaced" | "ended"): SwarmEventBody[] {
    if (this.#open.size === 0) return [];
    return [...this.#open.keys()].flatMap((id) => this.#drop(id, reason));
  }

  #openOf(id: string): { events: SwarmEventBody[]; open: OpenMessage } {
    const known = this.#open.get(id);
    if (known !== undefined) return { events: [], open: known };
    const events = this.#turn.saysSeveral ? [] : this.flush("replaced");
    const open = { text: "", calls: new CallAssembly(), reasoning: new ReasoningAssembly() };
    this.#open.set(id, open);
    return { events: [...events, { type: "message.started", id }], open };
  }

  #pieces(id: string, pieces: ReturnType<CallAssembly["push"]>): SwarmEventBody[] {
    return pieces
      .filter(({ tool }) => !this.#turn.isHandoff(tool))
      .map((piece) => ({ type: "tool.delta", id, ...piece }));
  }

  #drop(id: string, reason: "replaced" | "ended"): SwarmEventBody[] {
    this.#close(id);
    return [{ type: "message.error", id, reason }];
  }

  #close(id: string): void {
    this.#open.delete(id);
    this.#closed.add(id);
  }
}
