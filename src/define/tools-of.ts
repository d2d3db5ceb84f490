import type { StructuredToolInterface } from "@langchain/core/tools";
import type { AgentSpec, AgentTool, ToolLike } from "../types.ts";

/** Whether a tool runs here. The others are a provider's own and only go to the model. */
export function isExecutable(tool: AgentTool): tool is ToolLike & StructuredToolInterface {
  return typeof tool["invoke" as keyof AgentTool] === "function" && typeof tool["name" as keyof AgentTool] === "string";
}

/** A function that only the caller can run: a definition without a body. */
export type ClientTool = {
  readonly type: "function";
  readonly function: { readonly name: string; readonly description?: string; readonly parameters?: unknown };
};

/** Whether a tool is a function's definition without a body, which the caller of the run is asked for. */
export function isClientTool(tool: AgentTool): tool is AgentTool & ClientTool {
  if (isExecutable(tool)) return false;
  const { type, function: definition } = tool as Partial<ClientTool>;
  return type === "function" && typeof definition?.name === "string";
}

/** The name by which a model calls a tool, where it is one that it calls. */
export function toolNameOf(tool: AgentTool): string | undefined {
  if (isExecutable(tool)) return tool.name;
  return isClientTool(tool) ? tool.function.name : undefined;
}

/** The names of the offered tools that the caller runs. */
export function clientToolsOf(spec: Pick<AgentSpec, "tools" | "toolTags">): ReadonlySet<string> {
  return new Set(
    toolsOf(spec)
      .filter(isClientTool)
      .map((tool) => tool.function.name),
  );
}

/**
 * Stands, among an agent's `tools`, for the functions that a run brings along with `runTools`: whoever starts a run can
 * give functions to those agents only.
 */
export const RUN_TOOLS: Readonly<Record<string, unknown>> = Object.freeze({ type: "swarmgraph.run-tools" });

/** Whether an agent is offered the functions that a run brings along. */
export function takesRunTools(spec: Pick<AgentSpec, "tools">): boolean {
  return spec.tools?.some((tool) => (tool as Record<string, unknown>)["type"] === RUN_TOOLS["type"]) ?? false;
}

/** The tools of its own that an agent offers: all, or those that carry one of its `toolTags`. */
export function toolsOf(spec: Pick<AgentSpec, "tools" | "toolTags">): readonly AgentTool[] {
  const own = takesRunTools(spec) ? (spec.tools ?? []).filter((tool) => !takesRunTools({ tools: [tool] })) : spec.tools;
  const tags = spec.toolTags;
  if (!tags) return own ?? [];
  return (own ?? []).filter((tool) => {
    const own = "tags" in tool && Array.isArray(tool.tags) ? tool.tags : [];
    return own.some((tag) => tags.includes(tag as string));
  });
}

/** The offered tools that run here, by name. A `Map`, so that a model's `__proto__` finds nothing. */
export function executablesOf(
  spec: Pick<AgentSpec, "tools" | "toolTags">,
): ReadonlyMap<string, StructuredToolInterface> {
  return new Map(
    toolsOf(spec)
      .filter(isExecutable)
      .map((tool) => [tool.name, tool]),
  );
}
