import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { traced } from "../src/index.ts";
import { says, support } from "./agents.ts";
import { inMemory } from "./support.ts";

interface Histogram {
  readonly count: number;
  readonly sum: number;
}

describe("the metrics of runs", () => {
  it("[B141] count the tokens of each model call, by agent, model and direction", async () => {
    const sdk = inMemory();
    await traced(support().compile(), { ...sdk, modelOf: () => ({ name: "tiny", provider: "acme" }) }).invoke(says());
    const points = (await sdk.points()).filter(({ metric }) => metric === "gen_ai.client.token.usage");
    const model = {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "tiny",
      "gen_ai.response.model": "tiny-2026-01-01",
      "gen_ai.provider.name": "acme",
    };
    const found = points.map(({ attributes, unit, value }) => ({ attributes, unit, sum: (value as Histogram).sum }));
    const point = (agent: string, type: string, sum: number) => ({
      attributes: { ...model, "gen_ai.agent.name": agent, "gen_ai.token.type": type },
      unit: "{token}",
      sum,
    });
    expect(found).toEqual([
      point("triage", "input", 30),
      point("triage", "output", 12),
      point("billing", "input", 10),
      point("billing", "output", 4),
    ]);
    await sdk.close();
  });

  it("[B141] tell how long each operation took, in seconds", async () => {
    const sdk = inMemory();
    let time = 0;
    await traced(support().compile(), sdk).invoke(says(), { now: () => (time += 1000) });
    const points = (await sdk.points()).filter(({ metric }) => metric === "gen_ai.client.operation.duration");
    const counts = new Map<string, number>();
    for (const { attributes, value, unit } of points) {
      expect(unit).toBe("s");
      expect((value as Histogram).sum).toBeGreaterThanOrEqual(1);
      const operation = String(attributes["gen_ai.operation.name"]);
      counts.set(operation, (counts.get(operation) ?? 0) + (value as Histogram).count);
    }
    expect(Object.fromEntries(counts)).toEqual({ invoke_workflow: 1, invoke_agent: 2, chat: 4, execute_tool: 1 });
    await sdk.close();
  });

  it("[B141] count handoffs by how they ended, and no name that a model made up", async () => {
    const sdk = inMemory();
    const swarm = traced(support().compile(), { ...sdk, captureContent: true });
    await swarm.invoke(says());
    const points = (await sdk.points()).filter(({ metric }) => metric === "swarmgraph.handoffs");
    expect(points.map(({ attributes, value }) => [attributes, value])).toEqual([
      [
        {
          "swarmgraph.handoff.from": "triage",
          "swarmgraph.handoff.status": "refused",
          "swarmgraph.handoff.code": "HANDOFF_UNKNOWN_TARGET",
        },
        1,
      ],
      [
        {
          "swarmgraph.handoff.from": "triage",
          "swarmgraph.handoff.to": "billing",
          "swarmgraph.handoff.status": "done",
        },
        1,
      ],
    ]);
    await sdk.close();
  });

  it("[B141] count the turns that a budget ended", async () => {
    const sdk = inMemory();
    const swarm = new SwarmAgent({
      entry: "a",
      limits: { maxHandoffs: 1 },
      agents: {
        a: { model: scriptedModel().handoff("b").say("Enough."), canHandoffTo: ["b"] },
        b: { model: scriptedModel().handoff("a"), canHandoffTo: ["a"] },
      },
    });
    await traced(swarm.compile(), sdk)
      .invoke(says())
      .catch(() => undefined);
    const limits = (await sdk.points()).filter(({ metric }) => metric === "swarmgraph.limits");
    expect(limits.map(({ attributes, value }) => [attributes, value])).toEqual([
      [{ "swarmgraph.limit.kind": "maxHandoffs" }, 1],
    ]);
    const noted = sdk
      .spans()
      .flatMap(({ events }) => events)
      .filter(({ name }) => name === "swarmgraph.limit");
    expect(noted.map(({ attributes }) => attributes?.["swarmgraph.limit.kind"])).toEqual(["maxHandoffs"]);
    await sdk.close();
  });
});
