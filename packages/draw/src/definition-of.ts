import type { SwarmDefinition } from "swarmgraph";
import { DrawError } from "./draw-error.ts";

/** A swarm in any of its forms: a `SwarmAgent`, a compiled `SwarmGraph`, or the definition that both hold. */
export type Drawable = SwarmDefinition | { readonly definition: SwarmDefinition };

/** One agent of a definition. */
export type AgentDefinition = SwarmDefinition["agents"] extends ReadonlyMap<string, infer Agent> ? Agent : never;

/** Finds the definition of a swarm. Judged by shape, since a page may hold a swarm of another copy of the package. */
export function definitionOf(swarm: Drawable): SwarmDefinition {
  const given: unknown = swarm;
  const held = typeof given === "object" && given !== null && "definition" in given ? given.definition : given;
  if (isDefinition(held)) return held;
  throw new DrawError(
    "NOT_A_SWARM",
    "this is not a swarm: pass a SwarmAgent, what its compile() gives, or its definition.",
  );
}

function isDefinition(value: unknown): value is SwarmDefinition {
  return typeof value === "object" && value !== null && "agents" in value && value.agents instanceof Map;
}
