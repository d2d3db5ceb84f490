import { Command, MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { SwarmAgent, swarmEvents } from "../../src/index.ts";
import type { Diagnostic, SwarmEvent, SwarmHooks } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says } from "../support.ts";
import { eventsOf } from "./run.ts";

const assistant = (model = scriptedModel().tool("echo", { text: "x" }).say("Done.")) =>
  new SwarmAgent({ entry: "a", agents: { a: { model, tools: [echo] } } });

/** Hooks that write down when they are called. */
function recording(): { log: string[]; hooks: SwarmHooks } {
  const log: string[] = [];
  const hooks: SwarmHooks = {
    start: () => void log.push("start"),
    resume: () => void log.push("resume"),
    update: ({ node }) => void log.push(`update ${node}`),
    checkpoint: ({ step }) => void log.push(`checkpoint ${step}`),
    interrupt: ({ interrupts }) => void log.push(`interrupt ${interrupts.length}`),
    error: (error) => void log.push(`error ${(error as Error).name}`),
    end: () => void log.push("end"),
  };
  return { log, hooks };
}

describe("hooks", () => {
  it("[B140] are called before any node, after each, and once at the end", async () => {
    const { log, hooks } = recording();
    await eventsOf(swarmEvents(assistant().compile(), says(), { hooks: [hooks] }));
    expect(log).toEqual(["start", "update a", "update a.tools", "update a", "end"]);
  });

  it("[B140] learn of a stop, of its going on, and of each checkpoint", async () => {
    const { log, hooks } = recording();
    const model = scriptedModel().tool("echo", { text: "x" }, { id: "c" }).say("Done.");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [echo], confirm: "all" } } });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const config = { configurable: { thread_id: "t" }, hooks: [hooks] };
    await eventsOf(swarmEvents(graph, says(), config));
    expect(log.filter((line) => !line.startsWith("checkpoint"))).toEqual(["start", "update a", "end", "interrupt 1"]);
    expect(log).toContain("checkpoint 1");
    log.length = 0;
    await eventsOf(swarmEvents(graph, new Command({ resume: { c: { approve: true } } }), config));
    expect(log.filter((line) => !line.startsWith("checkpoint"))).toEqual([
      "resume",
      "update a.tools",
      "update a",
      "end",
    ]);
  });

  it("[B140] learn of a failure", async () => {
    const { log, hooks } = recording();
    const model = scriptedModel().fail(Object.assign(new Error("no"), { status: 400 }));
    await eventsOf(swarmEvents(assistant(model).compile(), says(), { hooks: [hooks] }));
    expect(log).toEqual(["start", "error SwarmError"]);
  });

  it("[B140] may replace the input and the result, each after the one before; undefined keeps it", async () => {
    const model = scriptedModel().say("Done.");
    const run = swarmEvents(assistant(model).compile(), says("Hello"), {
      hooks: [
        { start: () => says("Good day"), end: (result) => ({ ...(result as object), note: 1 }) },
        {
          start: () => undefined,
          end: (result) => ({ ...(result as object), note: (result as { note: number }).note + 1 }),
        },
      ],
    });
    const { events } = await eventsOf(run);
    expect(model.calls[0]?.messages.map(({ text }) => text)).toEqual(["Good day"]);
    expect(await run.result).toMatchObject({ note: 2 });
    expect(events.at(-1)).toMatchObject({ type: "run.done", values: { note: 2 } });
  });

  it("[B140] that throw are told as a diagnostic, and the run goes on", async () => {
    const found: Diagnostic[] = [];
    const throwing: SwarmHooks = {
      start: () => {
        throw new Error("no start");
      },
      end: () => Promise.reject(new Error("no end")),
    };
    const run = swarmEvents(assistant().compile(), says(), {
      hooks: [throwing],
      onDiagnostic: (one) => found.push(one),
    });
    const { events, error } = await eventsOf(run);
    expect(error).toBeUndefined();
    expect(events.at(-1)?.type).toBe("run.done");
    expect(found.map(({ code, path }) => `${code} ${path}`)).toEqual([
      "HOOK_FAILED hooks.start",
      "HOOK_FAILED hooks.end",
    ]);
  });
});

describe("sinks", () => {
  it("[B142] each get every event, in order", async () => {
    const first: SwarmEvent[] = [];
    const second: SwarmEvent[] = [];
    const publish = [
      (event: SwarmEvent) => void first.push(event),
      async (event: SwarmEvent) => {
        await Promise.resolve();
        second.push(event);
      },
    ];
    const { events } = await eventsOf(swarmEvents(assistant().compile(), says(), { publish }));
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(first).toEqual(events);
    expect(second).toEqual(events);
  });

  it("[B142] that throw, reject or never answer neither end nor hold up the run", async () => {
    const found: Diagnostic[] = [];
    const publish = [
      () => {
        throw new Error("full");
      },
      () => Promise.reject(new Error("gone")),
      () => new Promise<void>(() => undefined),
    ];
    const run = swarmEvents(assistant().compile(), says(), { publish, onDiagnostic: (one) => found.push(one) });
    const { events, error } = await eventsOf(run);
    expect(error).toBeUndefined();
    expect(events.at(-1)?.type).toBe("run.done");
    expect(new Set(found.map(({ code }) => code))).toEqual(new Set(["SINK_FAILED"]));
  });

  it("[B142] that are too slow lose events instead of holding all of them", async () => {
    const found: Diagnostic[] = [];
    let heard = 0;
    const publish = [
      () => {
        heard += 1;
        return new Promise<void>(() => undefined);
      },
    ];
    const long = scriptedModel().say("word ".repeat(4000));
    const { events } = await eventsOf(
      swarmEvents(assistant(long).compile(), says(), { publish, onDiagnostic: (one) => found.push(one) }),
    );
    expect(events.length).toBeGreaterThan(1100);
    expect(heard).toBe(1);
    expect(found.map(({ code }) => code)).toEqual(["SINK_SLOW"]);
  });
});
