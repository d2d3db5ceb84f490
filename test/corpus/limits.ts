import assert from "node:assert/strict";
import { AIMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { history, SwarmAgent } from "../../src/index.ts";
import { ScriptedError, scriptedModel } from "../../src/testing/index.ts";
import { addTool } from "../support.ts";
import type { Fault } from "./fault.ts";

const thread = { configurable: { thread_id: "t" } };
const says = (content: string) => ({ messages: [{ role: "user" as const, content }] });

const tooLong = new ScriptedError("prompt is too long: 208310 tokens > 200000 maximum", 400);

/** Faults of what a model takes, and of what may be spent on it. */
export const limitFaults: readonly Fault[] = [
  {
    id: "F74",
    family: "resources",
    fault: "the conversation is longer than the model takes",
    expected:
      "a typed error that can be resumed from, or one more call with what a hook leaves of it; the log stays whole",
    run: async () => {
      const checkpointer = new MemorySaver();
      const plain = scriptedModel().say("one").fail(tooLong);
      const graph = new SwarmAgent({ entry: "a", agents: { a: { model: plain } } }).compile({ checkpointer });
      await graph.invoke(says("First"), thread);
      await assert.rejects(graph.invoke(says("Second"), thread), { code: "CONTEXT_OVERFLOW", resumable: true });
      assert.equal(plain.calls.length, 2);
      const model = scriptedModel().fail(tooLong).say("two");
      const onContextOverflow = () => history.lastTurns(1);
      const hooked = new SwarmAgent({ entry: "a", onContextOverflow, agents: { a: { model } } }).compile({
        checkpointer,
      });
      const { messages } = await hooked.invoke(null, thread);
      assert.deepEqual(
        messages.map(({ text }) => text),
        ["First", "one", "Second", "two"],
      );
      assert.deepEqual(
        model.calls.map((call) => call.messages.length),
        [3, 1],
      );
    },
  },
  {
    id: "F75",
    family: "resources",
    fault: "a turn spends more tokens, or money, than it may",
    expected: "it ends before the next model call with a typed outcome, its tools answered, and the thread goes on",
    run: async () => {
      for (const limits of [{ maxTokens: 50 }, { maxCost: 1, costOf: () => 1 }]) {
        const { add, runs } = addTool();
        const usage = { input_tokens: 59, output_tokens: 1, total_tokens: 60 };
        const call = { type: "tool_call" as const, id: "c", name: "add", args: { a: 1, b: 2 } };
        const costly = new AIMessage({ content: "", tool_calls: [call], usage_metadata: usage as never });
        const model = scriptedModel().raw(costly).say("next turn");
        const swarm = new SwarmAgent({ entry: "a", limits, agents: { a: { model, tools: [add] } } });
        const graph = swarm.compile({ checkpointer: new MemorySaver() });
        const { outcome, messages } = await graph.invoke(says("Go"), thread);
        assert.deepEqual([outcome.kind, outcome.limit], ["limit", Object.keys(limits)[0]]);
        assert.deepEqual([messages.at(-1)?.text, runs.count, model.calls.length], ["3", 1, 1]);
        const next = await graph.invoke(says("And now?"), thread);
        assert.equal(next.messages.at(-1)?.text, "next turn");
      }
    },
  },
];
