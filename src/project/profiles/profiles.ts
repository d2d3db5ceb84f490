import type { ProfileName } from "../../types.ts";
import { anthropic } from "./anthropic.ts";
import { bedrock } from "./bedrock.ts";
import { gemini } from "./gemini.ts";
import { mistral } from "./mistral.ts";
import { openaiChat } from "./openai-chat.ts";
import { openaiResponses } from "./openai-responses.ts";
import type { Profile, Provider } from "./profile.ts";

/** All profiles by name. */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  "openai-chat": openaiChat,
  "openai-responses": openaiResponses,
  anthropic,
  mistral,
  gemini,
  bedrock,
};

/** Words in the name of a provider, a class or a package, and whose they are. The first that is found counts. */
const WORDS: readonly (readonly [RegExp, Provider])[] = [
  [/bedrock|aws/, "bedrock"],
  [/anthropic|claude/, "anthropic"],
  [/mistral/, "mistral"],
  [/gemini|google|vertex/, "google"],
  [/openai|azure|groq|deepseek|ollama|xai|fireworks|together|openrouter/, "openai"],
];

/** Whose a name is: of a provider, a class or a package. */
export function providerNamed(name: string): Provider | undefined {
  const lower = name.toLowerCase();
  return WORDS.find(([words]) => words.test(lower))?.[1];
}
