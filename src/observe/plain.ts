import { AIMessage, BaseMessage, ToolMessage } from "@langchain/core/messages";
import type { SaidCall } from "./run-signal.ts";

/** A message as plain JSON. */
export interface PlainMessage {
  readonly id?: string;
  /** LangChain's name of the kind: `human`, `ai`, `tool`, `system`. */
  readonly type: string;
  /** For an assistant message, the agent. */
  readonly name?: string;
  /** A text, or content blocks. */
  readonly content: unknown;
  readonly calls?: readonly SaidCall[];
  /** For a tool message, the call that it answers. */
  readonly callId?: string;
  readonly status?: string;
}

/** A message as plain JSON, without what only a client understands. */
export function plainMessage(message: BaseMessage): PlainMessage {
  const { id, type, name } = message;
  const calls = AIMessage.isInstance(message) ? saidCalls(message) : [];
  // In this order, and not by spreads: see `merged`.
  const plain: { -readonly [K in keyof PlainMessage]?: PlainMessage[K] } = {};
  if (id !== undefined) plain.id = id;
  plain.type = type;
  if (name !== undefined) plain.name = name;
  plain.content = toPlain(message.content);
  if (calls.length > 0) plain.calls = calls;
  if (ToolMessage.isInstance(message)) {
    plain.callId = message.tool_call_id;
    if (message.status !== undefined) plain.status = message.status;
  }
  return plain as PlainMessage;
}

/** A message's calls, the malformed ones with their text behind the others. */
export function saidCalls(message: AIMessage): SaidCall[] {
  const { tool_calls: valid = [], invalid_tool_calls: invalid = [] } = message;
  const said = valid.map(({ id = "", name, args }): SaidCall => ({ id, name, args: toPlain(args) as typeof args }));
  if (invalid.length === 0) return said;
  return said.concat(invalid.map(({ id = "", name = "", args = "" }) => ({ id, name, rawArgs: args })));
}

/** A copy of a value as JSON can say it; what it cannot say in words. Never throws. */
export function toPlain(value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  const copy = tryPlainCopy(value);
  if (copy !== ODD) return copy;
  try {
    const text = JSON.stringify(value, replace);
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return "[a value that cannot be shown]";
  }
}

/** What only JSON itself can tell. */
const ODD = Symbol("odd");

function tryPlainCopy(value: unknown): unknown {
  try {
    return plainCopy(value);
  } catch {
    return ODD;
  }
}

/** A copy of what is plain JSON as it stands, for a fraction of what a text costs that is read again. */
function plainCopy(value: unknown): unknown {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) && !Object.is(value, -0) ? value : ODD;
  if (typeof value !== "object") return ODD;
  if (Array.isArray(value)) {
    if ("toJSON" in value) return ODD;
    const copy: unknown[] = [];
    for (const item of value) {
      const own = plainCopy(item);
      if (own === ODD) return ODD;
      copy.push(own);
    }
    return copy;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if ((prototype !== Object.prototype && prototype !== null) || "toJSON" in value || Object.hasOwn(value, "__proto__"))
    return ODD;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(value)) {
    const item = (value as Record<string, unknown>)[key];
    if (item === undefined) continue;
    const own = plainCopy(item);
    if (own === ODD) return ODD;
    copy[key] = own;
  }
  return copy;
}

function replace(this: unknown, _key: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Map) return [...value.entries()];
  if (value instanceof Set) return [...value];
  return value;
}

/** A state as plain JSON. */
export function plainValues(values: unknown): Record<string, unknown> {
  if (typeof values !== "object" || values === null) return {};
  const plainOf = (value: unknown): unknown =>
    isMessages(value) ? value.map((message) => plainMessage(message)) : toPlain(value);
  return Object.fromEntries(Object.keys(values).map((key) => [key, plainOf((values as Record<string, unknown>)[key])]));
}

function isMessages(value: unknown): value is readonly BaseMessage[] {
  return Array.isArray(value) && value.length > 0 && value.every((item) => BaseMessage.isInstance(item));
}
