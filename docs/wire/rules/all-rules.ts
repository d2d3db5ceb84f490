import { anthropicRules } from "./anthropic.ts";
import { bedrockRules } from "./bedrock.ts";
import { geminiRules } from "./gemini.ts";
import { mistralRules } from "./mistral.ts";
import { openaiChatRules } from "./openai-chat.ts";
import { openaiResponsesRules } from "./openai-responses.ts";
import type { RuleTable } from "./rule-row.ts";

/** The rules of all providers, in the order of the page. */
export const ruleTables: readonly RuleTable[] = [
  openaiChatRules,
  openaiResponsesRules,
  anthropicRules,
  mistralRules,
  geminiRules,
  bedrockRules,
];
