import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import { textOf } from "../define/text-of.ts";
import type { SwarmEventBody } from "./events.ts";
import { CallAssembly } from "./read-calls.ts";
import { ReasoningAssembly, reasoningOf } from "./reasoning.ts";
import type { RunSignal } from "./run-signal.ts";

/** How messages are read. */
export interface MessageOptions {
  /** Whether texts are told token by token. */
  readonly withDeltas: boolean;
  /** Whether a call of whoever acts by this name is a handoff, which is told as such. */
  readonly isHandoff: (name: string) => boolean;
  /** Is told each event. */
  readonly tell: (body: SwarmEventBody) => void;
}

interface OpenMessage {
  text: string;
  readonly calls: CallAssembly;
  readonly reasoning: ReasoningAssembly;
}

/** Makes balanced message events of a turn's chunks and of what the turn says of its messages in the end. */
export class MessageReader {
  readonly #withDeltas: boolean;
  readonly #isHandoff: MessageOptions["isHandoff"];
  readonly #tell: MessageOptions["tell"];
  readonly #open = new Map<string, OpenMessage>();
  /** Ids that are told to the end: chunks of theirs may come late. */
  readonly #closed = new Set<string>();
  /** Whether who acts may say several messages in one turn. Else a second one replaces the first. */
  #saysSeveral = false;
  #listens = false;

  constructor({ withDeltas, isHandoff, tell }: MessageOptions) {
    this.#withDeltas = withDeltas;
    this.#isHandoff = isHandoff;
    this.#tell = tell;
  }

  /** An agent begins to think. One that is a graph may say several messages. */
  begin(saysSeveral: boolean): void {
    this.flush("replaced");
    this.#saysSeveral = saysSeveral;
    this.#listens = true;
  }

  /** A model's chunk, or its whole message where it does not stream. */
  chunk(message: unknown): void {
    if (!this.#listens || !AIMessage.isInstance(message)) return;
    const { id = "" } = message;
    if (this.#closed.has(id)) return;
    const open = this.#openOf(id);
    const reasoning = reasoningOf(message);
    open.reasoning.push(message);
    if (reasoning !== "") this.#tell({ type: "reasoning.delta", id, text: reasoning });
    const text = textOf(message);
    if (text !== "") {
      open.text += text;
      this.#tell({ type: "message.delta", id, text });
    }
    const chunks = AIMessageChunk.isInstance(message) ? (message.tool_call_chunks ?? []) : [];
    this.#tellPieces(id, open.calls.push(chunks));
  }

  /** The agent says a message as a whole. */
  done(said: RunSignal & { type: "message.done" }): void {
    const { id: messageId, streamedId, text, calls = [] } = said;
    const streamed = streamedId ?? messageId;
    if (!this.#withDeltas && !this.#open.has(streamed)) {
      this.#atOnce(said, streamed);
      return;
    }
    const isOther = this.#open.has(streamed) && !text.startsWith(this.#open.get(streamed)?.text ?? "");
    if (isOther) this.#drop(streamed, "replaced");
    const id = isOther ? `${messageId}~` : streamed;
    const open = this.#openOf(id);
    const rest = text.slice(open.text.length);
    if (this.#withDeltas && rest !== "") this.#tell({ type: "message.delta", id, text: rest });
    if (this.#withDeltas) this.#tellPieces(id, open.calls.complete(calls));
    this.#close(id);
    this.#closed.add(messageId);
    if (!this.#saysSeveral) {
      this.flush("replaced");
      this.#listens = false;
    }
    const { parts } = open.reasoning;
    this.#tell({ type: "message.done", id, messageId, text, calls, ...(parts.length > 0 && { reasoning: parts }) });
  }

  /** A message of which nothing was told before. */
  #atOnce({ id: messageId, text, calls = [] }: RunSignal & { type: "message.done" }, id: string): void {
    if (!this.#saysSeveral) this.flush("replaced");
    this.#closed.add(id).add(messageId);
    if (!this.#saysSeveral) this.#listens = false;
    this.#tell({ type: "message.started", id });
    this.#tell({ type: "message.done", id, messageId, text, calls });
  }

  /** Nothing more comes of what is still open. */
  flush(reason: "replaced" | "ended"): void {
    for (const id of this.#open.keys()) this.#drop(id, reason);
  }

  #openOf(id: string): OpenMessage {
    const known = this.#open.get(id);
    if (known !== undefined) return known;
    if (!this.#saysSeveral) this.flush("replaced");
    const open = { text: "", calls: new CallAssembly(), reasoning: new ReasoningAssembly() };
    this.#open.set(id, open);
    this.#tell({ type: "message.started", id });
    return open;
  }

  #tellPieces(id: string, pieces: ReturnType<CallAssembly["push"]>): void {
    for (const piece of pieces) {
      if (!this.#isHandoff(piece.tool)) this.#tell({ type: "tool.delta", id, ...piece });
    }
  }

  #drop(id: string, reason: "replaced" | "ended"): void {
    this.#close(id);
    this.#tell({ type: "message.error", id, reason });
  }

  #close(id: string): void {
    this.#open.delete(id);
    this.#closed.add(id);
  }
}
