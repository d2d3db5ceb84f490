import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { appendMessages, project } from "swarmgraph";

/** Steps that are measured for each length; the median is taken. */
const STEPS = 400;

const LENGTHS = [10, 100, 1_000, 10_000];

/** A conversation of so many messages: a question, a call, its result, an answer, and so on. */
function logOf(length: number): BaseMessage[] {
  const log: BaseMessage[] = [];
  for (let turn = 0; log.length < length; turn += 1) {
    const call = { id: `c${turn}`, name: "search", args: {}, type: "tool_call" as const };
    log.push(
      new HumanMessage({ id: `q${turn}`, content: `Question ${turn}` }),
      new AIMessage({ id: `w${turn}`, content: "", tool_calls: [call] }),
      new ToolMessage({ id: `r${turn}`, content: "found", tool_call_id: call.id, name: "search" }),
      new AIMessage({ id: `a${turn}`, content: "An answer." }),
    );
  }
  return log;
}

/** Milliseconds of one projection, each after two more messages. */
function step(begun: BaseMessage[]): number {
  let log = begun;
  const times: number[] = [];
  for (let index = 0; index < STEPS; index += 1) {
    const more = [
      new AIMessage({ id: `y${index}`, content: "ok" }),
      new HumanMessage({ id: `x${index}`, content: "more" }),
    ];
    log = appendMessages(log, more);
    const start = performance.now();
    project(log, { agent: "a" });
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[STEPS / 2] as number;
}

step(logOf(2_000));
const medians = LENGTHS.map((length) => step(logOf(length)));
const [first = 1] = medians;
for (const [index, median] of medians.entries()) {
  const ratio = (median / first).toFixed(2);
  process.stdout.write(`${String(LENGTHS[index]).padStart(6)} messages: ${ratio} × the projection onto 10\n`);
}
