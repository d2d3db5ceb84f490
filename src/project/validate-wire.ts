import type { ProfileName } from "../types.ts";
import { encodeAnthropic } from "./encode/anthropic.ts";
import { encodeBedrock } from "./encode/bedrock.ts";
import { encodeGemini } from "./encode/gemini.ts";
import { encodeMistral } from "./encode/mistral.ts";
import { encodeOpenAIChat } from "./encode/openai-chat.ts";
import { encodeOpenAIResponses } from "./encode/openai-responses.ts";
import type { WireEncoder, WirePrompt } from "./encode/prompt.ts";
import { validateAnthropic } from "./wire/anthropic.ts";
import { validateBedrock } from "./wire/bedrock.ts";
import { validateGemini } from "./wire/gemini.ts";
import { validateMistral } from "./wire/mistral.ts";
import { validateOpenAIChat } from "./wire/openai-chat.ts";
import { validateOpenAIResponses } from "./wire/openai-responses.ts";
import type { WireProblem, WireValidator } from "./wire/problem.ts";

const validators: Readonly<Record<ProfileName, WireValidator>> = {
  "openai-chat": validateOpenAIChat,
  "openai-responses": validateOpenAIResponses,
  anthropic: validateAnthropic,
  mistral: validateMistral,
  gemini: validateGemini,
  bedrock: validateBedrock,
};

const encoders: Readonly<Record<ProfileName, WireEncoder>> = {
  "openai-chat": encodeOpenAIChat,
  "openai-responses": encodeOpenAIResponses,
  anthropic: encodeAnthropic,
  mistral: encodeMistral,
  gemini: encodeGemini,
  bedrock: encodeBedrock,
};

/**
 * Every rule of a provider's that a request's body breaks, in the provider's own words; empty where it is valid. Takes the
 * body as it goes over HTTP, from whatever client. Pure; never throws.
 *
 * @example
 * ```ts
 * import { validateWire } from "swarmgraph/testing";
 *
 * const messages = [{ role: "tool", tool_call_id: "call_1", content: "3" }];
 * const [problem] = validateWire("openai-chat", { model: "gpt-5-mini", messages });
 * problem?.rule; // "O2"
 * ```
 */
export function validateWire(profile: ProfileName, body: unknown): WireProblem[] {
  return validators[profile](body);
}

/**
 * A prompt as the body that LangChain's own adapter for the provider sends. Pure.
 *
 * @example
 * ```ts
 * import { HumanMessage } from "@langchain/core/messages";
 * import { encodePrompt, validateWire } from "swarmgraph/testing";
 *
 * const body = encodePrompt("anthropic", { messages: [new HumanMessage("Hello")] });
 * validateWire("anthropic", body); // []
 * ```
 */
export function encodePrompt(profile: ProfileName, prompt: WirePrompt): Record<string, unknown> {
  return encoders[profile](prompt);
}

/** Every rule that a prompt would break once it is sent. */
export function problemsOfPrompt(profile: ProfileName, prompt: WirePrompt): WireProblem[] {
  return validateWire(profile, encodePrompt(profile, prompt));
}
