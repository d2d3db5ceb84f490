import { RunnableBinding, RunnableLambda } from "@langchain/core/runnables";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { identify } from "../../src/project/profiles/identify.ts";
import { profiles, providerNamed } from "../../src/project/profiles/profiles.ts";
import { scriptedModel } from "../../src/testing/index.ts";

describe("providerNamed", () => {
  it.each([
    ["openai", "openai"],
    ["azure_openai", "openai"],
    ["ChatGroq", "openai"],
    ["ChatDeepSeek", "openai"],
    ["ChatOllama", "openai"],
    ["ChatXAI", "openai"],
    ["langchain/chat_models/fireworks", "openai"],
    ["together", "openai"],
    ["openrouter", "openai"],
    ["anthropic", "anthropic"],
    ["claude-sonnet-4-5", "anthropic"],
    ["amazon_bedrock", "bedrock"],
    ["aws", "bedrock"],
    ["bedrock/anthropic.claude", "bedrock"],
    ["mistralai", "mistral"],
    ["google-vertexai", "google"],
    ["gemini-2.5-pro", "google"],
    ["model_provider", undefined],
    ["", undefined],
  ])("of %j is %s", (name, provider) => {
    expect(providerNamed(name)).toBe(provider);
  });

  it("knows the provider of each profile by its name", () => {
    for (const { name, provider } of Object.values(profiles)) expect(providerNamed(name)).toBe(provider);
  });
});

const UNKNOWN = { profile: "openai-chat", provider: undefined, model: undefined, thinks: false };

/** What LangChain's `initChatModel` gives back, as far as it tells of a model. */
const later = (config: object) => ({ _defaultConfig: config, _llmType: () => "chat_model" });

describe("identify", () => {
  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["null", null],
    ["a text", "gpt-5"],
    ["an empty object", {}],
    ["a function", () => "openai"],
    ["a runnable", RunnableLambda.from(() => "x")],
    [
      "what throws at every touch",
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("no");
          },
        },
      ),
    ],
    [
      "what throws where it is asked",
      {
        getLsParams() {
          throw new Error("no");
        },
        _llmType() {
          throw new Error("no");
        },
      },
    ],
    ["names of another kind", { lc_namespace: "x", model: 5, modelName: "", _llmType: () => 5, thinking: "on" }],
  ])("takes %s for OpenAI chat", (_what, model) => {
    expect(identify(model)).toEqual(UNKNOWN);
  });

  it("takes a model that says nothing of its provider for OpenAI chat", () => {
    expect(identify(scriptedModel())).toEqual(UNKNOWN);
    expect(identify(scriptedModel().withRetry())).toEqual(UNKNOWN);
  });

  it.each<[string, object, object]>([
    [
      "its tracing parameters",
      { getLsParams: () => ({ ls_provider: "mistral", ls_model_name: "m" }) },
      { profile: "mistral", provider: "mistral", model: "m" },
    ],
    [
      "its type",
      { _llmType: () => "google_genai", model: "gemini-3-pro" },
      { profile: "gemini", provider: "google", model: "gemini-3-pro" },
    ],
    [
      "its package",
      { lc_namespace: ["langchain", "chat_models", "anthropic"], modelName: "m" },
      { profile: "anthropic", model: "m" },
    ],
    ["its class", { constructor: { name: "ChatBedrockConverse" } }, { profile: "bedrock", provider: "bedrock" }],
    [
      "the name of its class",
      { constructor: { lc_name: () => "ChatVertexAI" }, modelId: "m" },
      { profile: "gemini", model: "m" },
    ],
    [
      "the first of these that tells",
      { getLsParams: () => ({ ls_provider: "anthropic" }), _llmType: () => "openai" },
      { profile: "anthropic" },
    ],
    [
      "its way to Responses",
      { _llmType: () => "openai", _useResponsesApi: () => true },
      { profile: "openai-responses", provider: "openai" },
    ],
    [
      "a way to Responses that throws",
      {
        _llmType: () => "openai",
        _useResponsesApi: () => {
          throw new Error("no");
        },
      },
      { profile: "openai-chat" },
    ],
    [
      "a way to Responses that is not OpenAI's",
      { _llmType: () => "anthropic", _useResponsesApi: () => true },
      { profile: "anthropic" },
    ],
    [
      "the deployment at Azure",
      { _llmType: () => "azure", model: "gpt-3.5-turbo", azureOpenAIApiDeploymentName: "gpt-5" },
      { model: "gpt-5" },
    ],
  ])("reads %s", (_what, model, expected) => {
    expect(identify(model)).toMatchObject(expected);
  });

  it.each<[string, object, boolean]>([
    ["enabled", { thinking: { type: "enabled" } }, true],
    ["adaptive", { thinking: { type: "adaptive" } }, true],
    ["disabled", { thinking: { type: "disabled" } }, false],
    ["null", { thinking: null }, false],
    ["Bedrock's fields", { additionalModelRequestFields: { thinking: { type: "enabled" } } }, true],
    ["Bedrock's other fields", { additionalModelRequestFields: { reasoning_config: { type: "enabled" } } }, true],
    ["fields without", { additionalModelRequestFields: {} }, false],
  ])("knows whether a model thinks: %s", (_what, model, thinks) => {
    expect(identify(model).thinks).toBe(thinks);
  });

  it.each<[string, object, object]>([
    [
      "a provider",
      { model: "claude-sonnet-4-5", modelProvider: "anthropic" },
      { profile: "anthropic", model: "claude-sonnet-4-5" },
    ],
    ["a provider in front of the model", { model: "google-genai:gemini-2.5-pro" }, { profile: "gemini" }],
    [
      "a model alone",
      { model: "claude-sonnet-4-5", thinking: { type: "enabled" } },
      { profile: "anthropic", thinks: true },
    ],
    ["a model of OpenAI's", { model: "gpt-5-mini" }, { profile: "openai-chat", model: "gpt-5-mini" }],
    [
      "another provider's Claude",
      { model: "anthropic.claude-sonnet-4-5", modelProvider: "bedrock" },
      { profile: "bedrock" },
    ],
    ["Responses", { model: "gpt-5", modelProvider: "openai", useResponsesApi: true }, { profile: "openai-responses" }],
    [
      "a model that is only at Responses",
      { model: "gpt-5-codex", modelProvider: "openai" },
      { profile: "openai-responses" },
    ],
    ["nothing", {}, UNKNOWN],
  ])("knows a model that is made later: %s", (_what, config, expected) => {
    expect(identify(later(config))).toMatchObject(expected);
    expect(identify({ bound: later(config) })).toMatchObject(expected);
  });

  it("looks through wrappers, and into eight of them", () => {
    const wrapped = (depth: number): object =>
      depth === 0 ? { _llmType: () => "mistral" } : { bound: wrapped(depth - 1) };
    expect(identify(wrapped(8)).profile).toBe("mistral");
    expect(identify(wrapped(9)).profile).toBe("openai-chat");
    expect(identify({ runnable: { bound: { _llmType: () => "mistral" } } }).profile).toBe("mistral");
    expect(identify(new RunnableBinding({ bound: scriptedModel(), config: {} }))).toEqual(UNKNOWN);
  });

  it("asks for the API with the tools that are bound, and with those that will be", () => {
    const hasSearch = ({ tools = [] }: { tools?: { type: string }[] }) =>
      tools.some(({ type }) => type === "web_search");
    const model = { _llmType: () => "openai", _useResponsesApi: hasSearch };
    const search = { type: "web_search" };
    expect(identify(model).profile).toBe("openai-chat");
    expect(identify(model, [search]).profile).toBe("openai-responses");
    expect(identify({ bound: model, config: { tools: [search] } }).profile).toBe("openai-responses");
    expect(identify({ bound: model, config: { tools: "none" } }).profile).toBe("openai-chat");
    expect(identify({ bound: { bound: model, config: { tools: [search] } }, config: { tags: [] } }, []).profile).toBe(
      "openai-responses",
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(
        fc.anything({
          withNullPrototype: true,
          key: fc.constantFrom(
            "bound",
            "model",
            "lc_namespace",
            "constructor",
            "_llmType",
            "_defaultConfig",
            "config",
            "thinking",
            "additionalModelRequestFields",
          ),
        }),
        (model) => {
          expect(Object.keys(profiles)).toContain(identify(model).profile);
        },
      ),
    );
  });
});
