import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fillArguments } from "../src/fill/fill.ts";
import { monthOf, placeOf } from "../src/fill/places.ts";
import { read, withDigits } from "../src/fill/reading.ts";
import type { JsonSchema } from "../src/schema.ts";

const now = new Date("2026-03-11T09:00:00Z");

function object(properties: Record<string, JsonSchema>, required: string[] = Object.keys(properties)): JsonSchema {
  return { type: "object", properties, required };
}

function argsOf(text: string, schema: JsonSchema): unknown {
  return fillArguments(schema, { text, now }).args;
}

const string = { type: "string" };
const number = { type: "number" };
const integer = { type: "integer" };
const date = { type: "string", format: "date" };

describe("fillArguments", () => {
  it.each<[string, JsonSchema, unknown]>([
    [
      "17% on 2,340 dollars for 3 years",
      object({ rate: number, amount: number, years: integer }),
      { rate: 17, amount: 2340, years: 3 },
    ],
    [
      "EUR 1,000 at 4.5% for ten years",
      object({ principal: number, annual_rate: number, years: number }),
      { principal: 1000, annual_rate: 4.5, years: 10 },
    ],
    ["a 45 minute meeting", object({ duration_minutes: integer }), { duration_minutes: 45 }],
    ["an appointment of one hour", object({ durationMinutes: integer }), { durationMinutes: 60 }],
    ["two weeks from now on, 3 guests", object({ guests: integer }), { guests: 3 }],
    ["a number between 50 and 10", object({ min: integer, max: integer }), { min: 10, max: 50 }],
    ["invoices of 2024", object({ year: integer }), { year: 2024 }],
    ["show 5 of them", object({ limit: integer }, []), { limit: 5 }],
    ["wait 90 seconds", object({ delay: number }), { delay: 90 }],
    ["add 3.5 and 4.5", object({ numbers: { type: "array", items: number } }), { numbers: [3.5, 4.5] }],
  ])("takes the numbers of %j", (text, schema, args) => {
    expect(argsOf(text, schema)).toEqual(args);
  });

  it("gives an integer field no fraction, and an optional field nothing that does not fit", () => {
    expect(argsOf("2.5 please", object({ count: integer }))).toEqual({});
    expect(argsOf("20 of the 30", object({ percent: number }, []))).toEqual({});
  });

  it.each<[string, JsonSchema, unknown]>([
    ["on 3 April 2026", object({ date }), { date: "2026-04-03" }],
    ["tomorrow at 5pm", object({ at: { type: "string", format: "date-time" } }), { at: "2026-03-12T17:00:00Z" }],
    ["on Friday", object({ day: string }), { day: "2026-03-13" }],
    ["on 20 May 2026", object({ time: string }), { time: "2026-05-20T00:00:00Z" }],
    ["write to sam@example.com now", object({ email: string }), { email: "sam@example.com" }],
    ["see https://example.org/a?b=c.", object({ link: string }), { link: "https://example.org/a?b=c" }],
    ["refund order A-1042", object({ order_id: string }), { order_id: "A-1042" }],
    ["ticket number 77", object({ ticket_id: string }), { ticket_id: "77" }],
    ["it is #991", object({ id: string }), { id: "991" }],
    ["what is 8% of 50", object({ expression: string }), { expression: "8/100*50" }],
    ["Rome to Oslo in july", object({ month: string }), { month: "July" }],
    ["from Rome to Oslo", object({ origin: string, destination: string }), { origin: "Rome", destination: "Oslo" }],
    ["Write about the tides, please.", object({ topic: string }), { topic: "the tides" }],
    ["Bees", object({ subject: string }), { subject: "Bees" }],
    ['call it "The long walk"', object({ title: string }), { title: "The long walk" }],
    ["how do bees sleep", object({ query: string }), { query: "how do bees sleep" }],
    ["a note", object({ text: string, colour: string }, []), { text: "a note" }],
  ])("takes the texts of %j", (text, schema, args) => {
    expect(argsOf(text, schema)).toEqual(args);
  });

  it.each<[string, JsonSchema, unknown]>([
    ["the team plan", object({ plan: { type: "string", enum: ["basic", "pro", "team"] } }), { plan: "team" }],
    ["high priority", object({ priority: { enum: ["low", "high", "very_high"] } }), { priority: "high" }],
    [
      "red and blue",
      object({ colours: { type: "array", items: { enum: ["red", "green", "blue"] } } }),
      { colours: ["red", "blue"] },
    ],
    ["with breakfast", object({ breakfast: { type: "boolean" } }), { breakfast: true }],
    ["without any breakfast", object({ breakfast: { type: "boolean" } }), { breakfast: false }],
    ["yes", object({ confirm: { type: "boolean" } }), { confirm: true }],
    ["no, thanks", object({ confirm: { type: "boolean" } }), { confirm: false }],
    ["anything", object({ kind: { const: "note" } }), { kind: "note" }],
    ["in Rome", object({ place: object({ city: string }) }), { place: { city: "Rome" } }],
    [
      "7",
      { type: "object", properties: { n: { $ref: "#/$defs/n" } }, required: ["n"], $defs: { n: integer } },
      { n: 7 },
    ],
    ["7", object({ n: { anyOf: [integer, { type: "null" }] } }), { n: 7 }],
    ["7", object({ n: { type: ["integer", "null"] } }), { n: 7 }],
  ])("takes options, yes or no, lists and parts of %j", (text, schema, args) => {
    expect(argsOf(text, schema)).toEqual(args);
  });

  it("names the required fields that the text holds nothing for", () => {
    const schema = object({
      city: string,
      plan: { enum: ["a1", "b1"] },
      agree: { type: "boolean" },
      n: integer,
      in: object({ email: string }),
      list: { type: "array", items: string },
    });
    expect(fillArguments(schema, { text: "hm", now }).missing).toEqual(["city", "plan", "agree", "n", "in", "list"]);
    expect(fillArguments({}, { text: "hm", now })).toEqual({ args: {}, missing: [] });
  });

  it("keeps what is known, and does not count a default or a nullable field as missing", () => {
    const schema = object({
      city: string,
      unit: { enum: ["C", "F"], default: "C" },
      note: { anyOf: [{ type: "integer" }, { type: "null" }] },
    });
    expect(fillArguments(schema, { text: "hm", known: { city: "Rome" }, now })).toEqual({
      args: { city: "Rome" },
      missing: [],
    });
  });

  it("never throws, whatever the text (property)", () => {
    const schema = object({ city: string, n: number, date, id: string, expression: string, ok: { type: "boolean" } });
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 60 }), (text) => {
        const { args, missing } = fillArguments(schema, { text, now });
        expect([...Object.keys(args), ...missing].sort()).toEqual(["city", "date", "expression", "id", "n", "ok"]);
      }),
      { numRuns: 60 },
    );
  }, 30_000);
});

describe("placeOf", () => {
  it.each([
    ["What's the weather in Tokyo?", "Tokyo"],
    ["How hot does Seville get in August?", "Seville"],
    ["Weather for Rio de Janeiro tomorrow", "Rio de Janeiro"],
    ["is it cold in new york today", "New York"],
    ["Paris", "Paris"],
    ["Will it rain in Tokyo, Japan?", "Tokyo, Japan"],
    ["Tell me: does Lima's weather change", "Lima's"],
  ])("%j is about %s", (text, place) => {
    expect(placeOf(text)?.replace(/'s$/, "")).toBe(place.replace(/'s$/, ""));
  });

  it("tells from where and to where, also in small letters", () => {
    expect(placeOf("flights to Oslo from Rome", "from")).toBe("Rome");
    expect(placeOf("flights to Oslo from Rome", "to")).toBe("Oslo");
    expect(placeOf("a train from ghent to bruges", "from")).toBe("Ghent");
    expect(placeOf("a train", "to")).toBeUndefined();
  });

  it("takes neither a month nor a day for a place", () => {
    expect(placeOf("in July on Monday")).toBeUndefined();
    expect(placeOf("is it cold in the morning")).toBeUndefined();
  });

  it("finds months, but not the verb", () => {
    expect(monthOf("in may")).toBe("May");
    expect(monthOf("may I ask")).toBeUndefined();
  });
});

describe("read", () => {
  it("counts a stretch once: a date's day is no number, money no second one", () => {
    const kinds = read("pay $1,200 on 3 May 2026, order AB-12, 5% of 10 hours", now).entities.map(({ kind, value }) => [
      kind,
      value,
    ]);
    expect(kinds).toEqual([
      ["money", 1200],
      ["date", "2026-05-03"],
      ["identifier", "AB-12"],
      ["percentage", 5],
      ["duration", 36_000],
    ]);
  });

  it("writes numbers in words as digits, fractions aside", () => {
    expect(withDigits("twelve times nine")).toBe("12 times 9");
    expect(withDigits("a third of ninety")).toBe("a third of 90");
    expect(withDigits("1+2")).toBe("1+2");
  });
});
