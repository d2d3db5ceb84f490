import { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { z } from "zod/v4";
import { didYouMean } from "../define/did-you-mean.ts";
import { createHandoffTool } from "../define/handoff-tool.ts";
import type { HandoffTool } from "../define/handoff-tool.ts";
import type { HandoffRegistry } from "../define/registry.ts";
import { toolNameFor } from "../define/tool-name.ts";
import { SwarmDefinitionError } from "../errors.ts";
import type { HandoffEntry } from "../types.ts";
import { splitHandoffs } from "./split-handoffs.ts";

/** Options of {@link handoffMiddleware}. */
export interface HandoffMiddlewareOptions {
  /** The same list as in the swarm: names, or edges, of which `to`, `description` and `input` are what the model reads. */
  readonly canHandoffTo: readonly HandoffEntry[];
  /** The prefix of the tools' names, as in the swarm. Default `transfer_to_`. */
  readonly prefix?: string | undefined;
  /** `createRegistry` of all of the swarm's agents. Needed where the names of two of them make the same tool name. */
  readonly registry?: HandoffRegistry | undefined;
}

/** What the middleware sees of a LangChain agent's state. */
export interface HandoffMiddlewareState {
  readonly messages: BaseMessage[];
  /** A handoff that waits until the other calls of its message are answered. Private to the middleware. */
  readonly _heldHandoff?: AIMessage | null | undefined;
}

/** What a hook of the middleware changes. */
export interface HandoffMiddlewareUpdate {
  messages?: BaseMessage[];
  _heldHandoff?: AIMessage | null;
  jumpTo?: "end";
}

/** A hook that may end the agent's loop. */
export interface HandoffMiddlewareHook {
  /** Looks at the state; what it gives is written to it. */
  hook(state: HandoffMiddlewareState): HandoffMiddlewareUpdate | undefined;
  canJumpTo: "end"[];
}

/** A middleware for LangChain's `createAgent`, which takes it as one of its own. */
export interface HandoffMiddleware {
  name: string;
  stateSchema: z.ZodObject<{ _heldHandoff: z.ZodOptional<z.ZodNullable<z.ZodCustom<AIMessage, AIMessage>>> }>;
  tools: HandoffTool[];
  beforeModel: HandoffMiddlewareHook;
  afterModel: HandoffMiddlewareHook;
}

const stateSchema: HandoffMiddleware["stateSchema"] = z.object({
  _heldHandoff: z.custom<AIMessage>().nullable().optional(),
});

/**
 * Makes any agent of LangChain's `createAgent` an agent of a swarm: it offers the handoffs to the model, and a handoff
 * call ends the agent's loop, for the swarm's edges to route it. The call is never executed and never answered. Other
 * calls of the same message run first; then the handoff stands in a message of its own.
 *
 * Put it first in `middleware`, so that the other ones see the handoff calls too, and pass the agent as `graph` with the
 * same `canHandoffTo`. `when`, `history`, `returns` and `requiresApproval` of an edge are the swarm's business.
 *
 * @throws SwarmDefinitionError where the registry has no agent of that name.
 * @example
 * ```ts
 * import { handoffMiddleware } from "swarmgraph/langchain";
 *
 * const canHandoffTo = ["billing"];
 * const handoffs = handoffMiddleware({ canHandoffTo });
 * // As an agent: { graph: createAgent({ model, tools, middleware: [handoffs] }), canHandoffTo }
 * handoffs.tools.map(({ name }) => name); // ["transfer_to_billing"]
 * ```
 */
export function handoffMiddleware(options: HandoffMiddlewareOptions): HandoffMiddleware {
  const tools = handoffTools(options);
  const names: ReadonlySet<string> = new Set(tools.map(({ name }) => name));
  return {
    name: "HandoffMiddleware",
    stateSchema,
    tools,
    beforeModel: {
      canJumpTo: ["end"],
      hook: ({ _heldHandoff: held }) => (held ? { messages: [held], _heldHandoff: null, jumpTo: "end" } : undefined),
    },
    afterModel: {
      canJumpTo: ["end"],
      hook: ({ messages, _heldHandoff: held }) => {
        const reply = messages.findLast((message) => AIMessage.isInstance(message));
        const split = reply && splitHandoffs(reply, names);
        // The model thought better of it: a person refused a call that was to run first.
        if (split === undefined) return held ? { _heldHandoff: null } : undefined;
        const { rest, handoff } = split;
        if (rest === undefined) return { jumpTo: "end" };
        const answered = new Set(messages.map((message) => ToolMessage.isInstance(message) && message.tool_call_id));
        const isOpen = rest.tool_calls?.some(({ id }) => id === undefined || !answered.has(id));
        return isOpen
          ? { messages: [rest], _heldHandoff: handoff }
          : { messages: [rest, handoff], _heldHandoff: null, jumpTo: "end" };
      },
    },
  };
}

/** One tool for each target; of two entries for the same one the first counts, as in the swarm. */
function handoffTools({ canHandoffTo, prefix, registry }: HandoffMiddlewareOptions): HandoffTool[] {
  const tools = new Map<string, HandoffTool>();
  for (const [index, entry] of canHandoffTo.entries()) {
    const edge = typeof entry === "string" ? { to: entry } : entry;
    const { to, description, input } = edge;
    const name = registry === undefined ? toolNameFor(to, { prefix }) : registry.toolNameOf(to);
    if (name === undefined) throw unknownTarget(to, index, registry?.agents ?? []);
    if (!tools.has(to)) tools.set(to, createHandoffTool(to, { description, input, name }));
  }
  return [...tools.values()];
}

function unknownTarget(to: string, index: number, agents: readonly string[]): SwarmDefinitionError {
  return new SwarmDefinitionError([
    {
      code: "TARGET_UNKNOWN",
      severity: "error",
      path: `canHandoffTo[${index}]`,
      message: `the middleware hands off to "${to}", which is not in the registry.`,
      hint: didYouMean(to, agents).trim() || `The agents are ${agents.map((agent) => `"${agent}"`).join(", ")}.`,
    },
  ]);
}
