import { HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import type { DynamicStructuredTool } from "@langchain/core/tools";

/** Options of `SwarmAgent.agentTool`. */
export interface AgentToolOptions<Name extends string = string> {
  /** The tool's name, as the calling model sees it. */
  readonly name: string;
  /** What the calling model reads. */
  readonly description: string;
  /** The agent to begin with. Default: the swarm's entry. */
  readonly agent?: Name | undefined;
}

const PARAMETERS = {
  type: "object",
  properties: { input: { type: "string", description: "The task, with everything that is needed to do it." } },
  required: ["input"],
  additionalProperties: false,
} as const;

/** A swarm as a tool of another agent's: a fresh history each time, the caller's `context`, the final text back. */
export function toAgentTool(
  graph: { invoke(input: unknown, config: unknown): Promise<unknown> },
  options: Pick<AgentToolOptions, "name" | "description">,
): DynamicStructuredTool {
  return tool(
    async (input: unknown, config: { context?: unknown; signal?: AbortSignal; callbacks?: unknown }) => {
      const task = (input as { input: string }).input;
      const values = (await graph.invoke(
        { messages: [new HumanMessage(task)] },
        // Nothing of the calling thread goes along: the tool's history is its own.
        {
          context: config.context,
          configurable: {},
          ...(config.signal && { signal: config.signal }),
          callbacks: config.callbacks,
        },
      )) as { messages: BaseMessage[]; structuredResponse?: unknown };
      return values.structuredResponse ?? (values.messages.at(-1) as BaseMessage).text;
    },
    { name: options.name, description: options.description, schema: PARAMETERS },
  ) as unknown as DynamicStructuredTool;
}
