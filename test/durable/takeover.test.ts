import { tool } from "@langchain/core/tools";
import { DBOS } from "@dbos-inc/dbos-sdk";
import { Command } from "@langchain/langgraph";
import { MemorySaver } from "@langchain/langgraph-checkpoint";
import type { DbosEngine, DbosEngineOptions, RunValues } from "@swarmgraph/durable-dbos";
import { SwarmAgent, toolEffects } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { cutOff } from "../support.ts";
import { ownEngines } from "./own-engines.ts";

const TAKEOVERS = ["interrupt", "rollback"] as const;

const place = ownEngines();

type Model = ReturnType<typeof scriptedModel>;

const schema = z.object({});

const pay = tool(async () => "paid", { name: "pay", description: "Pays.", schema });

const slow = tool(async () => new Promise<string>(() => {}), { name: "slow", description: "Never ends.", schema });

function start(model: Model, given: Partial<DbosEngineOptions> = {}): Promise<DbosEngine> {
  return place.start(
    (plugs) => new SwarmAgent({ entry: "a", agents: { a: { model, tools: [pay, slow] } }, ...plugs }),
    given,
  );
}

const linesOf = ({ messages }: RunValues): readonly string[] =>
  (messages as { type: string; text: string }[]).map(({ type, text }) => `${type}: ${text}`);

/** What a promise is rejected with. */
const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => new Error("it was not rejected"),
    (error: unknown) => error,
  );

const untilAsked = (model: Model, times: number) =>
  expect.poll(() => model.calls.length, { timeout: 30_000 }).toBe(times);

const untilIs = (workflowId: string, status: string) =>
  expect.poll(async () => (await DBOS.getWorkflowStatus(workflowId))?.status, { timeout: 30_000 }).toBe(status);

describe("a run that is refused where its thread is busy", () => {
  it("is one of two that come at once, has not begun, and can be started again", async () => {
    const model = scriptedModel().hang().say("here");
    const own = await start(model);
    const runs = ["0", "1"].map((runId) => ({ threadId: "t", runId, onBusy: "reject" }) as const);
    const stop = new AbortController();
    const first = runs.map((run) => own.run({ messages: run.runId }, { ...run, signal: stop.signal }).catch((e) => e));
    const refused = await Promise.race(first);
    expect(refused).toMatchObject({ code: "THREAD_BUSY", retryable: true, threadId: "t" });
    await untilAsked(model, 1);
    const known = await Promise.all(runs.map(({ runId }) => DBOS.getWorkflowStatus(`t/${runId}`)));
    expect(known.filter((status) => status === null)).toHaveLength(1);
    stop.abort();
    expect((await Promise.all(first)).map(({ code }) => code).toSorted()).toEqual(["RUN_CANCELLED", "THREAD_BUSY"]);
    const again = runs[known.indexOf(null)];
    const values = await own.run({ messages: "again" }, again ?? { threadId: "", runId: "" });
    expect(linesOf(values).slice(-2)).toEqual(["human: again", "ai: here"]);
  });

  it("is none that was begun under its id, whatever it says", async () => {
    const model = scriptedModel().hang().say("here");
    const own = await start(model);
    const first = rejection(own.run({ messages: "Hi" }, { threadId: "t", runId: "r" }));
    await untilAsked(model, 1);
    const others = ["reject", "interrupt", "rollback"] as const;
    const same = others.map((onBusy) => rejection(own.run({ messages: "Hi" }, { threadId: "t", runId: "r", onBusy })));
    const waits = rejection(own.run({ messages: "And?" }, { threadId: "t", runId: "s" }));
    await untilIs("t/s", "ENQUEUED");
    await own.cancel({ threadId: "t", runId: "r" });
    for (const error of await Promise.all([first, ...same])) expect(error).toMatchObject({ code: "RUN_CANCELLED" });
    expect(await waits).toMatchObject({ message: "it was not rejected" });
  });

  it.each([
    ["a", "a/b"],
    ["a_c", "axc"],
    ["a%", "ab"],
    ["a\\", "a\\\\"],
  ])("is not one of a thread whose id begins alike: %s and %s", async (threadId, other) => {
    const model = scriptedModel().hang().say("here");
    const own = await start(model);
    const busy = rejection(own.run({ messages: "Hi" }, { threadId: other, runId: "r" }));
    await untilAsked(model, 1);
    const run = { threadId, runId: "r", onBusy: "reject" } as const;
    expect(linesOf(await own.run({ messages: "Hi" }, run))).toEqual(["human: Hi", "ai: here"]);
    const second = own.run({ messages: "Hi" }, { ...run, threadId: other, runId: "s" });
    expect(await rejection(second)).toMatchObject({ code: "THREAD_BUSY", threadId: other });
    await own.cancel({ threadId: other, runId: "r" });
    expect(await busy).toMatchObject({ code: "RUN_CANCELLED" });
  });

  it("is not one of another thread whose id and its own are written alike together", async () => {
    const own = await start(scriptedModel().say("first").say("second"));
    const first = await own.run({ messages: "1?" }, { threadId: "a", runId: "b/c" });
    const second = await own.run({ messages: "2?" }, { threadId: "a/b", runId: "c", onBusy: "reject" });
    expect([first, second].map(linesOf)).toEqual([
      ["human: 1?", "ai: first"],
      ["human: 2?", "ai: second"],
    ]);
  });
});

describe("a run that ends the one before it", () => {
  it.each(TAKEOVERS)("%s: in the same process", async (onBusy) => {
    const model = scriptedModel().say("Hello!").hang().say("here");
    const own = await start(model);
    await own.run({ messages: "Hi" }, { threadId: "t", runId: "0" });
    const ended = rejection(own.run({ messages: "Are you" }, { threadId: "t", runId: "1" }));
    await expect.poll(() => model.calls.length, { timeout: 30_000 }).toBe(2);
    const values = await own.run({ messages: "there?" }, { threadId: "t", runId: "2", onBusy });
    expect(await ended).toMatchObject({ code: "RUN_SUPERSEDED", threadId: "t" });
    expect(linesOf(values)).toEqual(["human: Hi", "ai: Hello!", "human: Are you", "human: there?", "ai: here"]);
    expect(model.calls).toHaveLength(3);
  });

  it.each([
    ["interrupt", ["human: Pay!", "ai: ", "tool: paid", cutOff("slow"), "human: And?", "ai: I see."]],
    ["rollback", ["human: Pay!", "human: And?", "ai: I see."]],
  ] as const)("%s: tells the model what was paid, or nothing of it", async (onBusy, lines) => {
    const calls = [
      { tool: "pay", id: "call-pay" },
      { tool: "slow", id: "call-slow" },
    ];
    const model = scriptedModel().callAll(calls).say("I see.");
    const own = await start(model);
    const ended = rejection(own.run({ messages: "Pay!" }, { threadId: "t", runId: "1" }));
    const steps = async () => ((await DBOS.listWorkflowSteps("t/1")) ?? []).map(({ name }) => name);
    await expect.poll(steps, { timeout: 30_000 }).toContain("pay tool:call-pay");
    const values = await own.run({ messages: "And?" }, { threadId: "t", runId: "2", onBusy });
    expect(linesOf(values)).toEqual(lines);
    expect(await ended).toMatchObject({ code: "RUN_SUPERSEDED" });
    expect(model.calls).toHaveLength(2);
    // Asked for later it has ended as it did.
    const again = own.run({ messages: "Pay!" }, { threadId: "t", runId: "1" });
    expect(await rejection(again)).toMatchObject({ code: "RUN_SUPERSEDED" });
  });

  it.each(TAKEOVERS)("%s: where that one goes on with an answer", async (onBusy) => {
    const model = scriptedModel().tool("slow", {}, { id: "call-slow" }).say("I see.");
    let isAtWork = false;
    const never = tool(
      () => {
        isAtWork = true;
        return new Promise<string>(() => {});
      },
      { name: "slow", description: "Never ends.", schema },
    );
    const agents = { a: { model, tools: [never], confirm: ["slow"] } };
    const own = await start(model, { swarm: (plugs) => new SwarmAgent({ entry: "a", agents, ...plugs }) });
    await own.run({ messages: "Pay!" }, { threadId: "t", runId: "0" });
    const answer = new Command({ resume: { "call-slow": { approve: true } } });
    const ended = rejection(own.run(answer, { threadId: "t", runId: "1" }));
    await expect.poll(() => isAtWork, { timeout: 30_000 }).toBe(true);
    const values = await own.run({ messages: "And?" }, { threadId: "t", runId: "2", onBusy });
    // It was let, and may have happened: that a rollback does not take back.
    expect(linesOf(values)).toEqual(["human: Pay!", "ai: ", cutOff("slow"), "human: And?", "ai: I see."]);
    expect(await ended).toMatchObject({ code: "RUN_SUPERSEDED" });
  });

  it("interrupt: tells the model what a ledger has of a call that no journal has", async () => {
    const wire = tool(async () => "sent", {
      name: "wire",
      description: "Sends money.",
      schema,
      metadata: toolEffects({ sideEffect: "unsafe", onUnknownOutcome: "fail" }),
    });
    const calls = [
      { tool: "wire", id: "call-wire" },
      { tool: "slow", id: "call-slow" },
    ];
    const model = scriptedModel().callAll(calls).say("I see.");
    const tools = [wire, slow];
    const own = await start(model, {
      swarm: (plugs) => new SwarmAgent({ entry: "a", agents: { a: { model, tools } }, ...plugs }),
    });
    const ended = rejection(own.run({ messages: "Pay!" }, { threadId: "t", runId: "1" }));
    const steps = async () => ((await DBOS.listWorkflowSteps("t/1")) ?? []).map(({ name }) => name);
    await expect.poll(steps, { timeout: 30_000 }).toContain("wire tool:call-wire");
    // As where the process dies between the two.
    await place.sql("DELETE FROM dbos.operation_outputs WHERE function_name = 'wire tool:call-wire'");
    const values = await own.run({ messages: "And?" }, { threadId: "t", runId: "2", onBusy: "interrupt" });
    expect(linesOf(values).slice(2, 4)).toEqual(["tool: sent", cutOff("slow")]);
    expect(await ended).toMatchObject({ code: "RUN_SUPERSEDED" });
  });

  it.each(TAKEOVERS)("%s: comes before those that wait, and is ended by one that comes after it", async (onBusy) => {
    const model = scriptedModel().hang().hang().say("three").say("two");
    const own = await start(model);
    const run = (runId: string, policy?: typeof onBusy) =>
      own.run({ messages: `say ${runId}` }, { threadId: "t", runId, onBusy: policy });
    const first = rejection(run("1"));
    await untilAsked(model, 1);
    const waits = run("2");
    await untilIs("t/2", "ENQUEUED");
    const taking = rejection(run("4", onBusy));
    await untilAsked(model, 2);
    const last = run("3", onBusy);
    const said = ["human: say 1", "human: say 4", "human: say 3", "ai: three"];
    expect(linesOf(await last)).toEqual(said);
    expect(linesOf(await waits)).toEqual([...said, "human: say 2", "ai: two"]);
    for (const error of [await first, await taking]) expect(error).toMatchObject({ code: "RUN_SUPERSEDED" });
  });

  it.each(TAKEOVERS)(
    "%s: ends one that is only in the queue, of another version, and keeps what was said",
    async (onBusy) => {
      const model = scriptedModel().hang().say("both");
      const old = await start(model);
      const queued = { threadId: "t", runId: "1" };
      void rejection(old.run({ messages: "Never mind" }, { threadId: "t", runId: "0" }));
      await untilAsked(model, 1);
      void rejection(old.run({ messages: "Are you" }, queued));
      await untilIs("t/1", "ENQUEUED");
      await old.close({ waitMs: 0 });
      // What of the first one still lives in this process has no thread any more.
      await place.sql("UPDATE swarm_leases SET token = token + 1, expires_at = '-infinity'");
      const own = await start(model, { version: "2" });
      await own.cancel({ threadId: "t", runId: "0" });
      const values = await own.run({ messages: "there?" }, { threadId: "t", runId: "2", onBusy });
      expect(linesOf(values)).toEqual(["human: Are you", "human: there?", "ai: both"]);
      expect(await rejection(own.run({ messages: "Are you" }, queued))).toMatchObject({ code: "RUN_SUPERSEDED" });
    },
  );

  it("leaves what was said to the next run where it is cancelled before it has begun", async () => {
    const model = scriptedModel().hang().say("here");
    const own = await start(model);
    const ended = rejection(own.run({ messages: "Are you" }, { threadId: "t", runId: "1" }));
    await untilAsked(model, 1);
    // As a process that is frozen keeps its thread.
    await place.sql("UPDATE swarm_leases SET token = token + 1, expires_at = 'infinity'");
    const taking = rejection(own.run({ messages: "never mind" }, { threadId: "t", runId: "2", onBusy: "interrupt" }));
    await untilIs("t/2", "PENDING");
    await own.cancel({ threadId: "t", runId: "2" });
    await place.sql("UPDATE swarm_leases SET expires_at = '-infinity'");
    const values = await own.run({ messages: "there?" }, { threadId: "t", runId: "3" });
    expect(linesOf(values)).toEqual(["human: Are you", "human: there?", "ai: here"]);
    expect([await ended, await taking]).toMatchObject([{ code: "RUN_SUPERSEDED" }, { code: "RUN_CANCELLED" }]);
  });

  it("is finished by its caller where that one's process had died before the other was ended", async () => {
    const model = scriptedModel().hang().say("here");
    const own = await start(model);
    const ended = rejection(own.run({ messages: "Are you" }, { threadId: "t", runId: "1" }));
    await untilAsked(model, 1);
    const taking = () => own.run({ messages: "there?" }, { threadId: "t", runId: "2", onBusy: "interrupt" });
    await place.sql(`CREATE FUNCTION refuse() RETURNS trigger AS 'BEGIN RAISE EXCEPTION ''not now''; END' LANGUAGE plpgsql;
      CREATE TRIGGER refuse BEFORE UPDATE ON dbos.workflow_status FOR EACH ROW WHEN (NEW.status = 'CANCELLED')
      EXECUTE FUNCTION refuse()`);
    expect(await rejection(taking())).toMatchObject({ message: expect.stringContaining("not now") });
    await place.sql("DROP TRIGGER refuse ON dbos.workflow_status");
    expect(linesOf(await taking())).toEqual(["human: Are you", "human: there?", "ai: here"]);
    expect(await ended).toMatchObject({ code: "RUN_SUPERSEDED" });
  });

  it("is not to be had with a checkpointer that keeps no leases", async () => {
    const own = await start(scriptedModel().say("never"), { checkpointer: new MemorySaver() });
    const run = own.run({ messages: "Hi" }, { threadId: "t", runId: "1", onBusy: "rollback" });
    expect(await rejection(run)).toMatchObject({
      code: "OPTION_INVALID",
      message: expect.stringContaining("threadLock"),
    });
  });
  it("is refused where its onBusy is none that there is", async () => {
    const own = await start(scriptedModel().say("never"));
    const run = own.run({ messages: "Hi" }, { threadId: "t", runId: "1", onBusy: "rejct" as never });
    expect(await rejection(run)).toMatchObject({
      code: "OPTION_INVALID",
      message: `onBusy is "rejct": use "enqueue", "reject", "interrupt" or "rollback".`,
    });
    expect(await DBOS.getWorkflowStatus("t/1")).toBeNull();
  });
});
