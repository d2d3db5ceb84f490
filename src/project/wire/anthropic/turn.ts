import type { JsonObject, WireProblem } from "../problem.ts";
import { listOf, objectOf, textOf } from "../problem.ts";

/** A block of a message's content, with its place in the body. */
export interface Block {
  /** E.g. `messages[1].content[0]`. */
  readonly path: string;
  /** Its `type`, or an empty text. */
  readonly type: string;
  readonly value: JsonObject;
}

/** One message of a request, with its place in the body. */
export interface Turn {
  /** E.g. `messages[1]`. */
  readonly path: string;
  readonly role: string;
  readonly raw: unknown;
  readonly value: JsonObject;
  /** The blocks of its content; none where the content is a text. */
  readonly blocks: readonly Block[];
}

/** The messages of a request's body. */
export function turnsOf(body: JsonObject): Turn[] {
  return listOf(body["messages"]).map((raw, index) => {
    const value = objectOf(raw);
    const path = `messages[${index}]`;
    return { path, role: textOf(value["role"]), raw, value, blocks: blocksOf(value["content"], `${path}.content`) };
  });
}

/** The blocks of a content, with their places below `path`. */
export function blocksOf(content: unknown, path: string): Block[] {
  return listOf(content).map((raw, index) => {
    const value = objectOf(raw);
    return { path: `${path}[${index}]`, type: textOf(value["type"]), value };
  });
}

/** The blocks of one type. */
export function blocksOfType(turn: Turn | undefined, type: string): Block[] {
  return (turn?.blocks ?? []).filter((block) => block.type === type);
}

/** A place as Anthropic writes it: `messages.1.content.0` for `messages[1].content[0]`. */
export function dotted(path: string): string {
  return path.replaceAll(/\[(\d+)\]/g, ".$1");
}

/** A refusal in Anthropic's form: always 400 `invalid_request_error`, with neither a code nor a parameter. */
export function refusal(rule: `A${number}`, path: string, message: string): WireProblem {
  return { rule, path, message, status: 400, type: "invalid_request_error", code: null, param: null };
}
