import { hidden } from "./hidden.ts";

/** Where a list stands among the lists that were made by adding to one another. */
export interface Step {
  /** The list that this one was made from. */
  readonly parent: Step | undefined;
  readonly length: number;
}

/** Steps that are gone back. */
const MAX_STEPS = 64;

const steps = hidden<Step>();

/** A list's step: the same one each time. */
export function stepOf(list: readonly unknown[]): Step {
  const known = steps.get(list);
  if (known !== undefined) return known;
  const step = { parent: undefined, length: list.length };
  steps.set(list, step);
  return step;
}

/** Says that a list is another one with something added at its end. Neither may be changed afterwards. */
export function addedTo<T>(list: T[], parent: readonly T[]): T[] {
  steps.set(list, { parent: stepOf(parent), length: list.length });
  return list;
}

/** Whether a list is known to begin with all of another one. `false` says nothing. O(steps between them). */
export function isKnownStart(list: readonly unknown[], start: readonly unknown[]): boolean {
  if (list === start) return true;
  const wanted = steps.get(start);
  if (wanted === undefined) return false;
  let current = steps.get(list);
  for (let step = 0; step < MAX_STEPS && current !== undefined; step += 1) {
    if (current === wanted) return true;
    current = current.parent;
  }
  return false;
}

/** Whether a list was made by {@link addedTo}, so that nobody changes it. */
export function isKept(list: readonly unknown[]): boolean {
  return steps.get(list)?.parent !== undefined;
}
