import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { drawSwarm, layoutSwarm } from "@swarmgraph/draw";
import { compiledEdges } from "./compiled-edges.ts";
import { pair, readDrawing } from "./edges-in.ts";
import { desk, finance } from "./swarms.ts";

const FORMATS = ["ascii", "dot", "json", "mermaid", "svg"] as const;

const loop = new SwarmAgent({
  name: "everybody to everybody",
  entry: "a",
  model: scriptedModel(),
  agents: { a: {}, b: {}, c: {}, d: {} },
});

const relay = new SwarmAgent({
  name: "relay",
  entry: "boss",
  model: scriptedModel(),
  agents: {
    boss: { canHandoffTo: [{ to: "clerk", returns: true }] },
    clerk: { canHandoffTo: ["expert"] },
    expert: { canHandoffTo: [{ to: "lab", returns: true }] },
    lab: { canHandoffTo: [] },
  },
});

const cases = [desk, finance, loop, relay].flatMap((swarm) =>
  FORMATS.map((format) => ({
    name: swarm.definition.name,
    swarm: swarm as unknown as SwarmAgent<Record<string, object>>,
    format,
  })),
);

describe("the edges of a drawing", () => {
  it.each(cases)("$name as $format are those of the compiled graph", async ({ swarm, format }) => {
    const { agents, edges } = readDrawing(format, drawSwarm(swarm, { format }));
    expect(edges).toEqual(await compiledEdges(swarm));
    expect(agents).toEqual([...swarm.definition.agents.keys()].sort());
  });

  it("lead back to everyone whose question may be open, not only to the last who asked", () => {
    const back = layoutSwarm(relay).edges.filter(({ kind }) => kind === "return");
    expect(back.map(({ from, to }) => `${from} > ${to}`)).toEqual([
      "clerk > boss",
      "expert > boss",
      "lab > boss",
      "lab > expert",
    ]);
  });

  it("begin at the entry, and end with every agent where the end is shown", async () => {
    const { nodes, edges } = layoutSwarm(finance, { show: { end: true } });
    const ids = new Map(nodes.map(({ id, kind }) => [kind, id]));
    const compiled = (await finance.compile().getGraphAsync()).edges;
    const ending = edges.filter(({ kind }) => kind === "end");
    const { agents } = finance.definition;
    expect(edges.filter(({ kind }) => kind === "start").map(({ from, to }) => [from, to])).toEqual([
      [ids.get("start"), "finance-agent"],
    ]);
    expect(ending.map(({ from }) => from).sort()).toEqual(
      compiled.flatMap(({ source, target }) => (target === "__end__" && agents.has(source) ? [source] : [])).sort(),
    );
  });

  it("say which handoffs have a guard, an approval, a tool", () => {
    const { edges } = layoutSwarm(desk, { show: { handoffTools: true } });
    const labels = new Map(edges.map(({ from, to, label }) => [pair(from, to), label]));
    expect(labels.get(pair("triage", "tech"))).toBe("transfer_to_tech, when");
    expect(labels.get(pair("billing", "human"))).toBe("transfer_to_human, approval");
    const quiet = layoutSwarm(desk, { show: { approvals: false } });
    expect(quiet.edges.find(({ from, to }) => from === "billing" && to === "human")?.label).toBe("");
    expect(JSON.stringify(quiet)).not.toContain("approval)");
  });

  it("show a refused handoff between two agents that share no edge, and pass over what is not there", () => {
    const highlight = {
      agents: ["nobody"],
      active: "nobody",
      edges: [["nobody", "triage"]] as const,
      refused: [
        ["human", "triage"],
        ["human", "wirter"],
      ] as const,
    };
    const plain = layoutSwarm(desk);
    const lit = layoutSwarm(desk, { highlight });
    expect(lit.edges.filter(({ state }) => state !== "plain")).toMatchObject([
      { from: "human", to: "triage", kind: "refused", state: "refused" },
    ]);
    expect(lit.nodes.map(({ id, state }) => [id, state])).toEqual(plain.nodes.map(({ id }) => [id, "plain"]));
  });

  it("are drawn for an unsound swarm too, what is unknown marked", () => {
    const broken = new SwarmAgent({ entry: "nobody", agents: { a: { canHandoffTo: ["a", "ghost"] } } } as never);
    const { nodes, edges } = layoutSwarm(broken, { show: { start: false } });
    expect(nodes.map(({ id, kind }) => [id, kind])).toEqual([
      ["a", "agent"],
      ["nobody", "unknown"],
      ["ghost", "unknown"],
    ]);
    expect(edges.map(({ from, to }) => [from, to])).toEqual([
      ["a", "a"],
      ["a", "ghost"],
    ]);
    for (const format of FORMATS) expect(drawSwarm(broken, { format })).toContain("ghost (unknown)");
  });
});
