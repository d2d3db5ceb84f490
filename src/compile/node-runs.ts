import type { AgentDefinition, SwarmDefinition } from "../define/definition.ts";
import { agentNode } from "../run/agent-node.ts";
import { agentRuntime, handoffToolsOf } from "../run/agent-runtime.ts";
import type { AgentRuntime } from "../run/agent-runtime.ts";
import { approvalNode } from "../run/approval-node.ts";
import { telling } from "../run/telling.ts";
import { toolNode } from "../run/tool-node.ts";
import type { ToolNodeOptions } from "../run/tool-node.ts";
import { deployedNode } from "./compatible-node.ts";
import type { NodeRun } from "./speed-nodes.ts";

/** What the nodes of a swarm do, by their kind. */
export interface NodeRuns {
  agent(agent: AgentDefinition): NodeRun;
  tools(agent: AgentDefinition): NodeRun;
  approval(): NodeRun;
}

/** What the nodes of a swarm do. An agent is worked out with its first turn: most of a large swarm never have one. */
export function nodeRuns(definition: SwarmDefinition, options: ToolNodeOptions): NodeRuns {
  const handoffTools = handoffToolsOf(definition);
  const runtimes = new Map<string, AgentRuntime>();
  const runtimeOf = (agent: AgentDefinition): AgentRuntime => {
    const runtime = runtimes.get(agent.name) ?? agentRuntime(definition, agent, handoffTools);
    runtimes.set(agent.name, runtime);
    return runtime;
  };
  return {
    agent: (agent) => telling(deployedNode(agentNode(runtimeOf(agent)), definition)),
    tools: (agent) => telling(toolNode(runtimeOf(agent), options)),
    approval: () => telling(approvalNode(definition)),
  };
}
