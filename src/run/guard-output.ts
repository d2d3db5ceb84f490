import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { humanOf } from "../define/human.ts";
import type { RunContext, TurnState } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { spentBudget } from "./budget.ts";
import { firstTrip, guardrailsOf } from "./guard.ts";
import type { Trip } from "./guard.ts";

/** An agent's final answer, not yet in the log. */
export interface FinalAnswer {
  readonly text: string;
  /** What its `responseFormat` parsed to, where it has one. */
  readonly structured: unknown;
}

/** The guardrail that does not let an answer pass, if one does not. @throws SwarmError `GUARDRAIL_FAILED`. */
export async function outputTrip(
  runtime: AgentRuntime,
  { text, structured }: FinalAnswer,
  run: RunContext,
): Promise<Trip | undefined> {
  const guardrails = guardrailsOf(runtime, "output");
  if (guardrails.length === 0) return undefined;
  return firstTrip(guardrails, { runtime, stage: "output", value: structured ?? text, text, run });
}

/** Whether the model is asked again after its answer was stopped: as long as no budget is in the way. */
export function asksAgain({ agent, definition }: AgentRuntime, trip: Trip, turn: TurnState): boolean {
  const { limits } = definition;
  return (
    trip.onTrip === "retry" &&
    agent.spec.graph === undefined &&
    humanOf(agent.spec) === undefined &&
    turn.modelErrors < limits.maxModelErrors &&
    turn.modelCalls + 1 < limits.maxTurns &&
    spentBudget(turn, limits) === undefined
  );
}

/** The turns behind a prompt that ask for another answer. */
export function requestForAnother(said: string, { reason }: Trip): BaseMessage[] {
  const why = new HumanMessage(`Your answer was not let through: ${reason.replace(/\.$/, "")}. Give another one.`);
  return said.trim() === "" ? [why] : [new AIMessage(said), why];
}
