import { Command, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { SwarmAgent, swarmEvents, swarmTransformer } from "../../src/index.ts";
import type { SwarmEvent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says } from "../support.ts";
import { eventsOf } from "./run.ts";

const build = () =>
  new SwarmAgent({
    entry: "triage",
    agents: {
      triage: {
        model: scriptedModel().tool("echo", { text: "invoice 7" }).handoff("billing", { reason: "money" }),
        tools: [echo],
        canHandoffTo: ["billing"],
      },
      billing: { model: scriptedModel().say("You will get your money back."), canHandoffTo: [] },
    },
  });

const waiting = () =>
  new SwarmAgent({
    entry: "a",
    agents: {
      a: { model: scriptedModel().handoff("b"), canHandoffTo: [{ to: "b", requiresApproval: true }] },
      b: { model: scriptedModel().say("Here I am."), canHandoffTo: [] },
    },
  }).compile({ checkpointer: new MemorySaver() });

/** What an event says that does not differ from run to run; the pieces of arguments and the checkpoints are left out. */
function essence(events: readonly SwarmEvent[]): unknown[] {
  return events.flatMap((event) => {
    if (event.type === "tool.delta" || event.type === "state.checkpoint") return [];
    const { type, agent, turn } = event;
    const text = "text" in event ? event.text : "to" in event ? event.to : "tool" in event ? event.tool : undefined;
    return [[type, agent, turn, text]];
  });
}

const thread = { configurable: { thread_id: "t" } };
const read = (events: AsyncIterable<SwarmEvent>) =>
  eventsOf({ [Symbol.asyncIterator]: () => events[Symbol.asyncIterator]() });

describe("run.extensions.swarm", () => {
  it("tells what swarmEvents tells, beside LangGraph's own protocol", async () => {
    const graph = build().compile();
    const transformers = [swarmTransformer({ definition: graph.definition, runId: "r" })] as const;
    const run = await graph.streamEvents(says("Twice charged"), { version: "v3", transformers });
    const { events } = await read(run.extensions.swarm);
    const told = await eventsOf(swarmEvents(build().compile(), says("Twice charged")));
    expect(essence(events)).toEqual(essence(told.events));
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
    expect(events.at(-1)).toMatchObject({ type: "run.done", runId: "r", output: "You will get your money back." });
    expect((await run.output).activeAgent).toBe("billing");
  });

  it("tells what a run waits for, and of the next one that it goes on", async () => {
    const graph = waiting();
    const transformers = (resumed: boolean) =>
      [swarmTransformer({ definition: graph.definition, threadId: "t", granularity: "hops", resumed })] as const;
    const first = await graph.streamEvents(says(), { ...thread, version: "v3", transformers: transformers(false) });
    const stopped = await read(first.extensions.swarm);
    expect(stopped.events[0]).toMatchObject({ type: "run.started", resumed: false, threadId: "t" });
    expect(stopped.events.map(({ type }) => type)).toContain("approval.requested");
    expect(stopped.events.at(-1)).toMatchObject({ type: "run.interrupted", interrupts: [{}] });
    const answer = new Command({ resume: { approve: true } }) as never;
    const second = await graph.streamEvents(answer, { ...thread, version: "v3", transformers: transformers(true) });
    const { events } = await read(second.extensions.swarm);
    expect(events[0]).toMatchObject({ type: "run.started", resumed: true });
    expect(events.map(({ type }) => type)).toEqual(expect.arrayContaining(["approval.settled", "handoff.done"]));
    expect(events.at(-1)).toMatchObject({ type: "run.done", output: "Here I am." });
  });

  it("ends with the error of a run that fails, then throws it", async () => {
    const model = scriptedModel().fail(Object.assign(new Error("no such model"), { status: 404 }));
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile();
    const run = await graph.streamEvents(says(), { version: "v3", transformers: [swarmTransformer()] });
    const { events, error } = await read(run.extensions.swarm);
    expect(error).toMatchObject({ code: "MODEL_REJECTED" });
    expect(events.at(-1)).toMatchObject({ type: "run.error", code: "MODEL_REJECTED" });
    expect(events.map(({ type }) => type)).toContain("agent.error");
  });

  it("reaches remote clients on a channel of its own where that is asked for", async () => {
    const count = async (remote: boolean): Promise<number> => {
      const transformers = [swarmTransformer({ remote })] as const;
      const run = await build().compile().streamEvents(says(), { version: "v3", transformers });
      let found = 0;
      for await (const { method } of run) if (method === "custom:swarm") found += 1;
      return found;
    };
    expect(await count(true)).toBeGreaterThan(5);
    expect(await count(false)).toBe(0);
  });
});
