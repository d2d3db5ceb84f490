import type { Serial } from "../agents/serial.ts";

/** Runs generators of one key one after the other, as {@link Serial} does tasks: each from its first value to its end. */
export async function* inTurn<T, R>(
  serial: Serial,
  key: string,
  begin: () => AsyncGenerator<T, R>,
): AsyncGenerator<T, R> {
  const entered = gate();
  const left = gate();
  void serial(key, () => {
    entered.open();
    return left.opened;
  });
  await entered.opened;
  try {
    return yield* begin();
  } finally {
    left.open();
  }
}

/** Takes a generator to its end, and gives what it returns. */
export async function drained<R>(run: AsyncGenerator<unknown, R>): Promise<R> {
  let next = await run.next();
  while (next.done !== true) next = await run.next();
  return next.value;
}

/** A promise, and what resolves it. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}
