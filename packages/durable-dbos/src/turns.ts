/** Runs something when its turn has come. */
export type Turn = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets so many at a time, in the order in which they come: in a pool's own queue they would be given up after a while. */
export function turns(places: number): Turn {
  const waiting: (() => void)[] = [];
  let free = places;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => void waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    }
  };
}
