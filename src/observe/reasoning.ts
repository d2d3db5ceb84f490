import type { BaseMessage } from "@langchain/core/messages";

/** The reasoning that a message or a chunk of one shows, whichever way its provider has it. */
export function reasoningOf({ content, additional_kwargs: fields }: BaseMessage): string {
  const aside = fields["reasoning_content"];
  const blocks = typeof content === "string" ? [] : content.map((block) => textOfBlock(block));
  return [typeof aside === "string" ? aside : "", ...blocks].join("");
}

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
