import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { callsOf } from "../define/calls.ts";
import { hidden } from "../define/hidden.ts";
import { withCalls } from "./pairs.ts";
import { isOfResponses, isSealed } from "./provenance.ts";
import type { Profile } from "./profiles/profile.ts";

/** What stands for a result without a text, which some providers refuse. */
const NO_OUTPUT = "(no output)";

/** What stands for a user's message without a text. */
const NO_TEXT = "(no text)";

/** The user turn before a conversation that begins with the assistant. */
const BEGINNING = "(The conversation begins.)";

/** The longest name of an author. */
const MAX_AUTHOR = 64;

/** The assistant turn between a tool's result and the user, where a provider wants one. */
const BRIDGE = "Understood.";

/**
 * Brings paired messages into the form of one provider: no empty texts, no authors where they mean something else, the
 * user first, and who may follow whom. Pure; O(messages); a message that is right already is passed on as it is.
 */
export function shapeFor(messages: readonly BaseMessage[], profile: Profile): BaseMessage[] {
  const shaped: BaseMessage[] = [];
  shapeInto(shaped, messages, profile);
  return shaped;
}

/** The same, behind messages that are in their form already; the last of these may be merged with the first new one. */
export function shapeInto(shaped: BaseMessage[], messages: readonly BaseMessage[], profile: Profile): void {
  for (const message of profile.parallelCalls ? messages : oneCallEach(messages)) {
    const own = shapeOne(message, profile);
    const last = shaped.at(-1);
    if (last === undefined && profile.beginsWithUser && own.type !== "human") shaped.push(new HumanMessage(BEGINNING));
    if (last?.type === "tool" && own.type === "human" && !profile.userAfterTool) shaped.push(new AIMessage(BRIDGE));
    const merged = profile.repeatsRoles || last === undefined ? undefined : merge(last, own);
    if (merged === undefined) shaped.push(own);
    else shaped[shaped.length - 1] = merged;
  }
}

/** Each call as a turn of its own, with its answer after it. Needs paired calls. */
function oneCallEach(messages: readonly BaseMessage[]): BaseMessage[] {
  const apart: BaseMessage[] = [];
  for (let index = 0; index < messages.length; index += 1) {
    const message = messages[index] as BaseMessage;
    const calls = AIMessage.isInstance(message) ? (message.tool_calls ?? []) : [];
    if (calls.length < 2) {
      apart.push(message);
      continue;
    }
    const { content } = withCalls(message as AIMessage, []);
    for (const [position, call] of calls.entries()) {
      apart.push(
        copyOf(message as AIMessage, { content: position === 0 ? content : "", name: message.name, calls: [call] }),
      );
      apart.push(messages[index + 1 + position] as BaseMessage);
    }
    index += calls.length;
  }
  return apart;
}

/** For each profile, the shape of a message that had to be changed: the same object again for the same message. */
const shapes = hidden<Partial<Record<string, BaseMessage>>>();

function shapeOne(message: BaseMessage, profile: Profile): BaseMessage {
  const known = shapes.get(message);
  const seen = known?.[profile.name];
  if (seen !== undefined) return seen;
  const made = reshape(message, profile);
  if (made === message) return made;
  if (known === undefined) shapes.set(message, { [profile.name]: made });
  else known[profile.name] = made;
  return made;
}

function reshape(message: BaseMessage, profile: Profile): BaseMessage {
  if (AIMessage.isInstance(message)) return reshapeAssistant(message, profile);
  if (ToolMessage.isInstance(message)) return isBlank(message.content) ? withText(message, NO_OUTPUT) : message;
  if (message.type !== "human") return message;
  const content = isBlank(message.content) ? NO_TEXT : withoutBlanks(message.content);
  const name = authorOf(message.name, profile);
  if (content === message.content && name === message.name) return message;
  return new HumanMessage({
    content,
    ...(message.id !== undefined && { id: message.id }),
    ...(name !== undefined && { name }),
  });
}

function reshapeAssistant(message: AIMessage, profile: Profile): AIMessage {
  const hasCalls = (message.tool_calls ?? []).length > 0;
  const own = isOfResponses(message) ? withoutSummaries(message.content) : message.content;
  const content = hasCalls && isBlank(own) ? emptyFor(own, profile) : withoutBlanks(own);
  const name = authorOf(message.name, profile);
  const isMisnamed = ITEM_ID.test(message.id ?? "") && !isOfResponses(message);
  if (content === message.content && name === message.name && !isMisnamed) return message;
  const copy = copyOf(message, { content, name, calls: message.tool_calls ?? [] });
  if (isMisnamed) delete copy.id;
  return copy;
}

/** What is said, without the summaries of reasoning items: these go as items, and would leave an empty message behind. */
function withoutSummaries(content: Content): Content {
  if (typeof content === "string" || !content.some(({ type }) => type === "reasoning")) return content;
  return content.filter(({ type }) => type !== "reasoning");
}

/** No text, as the profile writes it; the same object where it is written so already. */
function emptyFor(content: Content, { emptyContent }: Profile): Content {
  if (emptyContent === "") return "";
  return typeof content !== "string" && content.length === 0 ? content : [];
}

/** Ids that OpenAI's Responses would look for among its own items: only what was made there may bear them. */
const ITEM_ID = /^(?:msg|rs|resp|fc)_/;

/** Characters that a provider with authors refuses in their names. */
const ILLEGAL_IN_AUTHOR = /[\s<|\\/>]+/g;

function authorOf(name: string | undefined, { hasAuthors }: Profile): string | undefined {
  if (!hasAuthors || name === undefined) return undefined;
  return name.replace(ILLEGAL_IN_AUTHOR, "_").slice(0, MAX_AUTHOR) || undefined;
}

function copyOf(
  message: AIMessage,
  {
    content,
    name,
    calls,
  }: { content: AIMessage["content"]; name: string | undefined; calls: NonNullable<AIMessage["tool_calls"]> },
): AIMessage {
  return new AIMessage({
    content,
    additional_kwargs: message.additional_kwargs,
    response_metadata: message.response_metadata,
    tool_calls: calls,
    ...(message.id !== undefined && { id: message.id }),
    ...(name !== undefined && { name }),
    ...(message.usage_metadata !== undefined && { usage_metadata: message.usage_metadata }),
  });
}

/** Two messages of one role as one, where both are the user's, or both the assistant's and the first without calls. */
function merge(first: BaseMessage, second: BaseMessage): BaseMessage | undefined {
  if (first.type === "human" && second.type === "human") {
    return new HumanMessage({ content: joined(first.content, second.content), ...idOf(first) });
  }
  if (!AIMessage.isInstance(first) || !AIMessage.isInstance(second) || (first.tool_calls ?? []).length > 0)
    return undefined;
  // Who made the reasoning has to stay known.
  const { response_metadata } = isSealed(first) && !isSealed(second) ? first : second;
  const calls = second.tool_calls ?? [];
  const merged = new AIMessage({
    content: joined(first.content, second.content),
    additional_kwargs: { ...first.additional_kwargs, ...second.additional_kwargs },
    response_metadata,
    tool_calls: calls,
    ...idOf(second),
    ...(second.name !== undefined && { name: second.name }),
  });
  // Under the first one's metadata the calls may have to stand among the blocks.
  return response_metadata === second.response_metadata ? merged : withCalls(merged, callsOf(second));
}

type Content = BaseMessage["content"];

function joined(first: Content, second: Content): Content {
  if (typeof first === "string" && typeof second === "string") {
    return [first, second].filter((text) => text.trim() !== "").join("\n\n");
  }
  return [...blocksOf(first), ...blocksOf(second)];
}

function blocksOf(content: Content): Exclude<Content, string> {
  if (typeof content !== "string") return content;
  return content.trim() === "" ? [] : [{ type: "text", text: content }];
}

/** Whether a content says nothing at all. Blocks other than text say something. */
function isBlank(content: Content): boolean {
  if (typeof content === "string") return content.trim() === "";
  return content.every((block) => isBlankText(block));
}

function isBlankText(block: { readonly type?: unknown; readonly text?: unknown }): boolean {
  return block.type === "text" && (typeof block.text !== "string" || block.text.trim() === "");
}

function withoutBlanks(content: Content): Content {
  if (typeof content === "string" || !content.some((block) => isBlankText(block))) return content;
  return content.filter((block) => !isBlankText(block));
}

function withText(message: ToolMessage, text: string): ToolMessage {
  return new ToolMessage({
    content: text,
    tool_call_id: message.tool_call_id,
    ...idOf(message),
    ...(message.name !== undefined && { name: message.name }),
    ...(message.status && { status: message.status }),
  });
}

function idOf({ id }: BaseMessage): { id?: string } {
  return id === undefined ? {} : { id };
}
