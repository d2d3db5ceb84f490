import { Command, interrupt, task } from "@langchain/langgraph";
import { callsOf, lastAssistant } from "../define/calls.ts";
import type { CallView } from "../define/calls.ts";
import { toolNodeOf } from "../define/node-names.ts";
import { SwarmError } from "../errors.ts";
import { verdictsOf } from "../route/route-handoffs.ts";
import type { PendingCall, ToolRequest } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { withinLimit } from "./call-limits.ts";
import { ownPlace } from "./call-place.ts";
import { endOfTurn, stopAnswer, stoppedCalls } from "./guard-tool.ts";
import type { Attempt } from "./note-call.ts";
import { recheckedHandoff } from "./recheck.ts";
import { emit, isCheckpointed, takesTasks } from "./runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { sayUpdate } from "./telling.ts";
import { faultOf, runToolCall, toDenial, toReply } from "./tool-call.ts";
import { runPlans } from "./unknown-outcome.ts";
import type { Known, Plan } from "./unknown-outcome.ts";

/** What one tool writes of the state. */
type ToolUpdate = Record<string, unknown>;

/** What the node needs to know of the state's channels. */
export interface ToolNodeOptions {
  /** Whether a channel combines several writes of one step. */
  readonly hasReducer: (channel: string) => boolean;
}

/**
 * Runs the regular calls of the last assistant message in parallel, and answers them in call order. One that fails does
 * not touch the others. Calls that wait for the caller come after all others are answered: the run stops with one
 * {@link ToolRequest} for them. With a checkpointer each call is a task of its own, so that one that has finished is not
 * run again when the process dies or another one stops. What a guardrail stops does not run. A call that was begun before a
 * crash goes by what its tool declares (`toolEffects`).
 *
 * @throws SwarmError `NO_TOOL_CALLS` where there is nothing to run, `CHECKPOINTER_MISSING` where the run cannot wait,
 *   `GUARDRAIL_FAILED`.
 */
export function toolNode(
  base: AgentRuntime,
  { hasReducer }: ToolNodeOptions,
): (state: NodeState, config: NodeConfig) => Promise<ToolUpdate | Command[]> {
  const { agent, definition } = base;
  return async (state, config) => {
    const runtime = base.forRun(config);
    const calls = openCalls(state, definition.limits.maxToolCalls);
    if (calls.length === 0) {
      throw new SwarmError(
        "NO_TOOL_CALLS",
        `the tools of agent "${agent.name}" were entered, but its last message has no open tool call.`,
        { agent: agent.name },
      );
    }
    const asked = stoppedCalls(calls, runtime, { state, config });
    const stopped = asked instanceof Promise ? await asked : asked;
    const stops = (call: CallView) => stopped.get(call.id ?? "");
    const ending = [...stopped.values()].find(({ onTrip }) => onTrip === "end");
    if (ending !== undefined) {
      const answers = calls.flatMap((call) => {
        const trip = stops(call);
        return trip === undefined ? [] : [stopAnswer(call, trip)];
      });
      return { messages: answers, ...endOfTurn(ending, runtime, { state, config }) };
    }
    const ready = calls.filter((call) => stops(call) !== undefined || needOf(call, runtime) === undefined);
    const plan = (call: CallView): Plan => {
      const trip = stops(call);
      return trip === undefined
        ? { call, attempt: 1 }
        : { call, outcome: { message: stopAnswer(call, trip), update: {} } };
    };
    const plans = ready.length > 0 ? ready.map(plan) : answered(calls, runtime, config);
    const outcomes = await runPlans(plans, runtime, config, runnerOf(runtime, state, config));
    const { combined, conflicts } = combine(
      outcomes.map(({ update }) => update),
      hasReducer,
    );
    for (const channel of conflicts) {
      definition.options.onDiagnostic?.({
        code: "STATE_CONFLICT",
        severity: "warning",
        path: `state.${channel}`,
        message: `two tools of agent "${agent.name}" wrote "${channel}" in one step, and it has no reducer; the last call counts.`,
        hint: "Give the channel a reducer.",
      });
    }
    const answers = outcomes.map(({ message }) => message);
    const values = Object.fromEntries(
      combined.flatMap((update) => Object.entries(update).filter(([channel]) => !hasReducer(channel))),
    );
    const recheck = recheckedHandoff(runtime, { state, config, messages: answers, values });
    const messages = sayUpdate(
      { messages: answers, ...(recheck instanceof Promise ? await recheck : recheck) },
      config,
    );
    return combined.length === 0 ? messages : [messages, ...combined].map((update) => new Command({ update }));
  };
}

/** The regular calls of the last assistant message that are not answered yet. */
export function openCalls(state: Pick<NodeState, "messages" | "handoffs">, max: number): CallView[] {
  const last = lastAssistant(state.messages);
  const verdicts = verdictsOf(last?.message, state.handoffs);
  const regular = callsOf(last?.message).filter(({ id }) => !verdicts.has(id ?? ""));
  return withinLimit(regular, max).filter(({ id }) => !last?.answered.has(id ?? ""));
}

/** What a call waits for; `undefined` where it can be run, or answered with what is wrong with it. */
function needOf(call: CallView, runtime: AgentRuntime): PendingCall["needs"] | undefined {
  if (faultOf(call, runtime) !== undefined) return undefined;
  if (runtime.clientTools.has(call.name)) return "result";
  const { confirm } = runtime.agent.spec;
  return confirm === "all" || confirm?.includes(call.name) ? "approval" : undefined;
}

/** Runs a call: as a task of its own where the run is checkpointed, since what a task gave is not asked for twice. */
function runnerOf(runtime: AgentRuntime, state: NodeState, config: NodeConfig) {
  const run = (call: CallView, attempt: Attempt, own: NodeConfig) => runToolCall(call, runtime, state, own, attempt);
  if (!takesTasks(config)) return (call: CallView, attempt: Attempt) => run(call, attempt, config);
  return async (call: CallView, attempt: Attempt): Promise<Known> => {
    // A name of its own: a run that stops before or after the node must not stop at its calls.
    const asTask = task({ name: `${toolNodeOf(runtime.agent.name)}.call` }, (given: CallView) =>
      // A call stops and goes on by itself: with the node's own place, what answers one call could reach another.
      run(given, attempt, ownPlace(config)),
    );
    return await asTask(call);
  };
}

/** Stops the run until some of the calls are answered; gives back what is to happen to these. */
function answered(calls: readonly CallView[], runtime: AgentRuntime, config: NodeConfig): Plan[] {
  const { name: agent } = runtime.agent;
  if (!isCheckpointed(config)) {
    throw new SwarmError(
      "CHECKPOINTER_MISSING",
      `agent "${agent}" called ${calls.map(({ name }) => `"${name}"`).join(", ")}, which waits for the caller, and the run cannot wait without a checkpointer. Compile with one: compile({ checkpointer }).`,
      { agent },
    );
  }
  const request: ToolRequest = {
    type: "tool.request",
    agent,
    calls: calls.map((call) => ({
      callId: call.id ?? "",
      name: call.name,
      args: call.args,
      needs: needOf(call, runtime) as PendingCall["needs"],
    })),
  };
  for (;;) {
    const replies = interrupt<ToolRequest, unknown>(request);
    const given = typeof replies === "object" && replies !== null ? (replies as Record<string, unknown>) : {};
    const known = calls.filter(({ id }) => Object.hasOwn(given, id ?? ""));
    if (known.length > 0) return known.map((call) => planOf(call, given[call.id ?? ""], runtime, config));
  }
}

function planOf(call: CallView, reply: unknown, runtime: AgentRuntime, config: NodeConfig): Plan {
  const { approve, reason, result, isError } = (typeof reply === "object" && reply !== null ? reply : {}) as Record<
    string,
    unknown
  >;
  const isClients = runtime.clientTools.has(call.name);
  const agent = runtime.agent.name;
  if (!isClients) {
    const decision = approve === true ? "granted" : "denied";
    const why = decision === "denied" && typeof reason === "string" && { reason };
    emit(config, { type: "approval.settled", approval: "tool", id: call.id ?? "", agent, decision, ...why });
    if (approve === true) return { call, attempt: 1 };
  }
  const isResult = isClients && typeof reply === "object" && reply !== null && "result" in reply;
  const max = runtime.definition.limits.maxToolResultChars;
  const message = isResult ? toReply(call, { result, isError }, max) : toDenial(call, reason);
  const type = message.status === "error" ? "tool.error" : "tool.done";
  emit(config, { type, agent, tool: call.name, callId: call.id ?? "", result: message.text });
  return { call, outcome: { message, update: {} } };
}

/** Several tools' updates as ones that LangGraph takes in one step: without a reducer the last call counts. */
export function combine(
  updates: readonly Readonly<Record<string, unknown>>[],
  hasReducer: (channel: string) => boolean,
): { combined: ToolUpdate[]; conflicts: ReadonlySet<string> } {
  const last: ToolUpdate = {};
  const combined: ToolUpdate[] = [];
  const conflicts = new Set<string>();
  for (const update of updates) {
    const reduced: ToolUpdate = {};
    for (const [channel, value] of Object.entries(update)) {
      if (hasReducer(channel)) reduced[channel] = value;
      else {
        if (Object.hasOwn(last, channel)) conflicts.add(channel);
        last[channel] = value;
      }
    }
    if (Object.keys(reduced).length > 0) combined.push(reduced);
  }
  return { combined: Object.keys(last).length > 0 ? [...combined, last] : combined, conflicts };
}
