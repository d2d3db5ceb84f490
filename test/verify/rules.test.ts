import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent, SwarmDefinitionError } from "../../src/index.ts";
import type { Diagnostic, SwarmOptions } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";

/** What verify says of two agents with changes, as it would be from JavaScript. */
function verify(changes: { a?: object; b?: object; options?: object } = {}): readonly Diagnostic[] {
  const model = scriptedModel();
  return new SwarmAgent({
    entry: "a",
    agents: { a: { model, ...changes.a }, b: { model, ...changes.b } },
    ...changes.options,
  } as SwarmOptions).verify();
}

const valibot = { "~standard": { version: 1, vendor: "valibot", validate: () => ({ value: 1 }) } };

describe("verify", () => {
  it("finds nothing in a sound definition", () => {
    const options = {
      limits: { onLimit: "throw" },
      retry: { statuses: [429, 599], maxAttempts: 1 },
      aliases: { c: "b" },
    };
    expect(verify({ options, a: { input: z.object({}) } })).toEqual([]);
  });

  it("refuses an agent with a model and a graph", () => {
    expect(verify({ a: { graph: () => "hi" } })).toMatchObject([{ code: "AGENT_TWO_MINDS", path: "agents.a" }]);
  });

  it("lists the agents where a target is like none of them", () => {
    expect(verify({ a: { canHandoffTo: ["b", "accounting"] } })).toMatchObject([
      { code: "TARGET_UNKNOWN", path: "agents.a.canHandoffTo[1]", hint: 'The agents are "a", "b".' },
    ]);
  });

  it.each([
    ["a warning", undefined, "warning"],
    ["an error where the swarm says so", "error", "error"],
  ])("takes a description that providers refuse for %s", (_what, longDescription, severity) => {
    const found = verify({ b: { description: "x".repeat(1025) }, options: { longDescription } });
    expect(found).toMatchObject([{ code: "DESCRIPTION_LONG", severity, path: "agents.a.canHandoffTo[0]" }]);
  });

  it.each([
    ["an agent's input", { b: { input: { type: "object" } } }, "agents.b.input"],
    ["an agent's responseFormat", { a: { responseFormat: "json" } }, "agents.a.responseFormat"],
    ["an edge's input", { a: { canHandoffTo: [{ to: "b", input: 7 }] } }, "agents.a.canHandoffTo[0]"],
    ["an input of another library's", { b: { input: valibot } }, "agents.b.input"],
  ])("refuses as %s what is no zod schema, once", (_what, changes, path) => {
    expect(verify(changes)).toMatchObject([{ code: "SCHEMA_INVALID", path }]);
  });

  it("suggests names for onLimit and aliases where one is near, and none where none is", () => {
    const hints = (onLimit: string, now: string) =>
      verify({ options: { limits: { onLimit }, aliases: { old: now } } }).map(({ code, hint }) => [code, hint]);
    expect(hints("anwser", "c")).toEqual([
      ["ON_LIMIT_UNKNOWN", 'Did you mean "answer"?'],
      ["ALIAS_UNKNOWN", 'Did you mean "a"?'],
    ]);
    expect(hints("give up now", "accounting")).toEqual([
      ["ON_LIMIT_UNKNOWN", undefined],
      ["ALIAS_UNKNOWN", undefined],
    ]);
  });

  it("refuses statuses that are no HTTP errors, each by itself", () => {
    expect(verify({ options: { retry: { statuses: [503, 200, 4.5, 600] } } }).map(({ message }) => message)).toEqual([
      "200 is not an HTTP error status.",
      "4.5 is not an HTTP error status.",
      "600 is not an HTTP error status.",
    ]);
  });

  it("takes a state without channels for one that has none", () => {
    expect(verify({ options: { state: {} } })).toEqual([]);
  });
});

describe("a definition error", () => {
  it("counts its problems and prints each with its place, way out and code", () => {
    const issue = { code: "X", severity: "error", path: "agents.a", message: "it is wrong." } as const;
    expect(new SwarmDefinitionError([issue]).message).toBe(
      "the swarm definition has 1 problem:\n  agents.a: it is wrong. [X]",
    );
    expect(new SwarmDefinitionError([issue, { ...issue, hint: "Mend it." }]).message).toBe(
      "the swarm definition has 2 problems:\n  agents.a: it is wrong. [X]\n  agents.a: it is wrong. Mend it. [X]",
    );
  });
});
