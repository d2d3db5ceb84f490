import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { MistralError, notFound } from "../wire/errors.ts";
import { toMistralError } from "../wire/failures.ts";
import type { Agent } from "../wire/responses.ts";
import { eachOnce, functionsIn, serverToolsIn } from "./given-tools.ts";
import type { ConversationsOptions } from "./options.ts";
import type { ConversationRecord } from "./store.ts";
import { swarmOf } from "./swarm-of.ts";
import type { AgentSource, AgentSwarm } from "./swarm-of.ts";

/**
 * Makes the swarm of a conversation: its agents, as they are now, with what the conversation changes of them.
 *
 * @throws MistralError for agents that are gone, or that make no swarm.
 */
export type Swarms = (record: ConversationRecord, checkpointer: BaseCheckpointSaver) => Promise<AgentSwarm>;

/** A {@link Swarms} for the agents, models and tools of these options. */
export function createSwarms(options: ConversationsOptions): Swarms {
  const { agents, modelFor, builtIn = () => undefined, limits } = options;
  const compiled: Swarms = async (record, checkpointer) => {
    const { agent_id: id } = record;
    const functions = eachOnce([...(record.run_functions ?? []), ...functionsIn(record.tools)]);
    return swarmOf(id === undefined ? lonely(record) : await entryOf(record, id, agents), {
      agents,
      modelFor,
      builtIn,
      checkpointer,
      waitsForHandoffs: record.handoff_execution === "client",
      limits,
      functions,
      formerFunctions: record.functions ?? [],
    });
  };
  return (record, checkpointer) =>
    compiled(record, checkpointer).catch((error: unknown) => {
      throw toMistralError(error);
    });
}

/** The agent that a conversation is on, with what the conversation changes of it. */
async function entryOf(record: ConversationRecord, id: string, agents: AgentSource): Promise<Agent> {
  const version = record.agent_version ?? undefined;
  const agent = await agents.get(id, { version }).catch((error: unknown) => {
    if (MistralError.is(error) && error.status === 404) throw notFound("agent", id, { loc: ["body", "agent_id"] });
    throw error;
  });
  return {
    ...agent,
    instructions: record.instructions ?? agent.instructions,
    tools: [...agent.tools, ...serverToolsIn(record.tools, agent.tools)],
    completion_args: { ...agent.completion_args, ...record.completion_args },
  };
}

/** The one agent of a conversation that was started on a model. */
function lonely(record: ConversationRecord): Agent {
  return {
    object: "agent",
    id: "",
    name: "assistant",
    model: record.model ?? "",
    description: null,
    instructions: record.instructions ?? null,
    tools: serverToolsIn(record.tools, []),
    completion_args: record.completion_args ?? {},
    guardrails: null,
    handoffs: null,
    metadata: null,
    version: 0,
    versions: [0],
    version_message: null,
    created_at: record.created_at,
    updated_at: record.updated_at,
    deployment_chat: false,
    source: "api",
  };
}
