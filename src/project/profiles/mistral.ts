import { shortHash } from "../../define/tool-name.ts";
import { safeToolName } from "./profile.ts";
import type { Profile } from "./profile.ts";

/** Mistral's chat completions: ids of exactly nine letters and digits, and no user turn directly after a tool. */
export const mistral: Profile = {
  name: "mistral",
  provider: "mistral",
  callId: (id) => (/^[A-Za-z0-9]{9}$/.test(id) ? id : shortHash(id, 9)),
  toolName: safeToolName,
  replaysReasoning: false,
  parallelCalls: true,
  hasAuthors: false,
  beginsWithUser: true,
  userAfterTool: false,
  repeatsRoles: true,
  emptyContent: "",
  responseFormat: undefined,
};
