import { ToolMessage } from "@langchain/core/messages";
import { task } from "@langchain/langgraph";
import { lastAssistant } from "../define/calls.ts";
import type { CallView } from "../define/calls.ts";
import { toolNodeOf } from "../define/node-names.ts";
import { verdictsOf } from "../route/route-handoffs.ts";
import type { HandoffRecord, Outcome } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { tripped } from "./ended.ts";
import { firstTrip, guardrailsOf } from "./guard.ts";
import type { Trip } from "./guard.ts";
import { emit, runContext, takesTasks } from "./runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { serialise } from "./serialise.ts";
import { emitTrip } from "./signals.ts";
import { faultOf } from "./tool-call.ts";

/** The guardrail that stopped each call, by the call's id. */
export type Stopped = ReadonlyMap<string, Trip>;

const NOTHING: Stopped = new Map();

/**
 * Asks the guardrails about all calls of a message, before any of them runs. With a checkpointer the answer is kept, so that
 * a node which is entered again after an interrupt or a crash goes on with the same calls. A promise only where there is
 * somebody to ask.
 *
 * @throws SwarmError `GUARDRAIL_FAILED`: then none of them runs.
 */
export function stoppedCalls(
  calls: readonly CallView[],
  runtime: AgentRuntime,
  node: { readonly state: NodeState; readonly config: NodeConfig },
): Stopped | Promise<Stopped> {
  const guardrails = guardrailsOf(runtime, "toolCall");
  return guardrails.length === 0 ? NOTHING : stoppedBy(guardrails, calls, runtime, node);
}

async function stoppedBy(
  guardrails: ReturnType<typeof guardrailsOf<"toolCall">>,
  calls: readonly CallView[],
  runtime: AgentRuntime,
  { state, config }: { readonly state: NodeState; readonly config: NodeConfig },
): Promise<Stopped> {
  const run = runContext(runtime.agent.name, state, config);
  const look = async (open: readonly CallView[]): Promise<[string, Trip][]> => {
    const trips = await Promise.all(
      open.map(({ name, args }) => {
        const value = { name, args: structuredClone(args) };
        return firstTrip(guardrails, { runtime, stage: "toolCall", value, text: serialise(args), run });
      }),
    );
    return open.flatMap((call, index) => {
      const trip = trips[index];
      if (trip === undefined) return [];
      tell(call, trip, { agent: runtime.agent.name, config });
      return [[call.id ?? "", trip]];
    });
  };
  // What nobody can run is answered as such.
  const open = calls.filter((call) => faultOf(call, runtime) === undefined);
  const ask = takesTasks(config) ? task({ name: `${toolNodeOf(runtime.agent.name)}.guard` }, look) : look;
  return new Map(await ask(open));
}

function tell(call: CallView, trip: Trip, { agent, config }: { agent: string; config: NodeConfig }): void {
  const { id: callId = "", name: tool } = call;
  emitTrip(config, agent, trip, { action: trip.onTrip === "end" ? "end" : "answer", callId });
  emit(config, { type: "tool.error", agent, tool, callId, result: stopAnswer(call, trip).text });
}

/** The answer to a call that a guardrail stopped, as its model reads it: an error, the guardrail as its artifact. */
export function stopAnswer({ id, name }: CallView, { guardrail, reason }: Trip): ToolMessage {
  return new ToolMessage({
    content: `Error: the call of "${name}" was stopped by guardrail "${guardrail}": ${reason.replace(/\.$/, "")}.`,
    tool_call_id: id ?? "",
    name,
    status: "error",
    artifact: { guardrail },
  });
}

/** What the end of a turn by a tool-call guardrail writes: a handoff of the same message is not taken any more. */
export function endOfTurn(
  trip: Trip,
  { agent }: AgentRuntime,
  { state, config }: { readonly state: NodeState; readonly config: NodeConfig },
): { outcome: Outcome; handoffs: HandoffRecord[] } {
  const verdicts = verdictsOf(lastAssistant(state.messages)?.message, state.handoffs);
  const handoffs = [...verdicts.values()]
    .filter(({ status }) => status === "pending")
    .map((record): HandoffRecord => ({ ...record, status: "dropped", code: "HANDOFF_ABANDONED" }));
  for (const { id, from, to, callId } of handoffs) {
    emit(config, { type: "handoff.dropped", id, from, to, callId, code: "HANDOFF_ABANDONED" });
  }
  return { outcome: { ...tripped(trip), agent: agent.name, path: state.turn?.path ?? [agent.name] }, handoffs };
}
