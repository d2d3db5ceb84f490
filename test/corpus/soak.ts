import assert from "node:assert/strict";
import { soaked } from "../soak/soaked.ts";
import type { Fault } from "./fault.ts";

/** What adds up over many runs. */
export const soakFaults: readonly Fault[] = [
  {
    id: "F71",
    family: "resources",
    fault: "a process that runs a swarm again and again, also failed, aborted and left runs, under one signal",
    expected: "no timer, handle or listener stays behind; `pnpm soak` measures the heap over 100,000 runs",
    run: async () => {
      const { runs, before, after, unhandled, leaks } = await soaked(200, Number.POSITIVE_INFINITY);
      assert.equal(runs, 200);
      assert.deepEqual(after, before);
      assert.deepEqual([after.timers, after.signalListeners, unhandled], [0, 0, 0]);
      assert.deepEqual(leaks, []);
    },
  },
];
