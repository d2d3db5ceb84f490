import { geminiSchema } from "./gemini-schema.ts";
import { safeToolName } from "./profile.ts";
import type { Profile } from "./profile.ts";

/** Gemini's generateContent. It has no ids on the wire; thought signatures are found by ours, so these stay. */
export const gemini: Profile = {
  name: "gemini",
  provider: "google",
  callId: (id) => id,
  toolName: safeToolName,
  replaysReasoning: true,
  // Its adapter writes each result as a turn of its own, and a call turn has to be answered by the turn after it.
  parallelCalls: false,
  hasAuthors: false,
  beginsWithUser: true,
  userAfterTool: true,
  repeatsRoles: false,
  emptyContent: "",
  toolSchema: (schema) => geminiSchema(schema),
  responseFormat: undefined,
};
