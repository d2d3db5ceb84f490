import { randomUUID } from "node:crypto";
import type { PendingInterrupt, SwarmGraph } from "swarmgraph";
import { decideAll } from "../answers.ts";
import { explain } from "../explain.ts";
import { runTurn } from "../turn.ts";
import type { TurnInput } from "../turn.ts";
import type { ReadScenario, ScenarioOutcome, ScenarioResult, ScenarioTurn, TurnResult } from "./scenario.ts";

/** What a turn did. */
type Taken = Omit<TurnResult, "prompt" | "differences">;

/** Plays a scenario on a thread of its own, up to the first turn that differs. */
export async function runScenario(
  graph: SwarmGraph,
  { name, turns }: ReadScenario,
  signal: AbortSignal,
): Promise<ScenarioResult> {
  const threadId = randomUUID();
  const results: TurnResult[] = [];
  for (const turn of turns) {
    const taken = await take(graph, turn, { threadId, signal });
    const differences = compare(turn, taken);
    results.push({ prompt: turn.prompt, ...taken, differences });
    if (differences.length > 0) break;
  }
  return { name, passed: results.every(({ differences }) => differences.length === 0), turns: results };
}

async function take(
  graph: SwarmGraph,
  { prompt, approve }: ScenarioTurn,
  at: { readonly threadId: string; readonly signal: AbortSignal },
): Promise<Taken> {
  const seen = { path: [] as string[], tools: [] as string[] };
  let outcome: ScenarioOutcome = "failed";
  let answer = "";
  let input: TurnInput | undefined = prompt;
  while (input !== undefined) {
    let waits: readonly PendingInterrupt[] | undefined;
    try {
      for await (const event of runTurn(graph, input, { ...at, granularity: "messages" })) {
        if (event.type === "tool.started") seen.tools.push(event.tool);
        if (event.type === "agent.started" && event.agent !== undefined) seen.path.push(event.agent);
        if (event.type === "run.interrupted") {
          waits = event.interrupts;
          outcome = "waits";
        }
        if (event.type !== "run.done") continue;
        outcome = event.outcome?.kind ?? "empty";
        answer = typeof event.output === "string" ? event.output : JSON.stringify(event.output ?? "");
        if (event.outcome !== null) seen.path = [...event.outcome.path];
      }
    } catch (error) {
      at.signal.throwIfAborted();
      const { message } = explain(error);
      return { ...seen, path: steps(seen.path), outcome: "failed", answer: message };
    }
    input = waits === undefined || approve === undefined ? undefined : decideAll(waits, approve);
  }
  return { ...seen, path: steps(seen.path), outcome, answer };
}

/** The agents in their order: one that acts several times on end is one step. */
function steps(path: readonly string[]): readonly string[] {
  return path.filter((agent, index) => agent !== path[index - 1]);
}

function compare(expected: ScenarioTurn, taken: Taken): readonly string[] {
  const { path, tools, outcome = "answered", answer } = expected;
  const differences: string[] = [];
  if (outcome !== taken.outcome) {
    const why = taken.outcome === "failed" ? ` (${taken.answer})` : "";
    differences.push(`outcome: expected ${outcome}, got ${taken.outcome}${why}`);
  }
  if (path !== undefined && !isSame(steps(path), taken.path)) {
    differences.push(`path: expected ${inWords(path, " → ")}, got ${inWords(taken.path, " → ")}`);
  }
  if (tools !== undefined && !isSame(tools, taken.tools)) {
    differences.push(`tools: expected ${inWords(tools, ", ")}, got ${inWords(taken.tools, ", ")}`);
  }
  if (answer !== undefined && !taken.answer.toLowerCase().includes(answer.toLowerCase())) {
    differences.push(`answer: expected "${answer}" in it, got "${taken.answer}"`);
  }
  return differences;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}

function inWords(names: readonly string[], separator: string): string {
  return names.length === 0 ? "none" : names.join(separator);
}
