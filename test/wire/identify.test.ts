import { ChatAnthropic } from "@langchain/anthropic";
import { ChatBedrockConverse } from "@langchain/aws";
import type { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { ChatGoogleGenerativeAI } from "@langchain/google-genai";
import { ChatMistralAI } from "@langchain/mistralai";
import { AzureChatOpenAI, ChatOpenAI, ChatOpenAICompletions, ChatOpenAIResponses } from "@langchain/openai";
import { describe, expect, it } from "vitest";
import { SwarmAgent } from "../../src/index.ts";
import { agentRuntime, handoffToolsOf } from "../../src/run/agent-runtime.ts";
import type { AgentTool } from "../../src/index.ts";
import { identify } from "../../src/project/profiles/identify.ts";
import { familyOf } from "../../src/project/provenance.ts";

const apiKey = "k";
const claude = "claude-sonnet-4-5";
const converse = {
  region: "us-east-1",
  model: "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
  credentials: { accessKeyId: "a", secretAccessKey: "b" },
};
const azure = {
  azureOpenAIApiKey: "k",
  azureOpenAIApiInstanceName: "i",
  azureOpenAIApiDeploymentName: "gpt-5-mini",
  azureOpenAIApiVersion: "2024-08-01-preview",
};
const budget = { type: "enabled", budget_tokens: 2000 } as const;

const add = {
  type: "function",
  function: { name: "add", description: "Adds.", parameters: { type: "object", properties: {} } },
} as const;

const clients: readonly [string, BaseChatModel, ReturnType<typeof identify>][] = [
  [
    "ChatOpenAI",
    new ChatOpenAI({ apiKey, model: "gpt-5-mini" }),
    { profile: "openai-chat", provider: "openai", model: "gpt-5-mini", thinks: false },
  ],
  [
    "ChatOpenAI with Responses",
    new ChatOpenAI({ apiKey, model: "gpt-5", useResponsesApi: true }),
    { profile: "openai-responses", provider: "openai", model: "gpt-5", thinks: false },
  ],
  [
    "ChatOpenAI with summaries",
    new ChatOpenAI({ apiKey, model: "gpt-5", reasoning: { summary: "auto" } }),
    { profile: "openai-responses", provider: "openai", model: "gpt-5", thinks: false },
  ],
  [
    "ChatOpenAI with Codex",
    new ChatOpenAI({ apiKey, model: "gpt-5-codex" }),
    { profile: "openai-responses", provider: "openai", model: "gpt-5-codex", thinks: false },
  ],
  [
    "ChatOpenAIResponses",
    new ChatOpenAIResponses({ apiKey, model: "gpt-5" }),
    { profile: "openai-responses", provider: "openai", model: "gpt-5", thinks: false },
  ],
  [
    "ChatOpenAICompletions",
    new ChatOpenAICompletions({ apiKey, model: "gpt-5-codex" }),
    { profile: "openai-chat", provider: "openai", model: "gpt-5-codex", thinks: false },
  ],
  [
    "AzureChatOpenAI",
    new AzureChatOpenAI(azure),
    { profile: "openai-chat", provider: "openai", model: "gpt-5-mini", thinks: false },
  ],
  [
    "AzureChatOpenAI with Responses",
    new AzureChatOpenAI({ ...azure, useResponsesApi: true }),
    { profile: "openai-responses", provider: "openai", model: "gpt-5-mini", thinks: false },
  ],
  [
    "ChatAnthropic",
    new ChatAnthropic({ apiKey, model: claude }),
    { profile: "anthropic", provider: "anthropic", model: claude, thinks: false },
  ],
  [
    "ChatAnthropic, thinking",
    new ChatAnthropic({ apiKey, model: claude, thinking: budget }),
    { profile: "anthropic", provider: "anthropic", model: claude, thinks: true },
  ],
  [
    "ChatAnthropic, thinking as it likes",
    new ChatAnthropic({ apiKey, model: "claude-opus-4-6", thinking: { type: "adaptive" } }),
    { profile: "anthropic", provider: "anthropic", model: "claude-opus-4-6", thinks: true },
  ],
  [
    "ChatMistralAI",
    new ChatMistralAI({ apiKey, model: "mistral-large-latest" }),
    { profile: "mistral", provider: "mistral", model: "mistral-large-latest", thinks: false },
  ],
  [
    "ChatGoogleGenerativeAI",
    new ChatGoogleGenerativeAI({ apiKey, model: "gemini-2.5-pro" }),
    { profile: "gemini", provider: "google", model: "gemini-2.5-pro", thinks: false },
  ],
  [
    "ChatBedrockConverse",
    new ChatBedrockConverse(converse),
    { profile: "bedrock", provider: "bedrock", model: converse.model, thinks: false },
  ],
  [
    "ChatBedrockConverse, thinking",
    new ChatBedrockConverse({ ...converse, additionalModelRequestFields: { thinking: budget } }),
    { profile: "bedrock", provider: "bedrock", model: converse.model, thinks: true },
  ],
];

describe("identify", () => {
  it.each(clients)("knows %s, and all that is made of it", (_name, client, expected) => {
    const bound = client.bindTools?.([add]);
    expect(identify(client)).toEqual(expected);
    expect(identify(bound)).toEqual(expected);
    expect(identify(client.withConfig({ tags: ["x"] }))).toEqual(expected);
    expect(identify(client.withRetry())).toEqual(expected);
    expect(identify(client.withFallbacks([client]))).toEqual(expected);
    expect(identify(bound?.withRetry().withConfig({ runName: "x" }))).toEqual(expected);
  });

  it.each(clients)("knows the family of %s' model", (_name, _client, { model }) => {
    expect(familyOf(model)).toMatch(/^(gpt-5|claude-4|mistral|gemini-2)$/);
  });

  it.each(clients)(
    "knows a model of %s' that is made when it is called",
    (_name, _client, { model, provider, profile }) => {
      const useResponsesApi = profile === "openai-responses";
      const named = {
        google: "google-genai",
        mistral: "mistralai",
        openai: "openai",
        anthropic: "anthropic",
        bedrock: "bedrock",
      };
      const modelProvider = provider && named[provider];
      if (model?.includes("codex") && !useResponsesApi) return;
      const later = { _defaultConfig: { model, modelProvider, useResponsesApi }, _llmType: () => "chat_model" };
      expect(identify(later)).toMatchObject({ profile, provider, model });
    },
  );

  it("knows that a tool of OpenAI's own leads to Responses, bound already or by the agent", () => {
    const client = new ChatOpenAI({ apiKey, model: "gpt-5-mini" });
    const search: AgentTool = { type: "web_search" };
    expect(identify(client.bindTools([search])).profile).toBe("openai-responses");
    const profileOf = (tools: readonly AgentTool[]) => {
      const { definition } = new SwarmAgent({ entry: "a", agents: { a: { model: client, tools } } });
      const agent = definition.agents.get("a");
      if (agent === undefined) throw new Error("no agent");
      const { addresseeOf } = agentRuntime(definition, agent, handoffToolsOf(definition));
      expect(addresseeOf(client)).toBe(addresseeOf(client));
      return addresseeOf(client).profile.name;
    };
    expect(profileOf([search])).toBe("openai-responses");
    expect(profileOf([])).toBe("openai-chat");
  });
});
