import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { appendMessages, project } from "swarmgraph";
import { measure } from "../measure.ts";
import type { MeasureKind } from "./kind.ts";

/** What a prompt costs, when its log has grown by two messages since the last one. */
export const measureProjection: MeasureKind = async (_system, workload, effort) => {
  const begun = logOf(workload.history);
  let log = begun;
  let count = 0;
  project(log, { agent: "a" });
  const step = async () => {
    // The log would grow without end, and its length is what is measured.
    if (log.length > begun.length + 64) log = begun;
    count += 1;
    log = appendMessages(log, [
      new AIMessage({ id: `y${count}`, content: "ok" }),
      new HumanMessage({ id: `x${count}`, content: "more" }),
    ]);
    if (project(log, { agent: "a" }).messages.length < begun.length) throw new Error("the projection lost messages");
  };
  return { ...(await measure(step, effort)) };
};

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
  return log.slice(0, length - (length % 4));
}
