import type { SwarmDefinition } from "swarmgraph";

/**
 * For each agent, whose question it may be answering: the start of every `returns` edge from which it can be reached.
 * When its turn ends the conversation may go back there. O(R·(V+E)) for R such edges.
 */
export function waysBack({ agents }: SwarmDefinition): ReadonlyMap<string, ReadonlySet<string>> {
  const waiting = new Map<string, Set<string>>();
  for (const { name: from, edges } of agents.values()) {
    for (const edge of edges) {
      if (!edge.returns) continue;
      const open = [edge.to];
      const seen = new Set<string>();
      for (let name = open.pop(); name !== undefined; name = open.pop()) {
        if (seen.has(name)) continue;
        seen.add(name);
        if (name !== from) waiting.set(name, (waiting.get(name) ?? new Set()).add(from));
        for (const onward of agents.get(name)?.edges ?? []) open.push(onward.to);
      }
    }
  }
  return waiting;
}
