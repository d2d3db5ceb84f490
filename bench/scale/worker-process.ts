import { openBackend } from "./backends.ts";
import { playLoad } from "./loads.ts";
import type { Answer, Order } from "./order.ts";

/* A worker of a cell, in a process of its own: opens its backend, gets warm, waits for `go`, and tells its figures. */

function tell(answer: Answer): Promise<void> {
  return new Promise((resolve) => process.send?.(answer, undefined, undefined, () => resolve()));
}

const order = await new Promise<Order>((resolve) => process.once("message", resolve));
try {
  const backend = await openBackend(order);
  const measured = await playLoad(backend, order.load, async () => {
    const go = new Promise((resolve) => process.once("message", resolve));
    await tell({ at: "warm" });
    await go;
  });
  await backend.close();
  await tell({ measured });
} catch (error) {
  await tell({ failed: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
process.disconnect();
