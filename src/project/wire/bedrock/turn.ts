import type { JsonObject, WireProblem } from "../problem.ts";
import { listOf, objectOf, textOf } from "../problem.ts";

/** A block of a message's content, with its place in the body. */
export interface Block {
  /** E.g. `messages[1].content[0]`. */
  readonly path: string;
  readonly value: JsonObject;
}

/** One message of a request, with its place in the body. */
export interface Turn {
  /** E.g. `messages[1]`. */
  readonly path: string;
  readonly index: number;
  readonly role: string;
  readonly value: JsonObject;
  readonly blocks: readonly Block[];
}

/** A call or a result in a message. */
export interface ToolBlock {
  /** E.g. `messages[1].content[0].toolUse`. */
  readonly path: string;
  /** Its `toolUseId`, or an empty text. */
  readonly id: string;
  readonly value: JsonObject;
}

/** The messages of a request's body. */
export function turnsOf(body: JsonObject): Turn[] {
  return listOf(body["messages"]).map((raw, index) => {
    const value = objectOf(raw);
    const path = `messages[${index}]`;
    return { path, index, role: textOf(value["role"]), value, blocks: blocksOf(value["content"], `${path}.content`) };
  });
}

/** The blocks of a content, with their places below `path`. */
export function blocksOf(content: unknown, path: string): Block[] {
  return listOf(content).map((raw, index) => ({ path: `${path}[${index}]`, value: objectOf(raw) }));
}

/** The calls (`toolUse`) or the results (`toolResult`) of a message. */
export function toolBlocks(turn: Turn | undefined, kind: "toolUse" | "toolResult"): ToolBlock[] {
  return (turn?.blocks ?? [])
    .filter(({ value }) => value[kind] !== undefined)
    .map(({ path, value: block }) => {
      const value = objectOf(block[kind]);
      return { path: `${path}.${kind}`, id: textOf(value["toolUseId"]), value };
    });
}

/** A place as Bedrock's own checks write it: `messages.1.content.0` for `messages[1].content[0]`. */
export function dotted(path: string): string {
  return path.replaceAll(/\[(\d+)\]/g, ".$1");
}

/** A refusal in Bedrock's form: always 400 `ValidationException`, with neither a code nor a parameter. */
export function refusal(rule: `B${number}`, path: string, message: string): WireProblem {
  return { rule, path, message, status: 400, type: "ValidationException", code: null, param: null };
}

/**
 * A refusal of the service's schema check, which counts from 1 and writes `member` after each index, e.g.
 * `messages.2.member.content.1.member.toolUse.name`.
 */
export function constraint(rule: `B${number}`, path: string, { value, must }: { value: unknown; must: string }) {
  const place = path.replaceAll(/\[(\d+)\]/g, (_, index: string) => `.${Number(index) + 1}.member`);
  const shown = value === undefined || value === null ? "null" : `'${typeof value === "string" ? value : "[]"}'`;
  const message = `1 validation error detected: Value ${shown} at '${place}' failed to satisfy constraint: Member must ${must}`;
  return refusal(rule, path, message);
}

/** A refusal that Bedrock hands on from the model's own API. */
export function fromModel(rule: `B${number}`, path: string, message: string): WireProblem {
  return refusal(rule, path, `The model returned the following errors: ${message}`);
}
