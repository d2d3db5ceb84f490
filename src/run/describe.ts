import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import type { SwarmDefinition } from "../define/definition.ts";
import { toolsOf, isExecutable } from "../define/tools-of.ts";
import type { RunContext } from "../types.ts";
import { handoffToolsOf } from "./agent-runtime.ts";

/** What an agent's model sees before the first message. */
export interface AgentDescription {
  readonly agent: string;
  readonly system: string;
  /** Tool definitions as JSON, in the order in which they are bound; a provider's own tools as they are. */
  readonly tools: readonly Readonly<Record<string, unknown>>[];
}

/**
 * Exactly what an agent's model sees: the system prompt and the tool definitions, handoffs included, guards evaluated.
 *
 * @throws RangeError if there is no such agent.
 */
export async function describeAgent(
  definition: SwarmDefinition,
  name: string,
  given: { readonly state?: Record<string, unknown> | undefined; readonly context?: unknown } = {},
): Promise<AgentDescription> {
  const agent = definition.agents.get(name);
  if (agent === undefined) {
    throw new RangeError(
      `there is no agent "${name}"; the agents are ${[...definition.agents.keys()].map((known) => `"${known}"`).join(", ")}`,
    );
  }
  const run: RunContext = {
    agent: name,
    state: { messages: [], handoffs: [], ...given.state },
    context: given.context,
    threadId: undefined,
    signal: undefined,
  };
  const { prompt } = agent.spec;
  const system = typeof prompt === "function" ? await prompt({ ...run, handoff: undefined }) : (prompt ?? "");
  const handoffTool = handoffToolsOf(definition);
  const open = [];
  for (const edge of agent.edges) if (edge.when === undefined || (await edge.when(run))) open.push(handoffTool(edge));
  const tools = [...toolsOf(agent.spec), ...open].map((tool) =>
    isExecutable(tool) ? (convertToOpenAITool(tool) as unknown as Record<string, unknown>) : tool,
  );
  return { agent: name, system, tools: tools as Readonly<Record<string, unknown>>[] };
}
