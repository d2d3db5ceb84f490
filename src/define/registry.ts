import { toolNamesFor } from "./tool-name.ts";

/** Which tool name means which agent in one swarm, both ways. The only thing that routes: a prefix never does. */
export interface HandoffRegistry {
  /** The agents, in the order of the definition. */
  readonly agents: readonly string[];
  /** The agent that a tool name hands off to. Exact match only. */
  targetOf(toolName: string): string | undefined;
  /** The handoff tool's name for an agent. */
  toolNameOf(agent: string): string | undefined;
  /** Two agents whose tool names are equal in spite of their hashes. Hardly ever there; a definition error. */
  readonly collisions: readonly (readonly [string, string])[];
}

/**
 * Builds the registry of a swarm's handoff tools.
 *
 * @example
 * ```ts
 * import { createRegistry } from "swarmgraph";
 *
 * const registry = createRegistry(["triage", "Weather Agent"]);
 * registry.targetOf("transfer_to_Weather_Agent"); // "Weather Agent"
 * ```
 */
export function createRegistry(
  agents: readonly string[],
  options: { prefix?: string | undefined } = {},
): HandoffRegistry {
  const names = toolNamesFor(agents, options);
  const targets = new Map<string, string>();
  const collisions: (readonly [string, string])[] = [];
  for (const [agent, name] of names) {
    const other = targets.get(name);
    if (other === undefined) targets.set(name, agent);
    else collisions.push([other, agent]);
  }
  return Object.freeze({
    agents: Object.freeze([...names.keys()]),
    targetOf: (toolName: string) => targets.get(toolName),
    toolNameOf: (agent: string) => names.get(agent),
    collisions: Object.freeze(collisions),
  });
}
