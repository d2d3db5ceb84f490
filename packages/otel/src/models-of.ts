import type { SwarmDefinition } from "swarmgraph";
import type { ModelIdentity } from "./options.ts";

/** LangSmith's names of providers that OpenTelemetry calls otherwise. */
const PROVIDERS: Readonly<Record<string, string>> = {
  amazon_bedrock: "aws.bedrock",
  azure: "azure.ai.openai",
  google_genai: "gcp.gemini",
  google_vertexai: "gcp.vertex_ai",
  mistral: "mistral_ai",
  mistralai: "mistral_ai",
  xai: "x_ai",
};

/** The model that each agent of a swarm asks, as far as the models say; each is asked once. */
export function modelsOf(definition: SwarmDefinition | undefined): (agent: string) => ModelIdentity | undefined {
  const known = new Map<string, ModelIdentity | undefined>();
  return (agent) => {
    if (!known.has(agent)) {
      known.set(agent, identify(definition?.agents.get(agent)?.spec.model ?? definition?.options.model));
    }
    return known.get(agent);
  };
}

function identify(model: unknown): ModelIdentity | undefined {
  if (typeof model !== "object" || model === null) return undefined;
  const { getLsParams } = model as { getLsParams?: (options: object) => Readonly<Record<string, unknown>> };
  try {
    const { ls_provider: provider, ls_model_name: name } = getLsParams?.call(model, {}) ?? {};
    return {
      ...(typeof name === "string" && { name }),
      ...(typeof provider === "string" && { provider: PROVIDERS[provider] ?? provider }),
    };
  } catch {
    // A model of the user's own may ask for what only a call has.
    return undefined;
  }
}
