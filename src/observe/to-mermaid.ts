import type { SwarmDefinition } from "../define/definition.ts";

/** A swarm as a Mermaid flowchart: agents as nodes, handoffs as arrows, ways back dotted, guards and approvals named. */
export function toMermaid(definition: SwarmDefinition): string {
  const ids = new Map([...definition.agents.keys()].map((name, index) => [name, `a${index}`]));
  const lines = ["flowchart TD", `  start([start]) --> ${ids.get(definition.entry) ?? "start"}`];
  for (const { name, spec } of definition.agents.values()) {
    const tools = (spec.tools ?? []).length;
    const label =
      tools === 0 ? escape(name) : `${escape(name)}<br/><small>${tools} tool${tools === 1 ? "" : "s"}</small>`;
    lines.push(`  ${ids.get(name)}["${label}"]`);
  }
  for (const { name, edges } of definition.agents.values()) {
    for (const edge of edges) {
      const notes = [edge.when && "when", edge.requiresApproval && "approval"].filter(Boolean).join(", ");
      lines.push(`  ${ids.get(name)} -->${notes === "" ? "" : `|${notes}|`} ${ids.get(edge.to) ?? escape(edge.to)}`);
      if (edge.returns) lines.push(`  ${ids.get(edge.to) ?? escape(edge.to)} -.->|returns| ${ids.get(name)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

function escape(text: string): string {
  return text.replace(/["<>&#;\n\r]/g, (character) => `#${character.charCodeAt(0)};`);
}
