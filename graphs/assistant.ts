import { SwarmAgent } from "swarmgraph";
import type { AgentTool, ModelSource } from "swarmgraph";
import { z } from "zod";
import { chooseModel } from "./model.ts";
import { calculator } from "./tools/calculator.ts";
import { getWeather } from "./tools/weather.ts";

/** Options of {@link createAssistant}. */
export interface AssistantOptions {
  /** Default: see `chooseModel`. */
  readonly model?: ModelSource | undefined;
  /** Default: Open-Meteo, else the bundled climate normals. */
  readonly weather?: AgentTool | undefined;
}

/** Why a specialist gets the conversation: shown to it, and in the ledger. */
const why = z.object({ reason: z.string().optional().describe("Why this specialist, in a few words") });

/** AgentSilex's swarm: an assistant that hands over to a weather specialist or a math specialist. */
export function createAssistant({ model, weather = getWeather }: AssistantOptions = {}) {
  return new SwarmAgent({
    name: "assistant",
    entry: "assistant",
    model: chooseModel(model).model,
    agents: {
      assistant: {
        description: "General questions, and finding the right specialist",
        prompt:
          "You are a helpful assistant. Hand questions about weather or climate to the weather specialist and " +
          "anything to be calculated to the math specialist. Answer everything else yourself, briefly.",
      },
      weather_specialist: {
        description: "Weather: current weather, forecasts and typical climate for a city",
        input: why,
        prompt:
          "You are a weather specialist. Look the weather up with get_weather and say where the figures come from. " +
          "Hand over what is not about weather.",
        tools: [weather],
      },
      math_specialist: {
        description: "Mathematics: arithmetic, percentages, interest, equations, unit conversion",
        input: why,
        prompt:
          "You are a math specialist. Compute with calculate, never in your head, and show the expression. Hand over " +
          "what is not mathematics.",
        tools: [calculator],
      },
    },
  });
}

/** The definition. */
export const assistant = createAssistant();

/** The compiled graph. */
export const graph = assistant.compile();
