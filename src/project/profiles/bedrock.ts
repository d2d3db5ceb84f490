import { idUpTo, safeToolName } from "./profile.ts";
import type { Profile } from "./profile.ts";

/** Amazon Bedrock's Converse. */
export const bedrock: Profile = {
  name: "bedrock",
  provider: "bedrock",
  callId: idUpTo(64),
  toolName: safeToolName,
  replaysReasoning: true,
  parallelCalls: true,
  hasAuthors: false,
  beginsWithUser: true,
  // Its adapter puts the user's turn and the results into two messages of one role.
  userAfterTool: false,
  repeatsRoles: false,
  emptyContent: "none",
  responseFormat: undefined,
};
