import { idUpTo, safeToolName } from "./profile.ts";
import type { Profile } from "./profile.ts";

/** OpenAI's Chat Completions, and the many servers that speak it. Ids are at most 40 characters long. */
export const openaiChat: Profile = {
  name: "openai-chat",
  provider: "openai",
  callId: idUpTo(40),
  toolName: safeToolName,
  replaysReasoning: false,
  parallelCalls: true,
  hasAuthors: true,
  beginsWithUser: false,
  userAfterTool: true,
  repeatsRoles: true,
  emptyContent: "",
  responseFormat: ({ name, schema }) => ({
    response_format: { type: "json_schema", json_schema: { name, schema } },
  }),
};
