import type { BaseMessage } from "@langchain/core/messages";
import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { objectOf } from "../wire/problem.ts";
import type { JsonObject } from "../wire/problem.ts";
import { chatTools } from "./openai/tools.ts";
import { isStandard, PLACEHOLDER_MODEL, roleOf } from "./openai/role.ts";
import { assistantItems } from "./openai-responses/assistant.ts";
import { inputItems } from "./openai-responses/input.ts";
import { standardItems } from "./openai-responses/standard.ts";
import { toolItem } from "./openai-responses/tool.ts";
import type { WireEncoder } from "./prompt.ts";

/** Whose messages are input, beside an assistant's and a tool's. */
const INPUT_ROLES: ReadonlySet<string> = new Set(["user", "system", "developer"]);

/**
 * Writes the body of a Responses request as `ChatOpenAI` of `@langchain/openai` does with `useResponsesApi`. An
 * assistant's message that still has the response's own items (`response_metadata.output`) is sent as those items and as
 * nothing else: its changed `content` and `tool_calls` do not count. Malformed calls and names are not sent. Contract:
 * pure; where the adapter throws or leaves a message out (one of no known role), the body shows the fault to the
 * validator instead. Computer calls and zero data retention are not covered.
 *
 */
export const encodeOpenAIResponses: WireEncoder = ({ messages, tools = [], model = PLACEHOLDER_MODEL }) => ({
  model,
  input: messages.flatMap((message) => encodeMessage(message, model)),
  ...(tools.length > 0 && { tools: responsesTools(tools) }),
});

function encodeMessage(message: BaseMessage, model: string): unknown[] {
  const role = roleOf(message, model);
  if (isStandard(message)) return standardItems(message, role);
  if (role === "tool") return [toolItem(message)];
  if (role === "assistant") return assistantItems(message);
  return INPUT_ROLES.has(role) ? inputItems(message, role) : [{ type: "message", role, content: message.content }];
}

/** Tools as Responses takes them: functions without the envelope of Chat Completions, others as they are. */
function responsesTools(tools: readonly BindToolsInput[]): JsonObject[] {
  return chatTools(tools).map((tool) => {
    const { type, function: definition, ...rest } = tool;
    if (type !== "function" || definition === undefined) return tool;
    const { name, parameters, description } = objectOf(definition);
    return {
      type,
      name,
      ...(parameters !== undefined && { parameters }),
      ...(description !== undefined && { description }),
      strict: null,
      ...rest,
    };
  });
}
