import type { AIMessage } from "@langchain/core/messages";
import type { SwarmDefinition } from "../define/definition.ts";
import type { CallUsage, ResolvedLimits } from "../define/limits.ts";
import { SwarmError } from "../errors.ts";
import type { Addressee } from "../project/provenance.ts";
import { printPath } from "../route/limits.ts";
import type { TurnState } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { describeThrown } from "./serialise.ts";

/** A budget that what was spent counts against. */
export type SpendingLimit = "maxTokens" | "maxCost";

/** The budget that a turn has used up, if it has; its first model call is always made. */
export function spentBudget(turn: TurnState, { maxTokens, maxCost }: ResolvedLimits): SpendingLimit | undefined {
  if (turn.modelCalls === 0) return undefined;
  if ((turn.tokens ?? 0) >= maxTokens) return "maxTokens";
  return (turn.cost ?? 0) >= maxCost ? "maxCost" : undefined;
}

/** Counts what an agent's model calls spend, where a budget asks for it. */
export interface Meter {
  /** Counts one reply. @throws SwarmError `COST_FAILED`. */
  count(reply: AIMessage, maker: Addressee | undefined): void;
  /** The turn's counters with what was counted so far. */
  into(turn: TurnState): TurnState;
}

const IDLE: Meter = Object.freeze({ count: () => undefined, into: (turn: TurnState) => turn });

/** A meter that goes on from what the turn has spent. */
export function meterOf(runtime: AgentRuntime, { tokens = 0, cost = 0 }: TurnState): Meter {
  const { maxTokens, maxCost } = runtime.definition.limits;
  const countsCost = maxCost < Number.POSITIVE_INFINITY;
  const countsTokens = maxTokens < Number.POSITIVE_INFINITY;
  if (!countsTokens && !countsCost) return IDLE;
  const spent = { tokens, cost };
  return {
    count(reply, maker) {
      const usage = reply.usage_metadata as CallUsage | undefined;
      if (usage === undefined) return tellMissing(runtime);
      spent.tokens += usage.total_tokens ?? usage.input_tokens + usage.output_tokens;
      if (countsCost) spent.cost += costOf(usage, reply, { runtime, maker });
    },
    into: (turn) => ({
      ...turn,
      ...(countsTokens && { tokens: spent.tokens }),
      ...(countsCost && { cost: spent.cost }),
    }),
  };
}

function costOf(
  usage: CallUsage,
  reply: AIMessage,
  { runtime, maker }: { readonly runtime: AgentRuntime; readonly maker: Addressee | undefined },
): number {
  const { agent, definition } = runtime;
  const { model_name: told } = reply.response_metadata as { model_name?: unknown };
  const model = maker?.model ?? (typeof told === "string" ? told : undefined);
  let cost: unknown;
  let cause: unknown;
  try {
    cost = definition.limits.costOf?.(usage, { model, agent: agent.name });
  } catch (thrown) {
    cause = thrown;
  }
  if (typeof cost === "number" && Number.isFinite(cost)) return cost;
  const why = cause === undefined ? `it gave ${String(cost)}` : describeThrown(cause).replace(/\.$/, "");
  throw new SwarmError(
    "COST_FAILED",
    `limits.costOf could not tell what a call of model "${model ?? "unknown"}" by agent "${agent.name}" costs: ${why}. Have it give a number, or leave out limits.maxCost.`,
    { agent: agent.name, cause },
  );
}

/** Agents whose models were told to give no usage. */
const told = new WeakMap<SwarmDefinition, Set<string>>();

function tellMissing({ definition, agent }: AgentRuntime): void {
  const names = told.get(definition) ?? new Set();
  told.set(definition, names);
  // A graph may speak without any model.
  if (agent.spec.graph !== undefined || names.has(agent.name)) return;
  names.add(agent.name);
  definition.options.onDiagnostic?.({
    code: "USAGE_MISSING",
    severity: "warning",
    path: `agents.${agent.name}.model`,
    message: `the model of agent "${agent.name}" says nothing of its usage, so its calls count as none against limits.maxTokens and limits.maxCost.`,
    hint: "Have the client ask for it, e.g. streamUsage: true.",
  });
}

/** What a spent budget throws with `onLimit: "throw"`. */
export function budgetError(
  limit: SpendingLimit,
  { agent, definition }: AgentRuntime,
  { turn, threadId }: { readonly turn: TurnState; readonly threadId: string | undefined },
): SwarmError {
  const isCost = limit === "maxCost";
  const spent = isCost ? `cost ${turn.cost}` : `took ${turn.tokens} tokens`;
  return new SwarmError(
    isCost ? "LIMIT_COST" : "LIMIT_TOKENS",
    `the turn ${spent}, of ${definition.limits[limit]} that it may: ${printPath(turn.path)}. Raise limits.${limit}, or set onLimit to "answer".`,
    { agent: agent.name, threadId },
  );
}
