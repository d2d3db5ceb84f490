import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { concat } from "@langchain/core/utils/stream";
import { tool } from "@langchain/core/tools";
import { Session, SwarmAgent } from "swarmgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { LOCAL_MODEL_NOTICE, LocalModel, localModel } from "../src/index.ts";

const getWeather = tool(({ city }) => `${city}: 12 °C`, {
  name: "get_weather",
  description: "Current weather of a city",
  schema: z.object({ city: z.string() }),
});

function handoff(target: string, description: string, parameters: object = { type: "object", properties: {} }) {
  return { type: "function" as const, function: { name: `transfer_to_${target}`, description, parameters } };
}

const toWeather = handoff("weather", "Weather: current weather and forecasts for a city");
const toMaths = handoff("maths", "Mathematics: arithmetic, percentages, equations");
const reasoned = handoff("maths", "Mathematics: arithmetic, percentages, equations", {
  type: "object",
  properties: { reason: { type: "string" } },
});

const model = localModel({ now: () => new Date("2026-03-11T09:00:00Z") });

async function calls(messages: string | BaseMessage[], tools: object[], options: object = {}) {
  const reply = await model.bindTools(tools as never, options).invoke(messages);
  return (reply.tool_calls ?? []).map(({ name, args }) => [name, args]);
}

describe("a local model", () => {
  it("says what it is in one line", () => {
    expect(LOCAL_MODEL_NOTICE).toMatch(/router.*not a language model/);
    expect(LOCAL_MODEL_NOTICE).not.toContain("\n");
    expect(LocalModel.lc_name()).toBe("LocalModel");
    expect(model._llmType()).toBe("local-model");
    expect(model.getLsParams()).toMatchObject({ ls_model_name: "local-model" });
  });

  it("picks a tool and fills its arguments, or a handoff", async () => {
    expect(await calls("What's the weather in Tokyo?", [getWeather, toMaths])).toEqual([
      ["get_weather", { city: "Tokyo" }],
    ]);
    expect(await calls("What is 17% of 2,340?", [getWeather, toMaths])).toEqual([["transfer_to_maths", {}]]);
  });

  it("says why it hands over where the handoff takes a reason, and shows every score", async () => {
    const reply = await model.bindTools([toWeather, reasoned]).invoke("What is 17% of 2,340?");
    expect(reply.tool_calls?.[0]?.args["reason"]).toMatch(
      /^the request fits "Mathematics: arithmetic.*" \(score 0\.\d\d\)$/,
    );
    expect(reply.response_metadata["router"]).toMatchObject({
      encoder: "use-lite",
      scores: [{ tool: "transfer_to_maths" }, { tool: "transfer_to_weather" }],
    });
  });

  it("abstains where nothing fits, and says what it can do", async () => {
    const reply = await model.bindTools([getWeather, toMaths]).invoke("Who wrote Hamlet?");
    expect(reply.tool_calls).toEqual([]);
    expect(reply.text).toBe(
      "I cannot help with that. I can help with: current weather of a city; mathematics: arithmetic, percentages, equations.",
    );
    expect((await model.invoke("  ")).text).toBe("How can I help?");
    expect((await model.invoke("Explain")).text).toBe("I cannot help with that.");
    expect((await model.bindTools([getWeather]).invoke("Hello there!")).text).toBe(
      "Hello! I can help with: current weather of a city.",
    );
  });

  it("asks for what a tool lacks, and takes it from the next message", async () => {
    const bound = model.bindTools([getWeather]);
    const question = await bound.invoke("How is the weather?");
    expect(question.text).toContain("I need the city");
    const turns = [new HumanMessage("How is the weather?"), question, new HumanMessage("In Rome")];
    expect((await bound.invoke(turns)).tool_calls?.[0]).toMatchObject({ name: "get_weather", args: { city: "Rome" } });
  });

  it("understands the second half of a request", async () => {
    const turns = [
      new HumanMessage("What's the weather in Tokyo?"),
      new AIMessage("12 °C"),
      new HumanMessage("And Paris?"),
    ];
    expect(await calls(turns, [getWeather, toMaths])).toEqual([["get_weather", { city: "Paris" }]]);
    const due = {
      name: "plan_trip",
      description: "Plan a trip to a city on a day",
      schema: z.object({ city: z.string(), date: z.string() }),
    };
    const trip = [new HumanMessage("Plan a trip to Oslo"), new AIMessage("When?"), new HumanMessage("tomorrow")];
    expect(await calls(trip, [due])).toEqual([["plan_trip", { city: "Oslo", date: "2026-03-12" }]]);
  });

  it("answers from the results of tools", async () => {
    const turns = [
      new HumanMessage("What's the weather in Tokyo?"),
      new AIMessage({ content: "", tool_calls: [{ id: "1", name: "get_weather", args: { city: "Tokyo" } }] }),
      new ToolMessage({ content: "Tokyo: 12 °C", tool_call_id: "1", name: "get_weather" }),
    ];
    expect((await model.bindTools([getWeather, toMaths]).invoke(turns)).text).toBe("Tokyo: 12 °C");
  });

  it("does not take another agent's results for its own, and answers with them only where it has none", async () => {
    const turns = [
      new SystemMessage('Handed over by "desk". The conversation is now yours.'),
      new HumanMessage("What's the weather in Tokyo?"),
      new AIMessage({ content: "", tool_calls: [{ id: "1", name: "look", args: {} }] }),
      new ToolMessage({ content: "Tokyo is a city", tool_call_id: "1" }),
    ];
    expect((await calls(turns, [getWeather]))[0]?.[0]).toBe("get_weather");
    expect((await model.invoke(turns)).text).toBe("Tokyo is a city");
  });

  it("never hands back to where the request came from, also where names were made legal", async () => {
    const turns = [
      new SystemMessage('You do maths.\n\nHanded over by "weather". The conversation is now yours.'),
      new HumanMessage("What's the weather in Tokyo?"),
    ];
    expect(await calls(turns, [toWeather])).toEqual([]);
    expect(
      await calls([new SystemMessage('Handed over by "unfinished'), turns[1] as BaseMessage], [toWeather]),
    ).toHaveLength(1);
    expect(
      await calls([new SystemMessage('Handed over by "\\x". The conversation'), turns[1] as BaseMessage], [toWeather]),
    ).toHaveLength(1);
    const later = [
      turns[0] as BaseMessage,
      new HumanMessage("What is 2 + 2?"),
      new AIMessage({ content: "4", name: "maths" }),
      turns[1] as BaseMessage,
    ];
    expect(await calls(later, [toWeather])).toHaveLength(1);
  });

  it("uses an own tool first where the request was given to it, and hands over what fits another better after it", async () => {
    const search = {
      name: "search_library",
      description: "Search the document library for passages on a topic",
      schema: z.object({ query: z.string() }),
    };
    const toWriter = handoff("writer", "Writing: writes articles, texts and drafts");
    const turns: BaseMessage[] = [
      new SystemMessage('Handed over by "triage". The conversation is now yours.'),
      new HumanMessage("Write an article about tides"),
    ];
    expect((await calls(turns, [search, toWriter]))[0]?.[0]).toBe("search_library");
    turns.push(
      new AIMessage({ content: "", tool_calls: [{ id: "1", name: "search_library", args: { query: "tides" } }] }),
      new ToolMessage({ content: "[1] Tides: ...", tool_call_id: "1", name: "search_library" }),
    );
    expect((await calls(turns, [search, toWriter]))[0]?.[0]).toBe("transfer_to_writer");
  });

  it("obeys tool_choice", async () => {
    expect(await calls("What's the weather in Tokyo?", [getWeather], { tool_choice: "none" })).toEqual([]);
    expect(await calls("Hello", [getWeather], { tool_choice: "required" })).toEqual([["get_weather", {}]]);
    expect(await calls("Hello", [getWeather, toMaths], { tool_choice: "transfer_to_maths" })).toEqual([
      ["transfer_to_maths", {}],
    ]);
    const named = { type: "function", function: { name: "get_weather" } };
    expect(await calls("In Rome", [getWeather, toMaths], { tool_choice: named })).toEqual([
      ["get_weather", { city: "Rome" }],
    ]);
    await expect(calls("Hello", [getWeather], { tool_choice: "nobody" })).rejects.toThrow(
      /names "nobody".*Bound: "get_weather"/,
    );
    await expect(model.invoke("Hello", { tool_choice: "nobody" })).rejects.toThrow("Bound: none.");
  });

  it("says so where the arguments do not fit the schema", async () => {
    const dice = {
      name: "roll_dice",
      description: "Roll some dice",
      schema: { type: "object", properties: { count: { type: "integer", maximum: 10 } }, required: ["count"] },
    };
    expect((await model.bindTools([dice]).invoke("Roll 50 dice")).text).toContain(
      "no fitting arguments for roll_dice: /count",
    );
  });

  it("knows words only where it is told to", async () => {
    const lexical = localModel({ encoder: "lexical" });
    const reply = await lexical.bindTools([getWeather, toMaths]).invoke("What's the weather in Tokyo?");
    expect(reply.tool_calls?.[0]?.name).toBe("get_weather");
    expect(reply.response_metadata["router"]).toMatchObject({ encoder: "lexical" });
    expect((await localModel({ threshold: 2 }).bindTools([getWeather]).invoke("Weather in Rome")).tool_calls).toEqual(
      [],
    );
  });

  it("streams: words, or one call, and the same as at once", async () => {
    const bound = model.bindTools([getWeather]);
    const once = await bound.invoke("Weather in Tokyo?");
    let streamed: Awaited<ReturnType<typeof bound.invoke>> | undefined;
    for await (const chunk of await bound.stream("Weather in Tokyo?"))
      streamed = streamed === undefined ? chunk : concat(streamed, chunk);
    expect(streamed?.tool_calls?.map(({ name, args }) => ({ name, args }))).toEqual(
      once.tool_calls?.map(({ name, args }) => ({ name, args })),
    );
    const chunks: string[] = [];
    for await (const chunk of await model.stream("Explain")) chunks.push(chunk.text);
    expect(chunks.filter(Boolean).length).toBeGreaterThan(2);
    expect(chunks.join("")).toBe("I cannot help with that.");
  });

  it("ends with the run's signal", async () => {
    await expect(model.invoke("Hello", { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      /enough|abort/i,
    );
    const controller = new AbortController();
    const stream = await model.stream("Hello", { signal: controller.signal });
    await expect(
      (async () => {
        for await (const _chunk of stream) controller.abort(new Error("enough"));
      })(),
    ).rejects.toThrow(/enough|abort/i);
  });

  it("fills a schema, or says that it cannot", async () => {
    const schema = z.object({ city: z.string(), nights: z.int() });
    const filled = model.withStructuredOutput(schema);
    expect(await filled.invoke("Three nights in Porto")).toEqual({ city: "Porto", nights: 3 });
    await expect(filled.invoke("Hello")).rejects.toMatchObject({ name: "LocalModelError", code: "SCHEMA_UNFILLED" });
    const raw = model.withStructuredOutput(
      { type: "object", properties: { n: { type: "integer" } }, required: ["n"] },
      { includeRaw: true, name: "n" },
    );
    expect(await raw.invoke("7")).toMatchObject({ parsed: { n: 7 } });
    const tooLarge = model.withStructuredOutput({
      type: "object",
      properties: { n: { type: "integer", maximum: 5 } },
      required: ["n"],
    });
    await expect(tooLarge.invoke("7")).rejects.toThrow("/n");
  });

  it("has unique ids", async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => (await model.invoke("Hello")).id));
    expect(new Set(ids).size).toBe(3);
  });

  it("drives a swarm: handed over, tool run, answered; back for another request", async () => {
    const calculate = tool(({ expression }) => `${expression} = 4`, {
      name: "calculate",
      description: "Evaluate an arithmetic expression",
      schema: z.object({ expression: z.string() }),
    });
    const swarm = new SwarmAgent({
      entry: "assistant",
      agents: {
        assistant: { model, description: "Finds the right specialist" },
        weather: { model, description: "Weather: current weather and forecasts for a city", tools: [getWeather] },
        maths: { model, description: "Mathematics: arithmetic, percentages, equations", tools: [calculate] },
      },
    });
    const session = new Session(swarm.compile());
    const first = await session.run("What's the weather in Tokyo?");
    expect([first.lastAgent, first.output]).toEqual(["weather", "Tokyo: 12 °C"]);
    const second = await session.run("What is 2 + 2?");
    expect([second.lastAgent, second.output]).toEqual(["maths", "2+2 = 4"]);
    const third = await session.run("Is it warm in Rome?");
    expect([third.lastAgent, third.output]).toEqual(["weather", "Rome: 12 °C"]);
  });
});
