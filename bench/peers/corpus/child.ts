import { peerFaults } from "./faults.ts";
import { errorLine, reasonOf } from "./system.ts";
import type { System, SystemName } from "./system.ts";

/** One fault, in one system. */
export interface Order {
  readonly id: string;
  readonly system: SystemName;
}

/** What became of it. */
export interface Answer {
  readonly survived: boolean;
  readonly reason?: string;
}

/** Makes a fault happen in this process. */
async function carryOut({ id, system: name }: Order): Promise<Answer> {
  const fault = peerFaults.find((one) => one.id === id);
  if (fault === undefined) throw new Error(`there is no fault "${id}"`);
  const { system } = (await import(`./systems/${name}.ts`)) as { system: System };
  let stray: unknown;
  const note = (error: unknown): void => void (stray ??= error ?? "nothing");
  process.on("unhandledRejection", note);
  try {
    await fault.play(system);
    // A promise that nobody took is reported after the microtasks are done.
    await new Promise((resolve) => setImmediate(resolve));
    if (stray !== undefined) return { survived: false, reason: `a rejection that nobody handles: ${errorLine(stray)}` };
    return { survived: true };
  } catch (error) {
    return { survived: false, reason: reasonOf(error) };
  } finally {
    process.off("unhandledRejection", note);
  }
}

process.on("message", (order: Order) => {
  void carryOut(order).then((answer) => process.send?.(answer));
});
