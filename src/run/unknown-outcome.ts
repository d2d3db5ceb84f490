import { interrupt } from "@langchain/langgraph";
import type { CallView } from "../define/calls.ts";
import { SwarmError } from "../errors.ts";
import type { ToolRequest } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { settled } from "./call-place.ts";
import { note } from "./note-call.ts";
import type { Attempt } from "./note-call.ts";
import { emit, isCheckpointed } from "./runtime.ts";
import type { NodeConfig } from "./runtime.ts";
import { toDenial, toReply } from "./tool-call.ts";
import type { ToolOutcome } from "./tool-call.ts";

/** A call that was begun before a crash, and nobody knows what came of it. */
export interface UnknownOutcome {
  /** How often it was begun. */
  readonly unknown: number;
}

/** What a call came to, where that is known. */
export type Known = ToolOutcome | UnknownOutcome;

/** What is to happen to a call: it is run, for the n-th time, or nothing, since it is known what it came to. */
export type Plan = { readonly call: CallView } & ({ readonly attempt: number } | { readonly outcome: Known });

/**
 * Runs calls side by side. All that have to be noted are noted before the first one runs, one after the other, so that an
 * engine sees the same order each time. Where it is not known what came of some, the run stops for a person: they are run
 * again, get a result, or are given up.
 */
export async function runPlans(
  plans: readonly Plan[],
  runtime: AgentRuntime,
  config: NodeConfig,
  run: (call: CallView, attempt: Attempt) => Promise<Known>,
): Promise<ToolOutcome[]> {
  for (let left = plans; ;) {
    const tasks: (() => Promise<Known>)[] = [];
    for (const plan of left) {
      if ("outcome" in plan) tasks.push(async () => plan.outcome);
      else {
        const noted = note(plan.call, plan.attempt, runtime, config);
        const attempt = noted instanceof Promise ? await noted : noted;
        tasks.push(() => run(plan.call, attempt));
      }
    }
    const outcomes = await settled(tasks, config);
    if (!outcomes.some(isUnknown)) return outcomes as ToolOutcome[];
    const known = left.map(({ call }, index) => ({ call, outcome: outcomes[index] as Known }));
    const replies = interrupt<ToolRequest, unknown>(requestFor(known, runtime, config));
    const given = typeof replies === "object" && replies !== null ? (replies as Record<string, unknown>) : {};
    left = known.map((plan) => {
      const { call, outcome } = plan;
      const id = call.id ?? "";
      if (!isUnknown(outcome) || !Object.hasOwn(given, id)) return plan;
      return decided(call, outcome.unknown, given[id], runtime, config);
    });
  }
}

function isUnknown(outcome: Known): outcome is UnknownOutcome {
  return "unknown" in outcome;
}

function requestFor(
  known: readonly { readonly call: CallView; readonly outcome: Known }[],
  { agent }: AgentRuntime,
  config: NodeConfig,
): ToolRequest {
  const calls = known.flatMap(({ call, outcome }) => (isUnknown(outcome) ? [call] : []));
  if (!isCheckpointed(config)) {
    throw new SwarmError(
      "CHECKPOINTER_MISSING",
      `agent "${agent.name}" had begun ${calls.map(({ name }) => `"${name}"`).join(", ")} when its process died, and the run cannot ask what came of it without a checkpointer. Compile with one, or set onUnknownOutcome to "fail".`,
      { agent: agent.name },
    );
  }
  return {
    type: "tool.request",
    agent: agent.name,
    calls: calls.map(({ id, name, args }) => ({ callId: id ?? "", name, args, needs: "approval", begun: true })),
  };
}

/** What a person's answer makes of a call: anything that is neither "again" nor a result gives it up. */
function decided(
  call: CallView,
  attempts: number,
  reply: unknown,
  { agent, definition }: AgentRuntime,
  config: NodeConfig,
): Plan {
  const given = (typeof reply === "object" && reply !== null ? reply : {}) as Record<string, unknown>;
  const { approve, reason, result, isError } = given;
  const callId = call.id ?? "";
  const isDenied = approve !== true && !("result" in given);
  const decision = isDenied ? "denied" : "granted";
  const why = isDenied && typeof reason === "string" && { reason };
  emit(config, { type: "approval.settled", approval: "tool", id: callId, agent: agent.name, decision, ...why });
  if (approve === true) return { call, attempt: attempts + 1 };
  const max = definition.limits.maxToolResultChars;
  const message = isDenied ? toDenial(call, reason) : toReply(call, { result, isError }, max);
  const type = message.status === "error" ? "tool.error" : "tool.done";
  emit(config, { type, agent: agent.name, tool: call.name, callId, result: message.text });
  return { call, outcome: { message, update: {} } };
}
