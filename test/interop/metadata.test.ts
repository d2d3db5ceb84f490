import { BaseTracer } from "@langchain/core/tracers/base";
import type { Run } from "@langchain/core/tracers/base";
import { MemorySaver } from "@langchain/langgraph";
import { createAgent } from "langchain";
import { SwarmAgent } from "swarmgraph";
import { handoffMiddleware } from "swarmgraph/langchain";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { promptOf, says } from "../support.ts";

/** Keeps what LangSmith's own tracer would send: one tree of runs, each with its metadata. */
class KeepingTracer extends BaseTracer {
  name = "keeping_tracer";
  readonly roots: Run[] = [];

  protected persistRun(run: Run): Promise<void> {
    this.roots.push(run);
    return Promise.resolve();
  }
}

function modelRuns(run: Run): Run[] {
  return [...(run.run_type === "llm" ? [run] : []), ...run.child_runs.flatMap(modelRuns)];
}

const agentsOf = (runs: readonly Run[]): unknown[] =>
  runs
    .flatMap(modelRuns)
    .map(({ extra }) => (extra as { metadata?: Record<string, unknown> }).metadata?.["lc_agent_name"]);

/** What OpenAI takes as the name of a message's author. */
const LEGAL = /^[a-zA-Z0-9_-]{1,64}$/u;

describe("what LangSmith sees of a swarm", () => {
  it("is each model call under its agent's own name, and messages under a legal one", async () => {
    const canHandoffTo = ["Wetter für alle"] as const;
    const front = createAgent({
      name: "Front Desk",
      model: scriptedModel().say("Welcome.").handoff("Wetter für alle"),
      middleware: [handoffMiddleware({ canHandoffTo })],
    });
    const weather = scriptedModel().say("It rains.");
    const swarm = new SwarmAgent({
      entry: "Front Desk",
      agents: {
        "Front Desk": { graph: front, canHandoffTo },
        "Wetter für alle": { model: weather, canHandoffTo: [] },
      },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const tracer = new KeepingTracer();
    const config = { callbacks: [tracer], configurable: { thread_id: "t" } };
    await graph.invoke(says(), config);
    const { messages } = await graph.invoke(says("Weather?"), config);
    expect(agentsOf(tracer.roots)).toEqual(["Front Desk", "Front Desk", "Wetter für alle"]);
    expect(messages.at(-1)).toMatchObject({ text: "It rains.", name: expect.stringMatching(LEGAL) });
    // An agent that is a graph names its own messages; on the way to a model every name is made legal.
    expect(messages[1]).toMatchObject({ text: "Welcome.", name: "Front Desk" });
    expect(promptOf(weather)[1]).toMatchObject({ text: "Welcome.", name: "Front_Desk" });
  });

  it("keeps the caller's own metadata and tags", async () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hi.") } } });
    const tracer = new KeepingTracer();
    await swarm
      .compile()
      .invoke(says(), { callbacks: [tracer], metadata: { lc_agent_name: "outside", user: "u1" }, tags: ["live"] });
    const [run] = tracer.roots.flatMap(modelRuns);
    expect(run?.extra).toMatchObject({ metadata: { lc_agent_name: "a", user: "u1" } });
    expect(run?.tags).toContain("live");
  });
});
