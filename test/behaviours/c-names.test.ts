import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRegistry, SwarmAgent, toolNameFor } from "../../src/index.ts";
import type { Agents } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says } from "../support.ts";

const LEGAL = /^[A-Za-z_][A-Za-z0-9_-]{0,63}$/;

/** Hands off from an entry agent to another one of any name. */
async function reach(name: string, ...others: string[]): Promise<string> {
  const model = scriptedModel();
  const names = [name, ...others];
  const registry = createRegistry(["entry", ...names]);
  const agents = Object.fromEntries(names.map((agent) => [agent, { model: scriptedModel().say(`I am ${agent}`) }]));
  model.tool(registry.toolNameOf(name) ?? "");
  const all: Agents = { entry: { model }, ...agents };
  const swarm = new SwarmAgent({ entry: "entry", agents: all });
  return (await swarm.compile().invoke(says())).activeAgent;
}

describe("names of handoff tools", () => {
  it("[B24] replace what is illegal, and map back to the agent", () => {
    const registry = createRegistry(["Weather Agent"]);
    expect(registry.toolNameOf("Weather Agent")).toBe("transfer_to_Weather_Agent");
    expect(registry.targetOf("transfer_to_Weather_Agent")).toBe("Weather Agent");
  });

  it("[B25] are legal for an agent whose name starts with a digit", () => {
    expect(toolNameFor("3D agent")).toBe("transfer_to_3D_agent");
    expect(toolNameFor("3D agent")).toMatch(LEGAL);
  });

  it("[B26] hold at most 64 characters and map back", async () => {
    const name = "x".repeat(80);
    expect(toolNameFor(name)).toMatch(LEGAL);
    expect(createRegistry([name]).targetOf(toolNameFor(name))).toBe(name);
    await expect(reach(name)).resolves.toBe(name);
  });

  it("[B27] differ for two long names with the same beginning", () => {
    const head = "x".repeat(60);
    const names = [`${head}_one_and_more_text_here`, `${head}_two_and_more_text_here`];
    expect(new Set(names.map((name) => toolNameFor(name))).size).toBe(2);
  });

  it("[B28] differ for names that come out equal, and both are reached", async () => {
    const registry = createRegistry(["Weather Agent", "Weather_Agent"]);
    expect(registry.toolNameOf("Weather_Agent")).toBe("transfer_to_Weather_Agent");
    expect(registry.toolNameOf("Weather Agent")).toMatch(/^transfer_to_Weather_Agent_[0-9a-z]{7}$/);
    await expect(reach("Weather Agent", "Weather_Agent")).resolves.toBe("Weather Agent");
    await expect(reach("Weather_Agent", "Weather Agent")).resolves.toBe("Weather_Agent");
  });

  it("[B29] are plain ASCII and distinct for names in any script, and all are reached", async () => {
    const names = ["财务", "天气", "Équipe.Vente", "風林火山"];
    const tools = names.map((name) => toolNameFor(name));
    for (const tool of tools) expect(tool).toMatch(LEGAL);
    expect(new Set(tools).size).toBe(names.length);
    await expect(reach("财务", "天气")).resolves.toBe("财务");
    await expect(reach("天气", "财务")).resolves.toBe("天气");
  });

  it("[B30] hold none of the characters that OpenAI refuses", () => {
    expect(toolNameFor("a.b:c+d")).toBe("transfer_to_a_b_c_d");
  });

  it("[B31] do not depend on the order of the agents", () => {
    const names = ["a b", "a_b", "a.b", "财务", "x".repeat(90)];
    const forwards = createRegistry(names);
    const backwards = createRegistry(names.toReversed());
    for (const name of names) expect(backwards.toolNameOf(name)).toBe(forwards.toolNameOf(name));
  });

  it("are legal, distinct and invertible for any set of names", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 120 }).filter((text) => text.trim() !== "");
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), (names) => {
        const registry = createRegistry(names);
        fc.pre(registry.collisions.length === 0);
        for (const agent of names) {
          const tool = registry.toolNameOf(agent) ?? "";
          expect(tool).toMatch(LEGAL);
          expect(registry.targetOf(tool)).toBe(agent);
        }
      }),
    );
  });

  it("are found in linear time for a name of a million characters", () => {
    expect(toolNameFor(" a".repeat(500_000))).toMatch(LEGAL);
  });
});
