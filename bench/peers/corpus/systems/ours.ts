import { MemorySaver } from "@langchain/langgraph";
import { z } from "zod";
import { history, SwarmAgent } from "../../../../src/index.ts";
import type { AgentSpec, SwarmOptions } from "../../../../src/index.ts";
import { Player } from "../player.ts";
import type { SwarmScript } from "../script.ts";
import type { System } from "../system.ts";
import { graphConversation } from "./graph.ts";
import type { Graph } from "./graph.ts";
import { langChainModel, langChainTool } from "./langchain.ts";

/** This library: what its peers are asked, it is asked as well. */
export const system: System = {
  async start(swarm, { store } = {}) {
    const player = new Player(swarm, "openai-chat");
    const saver = (store as MemorySaver | undefined) ?? new MemorySaver();
    const made = new SwarmAgent(optionsOf(swarm, player));
    const warnings = made.verify().map(({ path, message }) => `${path}: ${message}`);
    const graph = made.compile({ checkpointer: saver }) as unknown as Graph;
    return graphConversation({ graph, player, saver, warnings, entry: entryOf(swarm), secretIn: "context" });
  },
};

const entryOf = ({ agents, entry = agents[0]?.name ?? "" }: SwarmScript): string => entry;

function optionsOf(swarm: SwarmScript, player: Player): SwarmOptions {
  const agents = swarm.agents.map(({ name, tools = [], to = [] }, index): [string, AgentSpec] => [
    name,
    {
      model: langChainModel(player, index),
      tools: tools.map(langChainTool),
      canHandoffTo: swarm.isPrivate ? to.map((target) => ({ to: target, history: history.briefOnly() })) : [...to],
    },
  ]);
  return {
    entry: entryOf(swarm),
    agents: Object.fromEntries(agents),
    context: z.object({ secret: z.string().optional() }).optional(),
    retry: { initialDelayMs: 1 },
    ...(swarm.toolTimeoutMs !== undefined && { limits: { toolTimeoutMs: swarm.toolTimeoutMs } }),
  } as unknown as SwarmOptions;
}
