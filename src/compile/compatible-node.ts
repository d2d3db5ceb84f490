import type { SwarmDefinition } from "../define/definition.ts";
import { stampOf } from "../define/fingerprint.ts";
import { callersOfToday, knownAgent, pendingHandoff } from "../route/entry.ts";
import type { AgentNode } from "../run/agent-node.ts";
import { isCheckpointed } from "../run/runtime.ts";

/**
 * An agent's node for threads that outlive a deploy: who waits for an answer is told by the names of today, and what the
 * node writes says which release and which swarm wrote it.
 *
 * @throws SwarmError `ACTIVE_AGENT_UNKNOWN` where one of them is gone and `onUnknownAgent` is `"error"`.
 */
export function deployedNode(run: AgentNode, definition: SwarmDefinition): AgentNode {
  const checked: AgentNode = async (state, config) => {
    const pending = pendingHandoff(state.handoffs);
    if (pending !== undefined && pending.approval !== "required") knownAgent(definition, pending.to);
    const { turn } = state;
    const callers = callersOfToday(definition, turn?.callers ?? []);
    const update = await run(turn ? { ...state, turn: { ...turn, callers } } : state, config);
    return { ...update, turn: { ...update.turn, ...stampOf(definition) } };
  };
  return (state, config) => (isCheckpointed(config) ? checked : run)(state, config);
}
