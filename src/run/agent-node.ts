import type { AIMessage } from "@langchain/core/messages";
import { lastAssistant } from "../define/calls.ts";
import { limitAgent } from "../define/graph-queries.ts";
import { humanOf } from "../define/human.ts";
import { merged } from "../define/merged.ts";
import { SwarmError } from "../errors.ts";
import { withRecords } from "../route/ledger.ts";
import { allowance, currentTurn, printPath, withoutLimit } from "../route/limits.ts";
import type { Allowance } from "../route/limits.ts";
import type { HandoffRecord, RunContext, TurnState } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { arrive } from "./arrive.ts";
import type { Arrival } from "./arrive.ts";
import { askAgent } from "./ask-agent.ts";
import { budgetError, meterOf, spentBudget } from "./budget.ts";
import type { SpendingLimit } from "./budget.ts";
import { endedAt, endedBy } from "./ended.ts";
import { blocked, guarded, openGuardrails } from "./guard-input.ts";
import type { OpenGuardrails } from "./guard-input.ts";
import { promptsOf } from "./model-call.ts";
import type { PromptFor } from "./model-call.ts";
import { openTargets } from "./open-targets.ts";
import type { OpenTargets } from "./open-targets.ts";
import { fittingPrompts } from "./overflow.ts";
import { emit, runContext, threadIdOf } from "./runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { settle } from "./settle.ts";
import type { Settling, Thought } from "./settle.ts";
import { answerFormat } from "./structured.ts";
import { sayUpdate } from "./telling.ts";
import { watched } from "./watch.ts";

/** What a turn of an agent writes. */
export interface AgentUpdate extends Thought {
  readonly activeAgent: string;
}

/** A node: one turn of an agent. */
export type AgentNode = (state: NodeState, config: NodeConfig) => Promise<AgentUpdate>;

/**
 * One turn of one agent: arrive, think, judge. Writes the reply, the verdicts and the counters together, so that the edge
 * after it can be a pure function of the state.
 */
export function agentNode(base: AgentRuntime): AgentNode {
  return async (state, config) => {
    const thinking = begin(base.forRun(config), state, config);
    if (!("leave" in thinking)) return thinking;
    // All is waited for in here: each function that waits for another one costs every hop two promises.
    const { runtime, run, turn } = thinking;
    const open = openTargets(runtime, thinking.leave, run, thinking.closing);
    const offered = open instanceof Promise ? await open : open;
    const prompts = promptsOf(runtime, state, thinking.handoffs, run);
    const settling = settlingOf(thinking, offered, prompts instanceof Promise ? await prompts : prompts);
    const guardrails = openGuardrails(runtime, turn);
    const settled =
      guardrails.length === 0
        ? settle(await askAgent(settling.call, run), settling)
        : guardedThought(guardrails, settling);
    const thought = settled instanceof Promise ? await settled : settled;
    const handoffs = [...thinking.arrived, ...thought.handoffs];
    return sayUpdate(merged(thought, { activeAgent: runtime.agent.name, handoffs }), config);
  };
}

/** A turn of an agent's that has something to think of. */
interface Thinking {
  readonly runtime: AgentRuntime;
  readonly state: NodeState;
  readonly config: NodeConfig;
  readonly run: RunContext;
  readonly turn: TurnState;
  /** What the arrival has written. */
  readonly arrived: readonly HandoffRecord[];
  /** The ledger with it. */
  readonly handoffs: readonly HandoffRecord[];
  readonly leave: Allowance;
  /** The budget that leaves this one call: no targets, and no tools. */
  readonly closing: SpendingLimit | "maxTurns" | undefined;
}

/**
 * Arrives at an agent, or ends the turn where a budget or a person has it end here.
 *
 * @throws SwarmError `LIMIT_TURNS`, `LIMIT_TOKENS` or `LIMIT_COST`.
 */
function begin(runtime: AgentRuntime, state: NodeState, config: NodeConfig): AgentUpdate | Thinking {
  const { definition, agent } = runtime;
  const { limits } = definition;
  const takesOver = limitAgent(definition);
  const arrival = arrive(agent.name, state, currentTurn(state.messages, state.turn ?? undefined), definition);
  for (const event of arrival.events) emit(config, event);
  const entered = withoutLimit(arrival.turn);
  const handoffs = withRecords(state.handoffs, arrival.records);
  // A person costs no tokens.
  const spent = humanOf(agent.spec) === undefined ? spentBudget(entered, limits) : undefined;
  if (spent !== undefined && limits.onLimit === "throw") {
    throw budgetError(spent, runtime, { turn: entered, threadId: threadIdOf(config) });
  }
  // Whoever waits for an answer would call a model again: this one is the last.
  const turn: TurnState = spent === undefined ? entered : { ...entered, callers: [] };
  const here = { messages: [], activeAgent: agent.name, handoffs: arrival.records };
  if (spent !== undefined && takesOver !== agent.name) {
    if (takesOver === undefined) return { ...here, ...endedAt(spent, runtime, { state, config, turn }) };
    return { ...here, turn: { ...turn, limit: spent, redirect: takesOver }, outcome: null };
  }
  if (turn.modelCalls >= limits.maxTurns) throw turnLimit(runtime, turn, config);
  if (takesOver !== undefined && takesOver !== agent.name && turn.modelCalls + 1 >= limits.maxTurns) {
    return { ...here, turn: { ...turn, limit: "maxTurns", redirect: takesOver }, outcome: null };
  }
  // A person may take days: who has the conversation is written down first, and told once.
  if (humanOf(agent.spec) !== undefined && isJustEntered(arrival, state)) return { ...here, turn, outcome: null };
  emit(config, { type: "agent.started", agent: agent.name, turn: turn.modelCalls + 1 });
  const run = runContext(agent.name, { ...state, activeAgent: agent.name, handoffs }, config);
  const leave = allowance({ turn, ledger: handoffs }, agent.name, limits);
  const isLast = spent !== undefined || (leave.isLastCall && limits.onLimit !== "throw");
  const closing = isLast ? (spent ?? "maxTurns") : undefined;
  return { runtime, state, config, run, turn, arrived: arrival.records, handoffs, leave, closing };
}

/** Whether an agent was entered by a handoff of the last message, so that its edge leads back to it. */
function isJustEntered({ records }: Arrival, { messages }: NodeState): boolean {
  const last = lastAssistant(messages)?.message as AIMessage | undefined;
  return records.some(({ status, messageId, returned }) => {
    return status === "done" && returned === undefined && messageId === last?.id;
  });
}

/** The call of an agent's turn, and what its answer is judged by. */
function settlingOf(thinking: Thinking, { targets, limit }: OpenTargets, prompts: PromptFor): Settling {
  const { runtime, state, config, run, turn, leave, closing } = thinking;
  const { agent } = runtime;
  const { responseFormat } = agent.spec;
  const isLast = closing !== undefined;
  const watch = watched(config, agent.name);
  const meter = meterOf(runtime, turn);
  const modelCalls = turn.modelCalls + 1;
  const { promptFor, fit } = fittingPrompts(runtime, prompts, run);
  const call = {
    runtime,
    config,
    watch,
    promptFor,
    fit,
    targets,
    withTools: !isLast,
    format: responseFormat && answerFormat(responseFormat, agent.name),
    key: `${agent.name}#${modelCalls}`,
    count: meter.count,
  };
  const counted: TurnState = { ...turn, modelCalls, ...(limit && { limit }) };
  return { runtime, state, config, run, turn: counted, call, leave, isLast, meter, watch };
}

/** What a turn comes to that guardrails look at first. */
async function guardedThought(open: OpenGuardrails, settling: Settling): Promise<Thought> {
  const { runtime, state, config, run, turn, call, meter } = settling;
  const opening = { runtime, messages: state.messages, turn, run, config };
  const spoken = await guarded(open, opening, (own) => askAgent({ ...call, config: own }, run));
  if ("value" in spoken) return await settle(spoken.value, { ...settling, turn: { ...turn, passed: spoken.passed } });
  const ended = endedBy(spoken.trip, runtime, { state, config, turn: meter.into(turn) });
  return { messages: blocked(state.messages, spoken.trip), handoffs: [], ...ended };
}

function turnLimit({ agent, definition }: AgentRuntime, turn: TurnState, config: NodeConfig): SwarmError {
  return new SwarmError(
    "LIMIT_TURNS",
    `the turn used all of its ${definition.limits.maxTurns} model calls without an answer: ${printPath(turn.path)}. Raise limits.maxTurns, or set onLimit to "answer".`,
    { agent: agent.name, threadId: threadIdOf(config) },
  );
}
