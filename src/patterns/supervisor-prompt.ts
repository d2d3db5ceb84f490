import { AIMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { FINISH } from "./parse-decision.ts";
import type { Decision } from "./parse-decision.ts";
import { withoutEmpty } from "./worker.ts";

/** What a supervisor's `prompt` function gets. */
export interface SupervisorPromptContext {
  readonly workers: readonly { readonly name: string; readonly description: string | undefined }[];
  /** The workers that have answered in this turn, in their order. */
  readonly path: readonly string[];
  /** Rounds so far in this turn. */
  readonly rounds: number;
  readonly maxRounds: number;
}

/** The supervisor's system prompt: a text of the user's before the roster and the rules, or all of it. */
export type SupervisorPrompt = string | ((context: SupervisorPromptContext) => string);

const DEFAULT_PROMPT = "You supervise a team. Read the conversation and decide who acts next.";

/** The prompt of one decision: the system prompt, the conversation, and the question where the last word was a worker's. */
export function decisionPrompt(
  messages: readonly BaseMessage[],
  prompt: SupervisorPrompt = DEFAULT_PROMPT,
  context: SupervisorPromptContext,
): BaseMessage[] {
  const system = typeof prompt === "function" ? prompt(context) : `${prompt}\n\n${rosterOf(context)}`;
  const said = withoutEmpty(messages);
  const question =
    context.path.length === 0
      ? `Who acts next? ${answerWith(context)}`
      : `So far ${context.path.join(", ")} answered, in this order. Who acts next? ${answerWith(context)}`;
  return said.at(-1)?.type === "ai"
    ? [new SystemMessage(system), ...said, new HumanMessage(question)]
    : [new SystemMessage(system), ...said];
}

/** What goes back to a model whose reply decided nothing. Seen by that model only. */
export function correctionOf(
  reply: string,
  decision: Extract<Decision, { kind: "unclear" }>,
  context: SupervisorPromptContext,
): BaseMessage[] {
  const why = decision.mentioned.length > 1 ? `names ${decision.mentioned.join(" and ")}` : "names none of them";
  // An assistant turn that says nothing is refused by providers.
  const own = reply.trim() === "" ? [] : [new AIMessage(reply)];
  return [...own, new HumanMessage(`Your answer ${why}. ${answerWith(context)}`)];
}

function rosterOf(context: SupervisorPromptContext): string {
  const lines = context.workers.map(({ name, description }) =>
    description === undefined ? `- ${name}` : `- ${name}: ${description}`,
  );
  return `The team:\n${lines.join("\n")}\n\n${answerWith(context)}`;
}

function answerWith({ workers }: SupervisorPromptContext): string {
  const names = workers.map(({ name }) => name).join(", ");
  return `Answer with exactly one of these names: ${names}; or with ${FINISH} when the request is fully answered.`;
}
