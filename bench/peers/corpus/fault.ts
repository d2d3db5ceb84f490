import assert from "node:assert/strict";
import { say } from "./script.ts";
import type { AgentScript, StepScript, ToolScript } from "./script.ts";
import type { Conversation, System, SystemName, Turn } from "./system.ts";

/** One fault of the corpus as every system is put before it. */
export interface PeerFault {
  /** As in `test/corpus`. */
  readonly id: string;
  /** The systems in which it can happen. Default: all. */
  readonly systems?: readonly SystemName[];
  /** Makes it happen, and throws where the system does not do what is asked of it. */
  readonly play: (system: System) => Promise<void>;
}

/** Those in which a graph is compiled and agents are entered by their names. */
export const GRAPHS: readonly SystemName[] = ["ours", "langgraph-swarm"];

/** A tool that adds, and counts how often it ran. */
export function adder(): ToolScript & { readonly runs: { count: number } } {
  const runs = { count: 0 };
  return {
    runs,
    name: "add",
    fields: { a: "number", b: "number" },
    run({ a, b }) {
      runs.count += 1;
      return String(Number(a) + Number(b));
    },
  };
}

/** A triage agent with a tool and one way out, to billing; the admin is out of its reach. */
export function desk(model: readonly StepScript[], tools: readonly ToolScript[] = [adder()]) {
  const here = Array.from({ length: 5 }, () => say("billing here"));
  const agents: AgentScript[] = [
    { name: "triage", model, tools, to: ["billing"] },
    { name: "billing", model: here },
    { name: "admin", model: here },
  ];
  return { agents };
}

/** A turn has come to its end without an error. */
export function assertDone(turn: Turn, expected: { readonly text?: string; readonly active?: string } = {}): void {
  assert.ok(turn.error === undefined, `the run failed: ${turn.error}`);
  if (expected.text !== undefined && turn.text !== expected.text) {
    assert.fail(`the last word is ${JSON.stringify(turn.text.slice(0, 100))}, not "${expected.text}"`);
  }
  if (expected.active !== undefined && turn.active !== expected.active) {
    assert.fail(`agent "${turn.active}" has the conversation, not "${expected.active}"`);
  }
}

/** Every request so far is one that the provider takes. */
export function assertValid({ player }: Conversation): void {
  const [first] = player.problems();
  assert.ok(first === undefined, first);
}

/** An agent's model was asked so many times. */
export function assertAsked({ player }: Conversation, agent: string, times: number): void {
  const asked = player.of(agent).length;
  assert.ok(asked === times, `the model of agent "${agent}" was asked ${asked} times, not ${times}`);
}

/** Something happened so many times. */
export function assertCount(what: string, count: number, expected: number): void {
  assert.ok(count === expected, `${what} ${count} times, not ${expected}`);
}
