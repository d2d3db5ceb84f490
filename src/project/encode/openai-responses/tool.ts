import { ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { objectOf } from "../../wire/problem.ts";
import { compact } from "../openai/role.ts";

/** The Responses API's own parts of an output. */
const NATIVE: ReadonlySet<unknown> = new Set(["input_file", "input_image", "input_text"]);

/** A tool's result; content that is not of the API's own parts is sent as JSON text, and its status not at all. */
export function toolItem(message: BaseMessage): Record<string, unknown> {
  const { content, id } = message;
  const callId = ToolMessage.isInstance(message) ? message.tool_call_id : undefined;
  if (message.additional_kwargs?.["customTool"]) {
    return compact({ type: "custom_tool_call_output", call_id: callId, output: content });
  }
  const isNative = typeof content === "string" || content.every((block) => NATIVE.has(objectOf(block)["type"]));
  return compact({
    type: "function_call_output",
    call_id: callId,
    id: id?.startsWith("fc_") ? id : undefined,
    output: isNative ? content : JSON.stringify(content),
  });
}
