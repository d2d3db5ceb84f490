import type { AIMessage } from "@langchain/core/messages";
import { lastAssistant } from "../define/calls.ts";
import type { SwarmDefinition } from "../define/definition.ts";
import { APPROVAL_NODE, toolNodeOf } from "../define/node-names.ts";
import { SwarmError } from "../errors.ts";
import { agentOfToday, isStillAllowed, knownAgent } from "../route/entry.ts";
import { END, isEndedEarly, routeHandoffs, verdictsOf } from "../route/route-handoffs.ts";
import type { LimitKind, RouteFunction } from "../types.ts";
import type { NodeState } from "../run/runtime.ts";
import { describeThrown } from "../run/serialise.ts";

/** A conditional edge: pure, synchronous. */
export type Edge = (state: NodeState) => string;

/** What {@link edgeOf} needs to know. */
export interface EdgeOptions {
  readonly agent: string;
  readonly hasTools: boolean;
  /** Every agent that this one may be followed by. */
  readonly transitions: ReadonlySet<string>;
  /** Whether the swarm has a node in which approvals wait. */
  readonly needsApproval: boolean;
}

/** The edge after an agent and after its tools: the generated routing, or the agent's own where it has one. */
export function edgeOf(definition: SwarmDefinition, options: EdgeOptions): Edge {
  const { agent } = options;
  const generated = generatedEdge(definition, options);
  const custom = definition.agents.get(agent)?.spec.route;
  return custom === undefined ? generated : customEdge(custom, generated, options);
}

/**
 * What the log and the ledger ask for may be from before a deploy: an edge leads to what the graph has today. It leaves it
 * to nodes to throw: what a node wrote stays when its edge throws, and a run that went on from there would find no way.
 */
function generatedEdge(definition: SwarmDefinition, options: EdgeOptions): Edge {
  const { agent, hasTools, transitions, needsApproval } = options;
  const tools = hasTools ? toolNodeOf(agent) : undefined;
  const route = routeHandoffs({
    targets: transitions,
    tools,
    self: agent,
    registry: definition.registry,
    siblings: definition.options.siblingTools,
  });
  return (state) => {
    if (isEndedEarly(state)) return END;
    const last = lastAssistant(state.messages)?.message as AIMessage | undefined;
    const isOver = last !== undefined && state.outcome?.messageId === last.id;
    if (isOver) {
      const caller = state.turn?.callers.at(-1)?.agent;
      return caller !== undefined && transitions.has(caller) ? caller : END;
    }
    const next = route(state);
    if (next === tools) return next;
    const redirect = state.turn?.redirect;
    if (redirect !== undefined && transitions.has(redirect)) return redirect;
    const pending = [...verdictsOf(last, state.handoffs).values()].find(({ status }) => status === "pending");
    if (pending?.approval === "required") return needsApproval ? APPROVAL_NODE : agent;
    if (pending === undefined || definition.agents.has(pending.to)) return next;
    const today = agentOfToday(definition, pending.to);
    return today !== undefined && transitions.has(today) ? today : agent;
  };
}

/** Budgets after which no model is called again in the turn. */
const CLOSING: ReadonlySet<LimitKind | undefined> = new Set(["maxTurns", "maxTokens", "maxCost"]);

function customEdge(custom: RouteFunction, generated: Edge, { agent, hasTools, transitions }: EdgeOptions): Edge {
  return (state) => {
    const next = generated(state);
    if (next === APPROVAL_NODE || (hasTools && next === toolNodeOf(agent))) return next;
    // A budget that is used up goes before any routing, or the turn would end in an error instead of an answer.
    const isSpent = CLOSING.has(state.outcome?.limit);
    if (state.turn?.redirect !== undefined || isSpent || isEndedEarly(state)) return next;
    const message = lastAssistant(state.messages)?.message as AIMessage | undefined;
    if (message === undefined) return next;
    let chosen: string;
    try {
      chosen = custom({ agent, message, state, next });
    } catch (cause) {
      const why = describeThrown(cause);
      throw new SwarmError("ROUTE_FAILED", `the routing function of agent "${agent}" failed: ${why}`, { agent, cause });
    }
    if (chosen === END || chosen === agent || transitions.has(chosen)) return chosen;
    const known = [...transitions, agent, END].map((name) => `"${name}"`).join(", ");
    throw new SwarmError(
      "ROUTE_UNKNOWN_TARGET",
      `the routing function of agent "${agent}" chose "${chosen}", which is not an edge of its own (${known}). Add it to canHandoffTo.`,
      { agent },
    );
  };
}

/**
 * The edge after an approval: on to the target, or back to who wanted to hand over. The wait may have outlived a deploy, so
 * that an agent which is gone is looked up as at the start of a turn.
 */
export function approvalEdge(definition: SwarmDefinition): Edge {
  return (state) => {
    const verdicts = [...verdictsOf(lastAssistant(state.messages)?.message, state.handoffs).values()];
    const granted = verdicts.find(({ status, approval }) => status === "pending" && approval === "granted");
    const asked = verdicts.find(({ approval }) => approval !== undefined);
    const next = granted !== undefined && isStillAllowed(definition, granted) ? granted.to : asked?.from;
    return next === undefined ? END : knownAgent(definition, next);
  };
}
