import type { WireProblem } from "../problem.ts";
import { blocksOf, constraint, dotted, refusal } from "./turn.ts";
import type { Turn } from "./turn.ts";

/** B5 (Converse guide): a conversation starts with the user; one without messages does not start. */
export function start(turns: readonly Turn[]): WireProblem[] {
  if (turns.length > 0 && turns[0]?.role !== "assistant") return [];
  const path = turns.length === 0 ? "messages" : "messages[0].role";
  const message =
    "A conversation must start with a user message. Try again with a conversation that starts with a user message.";
  return [refusal("B5", path, message)];
}

/** B6 (the service's own text; langchain-aws#130): the user and the assistant take turns. */
export function alternation(turn: Turn, previous: Turn | undefined): WireProblem[] {
  if (previous === undefined || turn.role !== previous.role || turn.role === "") return [];
  const message =
    "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.";
  return [refusal("B6", `${turn.path}.role`, message)];
}

/** B7 (the service's own text, for most models; the cautious side for the others): a conversation ends with the user. */
export function end(turns: readonly Turn[]): WireProblem[] {
  const last = turns.at(-1);
  if (last?.role !== "assistant") return [];
  const message =
    "A conversation must end with a user message. Try again with a conversation that ends with a user message.";
  return [refusal("B7", `${last.path}.role`, message)];
}

/** B8 (API reference, Message): a message has a content with a block in it. */
export function content(turn: Turn): WireProblem[] {
  const path = `${turn.path}.content`;
  const value = turn.value["content"];
  if (value === undefined || value === null) return [constraint("B8", path, { value, must: "not be null" })];
  if (!Array.isArray(value)) {
    return [
      refusal(
        "B8",
        path,
        `The format of the value at ${dotted(path)} is invalid. Provide a list for the field and try again.`,
      ),
    ];
  }
  if (value.length > 0) return [];
  const message = `The content field in the Message object at ${dotted(turn.path)} is empty. Add a ContentBlock object to the content field and try again.`;
  return [refusal("B8", path, message)];
}

/** B9 (the service's own text): no text is blank; white space alone is. */
export function blankText({ blocks }: Turn): WireProblem[] {
  return blocks
    .filter(({ value }) => typeof value["text"] === "string" && value["text"].trim() === "")
    .map(({ path }) => refusal("B9", `${path}.text`, blank("ContentBlock", path)));
}

/** B9 (API reference, SystemContentBlock): nor is a text of the system prompt. */
export function system(value: unknown): WireProblem[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    return [
      refusal(
        "B9",
        "system",
        "The format of the value at system is invalid. Provide a list for the field and try again.",
      ),
    ];
  }
  return blocksOf(value, "system").flatMap(({ path, value: block }) => {
    const { text } = block;
    if (text === undefined && ("cachePoint" in block || "guardContent" in block)) return [];
    if (typeof text !== "string") return [constraint("B9", `${path}.text`, { value: undefined, must: "not be null" })];
    return text.trim() === "" ? [refusal("B9", `${path}.text`, blank("SystemContentBlock", path))] : [];
  });
}

/** B12 (API reference, Message): a role is the user's or the assistant's; the system prompt is no message. */
export function role({ path: turnPath, value: turn }: Turn): WireProblem[] {
  const value = turn["role"];
  const path = `${turnPath}.role`;
  if (value === undefined || value === null) return [constraint("B12", path, { value, must: "not be null" })];
  if (value === "user" || value === "assistant") return [];
  return [constraint("B12", path, { value, must: "satisfy enum value set: [user, assistant]" })];
}

/** What Bedrock says of a blank text. */
export function blank(kind: string, path: string): string {
  return `The text field in the ${kind} object at ${dotted(path)} is blank. Add text to the text field, and try again.`;
}
