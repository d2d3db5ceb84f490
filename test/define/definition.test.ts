import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defineSwarm } from "../../src/define/definition.ts";
import type { HandoffEntry } from "../../src/types.ts";

const NAMES = ["a", "b", "c", "d"];

const entry: fc.Arbitrary<HandoffEntry> = fc.oneof(
  fc.constantFrom(...NAMES, "nobody"),
  fc.record({ to: fc.constantFrom(...NAMES, "nobody"), returns: fc.boolean() }),
);

describe("a definition's edges", () => {
  it("are those of all agents, each once, whoever shares them", () => {
    const handoffs = fc.option(fc.array(entry, { maxLength: 6 }), { nil: undefined });
    fc.assert(
      fc.property(fc.array(handoffs, { minLength: NAMES.length, maxLength: NAMES.length }), (targets) => {
        const agents = Object.fromEntries(NAMES.map((name, at) => [name, { canHandoffTo: targets[at] }]));
        const definition = defineSwarm({ entry: "a", agents } as never);
        const all = [...definition.agents.values()].flatMap(({ edges }) => edges);
        expect(new Set(definition.edges)).toEqual(new Set(all));
        expect(definition.edges).toHaveLength(new Set(all).size);
        for (const edge of all) expect(definition.edges).toContain(edge);
        for (const { name, edges, isOwnTarget } of definition.agents.values()) {
          expect(edges.map(({ to }) => to)).toEqual([...new Set(edges.map(({ to }) => to))]);
          expect(isOwnTarget).toBe(edges.some(({ to }) => to === name));
        }
      }),
    );
  });

  it("are one object for each target of which nothing more is said", () => {
    const names = Array.from({ length: 20 }, (_, at) => `agent${at}`);
    const agents = Object.fromEntries(names.map((name) => [name, {}]));
    const { edges } = defineSwarm({ entry: "agent0", agents } as never);
    expect(edges.map(({ to }) => to).toSorted()).toEqual(names.toSorted());
  });
});
