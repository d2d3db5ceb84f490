import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { lastAssistant } from "../define/calls.ts";
import { limitAgent } from "../define/graph-queries.ts";
import { humanOf } from "../define/human.ts";
import type { Human } from "../define/human.ts";
import { textOf } from "../define/text-of.ts";
import { merged } from "../define/merged.ts";
import { SwarmError } from "../errors.ts";
import { withRecords } from "../route/ledger.ts";
import { allowance, currentTurn, printPath, withoutLimit } from "../route/limits.ts";
import type { Allowance } from "../route/limits.ts";
import type { AgentGraph, HandoffRecord, Outcome, RunContext, TurnState } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { arrive } from "./arrive.ts";
import type { Arrival } from "./arrive.ts";
import { askHuman } from "./human.ts";
import { budgetError, meterOf, spentBudget } from "./budget.ts";
import type { Meter, SpendingLimit } from "./budget.ts";
import { conclude } from "./conclude.ts";
import { endedAt, endedBy } from "./ended.ts";
import { guardrailsOf } from "./guard.ts";
import { blocked, guarded } from "./guard-input.ts";
import { asksAgain, outputTrip, requestForAnother } from "./guard-output.ts";
import { judge } from "./judge.ts";
import type { Judgement } from "./judge.ts";
import { callModel, promptsOf } from "./model-call.ts";
import type { ModelCall, Spoken } from "./model-call.ts";
import { callGraph } from "./graph-agent.ts";
import { openTargets } from "./open-targets.ts";
import { fittingPrompts } from "./overflow.ts";
import { toLogMessage } from "./reply.ts";
import { emit, runContext, threadIdOf } from "./runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { emitSaid, emitTrip, refusalsOf } from "./signals.ts";
import { answerFormat, structure } from "./structured.ts";
import { watched } from "./watch.ts";
import type { Watched } from "./watch.ts";

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
    const entered = withoutLimit(arrival.turn);
    const handoffs = withRecords(state.handoffs, arrival.records);
    // A person costs no tokens.
    const spent = humanOf(agent.spec) === undefined ? spentBudget(entered, limits) : undefined;
    if (spent !== undefined && limits.onLimit === "throw") {
      throw budgetError(spent, runtime, { turn: entered, threadId: threadIdOf(config) });
    }
    // Whoever waits for an answer would call a model again: this one is the last.
    const turn: TurnState = spent === undefined ? entered : { ...entered, callers: [] };
    if (spent !== undefined && takesOver !== agent.name) {
      const update = { messages: [], activeAgent: agent.name, handoffs: arrival.records };
      if (takesOver === undefined) return { ...update, ...endedAt(spent, runtime, { state, config, turn }) };
      return { ...update, turn: { ...turn, limit: spent, redirect: takesOver }, outcome: null };
    }
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
    const thought = await think(runtime, { state, config, turn, handoffs, run, spent });
    return merged(thought, { activeAgent: agent.name, handoffs: [...arrival.records, ...thought.handoffs] });
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
  /** The budget that leaves one last call. */
  readonly spent: SpendingLimit | undefined;
}

type Thought = Omit<AgentUpdate, "activeAgent">;

async function think(runtime: AgentRuntime, thinking: Thinking): Promise<Thought> {
  const { agent, definition } = runtime;
  const { state, config, turn, run, spent } = thinking;
  const leave = allowance({ turn, ledger: thinking.handoffs }, agent.name, definition.limits);
  const isLast = spent !== undefined || (leave.isLastCall && definition.limits.onLimit !== "throw");
  const open = openTargets(runtime, leave, run, isLast ? (spent ?? "maxTurns") : undefined);
  const { targets, limit } = open instanceof Promise ? await open : open;
  const { spec } = agent;
  const format = spec.responseFormat && answerFormat(spec.responseFormat, agent.name);
  const watch = watched(config, agent.name);
  const meter = meterOf(runtime, turn);
  const prompts = promptsOf(runtime, state, thinking.handoffs, run);
  const { promptFor, fit } = fittingPrompts(runtime, prompts instanceof Promise ? await prompts : prompts, run);
  const call: ModelCall = {
    runtime,
    config,
    watch,
    promptFor,
    fit,
    targets,
    withTools: !isLast,
    format,
    key: `${agent.name}#${turn.modelCalls + 1}`,
    count: meter.count,
  };
  const opening = { runtime, messages: state.messages, turn, run, config };
  const spoken = await guarded(opening, (own) => ask(own === config ? call : { ...call, config: own }, run));
  const counted: TurnState = { ...turn, modelCalls: turn.modelCalls + 1, ...(limit && { limit }) };
  if ("trip" in spoken) {
    const messages = blocked(state.messages, spoken.trip);
    return { messages, handoffs: [], ...endedBy(spoken.trip, runtime, { state, config, turn: meter.into(counted) }) };
  }
  const passed = spoken.passed.length > 0 && { passed: spoken.passed };
  const thought = { call, leave, isLast, meter, told: watch.toldLast, turn: { ...counted, ...passed } };
  return await settle(runtime, spoken.value, merged(thinking, thought));
}

interface Settling extends Thinking {
  readonly call: ModelCall;
  readonly leave: Allowance;
  readonly isLast: boolean;
  readonly meter: Meter;
  readonly told: Watched["toldLast"];
}

/** What comes of what an agent said: verdicts, counters, and a final answer that the guardrails let pass. */
async function settle(runtime: AgentRuntime, first: Spoken, settling: Settling): Promise<Thought> {
  const { agent, definition, ownToolName } = runtime;
  const { state, config, run, leave, isLast, meter } = settling;
  const isGuarded = guardrailsOf(runtime, "output").length > 0;
  const offered = new Set(settling.call.targets);
  const further: BaseMessage[] = [];
  let { call, turn } = settling;
  for (let { replies, maker } = first; ;) {
    settling.told(replies.at(-1) as AIMessage);
    const reply = toLogMessage(replies.at(-1) as AIMessage, {
      agent: agent.name,
      log: replies.length === 1 ? state.messages : [...state.messages, ...replies.slice(0, -1)],
      ownToolName,
      maker,
      maxArgumentChars: definition.limits.maxArgumentChars,
    });
    const verdicts = isLast
      ? NOTHING
      : judge(reply, runtime, { run, offered, allowance: leave, turn, now: () => new Date() });
    const judged = verdicts instanceof Promise ? await verdicts : verdicts;
    const result = conclude(runtime, { reply, judged, turn, config, isLast });
    const format = result.outcome === null ? undefined : call.format;
    // Whoever looks at answers sees all of it before anybody else does.
    const parsed = isGuarded && format !== undefined ? await structure(reply, format, call, run) : undefined;
    const trip =
      result.outcome === null ? undefined : await outputTrip(runtime, { text: textOf(reply), structured: parsed }, run);
    if (trip !== undefined) {
      turn = meter.into(result.turn);
      if (!asksAgain(runtime, trip, turn)) {
        return { messages: [], handoffs: [], ...endedBy(trip, runtime, { state, config, turn }) };
      }
      emitTrip(config, agent.name, trip, { action: "retry" });
      turn = { ...turn, modelCalls: turn.modelCalls + 1, modelErrors: turn.modelErrors + 1 };
      further.push(...requestForAnother(reply.text, trip));
      call = { ...settling.call, further: [...further], key: `${agent.name}#${turn.modelCalls}` };
      ({ replies, maker } = await ask(call, run));
      continue;
    }
    for (const signal of refusalsOf(judged.records)) emit(config, signal);
    if (result.outcome?.limit !== undefined) {
      emit(config, { type: "limit.reached", agent: agent.name, limit: result.outcome.limit, path: turn.path });
    }
    emitSaid(config, { agent: agent.name, replies, reply, answers: result.answers, records: judged.records });
    const structuredResponse = isGuarded || format === undefined ? parsed : await structure(reply, format, call, run);
    return {
      outcome: result.outcome,
      turn: meter.into(result.turn),
      messages: [...(replies.slice(0, -1) as BaseMessage[]), reply, ...result.answers],
      handoffs: judged.records,
      ...((format !== undefined || (state.structuredResponse ?? undefined) !== undefined) && {
        structuredResponse: structuredResponse ?? null,
      }),
    };
  }
}

/** What the agent says: one message of its model or of a person, or the messages of its graph. */
function ask(call: ModelCall, run: RunContext): Promise<Spoken> {
  const { spec } = call.runtime.agent;
  const person = humanOf(spec);
  if (person !== undefined) return askPerson(person, call, run);
  if (spec.graph !== undefined) return askGraph(spec.graph, call);
  return callModel(call, run);
}

async function askPerson(person: Human, call: ModelCall, run: RunContext): Promise<Spoken> {
  return { replies: [await askHuman(person, call, run)], maker: undefined };
}

async function askGraph(graph: AgentGraph, call: ModelCall): Promise<Spoken> {
  const replies = await callGraph(graph, call);
  for (const reply of replies) if (AIMessage.isInstance(reply)) call.count(reply, undefined);
  return { replies, maker: undefined };
}

const NOTHING: Judgement = { records: [], runnable: [], faulty: [], limit: undefined };

function turnLimit({ agent, definition }: AgentRuntime, turn: TurnState, config: NodeConfig): SwarmError {
  return new SwarmError(
    "LIMIT_TURNS",
    `the turn used all of its ${definition.limits.maxTurns} model calls without an answer: ${printPath(turn.path)}. Raise limits.maxTurns, or set onLimit to "answer".`,
    { agent: agent.name, threadId: threadIdOf(config) },
  );
}
