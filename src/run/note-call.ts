import type { CallView } from "../define/calls.ts";
import type { ToolLedger } from "../define/definition.ts";
import { policyOf } from "../define/tool-effects.ts";
import type { OnUnknownOutcome } from "../define/tool-effects.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { isCheckpointed, threadIdOf } from "./runtime.ts";
import type { NodeConfig } from "./runtime.ts";
import { failedCall } from "./tool-call.ts";
import type { ToolOutcome } from "./tool-call.ts";
import { checkpointLedger, stepLedger } from "./tool-ledger.ts";
import type { Known } from "./unknown-outcome.ts";

/** The n-th time that a call is run, counted from 1. */
export interface Attempt {
  readonly number: number;
  /** Runs it, unless it is noted that it has been begun before. */
  readonly once: (run: () => Promise<ToolOutcome>) => Promise<Known>;
}

interface Noted {
  readonly key: string;
  readonly ledger: ToolLedger;
}

/** Notes that a call begins, where its tool must not simply be run again. A promise only where there is one to wait for. */
export function note(
  call: CallView,
  number: number,
  runtime: AgentRuntime,
  config: NodeConfig,
): Attempt | Promise<Attempt> {
  const tool = call.malformed === undefined ? runtime.tools.get(call.name) : undefined;
  const policy = tool === undefined ? "retry" : policyOf(tool);
  const ledger = policy === "retry" ? undefined : ledgerOf(call, runtime, config);
  if (ledger === undefined) return { number, once: runSimply };
  return begun({ key: keyOf(call, number, runtime, config), ledger }, call, { number, policy, config });
}

function runSimply(run: () => Promise<ToolOutcome>): Promise<Known> {
  return run();
}

async function begun(
  { key, ledger }: Noted,
  call: CallView,
  {
    number,
    policy,
    config,
  }: { readonly number: number; readonly policy: OnUnknownOutcome; readonly config: NodeConfig },
): Promise<Attempt> {
  const before = await ledger.begin(key);
  if (before === "new") return { number, once: (run) => runNoted({ key, ledger }, config, run) };
  if (before !== "begun") return { number, once: async () => before.outcome as ToolOutcome };
  return { number, once: async () => (policy === "ask" ? { unknown: number } : failedCall(call, neverAgain(call))) };
}

async function runNoted({ key, ledger }: Noted, config: NodeConfig, run: () => Promise<ToolOutcome>): Promise<Known> {
  let outcome: ToolOutcome;
  try {
    outcome = await run();
  } catch (stop) {
    // A tool that stops to ask begins anew with the answer. One that was aborted may have done anything.
    if (config.signal?.aborted !== true) await ledger.release(key);
    throw stop;
  }
  await ledger.end(key, outcome);
  return outcome;
}

function neverAgain({ name }: CallView): string {
  return `Error: "${name}" had begun when its process died. What came of it is not known, and it is not run again.`;
}

/** Where the call is noted; `undefined` where nothing of the run would be there after a crash. */
function ledgerOf(call: CallView, { definition, steps }: AgentRuntime, config: NodeConfig): ToolLedger | undefined {
  const { toolLedger, stepRunner } = definition.options;
  if (toolLedger !== undefined) return toolLedger;
  if (stepRunner !== undefined) return stepLedger(steps, call.name);
  return isCheckpointed(config) ? checkpointLedger(config) : undefined;
}

/** A ledger of the user's own may hold the calls of many threads; a journal and a checkpoint are of one. */
function keyOf(call: CallView, number: number, { definition }: AgentRuntime, config: NodeConfig): string {
  const key = `${call.id ?? ""}${number === 1 ? "" : `~${number}`}`;
  return definition.options.toolLedger === undefined ? key : `${threadIdOf(config) ?? ""}:${key}`;
}
