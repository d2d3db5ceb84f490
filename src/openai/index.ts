export { OpenAIChat, openaiChat } from "./chat.ts";
export type { OpenAIChatOptions } from "./chat.ts";
export type { OpenAIChatCallOptions, ResponseFormat } from "./request.ts";
