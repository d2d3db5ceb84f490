/**
 * A model that plays a script, cassettes, matchers, evaluators, and the rules of the wire.
 *
 * @module swarmgraph/testing
 */
export { cassette, CassetteError } from "./cassette.ts";
export type { Cassette } from "./cassette.ts";
export { judge } from "./evaluate-judge.ts";
export type { JudgeOptions, JudgeVerdict, Judgment } from "./evaluate-judge.ts";
export { scoreRubric } from "./evaluate-rubric.ts";
export type { RubricCriterion, RubricScore, ScoreRubricOptions } from "./evaluate-rubric.ts";
export type { HandoffStep, ToolStep, TrajectoryStep } from "./evaluate-steps.ts";
export { evaluateTrajectory } from "./evaluate-trajectory.ts";
export type {
  EvaluateTrajectoryOptions,
  TrajectoryCase,
  TrajectoryEvaluation,
  TrajectoryScore,
  TrajectoryTurn,
  TrajectoryTurnScore,
} from "./evaluate-trajectory.ts";
export type { JudgeSubject } from "./evaluate-transcript.ts";
export { swarmMatchers } from "./matchers.ts";
export type { MatcherContext, MatcherVerdict, SwarmMatchers } from "./matchers.ts";
export { ScriptedError, ScriptError } from "./script.ts";
export type { RecordedCall, ScriptedCall, ScriptedStep } from "./script.ts";
export { ScriptedModel, scriptedModel } from "./scripted-model.ts";
export { encodePrompt, validateWire } from "../project/validate-wire.ts";
export type { WirePrompt } from "../project/encode/prompt.ts";
export type { WireProblem, WireRule } from "../project/wire/problem.ts";
