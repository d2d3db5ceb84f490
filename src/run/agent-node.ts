import { ToolMessage } from "@langchain/core/messages";
import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import { lastAssistant } from "../define/calls.ts";
import { limitAgent } from "../define/graph-queries.ts";
import { humanOf } from "../define/human.ts";
import { SwarmError } from "../errors.ts";
import { withRecords } from "../route/ledger.ts";
import { allowance, closedBy, currentTurn, printPath } from "../route/limits.ts";
import type { Allowance } from "../route/limits.ts";
import type { Addressee } from "../project/provenance.ts";
import type { HandoffRecord, LimitKind, Outcome, RunContext, TurnState } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { arrive } from "./arrive.ts";
import type { Arrival } from "./arrive.ts";
import { askHuman } from "./human.ts";
import { judge } from "./judge.ts";
import type { Judgement, LogCall } from "./judge.ts";
import { callModel, promptsOf } from "./model-call.ts";
import type { ModelCall } from "./model-call.ts";
import { callGraph } from "./graph-agent.ts";
import { toLogMessage } from "./reply.ts";
import type { LogMessage } from "./reply.ts";
import { emit, runContext, threadIdOf } from "./runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { emitSaid, refusalsOf } from "./signals.ts";
import { answerFormat, structure } from "./structured.ts";
import { faultOf } from "./tool-call.ts";
import { watched } from "./watch.ts";

/** What a turn of an agent writes. */
export interface AgentUpdate {
  readonly messages: BaseMessage[];
  readonly activeAgent: string;
  readonly handoffs: readonly HandoffRecord[];
  readonly turn: TurnState;
  readonly outcome: Outcome | null;
  readonly structuredResponse?: unknown;
}

/** A node: one turn of an agent. */
export type AgentNode = (state: NodeState, config: NodeConfig) => Promise<AgentUpdate>;

/**
 * One turn of one agent: arrive, think, judge. Writes the reply, the verdicts and the counters together, so that the edge
 * after it can be a pure function of the state.
 */
export function agentNode(base: AgentRuntime): AgentNode {
  const { definition, agent } = base;
  const { limits } = definition;
  const takesOver = limitAgent(definition);
  return async (state, config) => {
    const runtime = base.forRun(config);
    const arrival = arrive(agent.name, state, currentTurn(state.messages, state.turn ?? undefined), definition);
    for (const event of arrival.events) emit(config, event);
    const turn: TurnState = { ...arrival.turn, redirect: undefined, limit: undefined };
    const handoffs = withRecords(state.handoffs, arrival.records);
    if (turn.modelCalls >= limits.maxTurns) throw turnLimit(runtime, turn, config);
    if (takesOver !== undefined && takesOver !== agent.name && turn.modelCalls + 1 >= limits.maxTurns) {
      const redirected: TurnState = { ...turn, limit: "maxTurns", redirect: takesOver };
      return { messages: [], activeAgent: agent.name, handoffs: arrival.records, turn: redirected, outcome: null };
    }
    if (humanOf(agent.spec) !== undefined && isJustEntered(arrival, state)) {
      // A person may take days: who has the conversation is written down first, and told once.
      return { messages: [], activeAgent: agent.name, handoffs: arrival.records, turn, outcome: null };
    }
    emit(config, { type: "agent.started", agent: agent.name, turn: turn.modelCalls + 1 });
    const run = runContext(agent.name, { ...state, activeAgent: agent.name, handoffs }, config);
    const thought = await think(runtime, { state, config, turn, handoffs, run });
    return { ...thought, activeAgent: agent.name, handoffs: [...arrival.records, ...thought.handoffs] };
  };
}

/** Whether an agent was entered by a handoff of the last message, so that its edge leads back to it. */
function isJustEntered({ records }: Arrival, { messages }: NodeState): boolean {
  const last = lastAssistant(messages)?.message as AIMessage | undefined;
  return records.some(({ status, messageId, returned }) => {
    return status === "done" && returned === undefined && messageId === last?.id;
  });
}

interface Thinking {
  readonly state: NodeState;
  readonly config: NodeConfig;
  readonly turn: TurnState;
  readonly handoffs: readonly HandoffRecord[];
  readonly run: RunContext;
}

type Thought = Omit<AgentUpdate, "activeAgent">;

async function think(runtime: AgentRuntime, thinking: Thinking): Promise<Thought> {
  const { agent, definition } = runtime;
  const { state, config, turn, run } = thinking;
  const leave = allowance(turn, agent.name, definition.limits);
  const isLast = leave.isLastCall && definition.limits.onLimit !== "throw";
  const { targets, limit } = await openTargets(runtime, leave, run, isLast);
  const { spec } = agent;
  const format = spec.responseFormat && answerFormat(spec.responseFormat, agent.name);
  const watch = watched(config, agent.name);
  const call: ModelCall = {
    runtime,
    config: watch.config,
    promptFor: await promptsOf(runtime, state, thinking.handoffs, run),
    targets,
    withTools: !isLast,
    format,
    key: `${agent.name}#${turn.modelCalls + 1}`,
  };
  const { replies, maker } = await ask(call, run);
  watch.told(replies.at(-1) as AIMessage);
  const log = [...state.messages, ...replies.slice(0, -1)];
  const { ownToolName } = runtime;
  const reply = toLogMessage(replies.at(-1) as AIMessage, {
    agent: agent.name,
    log,
    ownToolName,
    maker,
    maxArgumentChars: definition.limits.maxArgumentChars,
  });
  const counted: TurnState = { ...turn, modelCalls: turn.modelCalls + 1, limit };
  const judged = isLast
    ? NOTHING
    : await judge(reply, runtime, {
        run,
        offered: new Set(targets),
        allowance: leave,
        turn,
        now: () => new Date(),
      });
  for (const signal of refusalsOf(judged.records)) emit(config, signal);
  const result = await conclude(runtime, { reply, judged, turn: counted, config, isLast });
  if (result.outcome !== null && result.outcome.limit !== undefined) {
    emit(config, { type: "limit.reached", agent: agent.name, limit: result.outcome.limit, path: counted.path });
  }
  emitSaid(config, { agent: agent.name, replies, reply, answers: result.answers, records: judged.records });
  const isAnswer = result.outcome !== null && format !== undefined;
  const structuredResponse = isAnswer ? await structure(reply, format, call, run) : undefined;
  return {
    ...result,
    messages: [...(replies.slice(0, -1) as BaseMessage[]), reply, ...result.answers],
    handoffs: judged.records,
    ...((isAnswer || (state.structuredResponse ?? undefined) !== undefined) && {
      structuredResponse: structuredResponse ?? null,
    }),
  };
}

/** What the agent says: one message of its model or of a person, or the messages of its graph. */
async function ask(
  call: ModelCall,
  run: RunContext,
): Promise<{ replies: BaseMessage[]; maker: Addressee | undefined }> {
  const { spec } = call.runtime.agent;
  const person = humanOf(spec);
  if (person !== undefined) return { replies: [await askHuman(person, call, run)], maker: undefined };
  const { graph } = spec;
  if (graph !== undefined) return { replies: await callGraph(graph, call), maker: undefined };
  const { message, maker } = await callModel(call, run);
  return { replies: [message], maker };
}

const NOTHING: Judgement = { records: [], runnable: [], faulty: [], limit: undefined };

/** The targets that are offered in this call, and the budget that closed one, if one did. */
async function openTargets(
  runtime: AgentRuntime,
  leave: Allowance,
  run: RunContext,
  isLast: boolean,
): Promise<{ targets: string[]; limit: LimitKind | undefined }> {
  const hides = runtime.definition.limits.onLimit === "answer";
  const targets: string[] = [];
  let limit: LimitKind | undefined = isLast ? "maxTurns" : undefined;
  for (const edge of runtime.agent.edges) {
    if (edge.when !== undefined && !(await edge.when(run))) continue;
    const closed = closedBy(leave, edge.to);
    if (closed !== undefined && hides) limit ??= closed;
    else if (!isLast) targets.push(edge.to);
  }
  return { targets, limit };
}

interface Concluding {
  readonly reply: LogMessage;
  readonly judged: Judgement;
  readonly turn: TurnState;
  readonly config: NodeConfig;
  readonly isLast: boolean;
}

/** What the verdicts come to: the answers that nobody else gives, the counters, and the outcome where the turn ends. */
async function conclude(
  runtime: AgentRuntime,
  { reply, judged, turn, config, isLast }: Concluding,
): Promise<{ answers: ToolMessage[]; turn: TurnState; outcome: Outcome | null }> {
  const { definition, agent } = runtime;
  const { records, runnable, faulty } = judged;
  const isTaken = records.some(({ status }) => status === "pending");
  const refused = records.filter(({ status }) => status === "refused");
  // The tool node answers every call in call order; where none of them can run there is nobody but this node to answer.
  const answers = runnable.length === 0 && !isTaken ? faulty.map((call) => answerTo(call, runtime)) : [];
  const isMistake = (refused.length > 0 || faulty.length > 0) && humanOf(agent.spec) === undefined;
  const mistakes = isMistake ? turn.modelErrors + 1 : turn.modelErrors;
  if (mistakes > definition.limits.maxModelErrors) throw tooManyMistakes(runtime, refused, faulty, config);
  const counted = { ...turn, modelErrors: mistakes };
  const takesOver = limitAgent(definition);
  if (judged.limit !== undefined && !isTaken && takesOver !== undefined && takesOver !== agent.name) {
    return { answers, turn: { ...counted, limit: judged.limit, redirect: takesOver }, outcome: null };
  }
  const goesOn =
    isTaken || runnable.length > 0 || faulty.length > 0 || (refused.length > 0 && judged.limit === undefined);
  if (goesOn && !isLast) return { answers, turn: counted, outcome: null };
  const limit = judged.limit ?? turn.limit;
  const kind = limit !== undefined ? "limit" : reply.text.trim() === "" ? "empty" : "answered";
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

function turnLimit({ agent, definition }: AgentRuntime, turn: TurnState, config: NodeConfig): SwarmError {
  return new SwarmError(
    "LIMIT_TURNS",
    `the turn used all of its ${definition.limits.maxTurns} model calls without an answer: ${printPath(turn.path)}. Raise limits.maxTurns, or set onLimit to "answer".`,
    { agent: agent.name, threadId: threadIdOf(config) },
  );
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
