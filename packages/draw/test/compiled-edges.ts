import type { SwarmAgent } from "swarmgraph";
import { pair } from "./edges-in.ts";

/**
 * The edges between agents that the compiled graph has. An agent's edge to itself is left out: it is how a model mends a
 * mistake, not a transition.
 */
export async function compiledEdges(swarm: SwarmAgent<Record<string, object>>): Promise<readonly string[]> {
  const { edges } = await swarm.compile().getGraphAsync();
  const { agents } = swarm.definition;
  const between = edges.filter(({ source, target }) => source !== target && agents.has(source) && agents.has(target));
  return [...new Set(between.map(({ source, target }) => pair(source, target)))].sort();
}
