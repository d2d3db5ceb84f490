import type { SwarmDefinition } from "swarmgraph";

/** How a turn of a scenario ends: an outcome's kind, or what keeps it from having one. */
export type ScenarioOutcome = "answered" | "empty" | "limit" | "guardrail" | "waits" | "failed";

/** One thing that the user says, and what is expected to come of it. What is left out is not looked at. */
export interface ScenarioTurn {
  /** What the user says. */
  readonly prompt: string;
  /** The agents that act, in their order, the first one included. */
  readonly path?: readonly string[];
  /** The tools that are called, in their order; handoffs are no tools. */
  readonly tools?: readonly string[];
  /** Default: `"answered"`. */
  readonly outcome?: ScenarioOutcome;
  /** A text that the answer holds, whatever the case of its letters. */
  readonly answer?: string;
  /** What approvals are answered with. Default: none is, so that the turn `"waits"`. */
  readonly approve?: boolean;
}

/** One conversation: a turn, or several. */
export type Scenario = { readonly name?: string } & (ScenarioTurn | { readonly turns: readonly ScenarioTurn[] });

/** A file of scenarios, as JSON, or as what a TypeScript file exports as default or `scenarios`. */
export interface ScenarioFile {
  /** The swarm: a file, as `file` or `file#export`, relative to this one; in TypeScript also the swarm itself, as a `SwarmAgent` or compiled. */
  readonly swarm?: string | { readonly definition: SwarmDefinition };
  readonly scenarios: readonly Scenario[];
}

/** A scenario with its name and its turns. */
export interface ReadScenario {
  readonly name: string;
  readonly turns: readonly ScenarioTurn[];
}

/** What one turn came to. */
export interface TurnResult {
  readonly prompt: string;
  readonly path: readonly string[];
  readonly tools: readonly string[];
  readonly outcome: ScenarioOutcome;
  readonly answer: string;
  /** What differs from what was expected, a sentence each. */
  readonly differences: readonly string[];
}

/** What one scenario came to. */
export interface ScenarioResult {
  readonly name: string;
  readonly passed: boolean;
  /** As far as it went: the first turn that differs is the last. */
  readonly turns: readonly TurnResult[];
}
