import { readFile } from "node:fs/promises";
import { HumanMessage } from "@langchain/core/messages";
import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { CompiledStateGraph } from "@langchain/langgraph";
import { localModel } from "@swarmgraph/local-model";
import { Session } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { assistant, createAssistant } from "../assistant.ts";
import { finance } from "../finance.ts";
import { createHandRolled } from "../hand-rolled.ts";
import { createResearchDesk, researchDesk } from "../research-desk.ts";

/** Stands for the weather service, which a test must not ask. */
const weather = tool(({ city }) => `${city}: 12 °C`, {
  name: "get_weather",
  description: "Current weather, or the typical climate of a month, for a city",
  schema: z.object({ city: z.string(), month: z.string().optional() }),
});

function callsIn(messages: readonly BaseMessage[]): string[] {
  return messages.flatMap((message) => ((message as AIMessage).tool_calls ?? []).map(({ name }) => name));
}

describe("langgraph.json", () => {
  it("lists every graph, each a compiled one", async () => {
    const url = new URL("../langgraph.json", import.meta.url);
    const { graphs } = JSON.parse(await readFile(url, "utf8")) as { graphs: Record<string, string> };
    expect(Object.keys(graphs)).toEqual(["assistant", "finance", "hand-rolled", "research-desk"]);
    for (const place of Object.values(graphs)) {
      const [file = "", name = ""] = place.split(":");
      const loaded = (await import(new URL(file, url).href)) as Record<string, unknown>;
      expect(loaded[name]).toBeInstanceOf(CompiledStateGraph);
    }
  });

  it("lists definitions without a problem", () => {
    expect(assistant.verify()).toEqual([]);
    expect(finance.verify()).toEqual([]);
    expect(researchDesk.verify()).toEqual([]);
  });
});

describe("assistant", () => {
  it("answers the seed's question and two more with the local model", async () => {
    const session = new Session(createAssistant({ model: localModel(), weather }).compile());
    const tokyo = await session.run("What's the weather in Tokyo?");
    expect([tokyo.lastAgent, tokyo.output]).toEqual(["weather_specialist", "Tokyo: 12 °C"]);
    expect(tokyo.handoffs).toMatchObject([{ from: "assistant", to: "weather_specialist", status: "done" }]);
    expect(tokyo.handoffs[0]?.reason).toContain("Weather");
    const sum = await session.run("What is 17% of 2,340?");
    expect([sum.lastAgent, sum.output]).toEqual(["math_specialist", "17/100*2340 = 397.8"]);
    const lisbon = await session.run("And how warm is Lisbon in July?");
    expect([lisbon.lastAgent, lisbon.output]).toEqual(["weather_specialist", "Lisbon: 12 °C"]);
  });

  it("says what it can do where nothing fits", async () => {
    const session = new Session(createAssistant({ model: localModel(), weather }).compile());
    const { output, lastAgent } = await session.run("Who wrote Hamlet?");
    expect(lastAgent).toBe("assistant");
    expect(output).toMatch(/^I cannot help with that\. I can help with: weather.*mathematics/);
  });

  it("gives each specialist its tools and the way to the others", async () => {
    const definition = createAssistant({ model: scriptedModel(), weather });
    const { tools } = await definition.describe("weather_specialist");
    expect(tools.map((one) => (one["function"] as { name: string }).name)).toEqual([
      "get_weather",
      "transfer_to_assistant",
      "transfer_to_math_specialist",
    ]);
  });
});

describe("research-desk", () => {
  it("goes from triage to the researcher to the writer, and writes from the library", async () => {
    const session = new Session(createResearchDesk().compile());
    const { output, outcome, messages } = await session.run("Write a short article about coral bleaching");
    expect(outcome.path).toEqual(["triage", "researcher", "writer"]);
    expect(callsIn(messages)).toEqual([
      "transfer_to_researcher",
      "search_library",
      "transfer_to_writer",
      "write_draft",
    ]);
    expect(output).toMatch(/coral/i);
  });

  it("stays with the researcher for a plain question", async () => {
    const session = new Session(createResearchDesk().compile());
    const { outcome, output } = await session.run("How do heat pumps work?");
    expect(outcome.path).toEqual(["triage", "researcher"]);
    expect(output).toMatch(/heat pump/i);
  });
});

describe("hand-rolled", () => {
  it("routes by the user's own function: RESEARCHER, WRITER, its tool, WRITER", async () => {
    const nodes: string[] = [];
    const graph = createHandRolled({ model: localModel() });
    let last: BaseMessage[] = [];
    const input = { messages: [new HumanMessage("Write an article about the tides")] };
    for await (const [mode, data] of await graph.stream(input, { streamMode: ["updates", "values"] })) {
      if (mode === "updates") nodes.push(...Object.keys(data));
      else last = data.messages;
    }
    expect(nodes).toEqual(["RESEARCHER", "WRITER", "WRITER.tools", "WRITER"]);
    expect(last.at(-1)?.text).toMatch(/tide/i);
  });

  it("ends where the researcher hands to nobody of the allow-list", async () => {
    const graph = createHandRolled({ model: scriptedModel().say("About what?") });
    const { messages } = await graph.invoke({ messages: [new HumanMessage("Hello")] });
    expect(messages.map((message) => message.text)).toEqual(["Hello", "About what?"]);
  });
});
