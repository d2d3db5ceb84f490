import type { ProfileName } from "../../types.ts";
import { providerNamed } from "./profiles.ts";
import type { Provider } from "./profile.ts";

/** What a chat model says of itself. */
export interface ModelIdentity {
  readonly profile: ProfileName;
  /** The provider, where the model names one that is known. */
  readonly provider: Provider | undefined;
  /** The model's name at the provider, e.g. `gpt-5-mini`. */
  readonly model: string | undefined;
  /** Whether extended thinking is on, so that a call without its thoughts is refused. */
  readonly thinks: boolean;
}

/** What is read of a model. Every one of these is optional and may throw. */
interface ModelLike {
  readonly bound?: unknown;
  readonly runnable?: unknown;
  /** What a binding passes on with each call. */
  readonly config?: unknown;
  /** What LangChain's `initChatModel` makes its models of, each when it is called. */
  readonly _defaultConfig?: unknown;
  readonly modelProvider?: unknown;
  readonly useResponsesApi?: unknown;
  /** At Azure, where the class names a model of its own unless it is told. */
  readonly azureOpenAIApiDeploymentName?: unknown;
  /** What OpenAI's client was made of; its bound copies keep the deployment nowhere else. */
  readonly fields?: { readonly azureOpenAIApiDeploymentName?: unknown };
  /** What OpenAI's client passes on with each call. */
  readonly defaultOptions?: unknown;
  readonly model?: unknown;
  readonly modelName?: unknown;
  readonly modelId?: unknown;
  readonly thinking?: unknown;
  readonly additionalModelRequestFields?: { readonly thinking?: unknown; readonly reasoning_config?: unknown };
  readonly lc_namespace?: unknown;
  readonly constructor?: { readonly lc_name?: unknown; readonly name?: unknown };
  _llmType?(): unknown;
  getLsParams?(options: object): { readonly ls_provider?: unknown; readonly ls_model_name?: unknown } | undefined;
  _useResponsesApi?(options: object): unknown;
}

const PROFILE_OF: Readonly<Record<Provider, ProfileName>> = {
  openai: "openai-chat",
  anthropic: "anthropic",
  mistral: "mistral",
  google: "gemini",
  bedrock: "bedrock",
};

const UNKNOWN: ModelIdentity = { profile: "openai-chat", provider: undefined, model: undefined, thinks: false };

/** Models that OpenAI's own client asks by Responses whatever it is told. */
const PREFERS_RESPONSES = /codex|gpt-5\.\d+-pro/;

/** Wrappers around a model that are looked through. */
const MAX_DEPTH = 8;

/**
 * Which profile a chat model needs: from its tracing parameters (`ls_provider`), its type, its package and its class,
 * through bindings. What is not known counts as OpenAI chat, which most servers speak. OpenAI's own client speaks
 * Responses where the `tools` hold one of OpenAI's own. Contract: never throws.
 */
export function identify(model: unknown, tools: readonly unknown[] = []): ModelIdentity {
  return attempt(() => read(model, tools)) ?? UNKNOWN;
}

function read(model: unknown, tools: readonly unknown[]): ModelIdentity {
  const { like, bound } = unwrapped(model);
  const params = attempt(() => like.getLsParams?.({})) ?? {};
  const names = [
    like.modelProvider,
    params.ls_provider,
    attempt(() => like._llmType?.()),
    Array.isArray(like.lc_namespace) ? like.lc_namespace.join("/") : undefined,
    attempt(() => (like.constructor?.lc_name as (() => unknown) | undefined)?.()),
    like.constructor?.name,
  ];
  let provider: Provider | undefined;
  for (const name of names) provider ??= typeof name === "string" ? providerNamed(name) : undefined;
  const deployment = like.azureOpenAIApiDeploymentName ?? like.fields?.azureOpenAIApiDeploymentName;
  const name = [deployment, params.ls_model_name, like.model, like.modelName, like.modelId].find(
    (candidate): candidate is string => typeof candidate === "string" && candidate !== "",
  );
  const set: Readonly<Record<string, unknown>> = { ...objectOf(like.defaultOptions), ...bound };
  const options = { ...set, tools: [...tools, ...(Array.isArray(set["tools"]) ? set["tools"] : [])] };
  const usesResponses =
    attempt(() => like._useResponsesApi?.(options)) === true || names.includes("ChatOpenAIResponses");
  const profile = provider === undefined ? "openai-chat" : PROFILE_OF[provider];
  const fields = like.additionalModelRequestFields;
  return {
    profile: profile === "openai-chat" && usesResponses ? "openai-responses" : profile,
    provider,
    model: name,
    thinks: [like.thinking, fields?.thinking, fields?.reasoning_config].some(isOn),
  };
}

function isOn(thinking: unknown): boolean {
  const { type } = (thinking ?? {}) as { type?: unknown };
  return type === "enabled" || type === "adaptive";
}

/** The model inside of bindings, configurations and retries, and what these pass on with each call. */
function unwrapped(model: unknown): { readonly like: ModelLike; readonly bound: Readonly<Record<string, unknown>> } {
  let like = objectOf(model) as ModelLike;
  let bound: Record<string, unknown> = {};
  for (let depth = 0; depth < MAX_DEPTH; depth += 1) {
    const inner = [like.bound, like.runnable].find((found) => typeof found === "object" && found !== null);
    if (inner === undefined) break;
    bound = Object.assign({}, objectOf(like.config), bound);
    like = inner as ModelLike;
  }
  const { _defaultConfig: later } = like;
  return { like: typeof later === "object" && later !== null ? configured(later) : like, bound };
}

/** A model that is made when it is called: its provider may be told by its name alone. */
function configured(config: ModelLike): ModelLike {
  const { model, modelProvider = model, useResponsesApi } = config;
  const prefersResponses = typeof model === "string" && PREFERS_RESPONSES.test(model);
  return { ...config, modelProvider, _useResponsesApi: () => useResponsesApi === true || prefersResponses };
}

function objectOf(value: unknown): object {
  return typeof value === "object" && value !== null ? value : {};
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
