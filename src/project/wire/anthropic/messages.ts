import type { WireProblem } from "../problem.ts";
import { objectOf, textOf } from "../problem.ts";
import type { Turn } from "./turn.ts";
import { blocksOf, dotted, refusal } from "./turn.ts";

const EMPTY_TEXT = "text content blocks must be non-empty";
const BLANK_TEXT = "text content blocks must contain non-whitespace text";

/** Fields that a message has. */
const MESSAGE_FIELDS = new Set(["role", "content"]);

/**
 * A6 (inferred, the cautious side): the request ends with the user's turn. Claude 4.6 and later refuse to go on with an
 * assistant's message.
 */
export function prefill(turns: readonly Turn[]): WireProblem[] {
  const last = turns.at(-1);
  if (last?.role !== "assistant") return [];
  const message =
    "This model does not support assistant message prefill. The conversation must end with a user message.";
  return [refusal("A6", last.path, message)];
}

/** A8 (Messages reference, `messages`): the first message is the user's. */
export function firstRole(turns: readonly Turn[]): WireProblem[] {
  const first = turns[0];
  if (first?.role !== "assistant") return [];
  return [refusal("A8", `${first.path}.role`, 'messages: first message must use the "user" role')];
}

/** A9 (Messages reference, `messages.role`): a message is the user's or the assistant's; the system prompt is no message. */
export function role(turn: Turn): WireProblem[] {
  const path = `${turn.path}.role`;
  const value = turn.value["role"];
  if (Object.keys(turn.value).length === 0 && turn.raw !== turn.value) {
    return [refusal("A9", turn.path, `${dotted(turn.path)}: Input should be a valid dictionary`)];
  }
  if (value === undefined) return [refusal("A9", path, `${dotted(path)}: Field required`)];
  if (typeof value !== "string") {
    return [refusal("A9", path, `${dotted(path)}: Input should be 'user' or 'assistant'`)];
  }
  if (value === "user" || value === "assistant") return [];
  const way =
    value === "system"
      ? 'The Messages API accepts a top-level `system` parameter, not "system" as an input message role.'
      : 'Allowed roles are "user" or "assistant".';
  return [refusal("A9", path, `messages: Unexpected role "${value}". ${way}`)];
}

/**
 * A10 (Messages reference, `messages.content`): a message has a content, and text in it. The API has grown lenient about
 * an assistant's empty content; the strict form of 2025 is kept.
 */
export function content(turn: Turn): WireProblem[] {
  const path = `${turn.path}.content`;
  const value = turn.value["content"];
  if (value === undefined) return [refusal("A10", path, `${dotted(path)}: Field required`)];
  if (typeof value !== "string" && !Array.isArray(value)) {
    return [refusal("A10", path, `${dotted(path)}: Input should be a valid list`)];
  }
  if (value.length === 0) {
    const who =
      turn.role === "user"
        ? "user messages must have non-empty content"
        : "all messages must have non-empty content except for the optional final assistant message";
    return [refusal("A10", path, `${dotted(turn.path)}: ${who}`)];
  }
  const texts = typeof value === "string" ? [value] : turn.blocks.map(({ value: block }) => block["text"]);
  const blank = texts.every((text) => typeof text === "string" && text !== "" && text.trim() === "");
  return blank ? [refusal("A10", path, `messages: ${BLANK_TEXT}`)] : [];
}

/**
 * A5: no text block is empty, in a message or in a tool's result. A result's own text may be: `content: ""` is fine, a
 * block with an empty text in it was refused for long, so that the cautious side is kept.
 */
export function emptyText(turn: Turn): WireProblem[] {
  const nested = turn.blocks.flatMap((block) => [
    block,
    ...(block.type === "tool_result" ? blocksOf(block.value["content"], `${block.path}.content`) : []),
  ]);
  return nested
    .filter(({ type, value }) => type === "text" && value["text"] === "")
    .map(({ path }) => refusal("A5", `${path}.text`, `messages: ${EMPTY_TEXT}`));
}

/** A20 (the API's schema): a message has no fields but `role` and `content`; an author's name among them. */
export function extraFields(turn: Turn): WireProblem[] {
  return Object.keys(turn.value)
    .filter((field) => !MESSAGE_FIELDS.has(field))
    .map((field) => `${turn.path}.${field}`)
    .map((path) => refusal("A20", path, `${dotted(path)}: Extra inputs are not permitted`));
}

/** A21 (Messages reference, prefilling): an assistant's last text does not end with white space. */
export function trailingSpace(turns: readonly Turn[]): WireProblem[] {
  const last = turns.at(-1);
  if (last?.role !== "assistant") return [];
  const { content: value } = last.value;
  const text = typeof value === "string" ? value : textOf(last.blocks.at(-1)?.value["text"]);
  if (text.trimEnd() === text) return [];
  const message = "messages: final assistant content cannot end with trailing whitespace";
  return [refusal("A21", `${last.path}.content`, message)];
}

/** A5 and A19 (Messages reference, `system`): the system prompt is a text, or a list of text blocks with text in them. */
export function system(value: unknown): WireProblem[] {
  if (value === undefined || value === "") return [];
  if (typeof value === "string") {
    return value.trim() === "" ? [refusal("A19", "system", `system: ${BLANK_TEXT}`)] : [];
  }
  if (!Array.isArray(value)) return [refusal("A19", "system", "system: Input should be a valid list")];
  return blocksOf(value, "system").flatMap(({ path, type, value: block }) => {
    const { text } = objectOf(block);
    if (type !== "text") return [refusal("A19", `${path}.type`, `${dotted(path)}.type: Input should be 'text'`)];
    if (typeof text !== "string") {
      return [refusal("A19", `${path}.text`, `${dotted(path)}.text: Input should be a valid string`)];
    }
    return text === "" ? [refusal("A5", `${path}.text`, `system: ${EMPTY_TEXT}`)] : [];
  });
}
