import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { HandoffRegistry } from "../define/registry.ts";
import { SwarmError } from "../errors.ts";
import type { HandoffRecord, HistoryPolicy, View } from "../types.ts";
import { activationOf, positionsOf } from "./activation.ts";
import { briefOf } from "./brief.ts";
import type { Said } from "./brief.ts";
import { history as policies } from "./history.ts";
import { pairCalls } from "./pairs.ts";
import { openaiChat } from "./profiles/openai-chat.ts";
import type { Profile } from "./profiles/profile.ts";
import { viewOf } from "./view.ts";
import type { Seen } from "./view.ts";

/** Options of {@link project}. */
export interface ProjectOptions {
  /** The agent whose prompt this is. */
  readonly agent: string;
  /** The ledger. Default: none; then `registry` says which calls are handoffs. */
  readonly handoffs?: readonly HandoffRecord[] | undefined;
  readonly registry?: HandoffRegistry | undefined;
  /** Default: OpenAI chat. */
  readonly profile?: Profile | undefined;
  /** Default `"drop"`. */
  readonly view?: View | undefined;
  /** One policy, or the one for the handoff that made the agent active. Default `history.full()`. */
  readonly history?: HistoryPolicy | ((handoff: HandoffRecord | undefined) => HistoryPolicy | undefined) | undefined;
}

/** What goes to a model beside its system prompt. */
export interface Projection {
  /** Without the system prompt; never empty, ends in a user or a tool turn. */
  readonly messages: BaseMessage[];
  /** The end of the system prompt, where the agent was handed the conversation. */
  readonly brief: string | undefined;
  /** The handoff that made the agent active, if one did. */
  readonly handoff: HandoffRecord | undefined;
}

/** What stands as user turn where a history ends on the assistant's and nobody handed over. */
const NUDGE = "Please go on.";

/**
 * The prompt of one agent, from the log: every call answered once, nothing orphaned, handoffs left out or answered, and a
 * user or tool turn at the end. Contract: pure (the log stays as it is), idempotent, prefix-stable while the agent stays
 * active (so that prompt caches survive), O(messages + ledger).
 *
 * @throws SwarmError `NO_USER_TURN` where there is nothing to answer.
 * @example
 * ```ts
 * import { HumanMessage } from "@langchain/core/messages";
 * import { project } from "swarmgraph";
 *
 * project([new HumanMessage("Hello")], { agent: "triage" }).messages.length; // 1
 * ```
 */
export function project(messages: readonly BaseMessage[], options: ProjectOptions): Projection {
  const { agent, handoffs = [], profile = openaiChat } = options;
  const positions = positionsOf(messages);
  const activation = activationOf(agent, handoffs, positions);
  const given = typeof options.history === "function" ? options.history(activation) : options.history;
  const policy = given ?? policies.full();
  const seen = viewOf(messages, positions, {
    agent,
    handoffs,
    view: options.view ?? "drop",
    registry: options.registry,
  });
  const border = borderOf(messages, activation === undefined ? undefined : positions.get(activation.messageId));
  const earlier = pairCalls(
    select(seen, (position) => position < border),
    profile,
  );
  const later = pairCalls(
    select(seen, (position) => position >= border),
    profile,
  );
  const chosen = pairCalls(policy.select(earlier, { agent, handoff: activation }), profile);
  if (activation === undefined) {
    return { messages: endOnUser([...chosen, ...later], agent), brief: undefined, handoff: undefined };
  }
  const said = takeTrailingTexts(chosen);
  const brief = briefOf(activation, said);
  const briefIsUser = policy.briefAsUser === true || !chosen.some(isTurnToAnswer);
  return briefIsUser
    ? {
        messages: endOnUser([...chosen, new HumanMessage(brief), ...later], agent),
        brief: undefined,
        handoff: activation,
      }
    : { messages: endOnUser([...chosen, ...later], agent), brief, handoff: activation };
}

/** The first position after the handoff's message and the results of its regular calls. */
function borderOf(messages: readonly BaseMessage[], handedOverAt: number | undefined): number {
  if (handedOverAt === undefined) return messages.length;
  let border = handedOverAt + 1;
  while (messages[border]?.type === "tool") border += 1;
  return border;
}

function select(seen: readonly Seen[], belongs: (position: number) => boolean): BaseMessage[] {
  return seen.filter(({ position }) => belongs(position)).map(({ message }) => message);
}

/** Takes the assistant's texts off the end: what was said on the way goes into the brief. */
function takeTrailingTexts(messages: BaseMessage[]): Said[] {
  const said: Said[] = [];
  for (let last = messages.at(-1); AIMessage.isInstance(last); last = messages.at(-1)) {
    messages.pop();
    said.unshift({ agent: last.name, text: last.text });
  }
  return said;
}

function isTurnToAnswer(message: BaseMessage): boolean {
  return message.type === "human" || message.type === "tool";
}

function endOnUser(messages: BaseMessage[], agent: string): BaseMessage[] {
  if (!messages.some(isTurnToAnswer)) {
    throw new SwarmError(
      "NO_USER_TURN",
      `agent "${agent}" has nothing to answer: the conversation holds no user message. Start it with one: { messages: [{ role: "user", content: "..." }] }.`,
      { agent },
    );
  }
  const last = messages.at(-1);
  return last !== undefined && isTurnToAnswer(last) ? messages : [...messages, new HumanMessage(NUDGE)];
}
