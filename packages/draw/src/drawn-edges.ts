import type { SwarmDefinition } from "swarmgraph";
import type { EdgePair, Highlight, Show } from "./options.ts";
import { waysBack } from "./ways-back.ts";

/** An edge as it is drawn: at most one from one node to another. */
export interface DrawnEdge {
  readonly from: string;
  readonly to: string;
  /**
   * `"handoff"`: a model may choose it. `"return"`: an answer goes back to whoever asked. `"limit"`: who takes over at a
   * limit. `"refused"`: no edge of the swarm, but asked for and refused. `"start"`, `"end"`: where a turn begins and ends.
   */
  readonly kind: "start" | "handoff" | "return" | "limit" | "refused" | "end";
  readonly state: "plain" | "highlighted" | "refused";
  /** What is written on it, e.g. `when, approval`; empty where there is nothing to say. */
  readonly label: string;
}

interface EdgesOptions {
  readonly show: Show;
  readonly highlight: Highlight;
  readonly start: string | undefined;
  readonly end: string | undefined;
  readonly known: ReadonlySet<string>;
}

/** The edges of a drawing: the transitions of the compiled graph, and the start, the end and refusals where shown. */
export function edgesOf(definition: SwarmDefinition, options: EdgesOptions): readonly DrawnEdge[] {
  const { show, start, end, known } = options;
  const back = waysBack(definition);
  const { onLimit } = definition.limits;
  const edges = new Map<string, DrawnEdge>();
  const add = (from: string, to: string, kind: DrawnEdge["kind"], label = ""): void => {
    const key = keyOf([from, to]);
    if (!edges.has(key)) edges.set(key, { from, to, kind, state: "plain", label });
  };
  if (start !== undefined) add(start, definition.entry, "start");
  for (const agent of definition.agents.values()) {
    for (const edge of agent.edges) {
      const notes = [
        show.handoffTools === true && (definition.registry.toolNameOf(edge.to) ?? ""),
        edge.when !== undefined && "when",
        edge.requiresApproval && show.approvals !== false && "approval",
        back.get(agent.name)?.has(edge.to) === true && "returns",
      ];
      add(agent.name, edge.to, "handoff", notes.filter(Boolean).join(", "));
    }
    for (const caller of back.get(agent.name) ?? []) add(agent.name, caller, "return", "returns");
    if (definition.agents.has(onLimit) && onLimit !== agent.name) add(agent.name, onLimit, "limit", "limit");
    if (end !== undefined) add(agent.name, end, "end");
  }
  return withStates(edges, options.highlight, known);
}

function withStates(edges: Map<string, DrawnEdge>, highlight: Highlight, known: ReadonlySet<string>): DrawnEdge[] {
  for (const pair of highlight.edges ?? []) {
    const edge = edges.get(keyOf(pair));
    if (edge !== undefined) edges.set(keyOf(pair), { ...edge, state: "highlighted" });
  }
  for (const pair of highlight.refused ?? []) {
    const [from, to] = pair;
    if (!known.has(from) || !known.has(to)) continue;
    const edge = edges.get(keyOf(pair)) ?? { from, to, kind: "refused", label: "refused" };
    edges.set(keyOf(pair), { ...edge, state: "refused" });
  }
  return [...edges.values()];
}

function keyOf(pair: EdgePair): string {
  return JSON.stringify(pair);
}
