import type { AgentDefinition, SwarmDefinition } from "./definition.ts";

/** The agents that a conversation can get to from the entry, over handoffs, ways back, `onLimit` and aliases. O(V+E). */
export function reachableAgents(definition: SwarmDefinition): ReadonlySet<string> {
  const { agents, entry, limits } = definition;
  const seen = new Set<string>();
  const open: AgentDefinition[] = [];
  const see = (name: string): void => {
    const agent = seen.has(name) ? undefined : agents.get(name);
    if (agent === undefined) return;
    seen.add(name);
    open.push(agent);
  };
  see(limits.onLimit);
  see(entry);
  // With everyone seen there is nobody left to find, however many edges have not been walked.
  for (let agent = open.pop(); agent !== undefined && seen.size < agents.size; agent = open.pop()) {
    for (const { to } of agent.edges) see(to);
  }
  return seen;
}

/** The agent that takes over at a limit, if the swarm names one. */
export function limitAgent(definition: SwarmDefinition): string | undefined {
  return definition.agents.has(definition.limits.onLimit) ? definition.limits.onLimit : undefined;
}

/**
 * The agents that a turn may go to straight from an agent: its handoffs, whoever may be waiting for its answer, and
 * whoever takes over at a limit. What is not in here is not an edge of the graph.
 */
export function transitionsOf(definition: SwarmDefinition): ReadonlyMap<string, ReadonlySet<string>> {
  const callers = callersWaiting(definition);
  const takesOver = limitAgent(definition);
  const transitions = new Map<string, Set<string>>();
  for (const agent of definition.agents.values()) {
    const targets = new Set(agent.edges.map((edge) => edge.to));
    for (const caller of callers.get(agent.name) ?? []) targets.add(caller);
    if (takesOver !== undefined && takesOver !== agent.name) targets.add(takesOver);
    transitions.set(agent.name, targets);
  }
  return transitions;
}

/** For each agent, who may be waiting for its answer: the start of a `returns` edge from which it can be reached. */
function callersWaiting(definition: SwarmDefinition): ReadonlyMap<string, ReadonlySet<string>> {
  const waiting = new Map<string, Set<string>>();
  if (!definition.edges.some(({ returns }) => returns)) return waiting;
  for (const { name: from, edges } of definition.agents.values()) {
    for (const edge of edges) {
      if (!edge.returns) continue;
      const open = [edge.to];
      const seen = new Set<string>();
      for (let name = open.pop(); name !== undefined; name = open.pop()) {
        if (seen.has(name)) continue;
        seen.add(name);
        if (name !== from) waiting.set(name, (waiting.get(name) ?? new Set()).add(from));
        const { edges: onward } = definition.agents.get(name) as AgentDefinition;
        for (const next of onward) open.push(next.to);
      }
    }
  }
  return waiting;
}
