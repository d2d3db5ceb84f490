import type { ClientTool } from "../define/tools-of.ts";
import type { NodeConfig } from "./runtime.ts";

/** Functions that one run brings along. */
export interface RunTools {
  readonly tools: readonly ClientTool[];
}

/** The key of `configurable` under which a run's functions travel. */
const KEY = "__swarm_run_tools";

/** The mark of what {@link runTools} made. No JSON holds a symbol: whoever can only send a config cannot forge it. */
const MADE = Symbol.for("swarmgraph.run-tools");

/**
 * Functions that the caller of one run executes, as a part of that run's `configurable`: agents with `RUN_TOOLS` among
 * their tools are offered them, in this run and no other. A call stops the run as that of any function without a body
 * does; give the same functions again with the `Command` that answers it. Definitions may be flat or as OpenAI has them;
 * those without a name and second ones of a name are passed over. An agent's own tools and its handoffs go before a
 * function of their name, which is told to `onDiagnostic` as `RUN_TOOL_SHADOWED`.
 *
 * @example
 * ```ts
 * import { MemorySaver } from "@langchain/langgraph";
 * import { RUN_TOOLS, runTools, SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const model = scriptedModel().tool("get_rate");
 * const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [RUN_TOOLS] } } });
 * const graph = swarm.compile({ checkpointer: new MemorySaver() });
 * const getRate = { type: "function", function: { name: "get_rate", parameters: { type: "object" } } };
 * await graph.invoke(
 *   { messages: [{ role: "user", content: "The rate?" }] },
 *   { configurable: { thread_id: "1", ...runTools([getRate]) } },
 * );
 * ```
 */
export function runTools(functions: readonly unknown[]): Readonly<Record<string, unknown>> {
  const named = new Map<string, ClientTool>();
  for (const given of functions) {
    const tool = normalised(given);
    if (tool !== undefined && !named.has(tool.function.name)) named.set(tool.function.name, tool);
  }
  const made: RunTools & { readonly [MADE]: true } = Object.freeze({
    [MADE]: true as const,
    tools: Object.freeze([...named.values()]),
  });
  return { [KEY]: made };
}

/** The functions that a run brings along. */
export function broughtBy({ configurable }: NodeConfig): RunTools {
  const value: unknown = configurable?.[KEY];
  return typeof value === "object" && value !== null && MADE in value ? (value as unknown as RunTools) : NONE;
}

const NONE: RunTools = Object.freeze({ tools: Object.freeze([]) });

function normalised(given: unknown): ClientTool | undefined {
  if (!isRecord(given) || (given["type"] !== undefined && given["type"] !== "function")) return undefined;
  const inner: unknown = given["function"] ?? given;
  if (!isRecord(inner)) return undefined;
  const { name, description, parameters } = inner;
  if (typeof name !== "string" || name.trim() === "") return undefined;
  return Object.freeze({
    type: "function",
    function: Object.freeze({
      name,
      ...(typeof description === "string" && { description }),
      parameters: isRecord(parameters) ? parameters : { type: "object", properties: {} },
    }),
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
