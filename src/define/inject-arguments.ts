import { tool } from "@langchain/core/tools";
import type { DynamicStructuredTool, StructuredToolInterface } from "@langchain/core/tools";
import { toJsonSchema } from "@langchain/core/utils/json_schema";
import type { ToolLike } from "../types.ts";

/** What an injected argument may be made from. */
export interface InjectContext {
  readonly context: unknown;
  readonly state: Readonly<Record<string, unknown>>;
  readonly toolCallId: string;
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly required?: readonly string[];
}

/**
 * A copy of a tool whose named arguments the model neither sees nor sets: they are filled in from the run. For tools
 * that see nothing of the run, such as those of an MCP server. A required argument that comes out `undefined` is an
 * error that goes back to the model; an optional one is left out.
 *
 * @example
 * ```ts
 * import { tool } from "@langchain/core/tools";
 * import { injectArguments } from "swarmgraph";
 * import { z } from "zod";
 *
 * const orders = tool(({ user }) => `orders of ${user}`, { name: "orders", schema: z.object({ user: z.string() }) });
 * const own = injectArguments(orders, { user: ({ context }) => (context as { user?: string } | undefined)?.user });
 * ```
 */
export function injectArguments(
  original: ToolLike,
  sources: Readonly<Record<string, (run: InjectContext) => unknown>>,
): DynamicStructuredTool {
  const full = toJsonSchema((original as StructuredToolInterface).schema as never) as ObjectSchema;
  const hidden = new Set(Object.keys(sources));
  const required = full.required ?? [];
  // A model that sets a hidden argument all the same is overruled, not refused.
  const { additionalProperties: _strict, ...open } = full as ObjectSchema & { additionalProperties?: unknown };
  const schema = {
    ...open,
    properties: Object.fromEntries(Object.entries(full.properties ?? {}).filter(([key]) => !hidden.has(key))),
    required: required.filter((key) => !hidden.has(key)),
  };
  return tool(
    (input: unknown, run: unknown) => {
      const filled: Record<string, unknown> = { ...(input as Record<string, unknown>) };
      for (const [key, source] of Object.entries(sources)) {
        const value = source(run as InjectContext);
        if (value !== undefined) filled[key] = value;
        else if (required.includes(key))
          throw new Error(`tool "${original.name}" needs "${key}", and the run has none`);
        else delete filled[key];
      }
      return original.invoke(filled as never, run as never);
    },
    { name: original.name, description: original.description, schema: schema as never },
  ) as unknown as DynamicStructuredTool;
}
