import { ChatAnthropic } from "@langchain/anthropic";
import { ChatBedrockConverse } from "@langchain/aws";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatMistralAI } from "@langchain/mistralai";
import { ChatOpenAI } from "@langchain/openai";
import { openaiChat } from "../../src/openai/index.ts";
import type { ProfileName } from "../../src/types.ts";
import type { StrictPeer } from "./strict-peer/strict-peer.ts";

/** A client: the real one of a profile, or this library's own for OpenAI's chat. */
export type ClientName = ProfileName | "own";

/** Options of {@link clientFor}. */
export interface ClientOptions {
  /** Default: one of the provider's, which reasons if `reasoning` is set. */
  readonly model?: string;
  /** Asks for thoughts, where the provider has them. Default: false. */
  readonly reasoning?: boolean;
  /** Further tries of the client's own. Default: 0. */
  readonly maxRetries?: number;
}

/** Every client. */
export const CLIENTS: readonly ClientName[] = [
  "openai-chat",
  "own",
  "openai-responses",
  "anthropic",
  "mistral",
  "gemini",
  "bedrock",
];

/** The API that a client speaks. */
export function profileOf(client: ClientName): ProfileName {
  return client === "own" ? "openai-chat" : client;
}

type Maker = (peer: StrictPeer, options: ClientOptions) => BaseChatModel;

const makers: Readonly<Record<ClientName, Maker>> = {
  "openai-chat": (peer, { model = "gpt-4.1", maxRetries = 0 }) =>
    new ChatOpenAI({ model, apiKey: "k", configuration: { baseURL: `${peer.url("openai-chat")}/v1` }, maxRetries }),
  own: (peer, { model = "gpt-4.1", maxRetries = 0 }) =>
    openaiChat({ model, apiKey: "k", baseURL: `${peer.url("openai-chat")}/v1`, maxRetries }),
  "openai-responses": (peer, { reasoning, model = reasoning ? "gpt-5-mini" : "gpt-4.1", maxRetries = 0 }) =>
    new ChatOpenAI({
      model,
      apiKey: "k",
      useResponsesApi: true,
      configuration: { baseURL: `${peer.url("openai-responses")}/v1` },
      maxRetries,
      ...(reasoning && { reasoning: { effort: "low", summary: "auto" } }),
    }),
  anthropic: (peer, { reasoning, model = "claude-sonnet-4-5", maxRetries = 0 }) =>
    new ChatAnthropic({
      model,
      apiKey: "k",
      anthropicApiUrl: peer.url("anthropic"),
      maxTokens: 4096,
      maxRetries,
      ...(reasoning && { thinking: { type: "enabled", budget_tokens: 1024 } }),
    }),
  mistral: (
    peer,
    { reasoning, model = reasoning ? "magistral-medium-latest" : "mistral-large-latest", maxRetries = 0 },
  ) => new ChatMistralAI({ model, apiKey: "k", serverURL: peer.url("mistral"), maxRetries }),
  gemini: (peer, { reasoning, model = reasoning ? "gemini-3-pro-preview" : "gemini-2.5-flash", maxRetries = 0 }) =>
    new ChatGoogleGenerativeAI({
      model,
      apiKey: "k",
      baseUrl: peer.url("gemini"),
      maxRetries,
      ...(reasoning && { thinkingConfig: { includeThoughts: true } }),
    }),
  bedrock: (peer, { model = "anthropic.claude-3-5-sonnet-20240620-v1:0", maxRetries = 0 }) => {
    const credentials = { accessKeyId: "a", secretAccessKey: "s" };
    const fields = { model, region: "us-east-1", credentials, maxRetries };
    const { client: sdk } = new ChatBedrockConverse(fields);
    // The adapter itself can be pointed at an `https` host only: its SDK's client is made here.
    const Client = sdk.constructor as new (config: object) => typeof sdk;
    const config = { ...fields, endpoint: peer.url("bedrock"), maxAttempts: maxRetries + 1 };
    return new ChatBedrockConverse({ ...fields, client: new Client(config) });
  },
};

/** The real client of a provider's, pointed at the peer; it tries once, so that the swarm's own retries are what is seen. */
export function clientFor(client: ClientName, peer: StrictPeer, options: ClientOptions = {}): BaseChatModel {
  return makers[client](peer, options);
}
