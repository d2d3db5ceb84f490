import type { AIMessage } from "@langchain/core/messages";
import { objectOf, textOf } from "../../wire/problem.ts";
import type { JsonObject } from "../../wire/problem.ts";
import { cachePoint } from "./blocks.ts";
import { joinThoughts, thoughtOf } from "./reasoning.ts";

/**
 * An assistant's content on Bedrock's wire: its texts and thoughts, then its calls, which the message alone knows: the
 * adapter throws at blocks of calls, and at other providers' blocks. Neither malformed calls nor the author's name are sent.
 */
export function assistantContent(message: AIMessage): unknown[] {
  if (message.response_metadata?.["output_version"] === "v1") return standardContent(message);
  const { content, tool_calls: calls = [] } = message;
  const said = typeof content === "string" ? textBlocks(content) : blocksOf(content.map(objectOf));
  return [...said, ...calls.map(({ id, name, args }) => callOf(id, { name, input: args }))];
}

function textBlocks(text: string): JsonObject[] {
  return text === "" ? [] : [{ text }];
}

function blocksOf(content: readonly JsonObject[]): JsonObject[] {
  const blocks: JsonObject[] = [];
  for (const block of joinThoughts(content)) {
    const { type, text } = block;
    const last = blocks.at(-1);
    if (type === "text" && text !== "") {
      const isBlank = textOf(text).trim() === "";
      if (!isBlank) blocks.push({ text });
      // The adapter appends white space to whatever came before, also where that is a thought without a text.
      else if (last !== undefined) blocks.splice(-1, 1, { ...last, text: `${String(last["text"])}${textOf(text)}` });
    } else if (type === "reasoning" || type === "reasoning_content") {
      const thought = thoughtOf(block);
      if (thought !== undefined) blocks.push({ reasoningContent: thought });
    } else {
      blocks.push(cachePoint(block) ?? block);
    }
  }
  return blocks;
}

/** The texts, thoughts and calls of a message in LangChain's standard form. */
function standardContent(message: AIMessage): JsonObject[] {
  const isOwn = message.response_metadata["model_provider"] === "bedrock-converse";
  return message.contentBlocks.map(objectOf).flatMap((block) => {
    switch (block["type"]) {
      case "text":
        return [{ text: block["text"] }];
      case "tool_call":
        return [callOf(block["id"], { name: block["name"], input: block["args"] })];
      case "reasoning":
      case "non_standard": {
        const thought = thoughtOf(block["type"] === "reasoning" ? block : isOwn ? objectOf(block["value"]) : {});
        return thought === undefined ? [] : [{ reasoningContent: thought }];
      }
      default:
        return [];
    }
  });
}

function callOf(id: unknown, { name, input }: { name: unknown; input: unknown }): JsonObject {
  return { toolUse: { ...(id !== undefined && { toolUseId: id }), name, input } };
}
