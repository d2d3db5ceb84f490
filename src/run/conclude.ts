import { ToolMessage } from "@langchain/core/messages";
import { limitAgent } from "../define/graph-queries.ts";
import { humanOf } from "../define/human.ts";
import { textOf } from "../define/text-of.ts";
import { SwarmError } from "../errors.ts";
import type { HandoffRecord, Outcome, TurnState } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import type { Judgement, LogCall } from "./judge.ts";
import type { LogMessage } from "./reply.ts";
import { threadIdOf } from "./runtime.ts";
import type { NodeConfig } from "./runtime.ts";
import { faultOf } from "./tool-call.ts";

/** What an agent said, and the verdicts on it. */
export interface Concluding {
  readonly reply: LogMessage;
  readonly judged: Judgement;
  readonly turn: TurnState;
  readonly config: NodeConfig;
  readonly isLast: boolean;
}

/** What the verdicts come to: the answers that nobody else gives, the counters, and the outcome where the turn ends. */
export function conclude(
  runtime: AgentRuntime,
  { reply, judged, turn, config, isLast }: Concluding,
): { answers: ToolMessage[]; turn: TurnState; outcome: Outcome | null } {
  const { definition, agent } = runtime;
  const { records, runnable, faulty } = judged;
  const isTaken = records.some(({ status }) => status === "pending");
  const refused = records.filter(({ status }) => status === "refused");
  // The tool node answers every call in call order; where none of them can run there is nobody but this node to answer.
  const answers = runnable.length === 0 && !isTaken ? faulty.map((call) => answerTo(call, runtime)) : [];
  const isMistake = (refused.length > 0 || faulty.length > 0) && humanOf(agent.spec) === undefined;
  const mistakes = isMistake ? turn.modelErrors + 1 : turn.modelErrors;
  if (mistakes > definition.limits.maxModelErrors) throw tooManyMistakes(runtime, refused, faulty, config);
  const counted = mistakes === turn.modelErrors ? turn : { ...turn, modelErrors: mistakes };
  const takesOver = limitAgent(definition);
  if (judged.limit !== undefined && !isTaken && takesOver !== undefined && takesOver !== agent.name) {
    return { answers, turn: { ...counted, limit: judged.limit, redirect: takesOver }, outcome: null };
  }
  const goesOn =
    isTaken || runnable.length > 0 || faulty.length > 0 || (refused.length > 0 && judged.limit === undefined);
  if (goesOn && !isLast) return { answers, turn: counted, outcome: null };
  const limit = judged.limit ?? turn.limit;
  const kind = limit !== undefined ? "limit" : textOf(reply).trim() === "" ? "empty" : "answered";
  const outcome: Outcome = {
    kind,
    agent: agent.name,
    messageId: reply.id,
    path: turn.path,
    ...(limit && { limit }),
  };
  return { answers, turn: counted, outcome };
}

function answerTo(call: LogCall, runtime: AgentRuntime): ToolMessage {
  const content = faultOf(call, runtime) as string;
  return new ToolMessage({ content, tool_call_id: call.id, name: call.name, status: "error" });
}

/** Calls that an error names. */
const MAX_NAMED = 3;

function tooManyMistakes(
  { agent, definition }: AgentRuntime,
  refused: readonly HandoffRecord[],
  faulty: readonly LogCall[],
  config: NodeConfig,
): SwarmError {
  const last =
    refused[0]?.reason ??
    faulty
      .slice(0, MAX_NAMED)
      .map(({ name, malformed }) => `call of "${name}": ${malformed ?? "unknown tool"}`)
      .join("; ");
  return new SwarmError(
    "MODEL_ERRORS",
    `the model of agent "${agent.name}" made more than ${definition.limits.maxModelErrors} mistakes in one turn; the last: ${last} Raise limits.maxModelErrors, or look at the agent's prompt and tools.`,
    { agent: agent.name, threadId: threadIdOf(config) },
  );
}
