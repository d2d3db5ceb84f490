import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "@langchain/langgraph";
import type { SwarmThreads } from "@swarmgraph/durable-restate/client";
import { SwarmMemorySaver } from "swarmgraph";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { effectsIn } from "../crash-swarm.ts";
import { approvalOf, approveAll, plain, startBench, until, waiting } from "./bench.ts";
import type { Bench } from "./bench.ts";
import { swarmOf } from "./swarms.ts";

let bench: Bench;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "swarmgraph-restate-"));
  bench = await startBench("Runs", { suspendAfterMs: 500 });
});

afterAll(async () => {
  await bench.close();
  rmSync(directory, { recursive: true, force: true });
});

/** The same turns in this process, with every question answered by a yes. */
async function inMemory(...turns: readonly string[]) {
  const world = { effects: effectsIn(join(directory, "effects")), point: () => {}, gate: directory, version: "v1" };
  const graph = swarmOf("desk", world).compile({ checkpointer: new SwarmMemorySaver() });
  const thread = { configurable: { thread_id: "t" } };
  let values: unknown;
  for (const messages of turns) {
    values = await graph.invoke({ messages }, thread);
    for (;;) {
      const { __interrupt__: [question] = [] } = values as { __interrupt__?: { id: string; value: unknown }[] };
      if (question === undefined) break;
      values = await graph.invoke(new Command({ resume: { [question.id]: approvalOf(question.value) } }), thread);
    }
  }
  return values as Awaited<ReturnType<typeof graph.invoke>>;
}

/** Waits until the engine has taken a run from its worker, to wake it up when there is something to do. */
async function suspended(invocationId: string): Promise<void> {
  const query = `SELECT status FROM sys_invocation WHERE id = '${invocationId}'`;
  for (;;) {
    const response = await fetch(`${inject("restate").admin}/query`, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json" },
      body: JSON.stringify({ query }),
    });
    const { rows } = (await response.json()) as { rows: readonly { status: string }[] };
    if (rows[0]?.status === "suspended") return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("a swarm on Restate", () => {
  it("comes to the same messages as in memory, over handoffs, tools side by side and approvals", async () => {
    const first = await bench.threads.run("same", "hello");
    const started = await bench.threads.start("same", "refund order 7");
    await approveAll(bench.threads, started);
    const result = await bench.threads.result(started);
    const expected = await inMemory("hello", "refund order 7");
    expect(plain(result.messages)).toEqual(plain(expected.messages));
    expect(result.outcome).toMatchObject({ kind: "answered", agent: "billing", path: ["triage", "billing"] });
    expect(result.handoffs.map(({ from, to, status, approval }) => ({ from, to, status, approval }))).toEqual(
      expected.handoffs.map(({ from, to, status, approval }) => ({ from, to, status, approval })),
    );
    expect(result.messages.slice(0, 2).map(({ id }) => id)).toEqual(first.messages.map(({ id }) => id));
    expect(new Set(result.messages.map(({ id }) => id)).size).toBe(result.messages.length);
    const { messages, run } = await bench.threads.get("same");
    expect(plain(messages)).toEqual(plain(result.messages));
    expect(run).toBeNull();
  });

  it("waits for an answer longer than the engine keeps a worker busy with it", async () => {
    const started = await bench.threads.start("long", "refund order 7");
    const asked = await waiting(bench.threads, "long");
    await suspended(started.invocationId);
    await bench.threads.answer(asked.run?.waits[0]?.id ?? "", { approve: false, reason: "not today" });
    const { messages, handoffs } = await bench.threads.result(started);
    expect(handoffs[0]).toMatchObject({ status: "refused", code: "HANDOFF_DENIED" });
    expect(messages.at(-1)?.text).toContain("v1 heard");
  });

  it("makes a step that takes longer than the engine keeps a worker busy without a sign of life", async () => {
    const started = await bench.threads.start("patient", "slow patient");
    await until(() => bench.effects().includes("begun slow patient"));
    // Four times the engine's patience with a worker that says nothing.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    bench.open();
    const { messages } = await bench.threads.result(started);
    expect(messages.at(-1)?.text).toContain("v1 heard");
    expect(bench.effects().filter((line) => line === "begun slow patient")).toHaveLength(1);
    bench.shut();
  });

  it("asks a person, and asks again for an answer that does not fit", async () => {
    const started = await bench.threads.start("person", "person, please");
    const first = await waiting(bench.threads, "person");
    expect(first.run?.waits[0]?.value).toMatchObject({ type: "human.request", name: "Ada", agent: "clerk" });
    await bench.threads.answer(first.run?.waits[0]?.id ?? "", { handoffTo: "nobody" });
    const again = await waiting(
      bench.threads,
      "person",
      ({ run }) => run?.status === "waiting" && run.waits[0]?.id !== first.run?.waits[0]?.id,
    );
    expect(again.run?.waits[0]?.value).toMatchObject({ problem: expect.stringContaining('"nobody"') });
    await bench.threads.answer(again.run?.waits[0]?.id ?? "", "Ada here.");
    const { messages, activeAgent } = await bench.threads.result(started);
    expect([messages.at(-1)?.text, activeAgent]).toEqual(["Ada here.", "clerk"]);
  });

  it("says which questions there are to an answer that nobody waits for", async () => {
    await expect(bench.threads.answer("sign_1none", { approve: true })).rejects.toMatchObject({
      code: "INTERRUPT_MISMATCH",
    });
  });

  it("begins a run once, however often it is started with one id", async () => {
    const runs = await Promise.all([1, 2, 3].map(() => bench.threads.start("once", "hello", { runId: "run-once" })));
    const results = await Promise.all(runs.map((run) => bench.threads.result(run)));
    expect(new Set(runs.map(({ invocationId }) => invocationId)).size).toBe(1);
    expect(results.map(({ messages }) => messages.length)).toEqual([2, 2, 2]);
  });
});

describe("tools of one message", () => {
  it("run side by side", async () => {
    const { messages } = await bench.threads.run("pair", "pair of tools");
    expect(messages.filter(({ type }) => type === "tool").map(({ text }) => text)).toEqual(["met a", "met b"]);
  });

  it("are waited for, each as long as it takes", async () => {
    const started = await bench.threads.start("uneven", "uneven tools");
    await until(() => bench.effects().includes("here nobody"));
    // Four times the engine's patience with a worker that says nothing.
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    bench.open();
    const { messages } = await bench.threads.result(started);
    expect(messages.filter(({ type }) => type === "tool").map(({ text }) => text)).toEqual(["lingered", "met nobody"]);
    expect(bench.effects().filter((line) => line === "lingers")).toHaveLength(1);
    bench.shut();
  });
});

describe("a run that is taken from its worker at every wait", () => {
  it("comes to the same as one that is not, also where tools run side by side", async () => {
    const restless = await startBench("Restless", { suspendAfterMs: 1 });
    try {
      const said = ["pair of tools", "pair again", "refund order 7", "hello"];
      const ends = (threads: SwarmThreads, prefix: string) =>
        Promise.all(
          said.map(async (text) => {
            const started = await threads.start(`${prefix} ${text}`, text);
            if (text.startsWith("refund")) await approveAll(threads, started);
            return plain((await threads.result(started)).messages);
          }),
        );
      expect(await ends(restless.threads, "restless")).toEqual(await ends(bench.threads, "calm"));
    } finally {
      await restless.close();
    }
  });
});

describe("runs of one thread", () => {
  it("are run one after the other, and lose no message", async () => {
    const said = ["four", "one", "three", "two"];
    await Promise.all(said.map((text) => bench.threads.run("serial", text)));
    const { messages } = await bench.threads.get("serial");
    const asked = messages.filter(({ type }) => type === "human").map(({ text }) => text);
    expect(asked.toSorted()).toEqual(said);
    // Each answer has seen all that was said before it.
    const lengths = messages.filter(({ type }) => type === "ai").map(({ text }) => /after (\d+)/.exec(text)?.[1]);
    expect(lengths).toEqual(["1", "3", "5", "7"]);
  });

  it.each(["interrupt", "rollback"] as const)("onBusy %s ends the one that has the thread", async (onBusy) => {
    const id = `busy-${onBusy}`;
    await bench.threads.run(id, "hello");
    const slow = await bench.threads.start(id, `slow ${id}`);
    await until(() => bench.effects().includes(`begun slow ${id}`));
    const next = bench.threads.run(id, "and now", { onBusy });
    await expect(bench.threads.result(slow)).rejects.toMatchObject({ code: "RUN_SUPERSEDED" });
    const { messages } = await next;
    expect(messages.filter(({ type }) => type === "human").map(({ text }) => text)).toEqual([
      "hello",
      `slow ${id}`,
      "and now",
    ]);
    expect(bench.effects()).not.toContain(`ended slow ${id}`);
  });

  it("onBusy reject refuses the second, at the door and where both came at a time", async () => {
    const slow = await bench.threads.start("reject", "slow reject");
    await until(() => bench.effects().includes("begun slow reject"));
    await expect(bench.threads.start("reject", "me too", { onBusy: "reject" })).rejects.toMatchObject({
      code: "THREAD_BUSY",
      retryable: true,
    });
    await bench.threads.cancel("reject");
    await bench.threads.result(slow).catch(() => undefined);
    const both = await Promise.allSettled(
      ["a", "b"].map((text) => bench.threads.run("door", text, { onBusy: "reject" })),
    );
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    expect(both.find(({ status }) => status === "rejected")).toMatchObject({ reason: { code: "THREAD_BUSY" } });
    expect((await bench.threads.get("door")).messages).toHaveLength(2);
  });
});

describe("a run under an id", () => {
  it("that was refused has not begun: it can be started again under its id, and then is one run", async () => {
    const threadId = "noch/ä mal";
    const start = (runId: string) => bench.threads.run(threadId, runId, { onBusy: "reject", runId });
    const both = await Promise.allSettled(["ä/1", "ö&1"].map(start));
    const refused = both[0]?.status === "rejected" ? "ä/1" : "ö&1";
    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    const asked = ({ messages }: Awaited<ReturnType<typeof start>>) =>
      messages.filter(({ type }) => type === "human").map(({ text }) => text);
    const end = await start(refused);
    expect(asked(end).at(-1)).toBe(refused);
    expect((await start(refused)).messages).toEqual(end.messages);
    expect(asked(await bench.threads.run(threadId, "never", { runId: refused }))).toEqual(asked(end));
    expect((await bench.threads.get(threadId)).messages).toHaveLength(4);
  });

  it.each(["reject", "interrupt", "rollback"] as const)(
    "that is under way is not in its own way, whatever is to become of others: %s",
    async (onBusy) => {
      const [threadId, runId] = [`own-${onBusy}`, `own-${onBusy}-run`];
      const first = await bench.threads.start(threadId, "refund order 7", { runId });
      await waiting(bench.threads, threadId);
      const again = await bench.threads.start(threadId, "refund order 7", { runId, onBusy });
      expect(again).toEqual(first);
      await approveAll(bench.threads, first);
      expect((await bench.threads.result(again)).messages.at(-1)?.text).toBe("v1: done.");
    },
  );
});

describe("a run that ends early", () => {
  it("is no busy thread once an operator has killed it", async () => {
    const { admin } = inject("restate");
    const slow = await bench.threads.start("killed", "slow killed");
    await until(() => bench.effects().includes("begun slow killed"));
    await fetch(`${admin}/invocations/${slow.invocationId}/kill`, { method: "PATCH" });
    await expect(bench.threads.result(slow)).rejects.toMatchObject({ code: expect.stringMatching(/^RUN_/) });
    const { messages } = await bench.threads.run("killed", "hello", { onBusy: "reject" });
    expect(messages.map(({ text }) => text)[0]).toBe("hello");
  });

  it("is cancelled in the middle of a model call, and keeps what was said; the thread goes on from there", async () => {
    const slow = await bench.threads.start("cancel", "slow cancel");
    await until(() => bench.effects().includes("begun slow cancel"));
    expect(await bench.threads.cancel("cancel")).toBe(true);
    await expect(bench.threads.result(slow)).rejects.toMatchObject({ code: "RUN_CANCELLED" });
    expect(await bench.threads.cancel("cancel")).toBe(false);
    expect((await bench.threads.get("cancel")).messages.map(({ text }) => text)).toEqual(["slow cancel"]);
    const { messages } = await bench.threads.run("cancel", "hello again");
    expect(messages.map(({ text }) => text).slice(0, 2)).toEqual(["slow cancel", "hello again"]);
  });

  it("is cancelled while it waits for an approval, and while it waits for its turn", async () => {
    const first = await bench.threads.start("cancel-wait", "refund order 9");
    await waiting(bench.threads, "cancel-wait");
    const second = await bench.threads.start("cancel-wait", "hello");
    expect(await bench.threads.cancel("cancel-wait", second)).toBe(true);
    // The engine keeps nothing of what it never began.
    await expect(bench.threads.result(second)).rejects.toMatchObject({ code: "RUN_UNKNOWN" });
    expect(await bench.threads.cancel("cancel-wait", first)).toBe(true);
    await expect(bench.threads.result(first)).rejects.toMatchObject({ code: "RUN_CANCELLED" });
    const types: string[] = [];
    for await (const { type } of bench.threads.events(first.runId)) types.push(type);
    expect(types.at(-1)).toBe("run.error");
  });

  it("retries a step with a back-off, and goes on", async () => {
    const { messages } = await bench.threads.run("flaky", "flaky");
    expect(messages.at(-1)?.text).toContain('heard "flaky"');
    expect(bench.effects().filter((line) => line === "fails")).toHaveLength(2);
  });

  it("fails with the model's code once the attempts are used up, and once for what will fail again", async () => {
    await expect(bench.threads.run("broken", "broken")).rejects.toMatchObject({
      code: "MODEL_TRANSIENT",
      retryable: true,
      agent: "triage",
      message: expect.stringMatching(/triage#1.*503/),
    });
    expect(bench.effects().filter((line) => line === "broken")).toHaveLength(4);
    await expect(bench.threads.run("wrong", "wrong")).rejects.toMatchObject({ code: "PROVIDER_REJECTED" });
    expect((await bench.threads.get("wrong")).messages.map(({ text }) => text)).toEqual(["wrong"]);
  });

  it("fails with ANSWER_TIMEOUT where nobody answers in time", async () => {
    const hasty = await startBench("Hasty", { answerTimeoutMs: 200 });
    try {
      await expect(hasty.threads.run("t", "refund order 7")).rejects.toMatchObject({ code: "ANSWER_TIMEOUT" });
      expect((await hasty.threads.get("t")).run).toBeNull();
    } finally {
      await hasty.close();
    }
  });
});
