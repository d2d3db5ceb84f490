/** A regular tool call of a trajectory. */
export interface ToolStep {
  readonly tool: string;
  /** The arguments, or their JSON. Default: `{}`. */
  readonly args?: Readonly<Record<string, unknown>> | string | undefined;
  /** Of a call that was made: why its arguments could not be parsed. It equals no expected one. */
  readonly malformed?: string | undefined;
}

/** A handoff of a trajectory: one that was taken. */
export interface HandoffStep<Name extends string = string> {
  /** The target. */
  readonly handoff: Name;
  /** Default: not compared. */
  readonly from?: Name | undefined;
  /** The validated payload. Default: not compared. */
  readonly input?: unknown;
}

/** One step of a trajectory. */
export type TrajectoryStep<Name extends string = string> = ToolStep | HandoffStep<Name>;

/**
 * An expected step, with arguments that are given as JSON parsed.
 *
 * @throws TypeError where they are no JSON object.
 */
export function withParsedArguments(step: TrajectoryStep, place: string): TrajectoryStep {
  if (!("tool" in step) || typeof step.args !== "string") return step;
  let args: unknown;
  let cause: unknown;
  try {
    args = JSON.parse(step.args);
  } catch (error) {
    cause = error;
  }
  if (typeof args !== "object" || args === null || Array.isArray(args)) {
    throw new TypeError(`${place} expects "${step.tool}" with arguments that are no JSON object: ${step.args}`, {
      cause,
    });
  }
  return { ...step, args: args as Record<string, unknown> };
}

/** The first step in which two trajectories differ, as a sentence; `undefined` where they are the same. */
export function firstDifference(
  expected: readonly TrajectoryStep[],
  taken: readonly TrajectoryStep[],
): string | undefined {
  const length = Math.max(expected.length, taken.length);
  for (let index = 0; index < length; index += 1) {
    const [wanted, got] = [expected[index], taken[index]];
    if (wanted !== undefined && got !== undefined && isSame(wanted, got)) continue;
    return `step ${index + 1}: expected ${printStep(wanted)}, got ${printStep(got)}`;
  }
  return undefined;
}

function isSame(expected: TrajectoryStep, taken: TrajectoryStep): boolean {
  if ("tool" in expected) {
    return (
      "tool" in taken &&
      taken.tool === expected.tool &&
      taken.malformed === undefined &&
      toJson(taken.args) === toJson(expected.args ?? {})
    );
  }
  return (
    "handoff" in taken &&
    taken.handoff === expected.handoff &&
    (expected.from === undefined || taken.from === expected.from) &&
    (expected.input === undefined || toJson(taken.input) === toJson(expected.input))
  );
}

function printStep(step: TrajectoryStep | undefined): string {
  if (step === undefined) return "nothing";
  if ("tool" in step) return `${step.tool}(${step.malformed === undefined ? toJson(step.args ?? {}) : "malformed"})`;
  const from = step.from === undefined ? "" : ` from "${step.from}"`;
  const input = step.input === undefined ? "" : ` with ${toJson(step.input)}`;
  return `a handoff${from} to "${step.handoff}"${input}`;
}

/** A value as JSON whose keys are in alphabetical order, so that equal values have equal texts. */
function toJson(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}
