/** The channels of the state that the engine owns. */
export const ENGINE_CHANNELS = [
  "messages",
  "activeAgent",
  "handoffs",
  "outcome",
  "structuredResponse",
  "turn",
] as const;

/** The node in which approvals wait. */
export const APPROVAL_NODE = "handoff.approval";

/** The name of an agent's tool node. */
export function toolNodeOf(agent: string): string {
  return `${agent}.tools`;
}

/** The agent that a node belongs to: itself, or the one whose tools it runs. */
export function agentOfNode(node: string): string {
  return node.endsWith(toolNodeOf("")) ? node.slice(0, -toolNodeOf("").length) : node;
}
