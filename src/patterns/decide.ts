import type { BaseMessage } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { SwarmError } from "../errors.ts";
import type { ChatModel } from "../types.ts";
import { parseDecision } from "./parse-decision.ts";
import type { Decision } from "./parse-decision.ts";
import { correctionOf, decisionPrompt } from "./supervisor-prompt.ts";
import type { SupervisorPrompt, SupervisorPromptContext } from "./supervisor-prompt.ts";
import { failureOf } from "./worker.ts";

/** One decision of a supervisor's. */
export interface DecisionCall {
  readonly model: ChatModel;
  readonly messages: readonly BaseMessage[];
  readonly prompt: SupervisorPrompt | undefined;
  readonly context: SupervisorPromptContext;
  readonly maxModelErrors: number;
  readonly config: RunnableConfig;
}

/**
 * Asks the model who acts next; an unclear reply goes back to it with the names.
 *
 * @throws SwarmError `MODEL_ERRORS` after `maxModelErrors` unclear replies that it could not mend; `AGENT_FAILED`.
 */
export async function decide(call: DecisionCall): Promise<Exclude<Decision, { kind: "unclear" }>> {
  const { model, context, maxModelErrors, config } = call;
  const names = context.workers.map(({ name }) => name);
  // A decision is no part of the answer: a chat window that streams tokens must not show it.
  const quiet = { ...config, tags: [...(config.tags ?? []), "nostream"] };
  const prompt = decisionPrompt(call.messages, call.prompt, context);
  const corrections: BaseMessage[] = [];
  for (let errors = 0; ; errors += 1) {
    const reply = await model.invoke([...prompt, ...corrections], quiet).catch((error: unknown) => {
      throw failureOf(error, "the supervisor's model failed", { agent: "supervisor", signal: config.signal });
    });
    const decision = parseDecision(reply.text, names);
    if (decision.kind !== "unclear") return decision;
    if (errors >= maxModelErrors) {
      throw new SwarmError(
        "MODEL_ERRORS",
        `the supervisor's model named no single worker in ${errors + 1} replies; the last: "${reply.text.slice(0, 200)}". It must name one of ${names.join(", ")}, or FINISH: look at its prompt, or raise maxModelErrors.`,
        { agent: "supervisor" },
      );
    }
    corrections.push(...correctionOf(reply.text, decision, context));
  }
}
