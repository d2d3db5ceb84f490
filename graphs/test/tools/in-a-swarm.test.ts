import { HumanMessage, ToolMessage } from "@langchain/core/messages";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";

import { calculator } from "../../tools/calculator.ts";
import { writeDraft } from "../../tools/draft.ts";
import { searchLibrary } from "../../tools/library.ts";
import { getWeather } from "../../tools/weather.ts";

describe("the tools in a swarm", () => {
  it("answer each call of a message; what a tool throws becomes an error answer", async () => {
    const model = scriptedModel()
      .callAll([
        { tool: "calculate", args: { expression: "6*7" }, id: "c1" },
        { tool: "calculate", args: { expression: "6*" }, id: "c2" },
        { tool: "get_weather", args: { city: "Tokyo", month: "November" }, id: "c3" },
        { tool: "get_weather", args: { city: "Tokyo", month: "winter" }, id: "c4" },
        { tool: "search_library", args: { query: "tides", limit: 2 }, id: "c5" },
        { tool: "search_library", args: { query: "tides", limit: 99 }, id: "c6" },
        { tool: "write_draft", args: { topic: "Tides", sentences: 1 }, id: "c7" },
      ])
      .say("done");
    const tools = [calculator, getWeather, searchLibrary, writeDraft];
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools } } });
    const { messages } = await swarm.compile().invoke({ messages: [new HumanMessage("Go")] });
    const answers = messages.filter((message) => ToolMessage.isInstance(message));
    expect(answers.map(({ status, text }) => `${status}: ${text.slice(0, 40)}`)).toEqual([
      "success: 6*7 = 42",
      expect.stringMatching(/^error: .*"6\*" cannot be/),
      "success: Tokyo, Japan, November, from the bundled",
      expect.stringMatching(/^error: .*"winter" is not a month/),
      expect.stringMatching(/^success: \[1\] Tides, paragraph \d: /),
      expect.stringMatching(/^error: /),
      expect.stringMatching(/^success: # Tides/),
    ]);
    expect(answers[4]?.artifact).toHaveLength(2);
  });
});
