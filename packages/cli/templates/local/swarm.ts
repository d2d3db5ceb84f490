import { tool } from "@langchain/core/tools";
import { localModel } from "@swarmgraph/local-model";
import { SwarmAgent } from "swarmgraph";
import { openaiChat } from "swarmgraph/openai";
import { z } from "zod";

const weather = tool(({ city }) => `${city}: 12 °C and dry.`, {
  name: "get_weather",
  description: "Current weather of a city",
  schema: z.object({ city: z.string() }),
});

const convert = tool(({ amount }) => `${amount} euros are ${(amount * 1.08).toFixed(2)} dollars.`, {
  name: "convert_euros",
  description: "Converts an amount of money from euros to dollars",
  schema: z.object({ amount: z.number() }),
});

/** A provider's model where its key is set, else a small router on this machine, which is no language model. */
const model = process.env["OPENAI_API_KEY"] ? openaiChat({ model: "gpt-5-mini" }) : localModel();

export const swarm = new SwarmAgent({
  name: "travel",
  entry: "desk",
  model,
  agents: {
    desk: {
      description: "Finds the right specialist",
      prompt: "Hand over to the specialist for what the user asks.",
      canHandoffTo: ["meteorologist", "money-changer"],
    },
    meteorologist: {
      description: "Weather: current weather of a city",
      prompt: "Look the weather up, and say it in one sentence.",
      tools: [weather],
      canHandoffTo: ["desk"],
    },
    "money-changer": {
      description: "Money: converts an amount from euros to dollars",
      prompt: "Convert with the tool, and say the result.",
      tools: [convert],
      canHandoffTo: ["desk"],
    },
  },
});
