import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toolNameFor } from "../../src/index.ts";
import type { ProfileName } from "../../src/index.ts";
import { profiles } from "../../src/project/profiles/profiles.ts";

const NAMES = Object.keys(profiles) as ProfileName[];

/** What each API takes for an id of a call. */
const LEGAL_ID: Readonly<Record<ProfileName, RegExp>> = {
  "openai-chat": /^[A-Za-z0-9_-]{1,40}$/,
  "openai-responses": /^[A-Za-z0-9_-]{1,64}$/,
  anthropic: /^[A-Za-z0-9_-]{1,64}$/,
  mistral: /^[A-Za-z0-9]{9}$/,
  gemini: /^/,
  bedrock: /^[A-Za-z0-9_-]{1,64}$/,
};

/** What all of them take for a name of a tool. */
const LEGAL_NAME = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

const ids = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ minLength: 30, maxLength: 90, unit: fc.constantFrom("a", "B", "9", "_", "-") }),
  fc.stringMatching(/^[A-Za-z0-9]{9}$/),
  fc.constantFrom("", " ", "call_1", "toolu_01A", "chatcmpl-tool-5", "call_1|fc_2", "größe", "\uD800"),
);

/** A thousand ids as they come from clients, counters, other providers and nowhere. */
const SAMPLE = Array.from({ length: 1000 }, (_, index) => [
  `call_${index}`,
  `toolu_01${"A".repeat(40)}${index}`,
  `call ${index}`,
  `scripted-1-${index}-call-0`,
  `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
  `${index}`.padStart(9, "x"),
]).flat();

describe.each(NAMES)("%s", (name) => {
  const profile = profiles[name];

  it("makes ids legal, and leaves legal ones alone", () => {
    fc.assert(
      fc.property(ids, (id) => {
        const legal = profile.callId(id);
        expect(legal).toMatch(LEGAL_ID[name]);
        expect(profile.callId(id)).toBe(legal);
        expect(profile.callId(legal)).toBe(legal);
        if (LEGAL_ID[name].test(id)) expect(legal).toBe(id);
      }),
    );
  });

  it("makes two ids of two", () => {
    expect(new Set(SAMPLE.map(profile.callId)).size).toBe(SAMPLE.length);
  });

  it("makes tools' names legal, and leaves legal ones alone", () => {
    const names = fc.oneof(ids, fc.constantFrom("mcp.get-sum", "functions.search", "9lives", "größe", "búsqueda web"));
    fc.assert(
      fc.property(names, (tool) => {
        const legal = profile.toolName(tool);
        expect(legal).toMatch(LEGAL_NAME);
        expect(profile.toolName(tool)).toBe(legal);
        expect(profile.toolName(legal)).toBe(legal);
        if (LEGAL_NAME.test(tool)) expect(legal).toBe(tool);
      }),
    );
  });

  it("makes two names of two, also of such as look alike", () => {
    const alike = [
      "get.sum",
      "get_sum",
      "get sum",
      "gét_sum",
      "get-sum",
      "get/sum",
      "a".repeat(65),
      "a".repeat(66),
      "9",
      "_9",
    ];
    const names = [...alike, ...SAMPLE.map((id) => `mcp.${id}`)];
    expect(new Set(names.map(profile.toolName)).size).toBe(names.length);
  });

  it("leaves the names of handoff tools alone", () => {
    for (const agent of ["Billing Agent", "größe", "x".repeat(90)]) {
      expect(profile.toolName(toolNameFor(agent))).toBe(toolNameFor(agent));
    }
  });

  it("is found under its own name", () => {
    expect(profile.name).toBe(name);
  });

  it("asks for a JSON answer natively, or not at all", () => {
    const schema = { type: "object" };
    const asked = profile.responseFormat?.({ name: "answer", schema });
    const json = { response_format: { type: "json_schema", json_schema: { name: "answer", schema } } };
    expect(asked).toEqual(profile.provider === "openai" ? json : undefined);
  });
});
