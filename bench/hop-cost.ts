import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";

/** Rounds per cell, all cells in turn. */
const ROUNDS = 61;

/** Runs of each cell before the first round, so that what is hot is compiled. */
const WARM_UP = 40;

/** Handoffs in one turn. */
const HOPS = [1, 10, 50];

/** Lengths of a history. */
const LENGTHS = [1, 10, 50, 200, 1_000];

/** Rounds per length of a history; the median is taken. */
const HISTORY_ROUNDS = 15;

/** A model that takes no time: so many handoffs back and forth, then an answer. */
class Relay extends BaseChatModel {
  readonly #hops: number;
  #calls = 0;

  constructor(hops: number) {
    super({});
    this.#hops = hops;
  }

  override _llmType(): string {
    return "relay";
  }

  override bindTools(): this {
    return this;
  }

  override _generate(): Promise<ChatResult> {
    const id = `${this.#calls}`;
    const hop = this.#calls % (this.#hops + 1);
    this.#calls += 1;
    const call = {
      type: "tool_call" as const,
      id: `c${id}`,
      name: `transfer_to_${hop % 2 === 0 ? "b" : "a"}`,
      args: {},
    };
    const message = new AIMessage(
      hop === this.#hops ? { id, content: "Done." } : { id, content: "", tool_calls: [call] },
    );
    return Promise.resolve({ generations: [{ message, text: "" }] });
  }
}

/** The loop that somebody without a library writes. */
async function byHand(model: Relay, messages: readonly BaseMessage[]): Promise<void> {
  const log = [...messages];
  for (;;) {
    const reply = await model.invoke(log);
    log.push(reply);
    if ((reply.tool_calls ?? []).length === 0) return;
  }
}

/** One turn of so many handoffs, in each way. */
function waysOf(hops: number): Record<string, () => Promise<unknown>> {
  const input = () => ({ messages: [new HumanMessage({ id: "u", content: "Hello" })] });
  const limits = { maxHandoffs: 100, maxTurns: 200, maxRepeatedEdge: 1_000 };
  const graphOf = (speed: "auto" | "stepped") => {
    const model = new Relay(hops);
    return new SwarmAgent({ entry: "a", limits, agents: { a: { model }, b: { model } } }).compile({ speed });
  };
  const direct = graphOf("auto");
  const stepped = graphOf("stepped");
  const model = new Relay(hops);
  return {
    "by hand": () => byHand(model, input().messages),
    direct: () => direct.invoke(input()),
    stepped: () => stepped.invoke(input()),
  };
}

async function timed(fn: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await fn();
  return (performance.now() - start) * 1_000;
}

/** Prints the microseconds of one turn, the best and the median, and what one more handoff costs, by way. */
async function printSpeeds(): Promise<void> {
  const cells = HOPS.flatMap((hops) =>
    Object.entries(waysOf(hops)).map(([way, run]) => ({ way, hops, run, times: [] as number[] })),
  );
  for (const { run } of cells) for (let index = 0; index < WARM_UP; index += 1) await run();
  for (let round = 0; round < ROUNDS; round += 1) for (const cell of cells) cell.times.push(await timed(cell.run));
  const best = new Map<string, number>();
  for (const { way, hops, times } of cells) {
    times.sort((x, y) => x - y);
    const [least = 0] = times;
    best.set(`${way} ${hops}`, least);
    const median = times[Math.floor(ROUNDS / 2)] as number;
    process.stdout.write(
      `${String(hops).padStart(5)} handoffs ${way.padEnd(8)} ${least.toFixed(0).padStart(7)} µs (median ${median.toFixed(0)})\n`,
    );
  }
  const [few = 1] = HOPS;
  const many = HOPS.at(-1) ?? few;
  const slopeOf = (way: string) =>
    ((best.get(`${way} ${many}`) ?? 0) - (best.get(`${way} ${few}`) ?? 0)) / (many - few);
  for (const way of ["by hand", "direct", "stepped"]) {
    const slope = slopeOf(way);
    process.stdout.write(
      `one more handoff ${way.padEnd(8)} ${slope.toFixed(1)} µs = ${(slope / slopeOf("by hand")).toFixed(1)} × by hand\n`,
    );
  }
}

/** Milliseconds of one turn with two handoffs, after a history of so many messages. */
async function turnAfter(length: number): Promise<number> {
  const model = scriptedModel().handoff("b").handoff("a").say("Done.");
  const graph = new SwarmAgent({ entry: "a", agents: { a: { model }, b: { model } } }).compile();
  const messages = Array.from({ length }, (_, index) => new HumanMessage({ content: `${index}`, id: `m${index}` }));
  return timed(() => graph.invoke({ messages }));
}

/** Prints what a history costs, as multiples of a history of one message. */
async function printHistory(): Promise<void> {
  const medians: number[] = [];
  await turnAfter(10);
  for (const length of LENGTHS) {
    const times: number[] = [];
    for (let round = 0; round < HISTORY_ROUNDS; round += 1) times.push(await turnAfter(length));
    medians.push(times.sort((x, y) => x - y)[Math.floor(HISTORY_ROUNDS / 2)] as number);
  }
  const [first = 1] = medians;
  for (const [index, median] of medians.entries()) {
    process.stdout.write(
      `${String(LENGTHS[index]).padStart(5)} messages: ${(median / first).toFixed(2)} × one message\n`,
    );
  }
}

await printSpeeds();
await printHistory();
