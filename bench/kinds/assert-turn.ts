import { expectedOf } from "../systems/script.ts";
import type { Prepared, Turn } from "../systems/system.ts";
import type { Workload } from "../workloads.ts";

/**
 * Runs one turn, and makes sure that it did what every system must do in it: a system that does less is not faster.
 *
 * @throws Error that says what differs.
 */
export async function assertTurn(
  workload: Workload,
  prepared: Pick<Prepared, "tally">,
  run: () => Promise<Turn>,
): Promise<void> {
  const { modelCalls, toolRuns } = prepared.tally;
  const turn = await run();
  const got = {
    handoffs: turn.handoffs,
    text: turn.text,
    modelCalls: prepared.tally.modelCalls - modelCalls,
    toolRuns: prepared.tally.toolRuns - toolRuns,
  };
  const { chunks, ...rest } = expectedOf(workload);
  if ((turn.chunks ?? 0) < chunks) throw new Error(`the stream held ${turn.chunks} chunks, and must hold ${chunks}`);
  if (prepared.tally.longestPrompt < workload.history) {
    throw new Error(`its models saw ${prepared.tally.longestPrompt} messages, of ${workload.history} and more`);
  }
  const expected = { handoffs: workload.handoffs, ...rest };
  for (const key of ["handoffs", "text", "modelCalls", "toolRuns"] as const) {
    if (got[key] !== expected[key]) {
      throw new Error(`${key} is ${got[key]}, and must be ${expected[key]}`);
    }
  }
}
