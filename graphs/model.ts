import { LOCAL_MODEL_NOTICE, localModel } from "@swarmgraph/local-model";
import type { ChatModel, ModelSource } from "swarmgraph";
import { openaiChat } from "swarmgraph/openai";

/** The environment variables that choose a model. */
export interface ModelEnvironment {
  readonly OPENAI_API_KEY?: string | undefined;
  readonly MISTRAL_API_KEY?: string | undefined;
  readonly ANTHROPIC_API_KEY?: string | undefined;
  /** A server that speaks OpenAI's Chat Completions: Ollama, llama.cpp, vLLM, LM Studio. */
  readonly OPENAI_BASE_URL?: string | undefined;
  /** The model's name there. Default: a current one of the provider; on a local server the first that it lists. */
  readonly SWARMGRAPH_MODEL?: string | undefined;
}

/** A model, and one line that says which it is and why. */
export interface ModelChoice {
  readonly model: ModelSource;
  readonly notice: string;
  /** Whether it is the router that needs no key. */
  readonly isLocal: boolean;
}

/** Providers that are reached with a key, in this order. All three speak Chat Completions. */
const PROVIDERS = [
  { key: "OPENAI_API_KEY", name: "OpenAI", model: "gpt-5-mini", baseURL: undefined },
  { key: "MISTRAL_API_KEY", name: "Mistral", model: "mistral-medium-latest", baseURL: "https://api.mistral.ai/v1" },
  { key: "ANTHROPIC_API_KEY", name: "Anthropic", model: "claude-sonnet-4-5", baseURL: "https://api.anthropic.com/v1/" },
] as const;

/**
 * Chooses the examples' model: an explicit one, else a provider whose key is set (OpenAI, Mistral, Anthropic), else the
 * server at `OPENAI_BASE_URL`, else the local model. Nothing is asked of a network before the first call.
 */
export function chooseModel(
  explicit?: ModelSource,
  env: ModelEnvironment = process.env as ModelEnvironment,
): ModelChoice {
  if (explicit !== undefined) return { model: explicit, notice: "Using the model that was passed.", isLocal: false };
  const named = env.SWARMGRAPH_MODEL || undefined;
  for (const { key, name, model, baseURL } of PROVIDERS) {
    const apiKey = env[key];
    if (!apiKey) continue;
    const chosen = named ?? model;
    return {
      model: openaiChat({ model: chosen, apiKey, baseURL: baseURL ?? (env.OPENAI_BASE_URL || undefined) }),
      notice: `Using ${chosen} at ${name} (${key} is set).`,
      isLocal: false,
    };
  }
  const baseURL = env.OPENAI_BASE_URL;
  if (baseURL) {
    return {
      model: named === undefined ? firstListed(baseURL) : openaiChat({ model: named, baseURL }),
      notice: `Using ${named ?? "the first model"} at ${baseURL} (OPENAI_BASE_URL is set).`,
      isLocal: false,
    };
  }
  return { model: localModel(), notice: LOCAL_MODEL_NOTICE, isLocal: true };
}

/** The model that a server lists first, asked once, when it is needed. */
function firstListed(baseURL: string): ModelSource {
  let asked: Promise<ChatModel> | undefined;
  return () => {
    asked ??= listFirst(baseURL).catch((error: unknown) => {
      asked = undefined;
      throw error;
    });
    return asked;
  };
}

async function listFirst(baseURL: string): Promise<ChatModel> {
  const url = `${baseURL.replace(/\/$/, "")}/models`;
  const wayOut = "Set SWARMGRAPH_MODEL to a model's name, or check OPENAI_BASE_URL.";
  const response = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch((cause: unknown) => {
    throw new Error(`no server answers at ${url}. ${wayOut}`, { cause });
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}. ${wayOut}`);
  const { data } = (await response.json()) as { data?: readonly { readonly id?: string }[] };
  const id = data?.[0]?.id;
  if (id === undefined) throw new Error(`${url} lists no model. ${wayOut}`);
  return openaiChat({ model: id, baseURL });
}
