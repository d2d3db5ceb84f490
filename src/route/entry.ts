import type { SwarmDefinition } from "../define/definition.ts";
import { SwarmError } from "../errors.ts";
import type { CallerFrame, HandoffRecord } from "../types.ts";

/** What the way in depends on. */
export interface EntryState {
  readonly activeAgent?: string | undefined;
  readonly handoffs: readonly HandoffRecord[];
}

/** The handoff that was decided and not yet entered, if a run stopped in between. */
export function pendingHandoff(handoffs: readonly HandoffRecord[]): HandoffRecord | undefined {
  for (let index = handoffs.length - 1; index >= 0; index -= 1) {
    const record = handoffs[index];
    if (record?.status === "pending") return record;
    // Whatever was done last closed what came before it.
    if (record?.status === "done") return undefined;
  }
  return undefined;
}

/**
 * The agent that a user turn goes to: the target of a handoff that was under way, else the active agent, else the entry.
 *
 * @throws SwarmError `ACTIVE_AGENT_UNKNOWN` where the stored agent is gone and `onUnknownAgent` is `"error"`.
 */
export function enteringAgent(definition: SwarmDefinition, state: EntryState): string {
  if (definition.options.sticky === false) return definition.entry;
  const pending = pendingHandoff(state.handoffs);
  const isOpen = pending !== undefined && pending.approval !== "required" && isStillAllowed(definition, pending);
  const wanted = isOpen ? pending.to : (pending?.from ?? state.activeAgent);
  return wanted === undefined ? definition.entry : knownAgent(definition, wanted);
}

/**
 * Whether a handoff that was decided may be taken today. A deploy may have taken its edge away since, or have put an
 * approval on it: then it goes back to who wanted it. One of whose agents is gone is looked up by name instead.
 */
export function isStillAllowed(definition: SwarmDefinition, { from, to, approval }: HandoffRecord): boolean {
  const sender = definition.agents.get(agentOfToday(definition, from) ?? "");
  if (sender === undefined || !definition.agents.has(to)) return true;
  const edge = sender.edges.find((one) => one.to === to);
  return edge !== undefined && (!edge.requiresApproval || approval === "granted");
}

/**
 * An agent's name of today, for one that is stored: itself, its alias, or what `onUnknownAgent` says.
 *
 * @throws SwarmError `ACTIVE_AGENT_UNKNOWN` where it is gone and `onUnknownAgent` is `"error"`.
 */
export function knownAgent(definition: SwarmDefinition, agent: string): string {
  const today = agentOfToday(definition, agent);
  if (today !== undefined) return today;
  const names = [...definition.agents.keys()].map((name) => `"${name}"`).join(", ");
  throw new SwarmError(
    "ACTIVE_AGENT_UNKNOWN",
    `the thread's active agent "${agent}" is not in the swarm (${names}). Give its new name in "aliases", or set onUnknownAgent to "entry".`,
    { agent },
  );
}

/** As {@link knownAgent}; `undefined` where that throws. */
export function agentOfToday(definition: SwarmDefinition, agent: string): string | undefined {
  if (definition.agents.has(agent)) return agent;
  const { aliases, onUnknownAgent = "entry" } = definition.options;
  const alias = aliases && Object.hasOwn(aliases, agent) ? aliases[agent] : undefined;
  if (alias !== undefined) return alias;
  if (onUnknownAgent === "entry") return definition.entry;
  const chosen = typeof onUnknownAgent === "function" ? onUnknownAgent(agent) : undefined;
  return chosen !== undefined && definition.agents.has(chosen) ? chosen : undefined;
}

/**
 * Who waits for whose answer, by the names of today. Whoever is gone waits no longer: the answer goes to the next one who
 * does, or to the user. A function `onUnknownAgent` may name somebody to wait instead.
 *
 * @throws SwarmError `ACTIVE_AGENT_UNKNOWN` where one is gone and `onUnknownAgent` is `"error"`.
 */
export function callersOfToday(definition: SwarmDefinition, callers: readonly CallerFrame[]): readonly CallerFrame[] {
  if (callers.every(({ agent }) => definition.agents.has(agent))) return callers;
  const { aliases, onUnknownAgent = "entry" } = definition.options;
  return callers.flatMap((frame) => {
    const isKnown = definition.agents.has(frame.agent) || Object.hasOwn(aliases ?? {}, frame.agent);
    return isKnown || onUnknownAgent !== "entry" ? [{ ...frame, agent: knownAgent(definition, frame.agent) }] : [];
  });
}
