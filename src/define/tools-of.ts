import type { StructuredToolInterface } from "@langchain/core/tools";
import type { AgentSpec, AgentTool, ToolLike } from "../types.ts";

/** Whether a tool runs here. The others are a provider's own and only go to the model. */
export function isExecutable(tool: AgentTool): tool is ToolLike & StructuredToolInterface {
  return typeof tool["invoke" as keyof AgentTool] === "function" && typeof tool["name" as keyof AgentTool] === "string";
}

/** The tools that an agent offers: all, or those that carry one of its `toolTags`. */
export function toolsOf(spec: Pick<AgentSpec, "tools" | "toolTags">): readonly AgentTool[] {
  const tags = spec.toolTags;
  if (!tags) return spec.tools ?? [];
  return (spec.tools ?? []).filter((tool) => {
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
