import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { listOf, objectOf, textOf } from "../../wire/problem.ts";
import type { JsonObject } from "../../wire/problem.ts";
import { compact } from "../openai/role.ts";
import { toAnnotation } from "./annotation.ts";

/** Where LangChain keeps the items' ids of functions' calls, by the calls' ids. */
const CALL_ITEM_IDS = "__openai_function_call_ids__";

/** The same of custom tools' calls. */
const CUSTOM_CALL_ITEM_IDS = "__openai_custom_tool_call_ids__";

/** Items of the provider's own tools that are sent again. */
const SENT_AGAIN: ReadonlySet<unknown> = new Set([
  "computer_call",
  "mcp_call",
  "code_interpreter_call",
  "image_generation_call",
  "shell_call",
  "local_shell_call",
]);

/** An assistant's message: the response's own items, where it has them, or else its reasoning, its text and its calls. */
export function assistantItems(message: BaseMessage): unknown[] {
  const output = listOf(message.response_metadata?.["output"]);
  if (output.length > 0 && output.every((item) => "type" in objectOf(item))) return [...output];
  const kwargs = objectOf(message.additional_kwargs);
  const items = output.length > 0 ? output : listOf(kwargs["tool_outputs"]);
  return [
    ...reasoningItems(kwargs["reasoning"]),
    ...messageItems(message, kwargs),
    ...callItems(message, kwargs),
    ...items.filter((item) => SENT_AGAIN.has(objectOf(item)["type"])),
  ];
}

/**
 * A reasoning item, the pieces of its summary that a stream brought put together. The adapter counts the first piece of
 * several twice.
 */
function reasoningItems(value: unknown): unknown[] {
  if (!value) return [];
  const pieces = listOf(objectOf(value)["summary"]).map(objectOf);
  const parts = pieces.slice(0, 1);
  for (const piece of pieces.length > 1 ? pieces : []) {
    const last = parts.at(-1);
    if (last?.["index"] !== piece["index"]) parts.push(piece);
    else parts.splice(-1, 1, { ...last, text: `${textOf(last?.["text"])}${textOf(piece["text"])}` });
  }
  return [{ ...objectOf(value), summary: parts.map((part) => compact({ ...part, index: undefined })) }];
}

function messageItems({ content, id }: BaseMessage, { refusal }: JsonObject): unknown[] {
  if (typeof content === "string" && !refusal) return [messageItem(content, undefined, id)];
  const spoken = typeof content === "string" ? [{ type: "output_text", text: content, annotations: [] }] : content;
  const blocks = [...spoken, ...(refusal ? [{ type: "refusal", refusal }] : [])].map(objectOf);
  if (blocks.length === 0) return [];
  const phase = blocks.find((block) => typeof block["phase"] === "string")?.["phase"];
  return [messageItem(blocks.flatMap(outputPart), phase, id)];
}

function messageItem(content: unknown, phase: unknown, id: string | undefined): Record<string, unknown> {
  const own = id?.startsWith("msg_") ? id : undefined;
  return compact({ type: "message", role: "assistant", id: own, content, phase });
}

function outputPart(block: JsonObject): unknown[] {
  if (block["type"] === "output_text" || block["type"] === "refusal") return [block];
  if (block["type"] !== "text") return [];
  return [{ type: "output_text", text: block["text"], annotations: listOf(block["annotations"]).map(toAnnotation) }];
}

function callItems(message: BaseMessage, kwargs: JsonObject): unknown[] {
  const itemIds = objectOf(kwargs[CALL_ITEM_IDS]);
  const calls = AIMessage.isInstance(message) ? (message.tool_calls ?? []) : [];
  if (calls.length > 0) {
    const customIds = objectOf(kwargs[CUSTOM_CALL_ITEM_IDS]);
    return calls.map((call) => {
      const own = objectOf(call);
      const id = textOf(call.id);
      const isCustom = own["type"] === "tool_call" && (own["isCustomTool"] === true || id in customIds);
      if (isCustom) {
        const itemId = own["call_id"] ?? customIds[id] ?? "";
        return compact({
          type: "custom_tool_call",
          id: itemId,
          call_id: id,
          input: call.args["input"],
          name: call.name,
        });
      }
      const text = JSON.stringify(call.args);
      return compact({ type: "function_call", name: call.name, arguments: text, call_id: call.id, id: itemIds[id] });
    });
  }
  return listOf(kwargs["tool_calls"]).map((value) => {
    const { id, function: definition } = objectOf(value);
    const { name, arguments: text } = objectOf(definition);
    return compact({ type: "function_call", name, call_id: id, arguments: text, id: itemIds[textOf(id)] });
  });
}
