import { Command, isCommand } from "@langchain/langgraph";
import type { SwarmDefinition } from "../define/definition.ts";
import { agentOfNode, APPROVAL_NODE, toolNodeOf } from "../define/node-names.ts";
import { SwarmError } from "../errors.ts";
import { knownAgent, pendingHandoff } from "../route/entry.ts";
import type { HandoffRecord } from "../types.ts";
import { assertCompatible } from "./compatible.ts";
import { checkpointOf } from "./resume.ts";
import type { ResumePlace } from "./resume.ts";
import { nodesOf } from "./speed-nodes.ts";

/** A {@link ResumePlace}, and the swarm as it is today. */
export interface DeployedPlace extends Omit<ResumePlace, "graph"> {
  readonly definition: SwarmDefinition;
}

/** LangGraph's channel that says that a node is next. */
export const BRANCH = "branch:to:";

/**
 * Lets a run go on that has stopped before a node which a deploy has since renamed or removed, and which LangGraph would
 * pass over in silence: with `null` at the agent that the node's is today, see `aliases` and `onUnknownAgent`. Any other
 * input as it is.
 *
 * @throws SwarmError `INTERRUPT_MISMATCH` for an answer to what that node has asked; `ACTIVE_AGENT_UNKNOWN` where its agent
 * is gone and `onUnknownAgent` is `"error"`; `CHECKPOINT_INCOMPATIBLE`.
 */
export async function deployedResume(input: unknown, place: DeployedPlace): Promise<unknown> {
  const isAnswer = isCommand(input) && input.resume !== undefined && input.resume !== null;
  if (input !== null && !isAnswer) return input;
  const stored = await storedValues(place);
  assertCompatible(stored, place);
  const { nodes } = nodesOf(place.definition);
  const next = Object.keys(stored).flatMap((key) => (key.startsWith(BRANCH) ? [key.slice(BRANCH.length)] : []));
  const [gone] = next;
  if (gone === undefined || next.some((node) => nodes.has(node))) return input;
  const today = nodeOfToday(gone, stored, place.definition);
  if (isAnswer) throw unanswerable(gone, today, place);
  return new Command({ goto: today });
}

async function storedValues(place: DeployedPlace): Promise<Record<string, unknown>> {
  const tuple = await place.checkpointer.getTuple({ configurable: { ...checkpointOf(place), checkpoint_ns: "" } });
  return tuple?.checkpoint.channel_values ?? {};
}

/** The node to go on at: tools under their agent's new name; else an agent, who judges anew what was left open. */
function nodeOfToday(gone: string, stored: Readonly<Record<string, unknown>>, definition: SwarmDefinition): string {
  // An approval that no edge asks for any more: whoever wanted to hand over decides again.
  if (gone === APPROVAL_NODE) {
    const wanted = pendingHandoff((stored["handoffs"] ?? []) as readonly HandoffRecord[])?.from;
    return knownAgent(definition, wanted ?? definition.entry);
  }
  const agent = agentOfNode(gone);
  const today = knownAgent(definition, agent);
  const tools = toolNodeOf(today);
  const isRenamed = definition.options.aliases?.[agent] === today;
  return gone !== agent && isRenamed && nodesOf(definition).nodes.has(tools) ? tools : today;
}

function unanswerable(gone: string, today: string, { threadId }: DeployedPlace): SwarmError {
  return new SwarmError(
    "INTERRUPT_MISMATCH",
    `thread "${threadId}" was not resumed, since it stopped at "${gone}", which the swarm no longer has. Run it with null as input to go on at "${today}", or send a message.`,
    { threadId, details: { pending: [], node: gone } },
  );
}
