import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Speed } from "../../src/compile/speed.ts";
import { comparable, saidBy } from "./observed.ts";
import { anyPlan, build } from "./speeds-plan.ts";
import type { Plan } from "./speeds-plan.ts";

/** Everything that can be observed of a run. */
async function observe(plan: Plan, speed: Speed): Promise<{ seen: unknown; isStepped: boolean }> {
  const { swarm, trail, input, options } = build(plan);
  const graph = swarm.compile({ speed });
  const engine = vi.spyOn(graph, "_streamIterator");
  const came: Record<string, unknown> = {};
  try {
    came["result"] = await graph.invoke(input, options);
  } catch (error) {
    came["error"] = saidBy(error);
  }
  return { seen: comparable({ trail, ...came }), isStepped: engine.mock.calls.length > 0 };
}

describe("any run of any swarm", () => {
  it("[I17] comes to the same in every speed", { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyPlan, async (plan) => {
        const direct = await observe(plan, "auto");
        const stepped = await observe(plan, "stepped");
        expect(direct.seen).toEqual(stepped.seen);
        expect([direct.isStepped, stepped.isStepped]).toEqual([false, true]);
      }),
      { numRuns: 300 },
    );
  });
});
