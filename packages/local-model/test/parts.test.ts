import { tool } from "@langchain/core/tools";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { answerFrom, askFor, cannotHelp } from "../src/answer.ts";
import { loadEncoder, sharedEncoder, similarity } from "../src/encoder.ts";
import { lexicalIndex, stem, stemsOf } from "../src/lexical.ts";
import { problemsOf } from "../src/schema.ts";
import { leadsTo, legalName, toToolDefinition, toToolSpec, wordsOf } from "../src/tool-spec.ts";

describe("the encoder", () => {
  it("finds like sentences nearer than unlike ones, gives equal vectors for equal texts, and keeps handlers as they were", async () => {
    const before = process.listenerCount("unhandledRejection") + process.listenerCount("uncaughtException");
    const encoder = await sharedEncoder();
    const [a = [], b = [], c = [], again = []] =
      (await encoder?.embed(["It rains a lot", "The weather is wet", "My invoice is wrong", "It rains a lot"])) ?? [];
    expect(similarity(a, b)).toBeGreaterThan(similarity(a, c));
    expect(again).toEqual(a);
    expect(similarity(a, a)).toBeCloseTo(1, 4);
    expect(process.listenerCount("unhandledRejection") + process.listenerCount("uncaughtException")).toBe(before);
  }, 30_000);

  it("is not there where its packages are not, and says nothing", async () => {
    const missing = () => Promise.reject(new Error("Cannot find package"));
    expect(await loadEncoder({ embeddings: missing, weights: missing })).toBeUndefined();
  });

  it("ends with the signal, and forgets the oldest vectors of very many", async () => {
    let embedded = 0;
    const encoder = await loadEncoder({
      embeddings: () =>
        Promise.resolve({
          initModel: () => Promise.resolve({ embed: () => Promise.resolve([(embedded += 1)]) }) as never,
        }),
      weights: () => Promise.resolve({ modelSource: (() => Promise.resolve({})) as never }),
    });
    await expect(encoder?.embed(["a"], AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
    await encoder?.embed(Array.from({ length: 1_001 }, (_, index) => `text ${index}`));
    expect(await encoder?.embed(["text 1000", " "])).toEqual([[1_001], [1_002]]);
    expect(await encoder?.embed(["text 0"])).toEqual([[1_003]]);
  });
});

describe("words", () => {
  it("are stems without stop words, with signs written out", () => {
    expect(stemsOf("What is 17% of the invoices?")).toEqual(["17", "percentag", "invoic"]);
    expect(["booking", "booked", "books", "cities", "planning", "boxes", "payment"].map(stem)).toEqual([
      "book",
      "book",
      "book",
      "cit",
      "plan",
      "box",
      "pay",
    ]);
  });

  it("cover a share of a request's weight, rare ones more than common ones", () => {
    const index = lexicalIndex(["refund an invoice", "pay an invoice", "weather"]);
    const [refund = 0, pay = 0, weather = 0] = index.overlap("Refund my invoice");
    expect(refund).toBe(1);
    expect(pay).toBeLessThan(refund);
    expect(weather).toBe(0);
    expect(index.overlap("the of")).toEqual([0, 0, 0]);
  });

  it("are read out of names of any case", () => {
    expect(wordsOf("maxResults_of-day")).toEqual(["max", "results", "of", "day"]);
    expect(wordsOf("??")).toEqual([]);
  });
});

describe("tools", () => {
  it("are read from LangChain tools, OpenAI definitions and plain objects", () => {
    const schema = z.object({ city: z.string() });
    const weather = tool(() => "", { name: "w", description: "Weather", schema });
    for (const given of [
      weather,
      { name: "w", description: "Weather", schema },
      { name: "w", description: "Weather", input_schema: { type: "object", properties: { city: { type: "string" } } } },
    ]) {
      const { function: own } = toToolDefinition(given) as {
        function: { name: string; description: string; parameters: { properties?: object } };
      };
      expect(own).toMatchObject({
        name: "w",
        description: "Weather",
        parameters: { properties: { city: { type: "string" } } },
      });
    }
    expect(toToolDefinition({ type: "function", function: { name: "x" } })).toMatchObject({
      function: { name: "x", description: "", parameters: {} },
    });
  });

  it("of a provider's own are nobody's here; one without a name is an error that shows it", () => {
    expect(toToolDefinition({ type: "web_search" })).toBeUndefined();
    expect(() => toToolDefinition({ description: "nameless" })).toThrow(/without a name was bound: .*nameless/);
    expect(() => toToolDefinition(null)).toThrow("null");
  });

  it("lead to their target by its legal name, also with a hash", () => {
    const spec = toToolSpec({
      type: "function",
      function: { name: "transfer_to_caf__bar_1a2b3c4", description: "", parameters: {} },
    });
    expect(legalName("Café bar")).toBe("Cafe_bar");
    expect(leadsTo(spec, "caf_ bar")).toBe(true);
    expect(leadsTo(spec, "other")).toBe(false);
    expect(
      leadsTo(toToolSpec({ type: "function", function: { name: "add", description: "", parameters: {} } }), "add"),
    ).toBe(false);
  });
});

describe("answers", () => {
  const result = (text: string, isError = false) => ({ tool: "get_weather", isError, text });

  it("pass texts on, read JSON out, and name failures", () => {
    expect(answerFrom([result("12 °C"), result("boom", true)])).toBe("12 °C\n\nThat did not work (get weather): boom");
    expect(answerFrom([{ ...result("boom", true), tool: "" }])).toBe("That did not work: boom");
    expect(answerFrom([result('{"maxTemp":12,"hours":[1,2],"at":{"city":"Rome"}}')])).toBe(
      "max temp: 12\nhours: 1, 2\nat: city Rome",
    );
    expect(answerFrom([result('[{"a":1},2]')])).toBe("- a 1\n- 2");
    expect(answerFrom([result("{not json")])).toBe("{not json");
    expect(answerFrom([result("x".repeat(5_000))])).toHaveLength(4_001);
  });

  it("say what the model can do, and ask for what a tool lacks", () => {
    const spec = (name: string, description: string) =>
      toToolSpec({ type: "function", function: { name, description, parameters: {} } });
    expect(
      cannotHelp([
        spec("add", "Adds two numbers. Fast."),
        spec("transfer_to_math_bot", "Transfer the conversation to math_bot."),
        spec("no_words", ""),
      ]),
    ).toBe("I cannot help with that. I can help with: adds two numbers; math bot; no words.");
    expect(cannotHelp([])).toBe("I cannot help with that.");
    expect(askFor(["city"], spec("get_weather", ""))).toContain("I need the city.");
    expect(askFor(["from", "toPlace", "day"], spec("x", ""))).toContain("the from, to place and day.");
  });
});

describe("problemsOf", () => {
  it("says where and what", () => {
    const schema = { type: "object", properties: { n: { type: "integer", minimum: 3 } }, required: ["n"] };
    expect(problemsOf(schema, { n: 4 })).toEqual([]);
    expect(problemsOf(schema, { n: 1 }).join()).toContain("/n: ");
    expect(problemsOf(schema, 3).join()).toContain("the value: ");
  });
});
