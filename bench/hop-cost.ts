import { HumanMessage } from "@langchain/core/messages";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";

/** Rounds per length; the median is taken. */
const ROUNDS = 15;

const LENGTHS = [1, 10, 50, 200, 1_000];

/** Milliseconds of one turn with two handoffs, after a history of so many messages. */
async function turn(length: number): Promise<number> {
  const model = scriptedModel().handoff("b").handoff("a").say("Done.");
  const graph = new SwarmAgent({ entry: "a", agents: { a: { model }, b: { model } } }).compile();
  const messages = Array.from({ length }, (_, index) => new HumanMessage({ content: `${index}`, id: `m${index}` }));
  const start = performance.now();
  await graph.invoke({ messages });
  return performance.now() - start;
}

const medians: number[] = [];
await turn(10);
for (const length of LENGTHS) {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) times.push(await turn(length));
  medians.push(times.sort((x, y) => x - y)[Math.floor(ROUNDS / 2)] as number);
}
const [first = 1] = medians;
for (const [index, median] of medians.entries()) {
  process.stdout.write(
    `${String(LENGTHS[index]).padStart(5)} messages: ${(median / first).toFixed(2)} × one message\n`,
  );
}
