import { describe, expect, it } from "vitest";
import { geminiSchema } from "../../src/project/profiles/gemini-schema.ts";
import { profiles } from "../../src/project/profiles/profiles.ts";

const COMMON = { title: "T", description: "D", default: "x", example: "e" };
const ALL = {
  ...COMMON,
  minLength: 1,
  maxLength: 2,
  pattern: "p",
  minimum: 1,
  maximum: 2,
  minItems: 1,
  maxItems: 2,
  minProperties: 1,
  maxProperties: 2,
  propertyOrdering: ["a"],
  $comment: "no",
  multipleOf: 2,
  readOnly: true,
};

/** A schema as the only property of an object. */
const written = (schema: object, rest: object = {}) =>
  (geminiSchema({ type: "object", properties: { p: schema }, ...rest })["properties"] as Record<string, unknown>)["p"];

describe("what Gemini takes beside the type", () => {
  it.each<[string, object]>([
    ["string", { ...COMMON, minLength: 1, maxLength: 2, pattern: "p" }],
    ["number", { ...COMMON, minimum: 1, maximum: 2 }],
    ["integer", { ...COMMON, minimum: 1, maximum: 2 }],
    ["boolean", COMMON],
    ["array", { ...COMMON, minItems: 1, maxItems: 2, items: { type: "string" } }],
    [
      "object",
      {
        ...COMMON,
        minProperties: 1,
        maxProperties: 2,
        propertyOrdering: ["a"],
        properties: { key: { type: "string", description: "Stands for any key of your choice." } },
      },
    ],
  ])("of a %s", (type, fields) => {
    expect(written({ type, ...ALL })).toEqual({ type, ...fields });
    expect(written({ type: type.toUpperCase(), ...ALL })).toEqual({ type, ...fields });
  });

  it.each([
    ["string", "date-time", true],
    ["string", "email", false],
    ["number", "float", true],
    ["number", "double", true],
    ["number", "int32", false],
    ["integer", "int32", true],
    ["integer", "int64", true],
    ["integer", "float", false],
    ["boolean", "date-time", false],
  ])("a %s of the format %s: %s", (type, format, isKept) => {
    expect(written({ type, format })).toEqual({ type, ...(isKept && { format }) });
  });

  it("are no fields that are not given", () => {
    expect(Object.keys(written({ type: "number", exclusiveMinimum: "no" }) as object)).toEqual(["type"]);
    expect(written({ type: "number", exclusiveMinimum: 1 })).toEqual({ type: "number", minimum: 1 });
    expect(written({ type: "number", exclusiveMaximum: 3 })).toEqual({ type: "number", maximum: 3 });
    expect(Object.keys(written({ type: "string", title: undefined }) as object)).toEqual(["type"]);
    expect(written({ type: "object", properties: { a: { type: "string" } }, required: [] })).toEqual({
      type: "object",
      properties: { a: { type: "string" } },
    });
  });

  it("are the values of the type alone", () => {
    expect(written({ type: "integer", enum: [1, "a", 3] })).toEqual({
      type: "integer",
      description: "One of 1, 3.",
      minimum: 1,
      maximum: 3,
    });
    expect(written({ type: "number", enum: [2.5, "a"] })).toMatchObject({ description: "Always 2.5." });
    expect(written({ type: "boolean", enum: [true, "a"] })).toEqual({ type: "boolean", description: "Always true." });
    expect(written({ type: "string", enum: ["a", 1] })).toEqual({ type: "string", enum: ["a"] });
    expect(written({ enum: [null, "a"] })).toEqual({ type: "string", enum: ["a"], nullable: true });
    expect(written({ type: "string", description: 7 })).toEqual({ type: "string", description: 7 });
    expect(written({ type: "unheard", description: 7 })).toEqual({
      type: "string",
      description: "Any value, as JSON.",
    });
  });

  it("tells unions, tuples and free keys", () => {
    const either = { anyOf: [{ type: "string" }, { type: "number" }] };
    expect(written({ oneOf: [{ type: "string" }, { type: "number" }] })).toEqual(either);
    expect(written({ prefixItems: [{ type: "string" }, { type: "number" }] })).toEqual({
      type: "array",
      items: either,
    });
    expect(written({ type: "array", prefixItems: [{ type: "string" }], items: { type: "number" } })).toEqual({
      type: "array",
      items: { type: "string" },
    });
    const keys = { type: "object", propertyNames: { enum: ["a", 7, "b"] }, additionalProperties: { type: "number" } };
    expect(Object.keys((written(keys) as { properties: object }).properties)).toEqual(["a", "b"]);
    expect(written({ type: "string", nullable: "yes" })).toEqual({ type: "string" });
  });

  it("follows references by their path, and each as often as its own", () => {
    const $defs = { "a/b": { type: "number" }, "c~d": { type: "boolean" }, "x#": { y: { type: "integer" } } };
    expect(written({ $ref: "#/$defs/a~1b" }, { $defs })).toEqual({ type: "number" });
    expect(written({ $ref: "#/$defs/c~0d" }, { $defs })).toEqual({ type: "boolean" });
    expect(written({ $ref: "#/$defs/x#/y" }, { $defs })).toEqual({ type: "integer" });
    const two = { properties: { own: { type: "string" } } };
    const both = { allOf: [two, { properties: { other: { type: "number" } } }, { $ref: "#/$defs/a~1b" }] };
    expect(written({ ...both, type: "object" }, { $defs })).toEqual({
      type: "object",
      properties: { own: { type: "string" }, other: { type: "number" } },
    });
  });
});

describe("what the providers take", () => {
  it.each([
    ["mistral", "abcDEF123", true],
    ["mistral", "abcDEF1234", false],
    ["mistral", "abcDEF12", false],
    ["mistral", "abcDEF12-", false],
    ["openai-chat", "x".repeat(40), true],
    ["openai-chat", "x".repeat(41), false],
    ["anthropic", "x".repeat(64), true],
    ["anthropic", "x".repeat(65), false],
  ] as const)("%s leaves the id %s: %s", (profile, id, isLeft) => {
    expect(profiles[profile].callId(id) === id).toBe(isLeft);
  });

  it("is said in one table", () => {
    const table = Object.values(profiles).map((profile) =>
      [
        profile.name,
        profile.provider,
        profile.replaysReasoning && "replays",
        profile.parallelCalls && "parallel",
        profile.hasAuthors && "authors",
        profile.beginsWithUser && "user first",
        profile.userAfterTool && "user after tool",
        profile.repeatsRoles && "repeats",
        profile.emptyContent === "" ? "empty" : profile.emptyContent,
        profile.responseFormat !== undefined && "format",
        profile.toolSchema !== undefined && "schema",
      ]
        .filter((part) => part !== false)
        .join(", "),
    );
    expect(table).toMatchInlineSnapshot(`
      [
        "openai-chat, openai, parallel, authors, user after tool, repeats, empty, format",
        "openai-responses, openai, replays, parallel, user after tool, repeats, none, format",
        "anthropic, anthropic, replays, parallel, user first, user after tool, repeats, empty",
        "mistral, mistral, parallel, user first, repeats, empty",
        "gemini, google, replays, user first, user after tool, empty, schema",
        "bedrock, bedrock, replays, parallel, user first, none",
      ]
    `);
  });
});
