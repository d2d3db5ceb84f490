import type { SwarmDefinition } from "../define/definition.ts";
import { SwarmError } from "../errors.ts";
import type { HandoffRecord } from "../types.ts";

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
  const wanted = pending?.approval === "required" ? pending.from : (pending?.to ?? state.activeAgent);
  return wanted === undefined ? definition.entry : knownAgent(definition, wanted);
}

/**
 * An agent's name of today, for one that is stored: itself, its alias, or what `onUnknownAgent` says.
 *
 * @throws SwarmError `ACTIVE_AGENT_UNKNOWN` where it is gone and `onUnknownAgent` is `"error"`.
 */
export function knownAgent(definition: SwarmDefinition, agent: string): string {
  if (definition.agents.has(agent)) return agent;
  const { aliases, onUnknownAgent = "entry" } = definition.options;
  const alias = aliases && Object.hasOwn(aliases, agent) ? aliases[agent] : undefined;
  if (alias !== undefined) return alias;
  const names = [...definition.agents.keys()].map((name) => `"${name}"`).join(", ");
  if (onUnknownAgent === "entry") return definition.entry;
  const chosen = typeof onUnknownAgent === "function" ? onUnknownAgent(agent) : undefined;
  if (chosen !== undefined && definition.agents.has(chosen)) return chosen;
  throw new SwarmError(
    "ACTIVE_AGENT_UNKNOWN",
    `the thread's active agent "${agent}" is not in the swarm (${names}). Give its new name in "aliases", or set onUnknownAgent to "entry".`,
    { agent },
  );
}
