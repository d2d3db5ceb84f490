import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nodesOf } from "../../src/compile/speed-nodes.ts";
import { SwarmAgent } from "../../src/index.ts";
import type { AgentSpec } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo } from "../support.ts";

/** Which of six agents each one may hand over to: mostly all of them, or all but a few. */
const anyTargets: fc.Arbitrary<readonly number[]> = fc.oneof(
  fc.constant([0, 1, 2, 3, 4, 5]),
  fc.subarray([0, 1, 2, 3, 4, 5], { minLength: 4 }),
  fc.subarray([0, 1, 2, 3, 4, 5]),
);

const anyAgents = fc.array(fc.record({ targets: anyTargets, hasTools: fc.boolean(), asks: fc.boolean() }), {
  minLength: 1,
  maxLength: 6,
});

describe("the ends of a compiled swarm's edges", () => {
  it("are the nodes that each edge may lead to, each once and by its own name", () => {
    fc.assert(
      fc.property(anyAgents, (specs) => {
        const agents: Record<string, AgentSpec> = {};
        for (const [index, { targets, hasTools, asks }] of specs.entries()) {
          agents[`a${index}`] = {
            model: scriptedModel(),
            tools: hasTools ? [echo] : [],
            canHandoffTo: targets
              .filter((target) => target < specs.length && target !== index)
              .map((target) => ({ to: `a${target}`, requiresApproval: asks })),
          };
        }
        const { definition, builder } = new SwarmAgent({ entry: "a0", agents }).compile();
        const branches = builder.branches as Readonly<
          Record<string, Readonly<Record<string, { readonly ends?: Readonly<Record<string, string>> }>>>
        >;
        for (const [name, { ends }] of nodesOf(definition).nodes) {
          const made = Object.values(branches[name] ?? {}).map((branch) => branch.ends);
          expect(made).toEqual([Object.fromEntries(ends.list().map((end) => [end, end]))]);
        }
      }),
    );
  });
});
