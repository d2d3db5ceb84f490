import { expect, it } from "vitest";
import { turn, turnsOf } from "./stage.ts";
import type { Ability, Stage } from "./stage.ts";

/** How a suite gets its stage, and what it leaves out. */
export interface SuiteContext {
  readonly stage: () => Stage;
  readonly lacks: Readonly<Partial<Record<Ability, string>>>;
}

const threadId = "t";

/** One thread, and everybody who wants it. */
export function threadTests({ stage, lacks }: SuiteContext): void {
  it("[F32][I14] answers four that come to one thread at once, one after the other", async () => {
    const workers = [await stage().start(0), ...(lacks.processes === undefined ? [await stage().start(1)] : [])];
    const orders = ["pay 1", "pay 2", "pay 3", "pay 4"];
    const answers = await Promise.all(
      orders.map((text, index) =>
        workers[index % workers.length]?.tell({ do: "ask", threadId, id: `q${index}`, text, onBusy: "enqueue" }),
      ),
    );
    expect(answers.map((answer) => answer?.error)).toEqual(orders.map(() => undefined));
    const turns = turnsOf((await workers[0]?.tell({ do: "log", threadId }))?.value ?? []);
    expect(turns.toSorted()).toEqual(orders.map(turn));
    expect(stage().world.done(threadId)).toHaveLength(4);
  });

  it("says the same thing once, however often it is asked", async () => {
    const worker = await stage().start(0);
    const ask = { do: "ask", threadId, id: "q", text: "pay 1" } as const;
    const first = await worker.tell(ask);
    expect(first.error).toBeUndefined();
    expect(await worker.tell(ask)).toEqual(first);
    expect(turnsOf((await worker.tell({ do: "log", threadId })).value ?? [])).toEqual([turn("pay 1")]);
    expect(stage().world.done(threadId)).toHaveLength(1);
  });

  it("goes on after a run that its caller ended", async () => {
    const worker = await stage().start(0);
    const ended = worker.tell({ do: "ask", threadId, id: "q1", text: "pay 1 model" });
    await worker.held("q1 model");
    await worker.tell({ do: "cancel", id: "q1" });
    await worker.tell({ do: "go on", place: "q1 model" });
    expect((await ended).error).toBeDefined();
    const { value } = await worker.tell({ do: "ask", threadId, id: "q2", text: "pay 2" });
    expect(value?.text).toBe("pay 2: pay 2 is done, echo 2 is done");
    expect(stage().world.done(threadId)).toHaveLength(1);
  });

  it.skipIf(lacks.reject)("refuses who comes second, where that is what they ask for", async () => {
    const worker = await stage().start(0);
    const first = worker.tell({ do: "ask", threadId, id: "q1", text: "pay 1 model" });
    await worker.held("q1 model");
    const second = await worker.tell({ do: "ask", threadId, id: "q2", text: "pay 2", onBusy: "reject" });
    expect(second.error).toBe("THREAD_BUSY");
    await worker.tell({ do: "go on", place: "q1 model" });
    expect((await first).value?.text).toBe("pay 1 model: pay 1 is done, echo 1 is done");
    expect(stage().world.done(threadId)).toHaveLength(1);
  });

  it.skipIf(lacks.takeover).each(["interrupt", "rollback"] as const)(
    "%s: ends the run that has the thread, and keeps what its user said",
    async (onBusy) => {
      const worker = await stage().start(0);
      const first = worker.tell({ do: "ask", threadId, id: "q1", text: "pay 1 model" });
      await worker.held("q1 model");
      // Not before: an engine may give a run to either of two that are there.
      const other = lacks.processes === undefined ? await stage().start(1) : worker;
      const second = other.tell({ do: "ask", threadId, id: "q2", text: "pay 2", onBusy });
      expect((await first).error).toBe("RUN_SUPERSEDED");
      await worker.tell({ do: "go on", place: "q1 model" });
      expect((await second).value?.text).toBe("pay 2: pay 2 is done, echo 2 is done");
      expect(turnsOf((await other.tell({ do: "log", threadId })).value ?? [])).toEqual(["pay 1 model", turn("pay 2")]);
      expect(stage().world.done(threadId)).toHaveLength(1);
    },
  );

  it.skipIf(lacks.history)("goes on from an old state, and keeps the way that it left", async () => {
    const worker = await stage().start(0);
    for (const number of [1, 2]) await worker.tell({ do: "ask", threadId, id: `q${number}`, text: `pay ${number}` });
    const fork = { do: "fork", threadId, id: "q3", text: "pay 3", before: "q2" } as const;
    expect((await worker.tell(fork)).value?.text).toBe("pay 3: pay 3 is done, echo 3 is done");
    const log = (await worker.tell({ do: "log", threadId })).value ?? [];
    expect(turnsOf(log)).toEqual([turn("pay 1"), turn("pay 3")]);
    const branches = (await worker.tell({ do: "branches", threadId })).value;
    expect(branches).toEqual(expect.arrayContaining([["q1"], ["q1", "q2"], ["q1", "q3"]]));
  });
}
