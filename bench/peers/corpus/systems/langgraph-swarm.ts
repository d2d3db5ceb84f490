import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { MemorySaver } from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { loadPeer } from "../../../systems/load-peer.ts";
import { Player } from "../player.ts";
import type { AgentScript } from "../script.ts";
import type { System } from "../system.ts";
import { graphConversation } from "./graph.ts";
import type { Graph } from "./graph.ts";
import { langChainModel, langChainTool } from "./langchain.ts";

interface SwarmPackage {
  createHandoffTool(options: { agentName: string; description: string }): unknown;
  createSwarm(options: { agents: unknown[]; defaultActiveAgent: string }): {
    compile(options: { checkpointer: BaseCheckpointSaver }): Graph;
  };
}

/** `@langchain/langgraph-swarm`, as its documentation has it: ReAct agents, handoff tools, a saver. */
export const system: System = {
  async start(swarm, { store } = {}) {
    const { createHandoffTool, createSwarm } = await loadPeer<SwarmPackage>("@langchain/langgraph-swarm");
    const player = new Player(swarm, "openai-chat");
    const saver = (store as MemorySaver | undefined) ?? new MemorySaver();
    const agentOf = ({ name, tools = [], to = [] }: AgentScript, index: number): unknown =>
      createReactAgent({
        name,
        llm: langChainModel(player, index),
        tools: [
          ...tools.map(langChainTool),
          ...to.map((agentName) => createHandoffTool({ agentName, description: `Agent ${agentName}.` })),
        ] as never,
      });
    const entry = swarm.entry ?? swarm.agents[0]?.name ?? "";
    const agents = swarm.agents.map(agentOf);
    const graph = createSwarm({ agents, defaultActiveAgent: entry }).compile({ checkpointer: saver });
    return graphConversation({ graph, player, saver, entry, secretIn: "configurable" });
  },
};
