import { getConfig, isGraphInterrupt } from "@langchain/langgraph";
import type { NodeConfig } from "./runtime.ts";

/** What LangGraph keeps of a task's interrupts: among it the answer of a `Command` that names no interrupt. */
const SCRATCHPAD = "__pregel_scratchpad";

/** The answers of a `Command` that names the interrupts which it answers. */
const ANSWERS = "__pregel_resume_map";

/** The config of a node with the place of the task that is running, whose interrupts have ids of their own. */
export function ownPlace(config: NodeConfig): NodeConfig {
  const place: Record<string, unknown> = { ...config.configurable, ...getConfig().configurable };
  // An answer without a name is still there when a later one has names; then it answers nothing any more.
  if (config.configurable?.[ANSWERS] !== undefined) {
    place[SCRATCHPAD] = { ...(place[SCRATCHPAD] as object), nullResume: undefined };
  }
  return { ...config, configurable: place };
}

/** Whether the run was answered without naming an interrupt. */
function isAnsweredOnce({ configurable = {} }: NodeConfig): boolean {
  const scratchpad = configurable[SCRATCHPAD] as { nullResume?: unknown } | undefined;
  return scratchpad?.nullResume !== undefined && configurable[ANSWERS] === undefined;
}

/**
 * Runs tasks side by side, and waits for all of them, so that none is left half done where another stops the run. Where
 * several stop it, they ask one after the other, in their order. An answer that names no interrupt is for the first of them
 * that asks: LangGraph would give it to all that run at the time. Contract: tasks reject, and do not throw.
 */
export function settled<T>(tasks: readonly (() => Promise<T>)[], config: NodeConfig): Promise<T[]> {
  const [first] = tasks;
  return first !== undefined && tasks.length === 1 ? first().then((result) => [result]) : allSettled(tasks, config);
}

async function allSettled<T>(tasks: readonly (() => Promise<T>)[], config: NodeConfig): Promise<T[]> {
  const results: PromiseSettledResult<T>[] = [];
  if (isAnsweredOnce(config)) for (const task of tasks) results.push(...(await Promise.allSettled([task()])));
  else results.push(...(await Promise.allSettled(tasks.map((task) => task()))));
  const thrown: unknown[] = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
  // A checkpoint holds one interrupt of a node: the others ask again once it is answered.
  if (thrown.length > 0) throw thrown.find((reason) => !isGraphInterrupt(reason)) ?? thrown[0];
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
