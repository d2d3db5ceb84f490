import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import { textOf } from "../define/text-of.ts";
import type { Allowance } from "../route/limits.ts";
import type { HandoffRecord, Outcome, RunContext, TurnState } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { askAgent } from "./ask-agent.ts";
import type { Meter } from "./budget.ts";
import { conclude } from "./conclude.ts";
import { endedBy } from "./ended.ts";
import { guardrailsOf } from "./guard.ts";
import type { Trip } from "./guard.ts";
import { asksAgain, outputTrip, requestForAnother } from "./guard-output.ts";
import { judge } from "./judge.ts";
import type { Judgement } from "./judge.ts";
import type { ModelCall, Spoken } from "./model-call.ts";
import { toLogMessage } from "./reply.ts";
import type { LogMessage } from "./reply.ts";
import { emit } from "./runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { emitSaid, emitTrip, refusalsOf } from "./signals.ts";
import { structure } from "./structured.ts";
import type { Watched } from "./watch.ts";

/** What a turn of an agent comes to, beside who it was. */
export interface Thought {
  readonly messages: BaseMessage[];
  readonly handoffs: readonly HandoffRecord[];
  readonly turn: TurnState;
  readonly outcome: Outcome | null;
  readonly structuredResponse?: unknown;
}

/** What an agent's words are judged by. */
export interface Settling {
  readonly runtime: AgentRuntime;
  readonly state: NodeState;
  readonly config: NodeConfig;
  readonly run: RunContext;
  /** The counters, with the call that has brought the words. */
  readonly turn: TurnState;
  /** What was asked. */
  readonly call: ModelCall;
  readonly leave: Allowance;
  /** Whether nothing may come after it. */
  readonly isLast: boolean;
  readonly meter: Meter;
  readonly watch: Watched;
}

/** What an agent said, and the verdicts on it. */
interface Said {
  readonly replies: Spoken["replies"];
  readonly reply: LogMessage;
  readonly judged: Judgement;
}

type Conclusion = ReturnType<typeof conclude>;

/**
 * What comes of what an agent said: verdicts, counters, and a final answer that the guardrails let pass. A promise only
 * where something is waited for.
 *
 * @throws SwarmError `HANDOFFS_MULTIPLE`, `LIMIT_*`, `MODEL_ERRORS`, `GUARDRAIL_FAILED` or `OUTPUT_SCHEMA`, at once
 *   or by the promise.
 */
export function settle({ replies, maker }: Spoken, settling: Settling): Thought | Promise<Thought> {
  const { runtime, state, run, turn, call, leave, isLast } = settling;
  const { agent, definition, ownToolName } = runtime;
  const last = replies.at(-1) as AIMessage;
  settling.watch.toldLast(last);
  const reply = toLogMessage(last, {
    agent: agent.name,
    log: replies.length === 1 ? state.messages : [...state.messages, ...replies.slice(0, -1)],
    ownToolName,
    maker,
    maxArgumentChars: definition.limits.maxArgumentChars,
  });
  if (isLast) return concluded({ replies, reply, judged: NOTHING }, settling);
  const offered = new Set(call.targets);
  const judged = judge(reply, runtime, { run, offered, allowance: leave, turn });
  if (judged instanceof Promise) return judged.then((given) => concluded({ replies, reply, judged: given }, settling));
  return concluded({ replies, reply, judged }, settling);
}

const NOTHING: Judgement = { records: [], runnable: [], faulty: [], limit: undefined };

function concluded(said: Said, settling: Settling): Thought | Promise<Thought> {
  const { runtime, turn, config, call, isLast } = settling;
  const result = conclude(runtime, { reply: said.reply, judged: said.judged, turn, config, isLast });
  const isGuarded = guardrailsOf(runtime, "output").length > 0;
  if (result.outcome !== null && (isGuarded || call.format !== undefined)) {
    return isGuarded ? guardedAnswer(said, result, settling) : structuredAnswer(said, result, settling);
  }
  tell(said, result, settling);
  return thoughtOf(said, result, settling);
}

/** A final answer that guardrails look at: all of it, before anybody else does. */
async function guardedAnswer(said: Said, result: Conclusion, settling: Settling): Promise<Thought> {
  const { runtime, run, call } = settling;
  const { format } = call;
  const structured = format && (await structure(said.reply, format, call, run));
  const trip = await outputTrip(runtime, { text: textOf(said.reply), structured }, run);
  if (trip !== undefined) return await afterTrip(trip, said, result, settling);
  tell(said, result, settling);
  return thoughtOf(said, result, settling, format && { value: structured });
}

async function structuredAnswer(said: Said, result: Conclusion, settling: Settling): Promise<Thought> {
  const { run, call } = settling;
  tell(said, result, settling);
  const value = call.format && (await structure(said.reply, call.format, call, run));
  return thoughtOf(said, result, settling, { value });
}

/** The end of the turn, or what comes of another answer. */
async function afterTrip(trip: Trip, { reply }: Said, result: Conclusion, settling: Settling): Promise<Thought> {
  const { runtime, state, config, run, call, meter } = settling;
  const { name } = runtime.agent;
  const spent = meter.into(result.turn);
  if (!asksAgain(runtime, trip, spent)) {
    return { messages: [], handoffs: [], ...endedBy(trip, runtime, { state, config, turn: spent }) };
  }
  emitTrip(config, name, trip, { action: "retry" });
  const turn = { ...spent, modelCalls: spent.modelCalls + 1, modelErrors: spent.modelErrors + 1 };
  const further = [...(call.further ?? []), ...requestForAnother(reply.text, trip)];
  const again = { ...call, further, key: `${name}#${turn.modelCalls}` };
  return await settle(await askAgent(again, run), { ...settling, call: again, turn });
}

/** Tells whoever listens what was said. */
function tell({ replies, reply, judged }: Said, { answers, outcome }: Conclusion, settling: Settling): void {
  const { runtime, config, turn } = settling;
  const agent = runtime.agent.name;
  const { records } = judged;
  for (const signal of refusalsOf(records)) emit(config, signal);
  if (outcome?.limit !== undefined) {
    emit(config, { type: "limit.reached", agent, limit: outcome.limit, path: turn.path });
  }
  emitSaid(config, { agent, replies, reply, answers, records });
}

function thoughtOf(
  { replies, reply, judged }: Said,
  { answers, turn, outcome }: Conclusion,
  { state, meter }: Settling,
  structured?: { readonly value: unknown },
): Thought {
  const hasEarlier = (state.structuredResponse ?? undefined) !== undefined;
  return {
    outcome,
    turn: meter.into(turn),
    messages: [...(replies.slice(0, -1) as BaseMessage[]), reply, ...answers],
    handoffs: judged.records,
    ...((structured !== undefined || hasEarlier) && { structuredResponse: structured?.value ?? null }),
  };
}
