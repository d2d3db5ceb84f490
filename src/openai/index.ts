/**
 * A strict chat model on the `openai` client, for OpenAI and every server that speaks its API.
 *
 * @module swarmgraph/openai
 */
export { OpenAIChat, openaiChat } from "./chat.ts";
export type { OpenAIChatOptions } from "./chat.ts";
export type { OpenAIChatCallOptions, ResponseFormat } from "./request.ts";
