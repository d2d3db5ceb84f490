/** What is kept with objects, out of sight. */
export interface Hidden<T> {
  get(object: object): T | undefined;
  set(object: object, value: T): void;
}

/**
 * Keeps one thing with an object as a property that nobody sees: it is not listed, copied, compared or serialised. A
 * `WeakMap` would hold what refers back to its object until the next full garbage collection: for a server that is most of
 * what each turn has made. One is used all the same for objects that take no properties.
 *
 * @param name Shown by debuggers.
 */
export function hidden<T>(name: string): Hidden<T> {
  const key = Symbol(name);
  const closed = new WeakMap<object, T>();
  const own = (object: object) => (object as { readonly [key]?: T })[key];
  return {
    get: (object) => (Object.isExtensible(object) ? own(object) : (closed.get(object) ?? own(object))),
    set(object, value) {
      // It may be frozen later on: then it is kept beside it from there on.
      if (!Object.isExtensible(object)) closed.set(object, value);
      else Object.defineProperty(object, key, { value, configurable: true, writable: true });
    },
  };
}
