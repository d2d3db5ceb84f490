import { objectOf, textOf } from "../../wire/problem.ts";
import type { JsonObject } from "../../wire/problem.ts";

/** A thought on Bedrock's wire, from LangChain's standard block or from that of its adapter; `undefined` for an empty one. */
export function thoughtOf(block: JsonObject): JsonObject | undefined {
  if (block["type"] === "reasoning") return signed(block["reasoning"], block["signature"]);
  if (block["type"] !== "reasoning_content") return undefined;
  const { text, signature } = objectOf(block["reasoningText"]);
  const open = signed(text, signature);
  if (open !== undefined) return open;
  const sealed = textOf(block["redactedContent"]);
  return sealed === "" ? undefined : { redactedContent: sealed };
}

/** Joins the parts of a thought that a stream left behind: texts up to their signature, sealed data up to anything else. */
export function joinThoughts(content: readonly JsonObject[]): JsonObject[] {
  const joined: JsonObject[] = [];
  let open = false;
  for (const block of content) {
    const last = open ? joined.at(-1) : undefined;
    const merged = last === undefined ? undefined : join(last, block);
    if (merged === undefined) joined.push(block);
    else joined.splice(-1, 1, merged);
    open = block["type"] === "reasoning_content" && !("signature" in objectOf(block["reasoningText"]));
  }
  return joined;
}

function join(last: JsonObject, next: JsonObject): JsonObject | undefined {
  if (next["type"] !== "reasoning_content") return undefined;
  const [from, to] = [objectOf(last["reasoningText"]), objectOf(next["reasoningText"])];
  if ("reasoningText" in last && "reasoningText" in next) {
    const text = textOf(from["text"]) + textOf(to["text"]);
    return {
      type: "reasoning_content",
      reasoningText: { text, ...(to["signature"] !== undefined && { signature: to["signature"] }) },
    };
  }
  if (!("redactedContent" in last && "redactedContent" in next)) return undefined;
  const parts = [last, next].map((each) => Buffer.from(textOf(each["redactedContent"]), "base64"));
  return { type: "reasoning_content", redactedContent: Buffer.concat(parts).toString("base64") };
}

function signed(text: unknown, signature: unknown): JsonObject | undefined {
  if (typeof text !== "string" || text === "") return undefined;
  return { reasoningText: { text, ...(typeof signature === "string" && { signature }) } };
}
