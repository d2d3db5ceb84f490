/** What is kept with objects, out of sight. */
export interface Hidden<T> {
  get(object: object): T | undefined;
  set(object: object, value: T): void;
}

/** Makes nothing: it gives back the object, so that the private fields of a class that extends it are put there. */
const Itself = function (object: object): object {
  return object;
} as unknown as new (object: object) => object;

/**
 * Keeps one thing with an object as a private field that nobody sees: it is not listed, copied, compared or serialised. A
 * `WeakMap` would hold what refers back to its object until the next full garbage collection: for a server that is most of
 * what each turn has made. One is used all the same for objects that take no properties. A property that is not enumerable
 * would take twenty times as long to set.
 */
export function hidden<T>(): Hidden<T> {
  const closed = new WeakMap<object, T>();
  class Kept extends Itself {
    #value: T;

    constructor(object: object, value: T) {
      super(object);
      this.#value = value;
    }

    static get(object: object): T | undefined {
      return #value in object ? object.#value : closed.get(object);
    }

    static set(object: object, value: T): void {
      if (#value in object) object.#value = value;
      // Whether it would take a field depends on the engine's age.
      else if (!Object.isExtensible(object)) closed.set(object, value);
      else void new Kept(object, value);
    }
  }
  return Kept;
}
