import { SwarmAgent } from "swarmgraph";
import { openaiChat } from "swarmgraph/openai";
import { scriptedModel } from "swarmgraph/testing";

/** The name by which clients know the swarm. */
export const SWARM = "support";

/**
 * The swarm that is served: put your own here. Without a key it answers with one fixed line, so that a recipe can be tried.
 *
 * @param plugs What a durable engine gives the swarm.
 */
export function supportSwarm(apiKey: string | undefined, plugs: object = {}) {
  const model =
    apiKey === undefined
      ? scriptedModel().say("I am a recipe: give me a model's key.").repeat()
      : openaiChat({ model: "gpt-5-mini", apiKey });
  return new SwarmAgent({
    name: SWARM,
    entry: "triage",
    model,
    agents: {
      triage: { prompt: "You find out who can help.", canHandoffTo: ["billing"] },
      billing: { prompt: "You settle questions of money.", description: "Settles questions of money." },
    },
    ...plugs,
  });
}
