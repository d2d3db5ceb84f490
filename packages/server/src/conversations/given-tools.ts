import { invalidRequest } from "../wire/errors.ts";
import type { ErrorDetail } from "../wire/errors.ts";
import type { FunctionTool, ToolSpec } from "../wire/tools.ts";
import type { AgentSwarm } from "./swarm-of.ts";
import { toolName } from "./swarm-of.ts";

/** Whether the client runs a tool. */
export function isFunction(tool: ToolSpec): tool is FunctionTool {
  return tool.type === "function";
}

/** The functions among tools. */
export function functionsIn(tools: readonly ToolSpec[] | undefined): readonly FunctionTool[] {
  return (tools ?? []).filter(isFunction);
}

/** Functions by name, each once: the first ones count. */
export function eachOnce(functions: readonly FunctionTool[]): readonly FunctionTool[] {
  const names = functions.map((tool) => tool.function.name);
  return functions.filter((tool, index) => names.indexOf(tool.function.name) === index);
}

/** The server's tools among those that a request gave, without such as the agent has itself: the agent's own count. */
export function serverToolsIn(given: readonly ToolSpec[] | undefined, own: readonly ToolSpec[]): readonly ToolSpec[] {
  return (given ?? []).filter((tool) => !isFunction(tool) && !own.some((one) => isSame(one, tool)));
}

function isSame(one: ToolSpec, other: ToolSpec): boolean {
  const connector = (tool: ToolSpec): unknown => (tool.type === "connector" ? tool.connector_id : undefined);
  return one.type === other.type && connector(one) === connector(other);
}

/**
 * Refuses two tools of one name in a request, before there is a swarm of them.
 *
 * @throws MistralError 422 that names the fields.
 */
export function refuseTwice(given: readonly ToolSpec[]): void {
  refuse(given, (tool, index) => {
    const isTwice = given
      .slice(0, index)
      .some((one) => (isFunction(tool) ? nameOf(one) === nameOf(tool) : isSame(one, tool)));
    return isTwice ? `The request has "${nameOf(tool) ?? tool.type}" twice.` : undefined;
  });
}

/**
 * Refuses tools of a request that agents have already: nobody who talks to an agent can take the place of a tool or a
 * handoff of its own.
 *
 * @throws MistralError 422 that names the fields.
 */
export function refuseTaken(given: readonly ToolSpec[], { graph, byName }: AgentSwarm): void {
  const { agents, registry } = graph.definition;
  const [entry] = byName.values();
  refuse(given, (tool) => {
    if (!isFunction(tool))
      return entry?.tools.includes(tool) === false ? `The agent has "${tool.type}" itself.` : undefined;
    const { name } = tool.function;
    const target = registry.targetOf(name);
    if (target !== undefined) return `"${name}" is the handoff to the agent "${nameIn(byName, target)}".`;
    const owner = [...agents.values()].find(({ spec }) => spec.tools?.some((own) => toolName(own) === name));
    return owner && `The agent "${nameIn(byName, owner.name)}" has a tool "${name}" itself.`;
  });
}

/**
 * Refuses what no later request of a conversation can add: tools of the server.
 *
 * @throws MistralError 422 that names the fields.
 */
export function functionsAlone(given: readonly ToolSpec[]): readonly FunctionTool[] {
  refuse(given, (tool) => (isFunction(tool) ? undefined : "Only functions can be added to a conversation."));
  return functionsIn(given);
}

function refuse(given: readonly ToolSpec[], problem: (tool: ToolSpec, index: number) => string | undefined): void {
  const detail = given.flatMap((tool, index): ErrorDetail[] => {
    const msg = problem(tool, index);
    const place = isFunction(tool) ? ["function", "name"] : ["type"];
    return msg === undefined ? [] : [{ type: "value_error", loc: ["body", "tools", index, ...place], msg }];
  });
  if (detail.length > 0) throw invalidRequest(detail);
}

function nameOf(tool: ToolSpec): string | undefined {
  return isFunction(tool) ? tool.function.name : undefined;
}

function nameIn(byName: AgentSwarm["byName"], name: string): string {
  return byName.get(name)?.name ?? name;
}
