import { tool } from "@langchain/core/tools";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { toStrictSchema } from "../../src/openai/strict-schema.ts";
import { toWireToolChoice, toWireTools } from "../../src/openai/to-wire-tools.ts";

const add = tool(({ x }: { x: number }) => x + 1, {
  name: "add",
  description: "Adds one.",
  schema: z.object({ x: z.number() }),
});
const loose = tool(() => "", { name: "loose", description: "d", schema: z.object({ x: z.number().optional() }) });
const definition = {
  type: "function" as const,
  function: { name: "sub", parameters: { type: "object", properties: {}, additionalProperties: false } },
};

describe("tools on the wire", () => {
  it("converts LangChain tools and leaves definitions and providers' tools as they are", () => {
    const webSearch = { type: "web_search" };
    const [first, ...rest] = toWireTools([add, definition, webSearch], { strict: false });
    expect(first).toMatchObject({
      type: "function",
      function: { name: "add", description: "Adds one.", parameters: { type: "object", required: ["x"] } },
    });
    expect(rest).toEqual([definition, webSearch]);
  });

  it("[O5] makes strict what can be, and nothing else, without changing what it is given", () => {
    const own = { ...definition, function: { ...definition.function, strict: false } };
    const sent = toWireTools([add, loose, definition, own, { type: "web_search" }], { strict: true });
    expect(sent.map((wire) => (wire.type === "function" ? wire.function.strict : undefined))).toEqual([
      true,
      undefined,
      true,
      false,
      undefined,
    ]);
    expect(sent[0]).toMatchObject({ function: { parameters: { additionalProperties: false } } });
    expect(definition.function).not.toHaveProperty("strict");
  });

  it.each([{ name: "add" }, "add", null])("refuses %j by its place", (bad) => {
    expect(() => toWireTools([add, bad as never], { strict: false })).toThrow(/^tools\[1\] is neither/);
  });

  it.each([
    ["any", "required"],
    ["required", "required"],
    ["auto", "auto"],
    ["none", "none"],
    ["add", { type: "function", function: { name: "add" } }],
    [
      { type: "function", function: { name: "sub" } },
      { type: "function", function: { name: "sub" } },
    ],
    [undefined, undefined],
  ])("says the choice %j as %j", (choice, sent) => {
    expect(toWireToolChoice(choice)).toEqual(sent);
  });
});

describe("a strict schema", () => {
  const closed = {
    type: "object",
    properties: { a: { type: "string" } },
    required: ["a"],
    additionalProperties: false,
  };
  const open = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };

  it("closes objects at every depth, and drops the dialect", () => {
    expect(
      toStrictSchema({
        $schema: "https://json-schema.org/draft/2020-12/schema",
        type: "object",
        properties: {
          list: { type: "array", items: open },
          pair: { type: "array", prefixItems: [open, { type: "null" }] },
          either: { anyOf: [open, { type: "null" }] },
          ref: { $ref: "#/$defs/open" },
        },
        required: ["list", "pair", "either", "ref"],
        $defs: { open },
      }),
    ).toEqual({
      type: "object",
      properties: {
        list: { type: "array", items: closed },
        pair: { type: "array", prefixItems: [closed, { type: "null" }] },
        either: { anyOf: [closed, { type: "null" }] },
        ref: { $ref: "#/$defs/open" },
      },
      required: ["list", "pair", "either", "ref"],
      $defs: { open: closed },
      additionalProperties: false,
    });
  });

  it.each([
    ["an optional property", { type: "object", properties: { a: { type: "string" } } }],
    ["free keys", { type: "object", additionalProperties: { type: "string" } }],
    ["any object", { type: "object" }],
    ["free keys beside known ones", { ...open, additionalProperties: true }],
    ["an optional property inside", { type: "array", items: { type: "object", properties: { a: {} } } }],
    ["an optional property of a choice", { anyOf: [{ type: "object", properties: { a: {} } }] }],
    ["oneOf", { oneOf: [open] }],
    ["no schema", undefined],
    ["a boolean schema", true],
    ["a list", []],
  ])("is not made of %s", (_title, schema) => {
    expect(toStrictSchema(schema)).toBeUndefined();
  });

  it("is made of an object without properties that is closed, and of a plain type", () => {
    expect(toStrictSchema({ type: "object", additionalProperties: false })).toEqual({
      type: "object",
      additionalProperties: false,
    });
    expect(toStrictSchema({ type: "string" })).toEqual({ type: "string" });
  });
});
