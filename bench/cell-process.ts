import { measureCell } from "./cell.ts";
import type { CellOrder } from "./cell.ts";

// A cell's process: it is told once what to measure, answers, and ends, whatever a system has left running.
process.once("message", (order: CellOrder) => {
  void measureCell(order).then((answer) => process.send?.(answer, () => process.exit()));
});
