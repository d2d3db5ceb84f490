import type { InvalidToolCall, ToolCall, ToolCallChunk } from "@langchain/core/messages/tool";

/** A tool call as it came, its arguments still text. */
export interface RawCall {
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly text: string;
}

/** A tool call as servers send it, whole or in pieces. Looser than OpenAI's own type: many servers leave fields out. */
export interface WireCall {
  readonly index?: number | null | undefined;
  readonly id?: string | null | undefined;
  readonly function?: { readonly name?: string | null; readonly arguments?: unknown } | null | undefined;
  readonly custom?: { readonly name?: string | null; readonly input?: string | null } | null | undefined;
}

/** A tool call that may run, or one that may not and says why. */
export type SettledCall = (ToolCall & { type: "tool_call" }) | (InvalidToolCall & { type: "invalid_tool_call" });

/** Reasons to finish after which nothing of a reply may run, in words. */
const CUT: ReadonlyMap<string | undefined, string> = new Map([
  ["length", "cut by length"],
  ["content_filter", "cut by the content filter"],
]);

interface OpenCall {
  readonly index: number | undefined;
  id: string | undefined;
  name: string | undefined;
  text: string;
}

/**
 * Puts the tool calls of a streamed reply together: by index, by id where a delta has no index, and else by what was
 * open last. A name counts once however often it is repeated; a new id with a name opens a new call where the one before
 * is whole, because some servers send every call with index 0.
 */
export class ToolCallAssembly {
  readonly #calls: OpenCall[] = [];

  /** The calls so far, in the order in which they were opened. */
  get calls(): readonly RawCall[] {
    return this.#calls;
  }

  /** Takes the deltas of one event; gives them back as chunks, each with its call's own index, id and name sent once. */
  add(deltas: readonly WireCall[]): ToolCallChunk[] {
    return deltas.map((delta) => {
      const piece = toRawCall(delta);
      const call = this.#find(delta.index ?? undefined, piece) ?? this.#open(delta.index ?? undefined);
      const id = call.id === undefined ? piece.id : undefined;
      const name = call.name === undefined ? piece.name : undefined;
      call.id ??= id;
      call.name ??= name;
      call.text += piece.text;
      return {
        type: "tool_call_chunk",
        index: this.#calls.indexOf(call),
        args: piece.text,
        ...(id !== undefined && { id }),
        ...(name !== undefined && { name }),
      };
    });
  }

  #open(index: number | undefined): OpenCall {
    const call: OpenCall = { index, id: undefined, name: undefined, text: "" };
    this.#calls.push(call);
    return call;
  }

  #find(index: number | undefined, piece: RawCall): OpenCall | undefined {
    if (index !== undefined) {
      const call = this.#calls.findLast((open) => open.index === index);
      const hasOtherId = piece.id !== undefined && call?.id !== undefined && piece.id !== call.id;
      return call !== undefined && hasOtherId && startsAnother(call, piece) ? undefined : call;
    }
    const known = piece.id === undefined ? undefined : this.#calls.findLast((open) => open.id === piece.id);
    if (known !== undefined) return known;
    const last = this.#calls.at(-1);
    if (last === undefined) return undefined;
    const isOther = piece.id !== undefined && last.id !== undefined && piece.name !== undefined;
    return isOther || startsAnother(last, piece) ? undefined : last;
  }
}

/** A whole call of a reply that was not streamed, or one piece of one that was. */
export function toRawCall(call: WireCall): RawCall {
  const { custom, function: fn } = call;
  const text = custom ? JSON.stringify({ input: custom.input ?? "" }) : textOf(fn?.arguments);
  return { id: call.id || undefined, name: (custom ?? fn)?.name || undefined, text };
}

/**
 * Reads a call's arguments strictly: the whole text has to be one JSON object, an empty text counts as `{}`. Everything
 * else, a call without a name, and every call of a reply that was cut come back as an `invalid_tool_call` with the raw
 * text and the reason. Contract: never throws; gives a call without an id an id of its own.
 */
export function settleCall(call: RawCall, finishReason: string | undefined): SettledCall {
  const id = call.id ?? `call_${globalThis.crypto.randomUUID()}`;
  const name = call.name ?? "";
  const parsed = parseArguments(call.text);
  const error =
    CUT.get(finishReason) ?? (name === "" ? "the call has no name" : "error" in parsed ? parsed.error : undefined);
  return error === undefined && "args" in parsed
    ? { type: "tool_call", id, name, args: parsed.args }
    : { type: "invalid_tool_call", id, name, args: call.text, error: error as string };
}

/** The parsed object, or why the text is none. */
export function parseArguments(text: string): { args: Record<string, unknown> } | { error: string } {
  if (text === "") return { args: {} };
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { args: value as Record<string, unknown> };
    }
    return { error: "the arguments are not a JSON object" };
  } catch (cause) {
    return { error: `the arguments are not valid JSON: ${(cause as Error).message}` };
  }
}

function startsAnother(call: OpenCall, piece: RawCall): boolean {
  if (piece.name === undefined || call.name === undefined) return false;
  return piece.name !== call.name || (call.text !== "" && "args" in parseArguments(call.text));
}

/** Some servers send the arguments as an object. */
function textOf(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
