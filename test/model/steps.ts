import { HumanMessage } from "@langchain/core/messages";
import { Command } from "@langchain/langgraph";
import type fc from "fast-check";
import { expect } from "vitest";
import { SwarmError } from "../../src/index.ts";
import { APPROVAL, begin, decide, walk } from "./reference.ts";
import type { Plan, Reply, Thread, Walked } from "./reference.ts";
import { said } from "./world.ts";
import type { World } from "./world.ts";

/** Three agents: one edge waits for an approval, one pair can play ping-pong, and two pairs have no edge. */
export const plan: Plan = {
  entry: "a",
  agents: {
    a: { edges: { b: "free", c: "approval" }, tools: ["work_a"] },
    b: { edges: { a: "free" }, tools: ["work_b"] },
    c: { edges: { b: "free" }, tools: ["work_c"] },
  },
  maxTurns: 6,
  maxHandoffs: 3,
  maxMistakes: 2,
};

/** What the reference knows: the thread, what it was after each command, and every tool that ever ran. */
export interface Model {
  thread: Thread;
  ran: string[];
  readonly past: Thread[];
}

/** The swarm, and the id of its checkpoint after each command. */
export interface Real {
  readonly world: World;
  readonly checkpoints: string[];
}

/** One thing that is done to a thread, in both worlds. */
export type Step = fc.AsyncCommand<Model, Real>;

/** Runs the reference and the swarm on the same script, and compares all that can be seen. */
async function expectSame(model: Model, real: Real, walked: Walked, error: unknown): Promise<void> {
  const { thread, ran, failure } = walked;
  model.thread = thread;
  model.ran.push(...ran);
  if (failure === undefined) expect(error).toBeUndefined();
  else if (failure === "aborted") expect((error as Error).name).toBe("AbortError");
  else expect(error).toBeInstanceOf(SwarmError);
  if (failure === "mistakes") expect((error as SwarmError).code).toBe("MODEL_ERRORS");
  expect(real.world.modelCalls).toBeLessThanOrEqual(plan.maxTurns);
  await expectThread(model, real);
}

async function expectThread({ thread, ran, past }: Model, { world, checkpoints }: Real): Promise<void> {
  expect(await world.seen()).toEqual({
    log: thread.log,
    active: thread.active,
    ledger: thread.ledger.map(({ from, to, status }) => `${from} -> ${to} ${status}`),
    waits: thread.next === APPROVAL,
    ended: thread.ended,
  });
  expect(world.ran.map((line) => line.split(" ")[1])).toEqual(ran);
  for (const line of world.ran) expect(line).toMatch(/^(\w) work_\1$/);
  expect(new Set(world.callIds).size).toBe(world.callIds.length);
  past.push(thread);
  checkpoints.push(await world.checkpoint());
}

async function expectAppended({ world }: Real, before: readonly unknown[]): Promise<void> {
  const after = (await world.messages()).map(({ id }) => id);
  expect(after.slice(0, before.length)).toEqual(before);
}

const isOpen = ({ next }: Thread) => next !== undefined;

/** A user's message. */
export class Say implements Step {
  readonly script: readonly Reply[];
  constructor(script: readonly Reply[]) {
    this.script = script;
  }
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    const before = (await real.world.messages()).map(({ id }) => id);
    const text = `message ${model.past.length}`;
    const walked = walk(plan, begin(plan, model.thread, text), this.script);
    await expectSame(model, real, walked, await real.world.run(said(text), this.script));
    await expectAppended(real, before);
  }
  toString = () => `say(${JSON.stringify(this.script)})`;
}

/** Goes on with what failed, was aborted, or waits: with nothing new to say. */
export class GoOn implements Step {
  readonly script: readonly Reply[];
  constructor(script: readonly Reply[]) {
    this.script = script;
  }
  check = ({ thread }: Readonly<Model>) => isOpen(thread);
  async run(model: Model, real: Real): Promise<void> {
    await expectSame(model, real, walk(plan, model.thread, this.script), await real.world.run(null, this.script));
  }
  toString = () => `goOn(${JSON.stringify(this.script)})`;
}

/** An answer to whoever was asked for an approval. */
export class Decide implements Step {
  readonly decision: boolean | { readonly to: string };
  readonly script: readonly Reply[];
  constructor(decision: boolean | { readonly to: string }, script: readonly Reply[]) {
    this.decision = decision;
    this.script = script;
  }
  check = ({ thread }: Readonly<Model>) => thread.next === APPROVAL;
  async run(model: Model, real: Real): Promise<void> {
    const { decision } = this;
    const resume = typeof decision === "object" ? { to: real.world.nameOf(decision.to) } : { approve: decision };
    const walked = walk(plan, decide(plan, model.thread, decision), this.script);
    await expectSame(model, real, walked, await real.world.run(new Command({ resume }), this.script));
  }
  toString = () => `decide(${JSON.stringify(this.decision)}, ${JSON.stringify(this.script)})`;
}

/** Moves the conversation by hand, once a turn has ended; to nobody as well. */
export class Move implements Step {
  readonly to: string;
  constructor(to: string) {
    this.to = to;
  }
  check = ({ thread }: Readonly<Model>) => thread.active !== undefined && !isOpen(thread);
  async run(model: Model, real: Real): Promise<void> {
    await real.world.write({ activeAgent: real.world.nameOf(this.to) });
    model.thread = { ...model.thread, active: this.to };
    await expectThread(model, real);
  }
  toString = () => `move(${this.to})`;
}

/** A message that somebody writes into the log by hand. */
export class Note implements Step {
  check = ({ thread }: Readonly<Model>) => thread.active !== undefined && !isOpen(thread);
  async run(model: Model, real: Real): Promise<void> {
    await real.world.write({ messages: [new HumanMessage("a note")] });
    model.thread = { ...model.thread, log: [...model.thread.log, "human: a note"], ended: undefined };
    await expectThread(model, real);
  }
  toString = () => "note";
}

/** Another graph object, as after a restart. */
export class Restart implements Step {
  check = () => true;
  async run(model: Model, real: Real): Promise<void> {
    real.world.restart();
    await expectThread(model, real);
  }
  toString = () => "restart";
}

/** A deploy that renames an agent. */
export class Rename implements Step {
  readonly agent: string;
  constructor(agent: string) {
    this.agent = agent;
  }
  check = () => true;
  run(_model: Model, real: Real): Promise<void> {
    real.world.rename(this.agent);
    return Promise.resolve();
  }
  toString = () => `rename(${this.agent})`;
}

/** A message to the thread as it was after an earlier command. */
export class Fork implements Step {
  readonly at: number;
  readonly script: readonly Reply[];
  constructor(at: number, script: readonly Reply[]) {
    this.at = at;
    this.script = script;
  }
  check = ({ past }: Readonly<Model>) => past.length > 0 && (past[this.at % past.length] as Thread).log.length > 0;
  async run(model: Model, real: Real): Promise<void> {
    const index = this.at % model.past.length;
    const text = `fork ${model.past.length}`;
    const walked = walk(plan, begin(plan, model.past[index] as Thread, text), this.script);
    const error = await real.world.run(said(text), this.script, real.checkpoints[index]);
    await expectSame(model, real, walked, error);
  }
  toString = () => `fork(${this.at}, ${JSON.stringify(this.script)})`;
}
