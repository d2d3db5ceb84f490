import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { HandoffRegistry } from "../define/registry.ts";
import { SwarmError } from "../errors.ts";
import type { HandoffRecord, HistoryPolicy, ProfileName, View } from "../types.ts";
import { activationIn, activationOf, positionsOf } from "./activation.ts";
import { briefOf } from "./brief.ts";
import { grownPrompt, isTurnToAnswer, takeTrailingTexts } from "./growing-prompt.ts";
import type { GrownPrompt } from "./growing-prompt.ts";
import { FULL } from "./history.ts";
import { grow } from "./incremental.ts";
import type { Reading } from "./incremental.ts";
import { pairCalls } from "./pairs.ts";
import { profiles } from "./profiles/profiles.ts";
import { isNative, isSealed, plainMessage } from "./provenance.ts";
import type { Addressee } from "./provenance.ts";
import { viewOf } from "./view.ts";
import type { Seen } from "./view.ts";

/** Options of {@link project}. */
export interface ProjectOptions {
  /** The agent whose prompt this is. */
  readonly agent: string;
  /** The ledger. Default: none; then `registry` says which calls are handoffs. */
  readonly handoffs?: readonly HandoffRecord[] | undefined;
  /** Which tool names are handoffs, for a log without a ledger. */
  readonly registry?: HandoffRegistry | undefined;
  /** Whose rules the prompt obeys. Default: OpenAI chat. */
  readonly profile?: ProfileName | undefined;
  /** The name of the model that is asked, e.g. `gpt-5-mini`: signed reasoning stays with its own family. */
  readonly model?: string | undefined;
  /** Whether extended thinking is on: then calls that were made without thoughts become notes of the user's. */
  readonly thinks?: boolean | undefined;
  /** Whether tools are bound for the call. Default: true. Without them tool calls become notes of the user's. */
  readonly bindsTools?: boolean | undefined;
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
  /** What the log says in system messages at its beginning: belongs into the system prompt. */
  readonly instructions: string | undefined;
  /** The handoff that made the agent active, if one did. */
  readonly handoff: HandoffRecord | undefined;
}

/** What stands as user turn where a history ends on the assistant's and nobody handed over. */
const NUDGE = "Please go on.";

/**
 * The prompt of one agent, from the log: every call answered once, nothing orphaned, handoffs left out or answered, and a
 * user or tool turn at the end; ids, names, order and reasoning as the provider of the `profile` wants them. Contract:
 * pure (the log stays as it is), idempotent, prefix-stable while the agent stays active (so that prompt caches survive).
 * O(messages + ledger) for a log that is new; for one that goes on, the new messages and a comparison of pointers.
 *
 * @throws SwarmError `NO_USER_TURN` where there is nothing to answer.
 * @example
 * ```ts
 * import { HumanMessage } from "@langchain/core/messages";
 * import { project } from "swarmgraph";
 *
 * project([new HumanMessage("Hello")], { agent: "triage", profile: "mistral" }).messages.length; // 1
 * ```
 */
export function project(messages: readonly BaseMessage[], options: ProjectOptions): Projection {
  const { agent, handoffs = [] } = options;
  const activation = activationIn(agent, handoffs, messages);
  const given = typeof options.history === "function" ? options.history(activation) : options.history;
  const reading: Reading = {
    agent,
    reader: { profile: profiles[options.profile ?? "openai-chat"], model: options.model },
    view: options.view ?? "drop",
    registry: options.registry,
    keepsCalls: options.bindsTools === false ? "none" : options.thinks === true ? "sealed" : "all",
  };
  const grown =
    given === undefined || given === FULL ? grownFrom(messages, handoffs, { activation, reading }) : undefined;
  if (grown === undefined) return projectWhole(messages, handoffs, { policy: given ?? FULL, reading });
  return {
    messages: endOnUser(grown.messages, agent),
    brief: grown.brief,
    instructions: undefined,
    handoff: activation,
  };
}

/** The prompt, as far as it can be had from an earlier one. */
function grownFrom(
  messages: readonly BaseMessage[],
  handoffs: readonly HandoffRecord[],
  { activation, reading }: { activation: HandoffRecord | undefined; reading: Reading },
): GrownPrompt | undefined {
  const hasReturned = handoffs.some(({ returned }) => returned !== undefined);
  return hasReturned ? undefined : grownPrompt(messages, handoffs, activation, reading);
}

/** The prompt from the whole log at once: for what a policy picks, for ways back, and for logs with system messages. */
function projectWhole(
  messages: readonly BaseMessage[],
  handoffs: readonly HandoffRecord[],
  { policy, reading }: { policy: HistoryPolicy; reading: Reading },
): Projection {
  const { agent, reader, view, registry } = reading;
  const { log, instructions } = withoutSystem(understoodBy(reader, messages));
  const positions = positionsOf(log);
  const activation = activationOf(agent, handoffs, positions);
  const seen = viewOf(log, positions, { agent, handoffs, view, registry, isSealed });
  const border = borderOf(log, activation === undefined ? undefined : positions.get(activation.messageId));
  const earlier = pairCalls(
    select(seen, (position) => position < border),
    reader.profile,
  );
  const later = pairCalls(
    select(seen, (position) => position >= border),
    reader.profile,
  );
  const chosen = pairCalls(policy.select(earlier, { agent, handoff: activation }), reader.profile);
  const finish = (prompt: BaseMessage[]): BaseMessage[] => {
    const out: BaseMessage[] = [];
    // Once more over the whole of it: an id must be the only one in the request.
    grow(out, pairCalls(prompt, reader.profile), reading);
    return endOnUser(out, agent);
  };
  if (activation === undefined) {
    return { messages: finish([...chosen, ...later]), brief: undefined, instructions, handoff: undefined };
  }
  const said = takeTrailingTexts(chosen);
  const brief = briefOf(activation, said);
  const briefIsUser = policy.briefAsUser === true || !chosen.some(isTurnToAnswer);
  const between = briefIsUser ? [new HumanMessage(brief)] : [];
  return {
    messages: finish([...chosen, ...between, ...later]),
    brief: briefIsUser ? undefined : brief,
    instructions,
    handoff: activation,
  };
}

/** The log without what only another provider understands: foreign messages as plain ones. */
function understoodBy(reader: Addressee, messages: readonly BaseMessage[]): readonly BaseMessage[] {
  return messages.map((message) =>
    AIMessage.isInstance(message) && !isNative(message, reader) ? plainMessage(message) : message,
  );
}

/**
 * The log without system messages: those at the beginning are instructions, later ones a note of the user's, since
 * providers take a system prompt in one place only.
 */
function withoutSystem(messages: readonly BaseMessage[]): {
  log: readonly BaseMessage[];
  instructions: string | undefined;
} {
  if (!messages.some(isSystem)) return { log: messages, instructions: undefined };
  const start = messages.findIndex((message) => !isSystem(message));
  const leading = start === -1 ? messages : messages.slice(0, start);
  return {
    log: messages
      .slice(leading.length)
      .map((message) => (isSystem(message) ? new HumanMessage(`(Note: ${message.text})`) : message)),
    instructions: leading.length === 0 ? undefined : leading.map(({ text }) => text).join("\n\n"),
  };
}

function isSystem({ type }: BaseMessage): boolean {
  return type === "system" || type === "developer";
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
