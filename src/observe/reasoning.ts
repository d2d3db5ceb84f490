import { AIMessageChunk } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { SaidReasoning } from "./events.ts";

/** The reasoning that a message or a chunk of one shows, whichever way its provider has it. */
export function reasoningOf({ content, additional_kwargs: fields }: BaseMessage): string {
  const aside = fields["reasoning_content"];
  const blocks = typeof content === "string" ? [] : content.map((block) => textOfBlock(block));
  return [typeof aside === "string" ? aside : "", ...blocks].join("");
}

/**
 * The reasoning in a message's content, block by block.
 *
 * @example
 * ```ts
 * import { AIMessage } from "@langchain/core/messages";
 * import { saidReasoning } from "swarmgraph";
 *
 * saidReasoning(new AIMessage({ content: [{ type: "thinking", thinking: "Two and two?" }] })); // [{ text: "Two and two?" }]
 * ```
 */
export function saidReasoning(message: BaseMessage): readonly SaidReasoning[] {
  const assembly = new ReasoningAssembly();
  assembly.push(message);
  return assembly.parts;
}

interface Slot {
  readonly index: unknown;
  text: string;
  signature: string;
}

/** Puts the reasoning of a message together, chunk by chunk: by index, else onto the last block. */
export class ReasoningAssembly {
  readonly #slots: Slot[] = [];

  /** What was thought so far, without blocks that show no text. */
  get parts(): readonly SaidReasoning[] {
    return this.#slots
      .filter(({ text }) => text !== "")
      .map(({ text, signature }) => ({ text, ...(signature !== "" && { signature }) }));
  }

  push(message: BaseMessage): void {
    if (typeof message.content === "string") return;
    for (const block of message.content as readonly Readonly<Record<string, unknown>>[]) {
      if (!REASONING.has(block["type"])) continue;
      const slot = this.#slotOf(block["index"], AIMessageChunk.isInstance(message));
      slot.text += textOfBlock(block);
      if (typeof block["signature"] === "string") slot.signature += block["signature"];
    }
  }

  #slotOf(index: unknown, isPiece: boolean): Slot {
    const known = index === undefined ? this.#slots.at(-1) : this.#slots.find((slot) => slot.index === index);
    if (isPiece && known !== undefined) return known;
    const slot: Slot = { index, text: "", signature: "" };
    this.#slots.push(slot);
    return slot;
  }
}

const REASONING: ReadonlySet<unknown> = new Set(["thinking", "reasoning", "reasoning_content"]);

/** Anthropic's and Mistral's `thinking`, the standard `reasoning`, Amazon's `reasoning_content`. */
function textOfBlock(block: Readonly<Record<string, unknown>>): string {
  switch (block["type"]) {
    case "thinking":
      return textIn(block["thinking"]);
    case "reasoning":
      return textIn(block["reasoning"]) || textIn(block["summary"]);
    case "reasoning_content":
      return textIn(block["reasoningText"]);
    default:
      return "";
  }
}

function textIn(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(textIn).join("");
  return typeof value === "object" && value !== null && "text" in value ? textIn(value.text) : "";
}
