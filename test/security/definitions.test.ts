import { tool } from "@langchain/core/tools";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent, SwarmDefinitionError } from "../../src/index.ts";
import type { AgentSpec, SwarmOptions } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says } from "../support.ts";

const GOOD = [
  "a",
  "b c",
  "b_c",
  "b-c",
  "ü",
  "日本",
  "a.b",
  "a.tools",
  "A",
  "transfer_to_a",
  "x".repeat(200),
  "x".repeat(199),
  "🙂",
  "then",
];
const BAD = [
  "",
  " ",
  "constructor",
  "toString",
  "__proto__",
  "__end__",
  "__start__",
  "a|b",
  "a:b",
  "x\ny",
  "\u0000",
  "x".repeat(201),
  "messages",
  "turn",
  "handoff.approval",
];

const anyName = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...GOOD) },
  { weight: 1, arbitrary: fc.constantFrom(...BAD) },
);

const anyPlan = fc.record({
  names: fc.uniqueArray(anyName, { minLength: 1, maxLength: 5 }),
  entry: fc.oneof({ weight: 9, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.constant("ghost") }),
  // For each agent: everybody, or the agents of these numbers; a number that is no agent is a target that is none.
  edges: fc.array(fc.option(fc.uniqueArray(fc.nat(5), { maxLength: 3 }), { nil: undefined }), {
    minLength: 5,
    maxLength: 5,
  }),
  tools: fc.array(fc.constantFrom(undefined, "work", "toString", "transfer_to_nobody", "transfer_to_a"), {
    minLength: 5,
    maxLength: 5,
  }),
  payload: fc.boolean(),
});

type Plan = typeof anyPlan extends fc.Arbitrary<infer T> ? T : never;

const nameAt = ({ names }: Plan, index: number) => names[index] ?? "ghost";

/** Targets of an agent; nobody is told to be its own where there are others. */
const targetsOf = (plan: Plan, from: number): readonly string[] | undefined =>
  plan.edges[from]?.map((index) => nameAt(plan, index % (plan.names.length + (index === 5 ? 1 : 0))));

/** Whether a plan is sound, by a reading of its own: names are usable, and whoever is named is there and somebody else. */
function isSound(plan: Plan): boolean {
  const { names, entry, tools } = plan;
  const areUsable = names.every(
    (name) => !BAD.includes(name) && !(name.endsWith(".tools") && names.includes(name.slice(0, -6))),
  );
  const isEntry = typeof entry === "number" || names.includes(entry);
  const areTargets = names.every((name, from) =>
    (targetsOf(plan, from) ?? []).every((target) => names.includes(target) && target !== name),
  );
  const isShadowing = names.includes("a") && names.some((_name, from) => tools[from] === "transfer_to_a");
  return areUsable && isEntry && areTargets && !isShadowing;
}

const payload = z.object({ amount: z.number() });

/** The swarm of a plan, with an entry of its own where one is given, and a script for that one. */
function swarmOf(plan: Plan, drive?: { readonly from: string; readonly call: string }) {
  const { names, entry, tools } = plan;
  const agents: [string, AgentSpec][] = names.map((name, index) => {
    const own = tools[index];
    const targets = targetsOf(plan, index);
    const model = scriptedModel();
    if (drive?.from === name) model.tool(drive.call, { amount: 1 });
    return [
      name,
      {
        model: model.say(`I am ${index}`).repeat(),
        ...(own && { tools: [tool(() => "done", { name: own, description: "Works.", schema: z.object({}) })] }),
        ...(targets && { canHandoffTo: targets }),
        ...(plan.payload && index % 2 === 1 && { input: payload }),
      },
    ];
  });
  const first = drive?.from ?? (typeof entry === "number" ? nameAt(plan, entry % names.length) : entry);
  return new SwarmAgent({ entry: first, agents: Object.fromEntries(agents) } as SwarmOptions);
}

describe("any definition", () => {
  it("[I24] is compiled exactly where it is sound, which verify() knows before", () => {
    const seen = { sound: 0, unsound: 0 };
    fc.assert(
      fc.property(anyPlan, (plan) => {
        const swarm = swarmOf(plan);
        const errors = swarm.verify().filter(({ severity }) => severity === "error");
        expect(errors.length === 0).toBe(isSound(plan));
        seen[errors.length === 0 ? "sound" : "unsound"] += 1;
        if (errors.length === 0) expect(() => swarm.compile()).not.toThrow();
        else {
          const thrown = thrownBy(() => swarm.compile());
          expect(thrown).toBeInstanceOf(SwarmDefinitionError);
          expect((thrown as SwarmDefinitionError).issues).toEqual(errors);
        }
      }),
      { numRuns: 500 },
    );
    expect(Math.min(seen.sound, seen.unsound)).toBeGreaterThan(20);
  });

  it("[I24] that is accepted has no edge that cannot be taken", { timeout: 60_000 }, async () => {
    let driven = 0;
    await fc.assert(
      fc.asyncProperty(anyPlan.filter(isSound), async (plan) => {
        const { definition } = swarmOf(plan);
        for (const { name: from, edges } of definition.agents.values()) {
          for (const { to } of edges) {
            const call = definition.registry.toolNameOf(to) ?? "";
            const result = await swarmOf(plan, { from, call }).compile().invoke(says());
            expect([result.activeAgent, result.outcome.kind]).toEqual([to, "answered"]);
            driven += 1;
          }
        }
      }),
      { numRuns: 40 },
    );
    expect(driven).toBeGreaterThan(0);
  });
});

function thrownBy(fn: () => unknown): unknown {
  try {
    fn();
    return undefined;
  } catch (error) {
    return error;
  }
}
