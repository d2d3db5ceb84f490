import type { SwarmDefinition } from "../define/definition.ts";

/** A swarm as a Mermaid flowchart: agents as nodes, handoffs as arrows, ways back dotted, guards and approvals named. */
export function toMermaid(definition: SwarmDefinition): string {
  const agents = [...definition.agents.values()];
  const targets = agents.flatMap(({ edges }) => edges.map(({ to }) => to));
  // What is named but not there is drawn too, so that a drawing shows what verify() complains of.
  const names = new Set([...definition.agents.keys(), definition.entry, ...targets]);
  const ids = new Map([...names].map((name, index) => [name, `a${index}`]));
  const lines = ["flowchart TD", `  start([start]) --> ${ids.get(definition.entry)}`];
  for (const { name, spec } of agents) {
    const tools = (spec.tools ?? []).length;
    const label =
      tools === 0 ? escape(name) : `${escape(name)}<br/><small>${tools} tool${tools === 1 ? "" : "s"}</small>`;
    lines.push(`  ${ids.get(name)}["${label}"]`);
  }
  for (const name of names) {
    if (!definition.agents.has(name)) lines.push(`  ${ids.get(name)}["${escape(name)} (unknown)"]`);
  }
  for (const { name, edges } of agents) {
    for (const edge of edges) {
      const notes = [edge.when && "when", edge.requiresApproval && "approval"].filter(Boolean).join(", ");
      lines.push(`  ${ids.get(name)} -->${notes === "" ? "" : `|${notes}|`} ${ids.get(edge.to)}`);
      if (edge.returns) lines.push(`  ${ids.get(edge.to)} -.->|returns| ${ids.get(name)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function escape(text: string): string {
  return text.replace(/["<>&#;\n\r]/g, (character) => `#${character.charCodeAt(0)};`);
}
