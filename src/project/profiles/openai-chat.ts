import { toolNameFor } from "../../define/tool-name.ts";
import type { Profile } from "./profile.ts";

/** OpenAI's limit for ids of tool calls. */
const MAX_CALL_ID = 40;

/** OpenAI's Chat Completions, and the many servers that speak it. */
export const openaiChat: Profile = {
  name: "openai-chat",
  callId: (id) => (id.length <= MAX_CALL_ID ? id : toolNameFor(id, { prefix: "call_" }).slice(-MAX_CALL_ID)),
  responseFormat: ({ name, schema }) => ({
    response_format: { type: "json_schema", json_schema: { name, schema } },
  }),
};
