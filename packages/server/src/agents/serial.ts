/** Runs tasks of one key one after the other, those of different keys side by side. */
export type Serial = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** Makes a {@link Serial}. A task that fails does not hold up the next one; an idle key costs nothing. */
export function createSerial(): Serial {
  const tails = new Map<string, Promise<unknown>>();
  return async (key, task) => {
    const before = tails.get(key) ?? Promise.resolve();
    const run = before.then(task, task);
    tails.set(key, run);
    try {
      return await run;
    } finally {
      if (tails.get(key) === run) tails.delete(key);
    }
  };
}
