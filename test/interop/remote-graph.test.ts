import { RemoteGraph } from "@langchain/langgraph/remote";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SwarmAgent, SwarmMemorySaver } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { startDevServer } from "./dev-server.ts";
import type { DevServer } from "./dev-server.ts";

let server: DevServer;

beforeAll(async () => {
  server = await startDevServer();
});

afterAll(() => server.stop());

/** A front desk here, and the research desk on the server. */
function swarmWith(url: string) {
  const desk = new RemoteGraph({ graphId: "research-desk", url });
  return new SwarmAgent({
    entry: "front",
    agents: {
      front: { model: scriptedModel().handoff("desk").repeat(), canHandoffTo: ["desk"] },
      desk: { graph: desk, canHandoffTo: [] },
    },
  });
}

describe("an agent on another machine", () => {
  it("answers turn after turn, with the names of its own agents, which cannot be handed off to from here", async () => {
    const graph = swarmWith(server.url).compile({ checkpointer: new SwarmMemorySaver() });
    const thread = { configurable: { thread_id: "no uuid" } };
    const first = await graph.invoke({ messages: "Write an article on coffee." }, thread);
    expect(first.activeAgent).toBe("desk");
    expect(first.handoffs.map(({ from, to, status }) => [from, to, status])).toEqual([["front", "desk", "done"]]);
    const answer = first.messages.at(-1);
    expect([answer?.type, answer?.name]).toEqual(["ai", "writer"]);
    expect(answer?.text).not.toBe("");
    const second = await graph.invoke({ messages: "And one on tea." }, thread);
    expect(second.messages.at(-1)?.text).not.toBe("");
    expect(second.messages.filter(({ type }) => type === "human")).toHaveLength(2);
  });

  it("is told nothing of the run's context and thread", async () => {
    const seen: unknown[] = [];
    const desk = new RemoteGraph({ graphId: "research-desk", url: server.url });
    const invoke = desk.invoke.bind(desk);
    desk.invoke = async (input, options) => {
      seen.push(options);
      return invoke(input, options);
    };
    const swarm = new SwarmAgent({ entry: "desk", agents: { desk: { graph: desk } } });
    await swarm
      .compile()
      .invoke({ messages: "Hello." }, { context: { secret: "s3cret" }, configurable: { thread_id: "t" } });
    expect(seen).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toContain("s3cret");
    expect(seen[0]).toMatchObject({ configurable: {}, metadata: { lc_agent_name: "desk" } });
  });

  it("that cannot be reached ends the run with its name, and the thread takes the next message", async () => {
    const graph = swarmWith("http://127.0.0.1:9").compile({ checkpointer: new SwarmMemorySaver() });
    const thread = { configurable: { thread_id: "t" } };
    await expect(
      graph.invoke({ messages: "Hello." }, { ...thread, signal: AbortSignal.timeout(60_000) }),
    ).rejects.toMatchObject({
      code: "AGENT_FAILED",
      agent: "desk",
    });
    expect((await graph.getState(thread)).values).toMatchObject({ activeAgent: "front" });
  });
});
