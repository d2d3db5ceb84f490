import type { AgUiInterrupt } from "./ag-ui.ts";
import type { PendingInterrupt, SwarmEventOf } from "./events.ts";

/** What a stopped run waits for, as AG-UI has it: one entry an interrupt, or one for a breakpoint. */
export function interruptsOf({ interrupts, runId }: SwarmEventOf<"run.interrupted">): AgUiInterrupt[] {
  if (interrupts.length === 0) return [{ id: `${runId}-stop`, reason: "breakpoint" }];
  return interrupts.map((pending, index) => interruptOf(pending, `${runId}-${index}`));
}

function interruptOf({ id, value }: PendingInterrupt, otherwise: string): AgUiInterrupt {
  const { type, callId, calls } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const ids = Array.isArray(calls) ? calls.map((call: { callId?: unknown }) => call.callId) : [callId];
  const toolCallId = ids.length === 1 && typeof ids[0] === "string" ? ids[0] : undefined;
  return {
    id: id ?? otherwise,
    reason: typeof type === "string" ? type : "interrupt",
    ...(toolCallId !== undefined && { toolCallId }),
    metadata: { value },
  };
}
