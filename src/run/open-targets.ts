import type { EdgeDefinition } from "../define/definition.ts";
import { closedBy } from "../route/limits.ts";
import type { Allowance } from "../route/limits.ts";
import type { LimitKind, RunContext } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";

/** What an agent may hand off to in one model call. */
export interface OpenTargets {
  readonly targets: readonly string[];
  /** The budget that closed a target, if one did. */
  readonly limit: LimitKind | undefined;
}

/**
 * The targets that are offered in a call: those whose guards let the run pass and whose budget is not used up, none where
 * a budget makes it the turn's last call. A promise only where there is a guard to ask.
 *
 * @throws what a guard throws.
 */
export function openTargets(
  { agent, definition }: AgentRuntime,
  leave: Allowance,
  run: RunContext,
  closing: LimitKind | undefined,
): OpenTargets | Promise<OpenTargets> {
  const { edges } = agent;
  const closed: Closed = { leave, hides: definition.limits.onLimit === "answer", closing };
  if (edges.every(({ when }) => when === undefined)) return withinBudget(edges, closed);
  return letThrough(edges, run).then((open) => withinBudget(open, closed));
}

async function letThrough(edges: readonly EdgeDefinition[], run: RunContext): Promise<readonly EdgeDefinition[]> {
  const open: EdgeDefinition[] = [];
  for (const edge of edges) if (edge.when === undefined || (await edge.when(run))) open.push(edge);
  return open;
}

/** What closes targets. */
interface Closed {
  readonly leave: Allowance;
  /** Whether a model is not offered what a budget has closed. */
  readonly hides: boolean;
  /** The budget that closes all of them. */
  readonly closing: LimitKind | undefined;
}

function withinBudget(edges: readonly EdgeDefinition[], { leave, hides, closing }: Closed): OpenTargets {
  const targets: string[] = [];
  let limit = closing;
  for (const { to } of edges) {
    const closed = closedBy(leave, to);
    if (closed !== undefined && hides) limit ??= closed;
    else if (closing === undefined) targets.push(to);
  }
  return { targets, limit };
}
