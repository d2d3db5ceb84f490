import { MemorySaver } from "@langchain/langgraph";
import { Session } from "../run/session.ts";
import type { SessionGraph, SessionResult } from "../run/session.ts";
import type { AgentNames, Agents } from "../types.ts";
import { readCalls } from "./matchers-log.ts";
import { firstDifference, withParsedArguments } from "./evaluate-steps.ts";
import type { TrajectoryStep } from "./evaluate-steps.ts";

/** One user turn, and what the swarm is to do in it. */
export interface TrajectoryTurn<Name extends string = string> {
  /** What the user says. */
  readonly user: string;
  /** Every regular tool call and every handoff of the turn, in order; `[]` where there is none. */
  readonly expected: readonly TrajectoryStep<Name>[];
}

/** A conversation with the trajectory that is expected of it: one user turn, or several. */
export type TrajectoryCase<Name extends string = string> = {
  /** Default: `case 1`, and so on. */
  readonly name?: string | undefined;
} & (TrajectoryTurn<Name> | { readonly turns: readonly TrajectoryTurn<Name>[] });

/** Options of {@link evaluateTrajectory}. */
export interface EvaluateTrajectoryOptions<Name extends string = string> {
  /** The conversations to score: at least one. */
  readonly cases: readonly TrajectoryCase<Name>[];
  /** Passed to every run. */
  readonly context?: unknown;
  /** Ends the evaluation: it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What one user turn came to. */
export interface TrajectoryTurnScore {
  readonly user: string;
  readonly expected: readonly TrajectoryStep[];
  readonly taken: readonly TrajectoryStep[];
  readonly isMatch: boolean;
  /** The first difference, where there is one. */
  readonly difference?: string | undefined;
  /** The agent that has the conversation after the turn, and gets the next one. Absent where the turn failed. */
  readonly lastAgent?: string | undefined;
  /** What the run rejected with. The turns after it were not run. */
  readonly error?: unknown;
}

/** What one case came to. */
export interface TrajectoryScore {
  readonly name: string;
  /** 1 where every turn matched, else 0. */
  readonly score: 0 | 1;
  readonly turns: readonly TrajectoryTurnScore[];
}

/** What {@link evaluateTrajectory} found. */
export interface TrajectoryEvaluation {
  /** The share of cases that scored 1. */
  readonly score: number;
  readonly cases: readonly TrajectoryScore[];
}

/**
 * Scores a compiled swarm by what it does: 1 for a case in which the expected tools were called with the expected
 * arguments in the expected order, and the expected handoffs taken, and nothing else; else 0. Each case is a new session
 * in memory of its own, whatever checkpointer the swarm has; in a case of several turns the last agent keeps the
 * conversation. Cases run one after the other. A run that rejects scores 0.
 *
 * The calls of a message run before its handoff is taken, and stand before it in the trajectory. Refused and dropped
 * handoffs are not taken, and not part of it; tool calls that failed are.
 *
 * @throws RangeError without cases or without turns; TypeError where expected arguments are no JSON object.
 * @example
 * ```ts
 * import { SwarmAgent } from "swarmgraph";
 * import { evaluateTrajectory, scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({
 *   entry: "triage",
 *   agents: {
 *     triage: { model: scriptedModel().handoff("billing"), canHandoffTo: ["billing"] },
 *     billing: { model: scriptedModel().say("You will get your money back.") },
 *   },
 * });
 * const { score } = await evaluateTrajectory(swarm.compile(), {
 *   cases: [{ name: "refund", user: "I was charged twice", expected: [{ handoff: "billing" }] }],
 * });
 * score; // 1
 * ```
 */
export async function evaluateTrajectory<A extends Agents>(
  graph: SessionGraph<A>,
  options: EvaluateTrajectoryOptions<AgentNames<A>>,
): Promise<TrajectoryEvaluation> {
  const cases = options.cases.map(readCase);
  if (cases.length === 0) throw new RangeError("evaluateTrajectory needs at least one case");
  const scores: TrajectoryScore[] = [];
  for (const { name, turns } of cases) scores.push({ name, ...(await runCase(graph, turns, options)) });
  return { score: scores.filter(({ score }) => score === 1).length / scores.length, cases: scores };
}

function readCase(given: TrajectoryCase, index: number): { name: string; turns: readonly TrajectoryTurn[] } {
  const name = given.name ?? `case ${index + 1}`;
  const turns = "turns" in given ? given.turns : [given];
  if (turns.length === 0) throw new RangeError(`the case "${name}" has no turns`);
  return {
    name,
    turns: turns.map(({ user, expected }) => ({
      user,
      expected: expected.map((step) => withParsedArguments(step, `the case "${name}"`)),
    })),
  };
}

async function runCase(
  graph: SessionGraph,
  turns: readonly TrajectoryTurn[],
  { context, signal }: EvaluateTrajectoryOptions,
): Promise<Omit<TrajectoryScore, "name">> {
  const session = new Session(graph.withCheckpointer(new MemorySaver()), { context });
  const scores: TrajectoryTurnScore[] = [];
  let known = 0;
  for (const { user, expected } of turns) {
    signal?.throwIfAborted();
    let result: SessionResult;
    try {
      result = await session.run(user, { signal });
    } catch (error) {
      signal?.throwIfAborted();
      scores.push({ user, expected, taken: [], isMatch: false, difference: "the run failed", error });
      return { score: 0, turns: scores };
    }
    const taken = stepsOf(result, known);
    const difference = firstDifference(expected, taken);
    scores.push({
      user,
      expected,
      taken,
      isMatch: difference === undefined,
      lastAgent: result.lastAgent,
      ...(difference !== undefined && { difference }),
    });
    known = result.messages.length;
  }
  return { score: scores.every(({ isMatch }) => isMatch) ? 1 : 0, turns: scores };
}

/** What a turn did, from the messages and the ledger that are its own. */
function stepsOf({ messages, handoffs }: SessionResult, start: number): TrajectoryStep[] {
  const turn = messages.slice(start);
  const { calls } = readCalls(turn, { handoffs });
  return turn.flatMap(({ id }, position): TrajectoryStep[] => [
    ...calls
      .filter((call) => call.position === position && !call.isHandoff)
      .map(({ name, args, malformed }) => ({ tool: name, args, ...(malformed !== undefined && { malformed }) })),
    ...handoffs
      .filter(({ status, messageId }) => status === "done" && messageId === id)
      .map(({ from, to, input }) => ({ handoff: to, from, ...(input !== undefined && { input }) })),
  ]);
}
