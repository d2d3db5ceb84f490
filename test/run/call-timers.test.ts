import { AIMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { SwarmAgent } from "../../src/index.ts";
import { keepTimers, startTimer } from "../../src/run/call-timers.ts";
import { scriptedModel } from "../../src/testing/index.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] }));
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A run that keeps timers, and notes which of them go off. */
function openRun() {
  const { signal } = new AbortController();
  const late: string[] = [];
  const start = (name: string, ms = 100) => startTimer(() => late.push(name), ms, signal);
  return { signal, late, start };
}

describe("[B110] the timers of a run", () => {
  it("are one for calls that come one after another, each with its whole limit", () => {
    const { signal, late, start } = openRun();
    const release = keepTimers(signal);
    for (let call = 1; call <= 5; call += 1) {
      const stop = start(`call ${call}`);
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(90);
      stop();
    }
    start("the last");
    vi.advanceTimersByTime(99);
    expect(late).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(late).toEqual(["the last"]);
    release();
  });

  it("go off for nobody while no call waits, and again for the next one", () => {
    const { signal, late, start } = openRun();
    const release = keepTimers(signal);
    start("the first")();
    vi.advanceTimersByTime(1000);
    expect(late).toEqual([]);
    start("the second");
    vi.advanceTimersByTime(100);
    expect(late).toEqual(["the second"]);
    release();
  });

  it("are as many as there are calls at once, and limits", () => {
    const { signal, late, start } = openRun();
    const release = keepTimers(signal);
    const stop = start("one");
    start("beside it");
    start("shorter", 50);
    expect(vi.getTimerCount()).toBe(3);
    stop();
    vi.advanceTimersByTime(100);
    expect(late).toEqual(["shorter", "beside it"]);
    release();
  });

  it("are not stopped by a call that is over twice, where another one waits by then", () => {
    const { signal, late, start } = openRun();
    const release = keepTimers(signal);
    const stop = start("one");
    stop();
    start("another");
    stop();
    vi.advanceTimersByTime(100);
    expect(late).toEqual(["another"]);
    release();
  });

  it("do not outlive the run, but for a call that does", () => {
    const { signal, late, start } = openRun();
    const release = keepTimers(signal);
    start("one")();
    const stop = start("left running", 200);
    release();
    expect(vi.getTimerCount()).toBe(1);
    start("after the run");
    vi.advanceTimersByTime(100);
    expect(late).toEqual(["after the run"]);
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("are not stopped after the run by a call that is over twice, where another one waits by then", () => {
    const { signal, late, start } = openRun();
    const release = keepTimers(signal);
    const stop = start("one");
    stop();
    start("left running");
    release();
    stop();
    vi.advanceTimersByTime(100);
    expect(late).toEqual(["left running"]);
  });

  it("are made anew for each call where the platform's cannot be put off", () => {
    const { setTimeout: original } = globalThis;
    const bare = (late: () => void, ms: number) => Number(original(late, ms));
    vi.stubGlobal("setTimeout", bare);
    try {
      const { signal, late, start } = openRun();
      const release = keepTimers(signal);
      start("one")();
      start("two");
      expect(vi.getTimerCount()).toBe(1);
      vi.advanceTimersByTime(100);
      expect(late).toEqual(["two"]);
      release();
    } finally {
      vi.unstubAllGlobals();
    }
  });
});

describe("[B110] a direct run", () => {
  it("makes a timer for its tools and one for its models, ends what takes too long, and leaves none behind", async () => {
    vi.useRealTimers();
    const made = vi.spyOn(globalThis, "setTimeout");
    const stopped = vi.spyOn(globalThis, "clearTimeout");
    const slow = tool(() => new Promise<never>(() => {}), { name: "slow", description: "x", schema: z.object({}) });
    const model = scriptedModel().tool("slow").tool("slow").say("Too slow.");
    const agents = { a: { model, tools: [slow] } };
    const graph = new SwarmAgent({ entry: "a", agents, limits: { toolTimeoutMs: 5 } }).compile();
    const { messages } = await graph.invoke({ messages: [{ role: "user", content: "Hi" }] });
    const late = messages.filter(({ type }) => type === "tool").map(({ text }) => text);
    expect(late).toEqual(Array(2).fill('Error: tool "slow" took longer than 5 ms'));
    expect(made.mock.calls.map(([, ms]) => ms)).toEqual([900_000, 5]);
    const cleared = stopped.mock.calls.map(([handle]) => handle).filter((handle) => handle !== undefined);
    expect(cleared).toEqual(made.mock.results.map(({ value }) => value as unknown));
  });

  it("times tools out that run side by side, each by itself", async () => {
    vi.useRealTimers();
    const slow = tool(() => new Promise<never>(() => {}), { name: "slow", description: "x", schema: z.object({}) });
    const calls = ["1", "2"].map((id) => ({ id, name: "slow", args: {}, type: "tool_call" as const }));
    const model = scriptedModel()
      .raw(new AIMessage({ content: "", tool_calls: calls }))
      .say("Too slow.");
    const agents = { a: { model, tools: [slow] } };
    const { messages } = await new SwarmAgent({ entry: "a", agents, limits: { toolTimeoutMs: 5 } })
      .compile()
      .invoke({ messages: [{ role: "user", content: "Hi" }] });
    const late = messages.filter(({ type }) => type === "tool").map(({ text }) => text);
    expect(late).toEqual(Array(2).fill('Error: tool "slow" took longer than 5 ms'));
  });

  it("holds no process by its timers where something else of it never ends", async () => {
    vi.useRealTimers();
    const made = vi.spyOn(globalThis, "setTimeout");
    let reached: () => void = () => undefined;
    const hanging = new Promise<void>((resolve) => (reached = resolve));
    const prompt = (): Promise<string> => {
      reached();
      return new Promise(() => {});
    };
    const agents = { a: { model: scriptedModel().handoff("b") }, b: { model: scriptedModel().say("Hi."), prompt } };
    const stop = new AbortController();
    const run = new SwarmAgent({ entry: "a", agents })
      .compile()
      .invoke({ messages: [{ role: "user", content: "Hi" }] }, { signal: stop.signal });
    await hanging;
    const held = () => made.mock.results.map(({ value }) => (value as NodeJS.Timeout).hasRef());
    expect(held()).toEqual([false]);
    stop.abort(new Error("enough"));
    await expect(run).rejects.toThrow("enough");
    expect(held()).toEqual([false]);
  });
});
