import { idUpTo, safeToolName } from "./profile.ts";
import type { Profile } from "./profile.ts";

/** Anthropic's Messages. */
export const anthropic: Profile = {
  name: "anthropic",
  provider: "anthropic",
  callId: idUpTo(64),
  toolName: safeToolName,
  replaysReasoning: true,
  parallelCalls: true,
  hasAuthors: false,
  beginsWithUser: true,
  userAfterTool: true,
  repeatsRoles: true,
  emptyContent: "",
  responseFormat: undefined,
};
