/** For a list that was made by adding to another one: that one, as long as anybody else holds it. */
const parents = new WeakMap<readonly unknown[], WeakRef<readonly unknown[]>>();

/** Steps that are gone back. */
const MAX_STEPS = 64;

/** Says that a list is another one with something added at its end. Neither may be changed afterwards. */
export function addedTo<T>(list: T[], parent: readonly T[]): T[] {
  parents.set(list, new WeakRef(parent));
  return list;
}

/** Whether a list is known to begin with all of another one. `false` says nothing. O(steps between them). */
export function isKnownStart(list: readonly unknown[], start: readonly unknown[]): boolean {
  let current: readonly unknown[] | undefined = list;
  for (let step = 0; step < MAX_STEPS && current !== undefined; step += 1) {
    if (current === start) return true;
    current = parents.get(current)?.deref();
  }
  return false;
}

/** Whether a list was made by {@link addedTo}, so that nobody changes it. */
export function isKept(list: readonly unknown[]): boolean {
  return parents.has(list);
}

/** The list that a list was made from by {@link addedTo}, as long as anybody else holds that one. */
export function parentOf(list: readonly unknown[]): readonly unknown[] | undefined {
  return parents.get(list)?.deref();
}
