import type { Command } from "@langchain/langgraph";
import { swarmEvents } from "swarmgraph";
import type { Granularity, SwarmGraph, SwarmRun } from "swarmgraph";

/** What a turn begins with: what the user says, or the answer to what a run waits for. */
export type TurnInput = string | Command;

/** Options of {@link runTurn}. */
export interface TurnOptions {
  readonly threadId: string;
  readonly signal: AbortSignal;
  readonly granularity?: Granularity | undefined;
  /** Also tell each model call with its whole prompt. */
  readonly modelCalls?: boolean | undefined;
}

/** Runs one turn on a thread and tells it as events. */
export function runTurn(graph: SwarmGraph, input: TurnInput, options: TurnOptions): SwarmRun<unknown> {
  const { threadId, ...config } = options;
  const given = typeof input === "string" ? { messages: [{ role: "user" as const, content: input }] } : input;
  return swarmEvents(graph, given, { ...config, configurable: { thread_id: threadId } });
}
