import type { Workload } from "../workloads.ts";

/** What is said to every system. */
export const QUESTION = "Where is my parcel?";

/** What the last agent says in the end. */
export const ANSWER = "Your parcel is on its way.";

/** The last agent's answer where it is streamed: a hundred words. */
export const LONG_ANSWER = Array.from({ length: 100 }, (_, index) => `word${index}`).join(" ");

/** Said to an agent that is to answer without handing off: it puts a history into a thread. */
export const REMEMBER = "Only remember this.";

export const TOOL = "add";

export const TOOL_DESCRIPTION = "Adds two numbers.";

export const SUM = "3";

/** What one model call answers. */
export type Step =
  | { readonly kind: "tool"; readonly id: string; readonly args: { readonly a: number; readonly b: number } }
  | { readonly kind: "handoff"; readonly id: string; readonly to: string }
  | { readonly kind: "say"; readonly text: string };

const ARGS = { a: 1, b: 2 } as const;

const names = new Map<number, readonly string[]>();

/** The names of a workload's agents, in the order in which they hand off: the same strings each time, as memory counts. */
export function agentNames({ agents }: Workload): readonly string[] {
  const known = names.get(agents);
  if (known !== undefined) return known;
  const made = Array.from({ length: agents }, (_, index) => `agent${index}`);
  names.set(agents, made);
  return made;
}

/** The agents that an agent may hand off to. */
export function targetsOf(workload: Workload, index: number): string[] {
  const all = agentNames(workload);
  return workload.topology === "full" ? all.toSpliced(index, 1) : all.slice(index + 1, index + 2);
}

/** What the models of one prepared system have done since it was last looked at. */
export interface Tally {
  modelCalls: number;
  toolRuns: number;
  /** Entries of the longest prompt. */
  longestPrompt: number;
}

/** What a prompt ends with, the id of an answered call or a text, and how many entries it has. */
export interface PromptEnd {
  readonly callId?: string | undefined;
  readonly text?: string | undefined;
  readonly length: number;
}

/**
 * The script that every system's models play. It keeps no state of a run, so that a thousand runs may share it: what an
 * agent does follows from the last entry of its prompt. Call ids carry the agent's name, and so tell it which tool
 * results are its own.
 */
export class Script {
  readonly tally: Tally = { modelCalls: 0, toolRuns: 0, longestPrompt: 0 };
  readonly #workload: Workload;
  readonly #answer: string;
  #calls = 0;

  constructor(workload: Workload) {
    this.#workload = workload;
    this.#answer = workload.stream === "tokens" ? LONG_ANSWER : ANSWER;
  }

  /** The next step of an agent. */
  next(agent: number, last: PromptEnd): Step {
    this.tally.modelCalls += 1;
    if (last.length > this.tally.longestPrompt) this.tally.longestPrompt = last.length;
    if (last.text === REMEMBER) return { kind: "say", text: ANSWER };
    const isAnswered = last.callId?.startsWith(`agent${agent}_tool`) === true;
    if (this.#workload.tools && !isAnswered) return { kind: "tool", id: this.#id(agent, "tool"), args: ARGS };
    if (agent >= this.#workload.handoffs) return { kind: "say", text: this.#answer };
    return { kind: "handoff", id: this.#id(agent, "go"), to: `agent${agent + 1}` };
  }

  /** The body of the regular tool. */
  add({ a, b }: { a: number; b: number }): string {
    this.tally.toolRuns += 1;
    return String(a + b);
  }

  #id(agent: number, what: string): string {
    this.#calls += 1;
    return `agent${agent}_${what}_${this.#calls}`;
  }
}

/** What a turn of a workload must come to, in any system, beside its handoffs. */
export function expectedOf(workload: Workload) {
  const perTurn = workload.handoffs + 1;
  return {
    text: workload.stream === "tokens" ? LONG_ANSWER : ANSWER,
    modelCalls: workload.tools ? 2 * perTurn : perTurn,
    toolRuns: workload.tools ? perTurn : 0,
    /** Chunks that a stream brings at least: the answer's words. */
    chunks: workload.stream === "tokens" ? 100 : 0,
  };
}
