import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { Speed } from "../../src/compile/speed.ts";
import { anyPlan, build } from "./speeds-plan.ts";
import type { Plan } from "./speeds-plan.ts";

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Everything that can be observed of a run, without what is another thing in each: random ids by their order, times. */
async function observe(plan: Plan, speed: Speed): Promise<{ seen: unknown; isStepped: boolean }> {
  const { swarm, trail, input, options } = build(plan);
  const graph = swarm.compile({ speed });
  const engine = vi.spyOn(graph, "_streamIterator");
  const came: Record<string, unknown> = {};
  try {
    came["result"] = await graph.invoke(input, options);
  } catch (error) {
    const { name, message, code, agent, retryable, lc_error_code } = error as Error & Record<string, unknown>;
    came["error"] = { of: error?.constructor.name, name, message, code, agent, retryable, lc_error_code };
  }
  const text = JSON.stringify({ trail, ...came }, (_key, value: unknown) =>
    value === undefined ? "undefined" : value,
  );
  const ids = new Map<string, string>();
  const named = text.replaceAll(UUID, (id) => {
    ids.set(id, ids.get(id) ?? `uuid-${ids.size}`);
    return ids.get(id) as string;
  });
  const plain = named.replaceAll(/scripted-\d+-/g, "scripted-n-").replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "some time");
  return { seen: JSON.parse(plain), isStepped: engine.mock.calls.length > 0 };
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
