import { idUpTo, safeToolName } from "./profile.ts";
import type { Profile } from "./profile.ts";

/** OpenAI's Responses: items with ids, reasoning that belongs to what follows it. */
export const openaiResponses: Profile = {
  name: "openai-responses",
  provider: "openai",
  callId: idUpTo(64),
  toolName: safeToolName,
  replaysReasoning: true,
  parallelCalls: true,
  hasAuthors: false,
  beginsWithUser: false,
  userAfterTool: true,
  repeatsRoles: true,
  // An empty string would become a message item of its own.
  emptyContent: "none",
  responseFormat: ({ name, schema }) => ({
    response_format: { type: "json_schema", json_schema: { name, schema } },
  }),
};
