import assert from "node:assert/strict";
import { setImmediate as later } from "node:timers/promises";
import { MemorySaver } from "@langchain/langgraph";
import { SwarmAgent, swarmEvents } from "../../src/index.ts";
import type { SwarmEvent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { Fault } from "./fault.ts";

const question = { messages: [{ role: "user" as const, content: "Go" }] };

/** A source of a great many chunks, which counts those that were taken from it. */
function source(chunks: number) {
  const taken = { count: 0 };
  async function* stream() {
    for (let index = 0; index < chunks; index += 1) {
      taken.count += 1;
      yield ["custom", { type: "tool.progress", agent: "a", tool: "work", callId: "c", data: index }];
    }
  }
  const graph = {
    stream: (_input: object) => Promise.resolve(stream()),
    invoke: (_input: object) => Promise.resolve({}),
  };
  return { graph, taken };
}

/** What happens between a run and whoever listens to it. */
export const streamFaults: readonly Fault[] = [
  {
    id: "F72",
    family: "resources",
    fault: "a consumer of the events that is slower than the run",
    expected: "nothing is read ahead of it and nothing is lost; a slow sink beside it holds nobody up",
    run: async () => {
      const { graph, taken } = source(500);
      let heard = 0;
      for await (const event of swarmEvents(graph, {})) {
        if (event.type !== "tool.progress") continue;
        assert.equal(event.data, heard);
        heard += 1;
        assert.ok(taken.count - heard <= 1);
        if (heard % 50 === 0) await later();
      }
      assert.equal(heard, 500);
      const text = "word ".repeat(100);
      const swarm = new SwarmAgent({
        entry: "a",
        agents: { a: { model: scriptedModel().handoff("b") }, b: { model: scriptedModel().say(text) } },
      });
      const events: SwarmEvent[] = [];
      const stuck = () => new Promise<void>(() => {});
      const run = swarmEvents(swarm.compile({ checkpointer: new MemorySaver() }), question, {
        configurable: { thread_id: "t" },
        publish: [stuck],
        onDiagnostic: () => {},
      });
      for await (const event of run) {
        events.push(event);
        await later();
      }
      assert.deepEqual(
        events.map(({ seq }) => seq),
        events.map((_, index) => index),
      );
      const pieces = events.flatMap((event) => (event.type === "message.delta" ? [event.text] : []));
      assert.equal(pieces.join(""), text);
      assert.equal((await run.result).activeAgent, "b");
    },
  },
];
