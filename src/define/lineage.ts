import { hidden } from "./hidden.ts";

/** Where a list stands among the lists that were made by adding to one another. */
export interface Step {
  /** The list that this one was made from. */
  readonly parent: Step | undefined;
  readonly length: number;
  /** The ids of all that is in the list, where somebody looked for one. */
  ids?: Set<unknown> | undefined;
  /** What all that is in the list was tested for last. */
  passed?: ((member: never) => boolean) | undefined;
}

/** Steps that are gone back. */
const MAX_STEPS = 64;

/** Members of a list that are looked through one by one; for more, the ids of its beginning are kept. */
const FEW = 64;

const steps = hidden<Step>();

/** A list's step: the same one each time. */
export function stepOf(list: readonly unknown[]): Step {
  const known = steps.get(list);
  if (known !== undefined) return known;
  const step: Step = { parent: undefined, length: list.length };
  steps.set(list, step);
  return step;
}

/**
 * Says that a list is another one with something added at its end. Neither may be changed afterwards.
 *
 * @param ids The ids of all that is in it, where they are known; from then on its own.
 */
export function addedTo<T>(list: T[], parent: readonly T[], ids?: Set<unknown>): T[] {
  steps.set(list, { parent: stepOf(parent), length: list.length, ids });
  return list;
}

/** Whether a list is known to begin with all of another one. `false` says nothing. O(steps between them). */
export function isKnownStart(list: readonly unknown[], start: readonly unknown[]): boolean {
  if (list === start) return true;
  const wanted = steps.get(start);
  if (wanted === undefined) return false;
  const own = steps.get(list);
  return own !== undefined && earlier(own, (step) => step === wanted) !== undefined;
}

/** Whether a list was made by {@link addedTo}, so that nobody changes it. */
export function isKept(list: readonly unknown[]): boolean {
  return steps.get(list)?.parent !== undefined;
}

/**
 * Whether something in a list has an id. From the end, where what is written again stands; a long list that was made by
 * {@link addedTo} costs what was added lately.
 */
export function hasId(list: readonly { readonly id?: unknown }[], id: unknown): boolean {
  const known = list.length > FEW && isKept(list) ? idsIn(list) : undefined;
  for (let index = list.length - 1; index >= (known?.length ?? 0); index -= 1) if (list[index]?.id === id) return true;
  return known?.ids.has(id) ?? false;
}

/** The ids of a list's beginning, with at most a few members behind it. They are handed on from list to list. */
function idsIn(list: readonly { readonly id?: unknown }[]): { readonly ids: Set<unknown>; readonly length: number } {
  const own = stepOf(list);
  const known = earlier(own, ({ ids }) => ids !== undefined);
  const ids = known?.ids ?? new Set();
  const length = known?.length ?? 0;
  if (known !== undefined && list.length - length <= FEW) return { ids, length };
  for (let index = length; index < list.length; index += 1) ids.add(list[index]?.id);
  if (known !== undefined) known.ids = undefined;
  own.ids = ids;
  return { ids, length: list.length };
}

/** A step, or the nearest one before it, of which something is true. */
function earlier(step: Step, isIt: (step: Step) => boolean): Step | undefined {
  let current: Step | undefined = step;
  for (let count = 0; count < MAX_STEPS && current !== undefined; count += 1) {
    if (isIt(current)) return current;
    current = current.parent;
  }
  return undefined;
}

/**
 * Whether all members of a list pass a test. For a list that was made by {@link addedTo}, the same test is not asked again
 * for what passed it as part of an earlier list. `test` is pure.
 */
export function allPass<T>(list: readonly T[], test: (member: T) => boolean): boolean {
  const own = steps.get(list);
  const known = own && earlier(own, ({ passed }) => passed === test);
  for (let index = known?.length ?? 0; index < list.length; index += 1) if (!test(list[index] as T)) return false;
  if (own?.parent !== undefined) own.passed = test as Step["passed"];
  return true;
}
