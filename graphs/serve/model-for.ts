import type { ModelSource } from "swarmgraph";
import { chooseModel } from "../model.ts";
import type { ModelEnvironment } from "../model.ts";

/** How the names of the models begin that a provider has; the variables are in the order of `chooseModel`. */
const OWN_NAMES = [
  { key: "OPENAI_API_KEY", names: /^(?:gpt-|chatgpt-|o\d)/u },
  { key: "MISTRAL_API_KEY", names: /^(?:mistral-|ministral-|magistral-|codestral-|devstral-|pixtral-|open-mi)/u },
] as const;

/** Gives the model for the name that an agent has, and says which one answers for the rest. */
export interface ServedModels {
  readonly modelFor: (name: string) => ModelSource;
  readonly notice: string;
}

/**
 * The models of `pnpm serve`: one of OpenAI's or Mistral's by its own name where that provider's key is chosen, else the
 * model that `chooseModel` chooses, whatever the name is. So agents of Mistral's keep running on any other model.
 */
export function servedModels(env: ModelEnvironment = process.env as ModelEnvironment): ServedModels {
  const { model: fallback, notice } = chooseModel(undefined, env);
  const provider = OWN_NAMES.find(({ key }) => Boolean(env[key]));
  const named = new Map<string, ModelSource>();
  return {
    notice,
    modelFor(name) {
      if (provider?.names.test(name) !== true) return fallback;
      const model = named.get(name) ?? chooseModel(undefined, { ...env, SWARMGRAPH_MODEL: name }).model;
      named.set(name, model);
      return model;
    },
  };
}
