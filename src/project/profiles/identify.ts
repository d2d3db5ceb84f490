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

const known = new WeakMap<object, ModelIdentity>();

/**
 * Which profile a chat model needs: from its tracing parameters (`ls_provider`), its type, its package and its class,
 * through bindings. What is not known counts as OpenAI chat, which most servers speak. Contract: never throws; asks a
 * model once.
 */
export function identify(model: unknown): ModelIdentity {
  const like = unwrapped(model);
  if (like === undefined) return UNKNOWN;
  const seen = known.get(like);
  if (seen !== undefined) return seen;
  const identity = read(like);
  known.set(like, identity);
  return identity;
}

function read(like: ModelLike): ModelIdentity {
  const params = attempt(() => like.getLsParams?.({})) ?? {};
  const names = [
    params.ls_provider,
    attempt(() => like._llmType?.()),
    Array.isArray(like.lc_namespace) ? like.lc_namespace.join("/") : undefined,
    attempt(() => (like.constructor?.lc_name as (() => unknown) | undefined)?.()),
    like.constructor?.name,
  ];
  let provider: Provider | undefined;
  for (const name of names) provider ??= typeof name === "string" ? providerNamed(name) : undefined;
  const model = [params.ls_model_name, like.model, like.modelName, like.modelId].find(
    (name): name is string => typeof name === "string" && name !== "",
  );
  const usesResponses = attempt(() => like._useResponsesApi?.({})) === true || names.includes("ChatOpenAIResponses");
  const profile = provider === undefined ? "openai-chat" : PROFILE_OF[provider];
  const fields = like.additionalModelRequestFields;
  return {
    profile: profile === "openai-chat" && usesResponses ? "openai-responses" : profile,
    provider,
    model,
    thinks: [like.thinking, fields?.thinking, fields?.reasoning_config].some(isOn),
  };
}

function isOn(thinking: unknown): boolean {
  const { type } = (thinking ?? {}) as { type?: unknown };
  return type === "enabled" || type === "adaptive";
}

/** The model inside of bindings, configurations and retries. */
function unwrapped(model: unknown): ModelLike | undefined {
  let current = model;
  for (let depth = 0; depth < 8; depth += 1) {
    if (typeof current !== "object" || current === null) return undefined;
    const like = current as ModelLike;
    const inner = like.bound ?? like.runnable;
    if (typeof inner !== "object" || inner === null) return like;
    current = inner;
  }
  return current as ModelLike;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
