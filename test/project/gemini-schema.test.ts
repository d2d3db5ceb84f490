import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { geminiSchema } from "../../src/project/profiles/gemini-schema.ts";
import { validateWire } from "../../src/project/validate-wire.ts";

type Schema = Record<string, unknown>;

/** What Gemini would say of a function with these parameters. */
function problemsOf(parameters: object): string[] {
  return validateWire("gemini", {
    contents: [{ role: "user", parts: [{ text: "Hello" }] }],
    tools: [{ functionDeclarations: [{ name: "f", description: "d", parameters }] }],
  }).map(({ rule, message }) => `${rule} ${message}`);
}

/** Every schema within a schema, and the schema itself. */
function within(schema: Schema): Schema[] {
  const inner = [
    ...Object.values((schema["properties"] ?? {}) as Record<string, Schema>),
    ...((schema["anyOf"] ?? []) as Schema[]),
    ...(schema["items"] === undefined ? [] : [schema["items"] as Schema]),
  ];
  return [schema, ...inner.flatMap(within)];
}

/** What Gemini is known to refuse beside unknown fields and types. */
function refusals(schema: Schema): string[] {
  return within(schema).flatMap((each) => [
    ...(each["enum"] !== undefined && each["type"] !== "string" ? ["enum: only allowed for STRING type"] : []),
    ...(each["type"] === "array" && each["items"] === undefined ? ["items: missing field"] : []),
    ...(each["required"] !== undefined && each["type"] !== "object" ? ["required: only allowed for OBJECT type"] : []),
    ...(each["type"] === "string" && ![undefined, "date-time"].includes(each["format"] as string) ? ["format"] : []),
    ...(each["anyOf"] !== undefined && Object.keys(each).length > 1 ? ["any_of must be the only field"] : []),
  ]);
}

/** A Zod schema as one property of a tool's parameters. */
function property(schema: z.ZodType): Schema {
  const made = geminiSchema(z.toJSONSchema(z.object({ p: schema })) as Schema) as Schema;
  expect(problemsOf(made)).toEqual([]);
  expect(refusals(made)).toEqual([]);
  return (made["properties"] as Record<string, Schema>)["p"] as Schema;
}

interface Node {
  value: number;
  left?: Node | undefined;
  right?: Node | undefined;
}
const Tree: z.ZodType<Node> = z.object({
  value: z.number(),
  get left() {
    return Tree.optional();
  },
  get right() {
    return Tree.optional();
  },
});

const key = { type: "string", description: "Stands for any key of your choice." };

describe("geminiSchema of what Zod makes", () => {
  it.each<[string, z.ZodType, Schema]>([
    ["a text literal", z.literal("a"), { type: "string", enum: ["a"] }],
    [
      "a number literal, which stays a number",
      z.literal(5),
      { type: "number", description: "Always 5.", minimum: 5, maximum: 5 },
    ],
    ["a boolean literal", z.literal(true).describe("On."), { type: "boolean", description: "On. Always true." }],
    ["a null literal", z.literal(null), { type: "string", nullable: true }],
    ["null", z.null().describe("Nothing."), { type: "string", description: "Nothing.", nullable: true }],
    [
      "literals of one type",
      z.literal([3, 1]),
      { type: "number", description: "One of 3, 1.", minimum: 1, maximum: 3 },
    ],
    [
      "literals of several types",
      z.literal(["a", 1, null]),
      {
        anyOf: [
          { type: "string", enum: ["a"], nullable: true },
          { type: "number", description: "Always 1.", minimum: 1, maximum: 1, nullable: true },
        ],
      },
    ],
    ["a nullable text", z.string().nullable(), { type: "string", nullable: true }],
    [
      "a nullable object",
      z.object({ a: z.string() }).nullable(),
      { type: "object", properties: { a: { type: "string" } }, required: ["a"], nullable: true },
    ],
    ["an enum", z.enum(["a", "b"]), { type: "string", enum: ["a", "b"] }],
    ["an enum with an empty text", z.enum(["", "a"]), { type: "string", enum: ["a"] }],
    ["an enum of an empty text", z.enum([""]), { type: "string" }],
    [
      "a nullable enum",
      z.enum(["a"]).nullable().describe("Which."),
      { type: "string", description: "Which.", enum: ["a"], nullable: true },
    ],
    [
      "an enum of numbers",
      z.enum({ One: 1, Two: 2 }),
      { type: "number", description: "One of 1, 2.", minimum: 1, maximum: 2 },
    ],
    ["a union of types", z.union([z.string(), z.number()]), { anyOf: [{ type: "string" }, { type: "number" }] }],
    [
      "a described union",
      z.union([z.string(), z.int32()]).describe("Id."),
      {
        anyOf: [
          { type: "string", description: "Id." },
          { type: "integer", description: "Id.", minimum: -2147483648, maximum: 2147483647 },
        ],
      },
    ],
    [
      "a discriminated union",
      z.discriminatedUnion("kind", [
        z.object({ kind: z.literal("a"), x: z.number() }),
        z.object({ kind: z.literal("b") }),
      ]),
      {
        anyOf: [
          {
            type: "object",
            properties: { kind: { type: "string", enum: ["a"] }, x: { type: "number" } },
            required: ["kind", "x"],
          },
          { type: "object", properties: { kind: { type: "string", enum: ["b"] } }, required: ["kind"] },
        ],
      },
    ],
    ["a positive number", z.number().positive(), { type: "number", minimum: 0 }],
    ["a bounded number", z.number().gt(1).lt(9), { type: "number", minimum: 1, maximum: 9 }],
    ["an inclusively bounded number", z.number().min(1).max(9), { type: "number", minimum: 1, maximum: 9 }],
    ["a boolean", z.boolean(), { type: "boolean" }],
    ["a default", z.string().default("x"), { type: "string", default: "x" }],
    ["a format that Gemini does not know", z.url(), { type: "string" }],
    ["an array", z.array(z.string()).min(1), { type: "array", minItems: 1, items: { type: "string" } }],
    ["an array of anything", z.array(z.any()), { type: "array", items: { type: "string" } }],
    [
      "a tuple",
      z.tuple([z.string(), z.number(), z.string()]),
      { type: "array", minItems: 3, maxItems: 3, items: { anyOf: [{ type: "string" }, { type: "number" }] } },
    ],
    ["a record", z.record(z.string(), z.number()), { type: "object", properties: { key: { ...key, type: "number" } } }],
    [
      "a record of known keys",
      z.record(z.enum(["a", "b"]), z.number()),
      { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] },
    ],
    ["an empty object", z.object({}), { type: "object", properties: { key } }],
    [
      "a nullable record",
      z.record(z.string(), z.string()).nullable(),
      { type: "object", properties: { key }, nullable: true },
    ],
    [
      "an intersection",
      z.intersection(z.object({ a: z.string() }), z.object({ b: z.string().optional() })),
      { type: "object", properties: { a: { type: "string" }, b: { type: "string" } }, required: ["a"] },
    ],
    ["anything", z.any(), { type: "string" }],
    ["nothing", z.never(), { type: "string" }],
    [
      "something lazy",
      z.lazy(() => z.object({ a: z.lazy(() => z.string()) })),
      { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
    ],
  ])("%s", (_what, schema, expected) => {
    expect(property(schema)).toEqual(expected);
  });

  it("keeps the format of a date with its time", () => {
    expect(property(z.iso.datetime())).toMatchObject({ type: "string", format: "date-time" });
  });

  it("follows a recursive schema three times, and then leaves it out", () => {
    const level = (inner: Schema): Schema => ({
      type: "object",
      properties: { value: { type: "number" }, ...inner },
      required: ["value"],
    });
    const third = level({});
    const second = level({ left: third, right: third });
    expect(property(Tree)).toEqual(level({ left: second, right: second }));
  });

  it("says that anything goes where a recursion is cut that has to be there", () => {
    const List: z.ZodType<object> = z.object({ next: z.array(z.lazy(() => List)) });
    const made = JSON.stringify(property(List));
    expect(made.split('"next"')).toHaveLength(3 * 2 + 1);
    expect(made).toContain('"items":{"type":"string","description":"Any value, as JSON."}');
  });

  it("any JSON", () => {
    expect(property(z.json())).toHaveProperty("anyOf");
  });

  it("stays small where a recursive schema has many branches", () => {
    const branches = Array.from({ length: 12 }, (_, index) => `b${index}`);
    const Node: z.ZodType = z.lazy(() => z.object(Object.fromEntries(branches.map((name) => [name, Node.optional()]))));
    const root = geminiSchema(z.toJSONSchema(z.object({ p: Node })) as Schema) as Schema;
    expect(problemsOf(root)).toEqual([]);
    expect(within(root).length).toBeLessThan(1000);
  });

  it("passes a whole schema on that is large without being recursive", () => {
    const names = Array.from({ length: 1500 }, (_, index) => `p${index}`);
    const given = { type: "object", properties: Object.fromEntries(names.map((name) => [name, { type: "boolean" }])) };
    expect(geminiSchema(given)).toEqual(given);
  });
});

describe("geminiSchema of other JSON schemas", () => {
  const string = { type: "string" };

  it.each<[string, Schema, Schema]>([
    ["no parameters", { type: "object", properties: {} }, { type: "object", properties: {} }],
    ["free parameters", { type: "object", required: ["a"] }, { type: "object", properties: {} }],
    ["nothing", {}, { type: "string" }],
    [
      "required properties that are none",
      { type: "object", properties: { a: string }, required: ["a", "b", 5] },
      { type: "object", properties: { a: string }, required: ["a"] },
    ],
    ["an array without items", { type: "array" }, { type: "array", items: string }],
    ["an array whose type is not said", { items: { type: "integer" } }, { type: "array", items: { type: "integer" } }],
    [
      "a tuple of old",
      { type: "array", items: [string, { type: "null" }] },
      { type: "array", items: { type: "string", nullable: true } },
    ],
    ["an object whose type is not said", { properties: { a: true } }, { type: "object", properties: { a: string } }],
    [
      "a map whose type is not said",
      { anyOf: [{ additionalProperties: { type: "boolean" } }] },
      { type: "object", properties: { key: { ...key, type: "boolean" } } },
    ],
    ["a type of old in capitals", { type: "STRING" }, string],
    [
      "a type that nobody knows",
      { type: "any", description: "Whatever." },
      { type: "string", description: "Whatever." },
    ],
    ["bounds of draft 4", { type: "number", minimum: 2, exclusiveMinimum: true }, { type: "number", minimum: 2 }],
    [
      "formats of numbers",
      {
        anyOf: [
          { type: "integer", format: "int64" },
          { type: "number", format: "decimal" },
        ],
      },
      { anyOf: [{ type: "integer", format: "int64" }, { type: "number" }] },
    ],
    ["`nullable` of OpenAPI", { type: "string", nullable: true }, { type: "string", nullable: true }],
    [
      "a nullable union",
      { anyOf: [string, { type: "number" }], nullable: true },
      {
        anyOf: [
          { ...string, nullable: true },
          { type: "number", nullable: true },
        ],
      },
    ],
    ["a union of null alone", { anyOf: [{ type: "null" }] }, { type: "string", nullable: true }],
    ["a union of nothing", { type: "number", anyOf: [] }, { type: "number" }],
    [
      "a union within a union",
      { anyOf: [{ oneOf: [string, { type: "number" }] }, string] },
      { anyOf: [string, { type: "number" }] },
    ],
    [
      "alternatives of an object",
      {
        type: "object",
        properties: { a: string },
        anyOf: [{ required: ["a"] }, { properties: { b: string, a: { minLength: 1 } } }],
      },
      { type: "object", properties: { a: { type: "string", minLength: 1 }, b: string } },
    ],
    [
      "nullable alternatives of an object",
      { anyOf: [{ type: "object", nullable: true, properties: { a: string }, oneOf: [{ required: ["a"] }] }] },
      { type: "object", properties: { a: string }, nullable: true },
    ],
    [
      "both parts of `allOf`",
      {
        allOf: [
          { type: "object", properties: { a: string, c: { type: "number" } }, required: ["a"] },
          { properties: { b: string, c: { maximum: 3 } }, required: ["b"] },
        ],
      },
      { type: "object", properties: { a: string, b: string, c: { type: "number", maximum: 3 } }, required: ["a", "b"] },
    ],
    [
      "a reference to a reference",
      { $ref: "#/$defs/a", $defs: { a: { $ref: "#/$defs/b" }, b: { type: "integer" } } },
      { type: "integer" },
    ],
    [
      "a reference with something beside it",
      { $ref: "#/$defs/a", description: "Mine.", $defs: { a: { type: "integer", description: "Its." } } },
      { type: "integer", description: "Mine." },
    ],
    [
      "a reference with signs in it",
      { $ref: "#/$defs/a~1b~0c", $defs: { "a/b~c": { type: "integer" } } },
      { type: "integer" },
    ],
    ["a reference to nothing", { $ref: "#/nowhere/at/all" }, string],
    ["a reference to itself", { $ref: "#" }, { type: "string", description: "Any value, as JSON." }],
    ["`allOf` of itself", { allOf: [{ $ref: "#" }] }, { type: "string", description: "Any value, as JSON." }],
    [
      "values that are no schemas",
      { type: "object", properties: { a: 5, b: null, c: [] } },
      { type: "object", properties: { a: string, b: string, c: string } },
    ],
    ["an enum of objects", { enum: [{ a: 1 }] }, { type: "object", properties: {} }],
  ])("%s", (_what, given, expected) => {
    const before = JSON.stringify(given);
    expect(geminiSchema(given)).toEqual(expected);
    expect(JSON.stringify(given)).toBe(before);
    expect(refusals(expected)).toEqual([]);
  });
});

const words = fc.constantFrom("a", "b", "constructor", "$ref", "__proto__x");
const leaf = fc.oneof(
  fc.record(
    {
      type: fc.constantFrom<unknown>(
        "string",
        "number",
        "integer",
        "boolean",
        "null",
        ["string", "null"],
        ["number", "boolean"],
      ),
      description: fc.string(),
      format: fc.constantFrom("email", "date-time", "int32"),
      enum: fc.array(fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)), { maxLength: 3 }),
      exclusiveMinimum: fc.integer(),
      pattern: fc.string(),
      nullable: fc.boolean(),
    },
    { requiredKeys: [] },
  ),
  fc.record({ const: fc.jsonValue() }),
  fc.constantFrom<Schema>({ $ref: "#" }, { $ref: "#/$defs/one" }, { $ref: "#/$defs/two" }, { not: {} }),
);
const { schema: anySchema } = fc.letrec<{ schema: Schema }>((tie) => ({
  schema: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf as fc.Arbitrary<Schema>,
    fc.record(
      {
        type: fc.constant("object"),
        properties: fc.dictionary(words, tie("schema"), { maxKeys: 3 }),
        required: fc.array(words),
        additionalProperties: fc.oneof(fc.boolean(), tie("schema")),
      },
      { requiredKeys: [] },
    ),
    fc.record(
      { type: fc.constantFrom("array", undefined), items: fc.oneof(fc.boolean(), tie("schema")), minItems: fc.nat() },
      { requiredKeys: [] },
    ),
    fc.record({ type: fc.constant("array"), prefixItems: fc.array(tie("schema"), { maxLength: 2 }) }),
    fc.record(
      { anyOf: fc.array(tie("schema"), { maxLength: 3 }), description: fc.string() },
      { requiredKeys: ["anyOf"] },
    ),
    fc.record(
      {
        oneOf: fc.array(tie("schema"), { maxLength: 2 }),
        properties: fc.dictionary(words, tie("schema"), { maxKeys: 1 }),
      },
      { requiredKeys: ["oneOf"] },
    ),
    fc.record({ allOf: fc.array(tie("schema"), { maxLength: 2 }) }),
  ) as fc.Arbitrary<Schema>,
}));

describe("geminiSchema of any schema", () => {
  const given = fc.record({
    type: fc.constant("object"),
    properties: fc.record({ p: anySchema, q: anySchema }),
    required: fc.constantFrom(["p"], ["p", "q", "r"], []),
    $defs: fc.record({ one: anySchema, two: anySchema }),
  });

  it("is one that Gemini takes, and is that already", () => {
    fc.assert(
      fc.property(given, (schema) => {
        const made = geminiSchema(schema);
        expect(problemsOf(made)).toEqual([]);
        expect(refusals(made as Schema)).toEqual([]);
        expect(geminiSchema(made)).toEqual(made);
      }),
      { numRuns: 300 },
    );
  });
});
