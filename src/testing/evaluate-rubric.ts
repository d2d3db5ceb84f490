import { judge } from "./evaluate-judge.ts";
import type { JudgeOptions, Judgment } from "./evaluate-judge.ts";
import type { JudgeSubject } from "./evaluate-transcript.ts";

/** Options of {@link scoreRubric}. */
export interface ScoreRubricOptions extends Omit<JudgeOptions, "criteria"> {
  /** What the subject has to satisfy, one thing each. Each is judged by itself, in this order. */
  readonly criteria: readonly string[];
  /** How often the model is asked about each criterion. Default 1. */
  readonly samples?: number | undefined;
}

/** One criterion of a rubric and what was judged of it. */
export interface RubricCriterion extends Omit<Judgment, "score"> {
  readonly criterion: string;
  readonly isSatisfied: boolean;
}

/** What {@link scoreRubric} came to. */
export interface RubricScore {
  /** The share of criteria that are satisfied, 0 to 1. */
  readonly score: number;
  readonly criteria: readonly RubricCriterion[];
}

/**
 * Scores an answer or a whole run by a rubric: the share of its criteria that {@link judge} finds satisfied. A criterion of
 * which no sample gave a verdict is not satisfied.
 *
 * @throws RangeError without criteria, or if `samples` is no positive integer; the signal's reason when it is aborted.
 * @example
 * ```ts
 * import { scoreRubric, scriptedModel } from "swarmgraph/testing";
 *
 * const model = scriptedModel()
 *   .say('{"reason": "It says sorry.", "passes": true}')
 *   .say('{"reason": "No amount is named.", "passes": false}');
 * const { score } = await scoreRubric("We are sorry.", { model, criteria: ["It apologises.", "It names the amount."] });
 * score; // 0.5
 * ```
 */
export async function scoreRubric(subject: JudgeSubject, options: ScoreRubricOptions): Promise<RubricScore> {
  if (options.criteria.length === 0) throw new RangeError("scoreRubric needs at least one criterion");
  const judged: RubricCriterion[] = [];
  for (const criterion of options.criteria) {
    const { score, ...rest } = await judge(subject, { ...options, criteria: criterion, samples: options.samples ?? 1 });
    judged.push({ criterion, isSatisfied: score === 1, ...rest });
  }
  return { score: judged.filter(({ isSatisfied }) => isSatisfied).length / judged.length, criteria: judged };
}
