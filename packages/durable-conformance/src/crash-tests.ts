import { expect, it } from "vitest";
import { turn, turnsOf } from "./stage.ts";
import type { Stage } from "./stage.ts";
import { EFFECTS, nameOf } from "./swarm.ts";
import type { SuiteContext } from "./thread-tests.ts";
import { GONE } from "./worker.ts";
import type { Worker } from "./worker.ts";

const PLACES = ["model", "before", "after"] as const;

/** Processes that die, that sleep, and that come back. */
export function crashTests({ stage, lacks }: SuiteContext): void {
  it.skipIf(lacks.processes).each(PLACES)(
    "[F65][I12] a kill -9 at the place '%s' costs nothing: the run ends as one that nobody killed",
    async (place) => {
      const text = `pay 1 ${place}`;
      const first = await stage().start(0);
      const killed = first.tell({ do: "ask", threadId: "killed", id: "q", text });
      await first.held(`q ${place}`);
      first.signal("SIGKILL");
      expect(await killed).toEqual({ error: GONE });
      const other = await others(stage());
      const { value, error } = await other.tell({ do: "ask", threadId: "killed", id: "q", text });
      expect([value?.text, error]).toEqual([`${text}: pay 1 is done, echo 1 is done`, undefined]);
      await other.tell({ do: "ask", threadId: "whole", id: "q", text });
      const logs = ["killed", "whole"].map((threadId) => other.tell({ do: "log", threadId }));
      const [log, whole] = await Promise.all(logs);
      expect(log?.value).toEqual(whole?.value);
      expect(stage().world.done("killed")).toHaveLength(1);
    },
  );

  it.skipIf(lacks.processes)("does with a call of unknown outcome what its tool declares", async () => {
    const places = ["before", "after"] as const;
    const cases = EFFECTS.flatMap((effects) => places.map((place) => ({ effects, name: nameOf(effects), place })));
    const asks = cases.map(({ name, place }) => {
      const threadId = `${name}-${place}`;
      return { do: "ask", threadId, id: `q-${threadId}`, text: `${name} 1 ${place}` } as const;
    });
    const first = await stage().start(0);
    for (const ask of asks) void first.tell(ask);
    await Promise.all(asks.map(({ id, threadId }) => first.held(`${id} ${threadId.split("-")[1]}`)));
    first.signal("SIGKILL");
    const other = await others(stage());
    const ended = await Promise.all(asks.map((ask) => other.tell(ask)));
    const came: Record<string, unknown> = {};
    for (const [index, { threadId, text }] of asks.entries()) {
      let reply = ended[index];
      const [call] = reply?.value?.waits ?? [];
      if (call !== undefined) {
        const replies = { [call.callId]: { result: "seen to by hand" } };
        reply = await other.tell({ do: "answer", threadId, id: `a-${threadId}`, replies });
      }
      const said = reply?.value?.text.replace(`${text}: `, "") ?? reply?.message;
      came[threadId] = [call?.name, said, stage().world.done(threadId).length];
    }
    const expected = cases.map(({ effects, name, place }) => {
      const before = place === "after" ? 1 : 0;
      const policy = effects.onUnknownOutcome;
      const again = [undefined, `${name} 1 is done, echo 1 is done`, before + 1];
      const never = [undefined, expect.stringMatching(/^Error: .* is not run again\., echo 1 is done$/u), before];
      const asked = [name, "seen to by hand, echo 1 is done", before];
      return [`${name}-${place}`, policy === "retry" ? again : policy === "fail" ? never : asked];
    });
    expect(came).toEqual(Object.fromEntries(expected));
  });

  it.skipIf(lacks.processes).each(["model", "before"] as const)(
    "[F33] a process that is frozen at the place '%s' and wakes up late changes nothing",
    async (place) => {
      const text = `pay 1 ${place}`;
      const threadId = "t";
      const first = await stage().start(0);
      const late = first.tell({ do: "ask", threadId, id: "q", text });
      await first.held(`q ${place}`);
      first.signal("SIGSTOP");
      const other = await others(stage());
      const { value } = await other.tell({ do: "ask", threadId, id: "q", text });
      expect(value?.text).toBe(`${text}: pay 1 is done, echo 1 is done`);
      first.signal("SIGCONT");
      await first.tell({ do: "go on", place: `q ${place}` });
      await late;
      const log = await other.tell({ do: "log", threadId });
      expect(turnsOf(log.value ?? [])).toEqual([
        turn("pay 1").replaceAll("pay 1 ->", `${text} ->`).replace("-> pay 1:", `-> ${text}:`),
      ]);
      expect(stage().world.done(threadId)).toHaveLength(1);
      const next = await other.tell({ do: "ask", threadId, id: "q2", text: "pay 2" });
      expect(next.value?.text).toBe("pay 2: pay 2 is done, echo 2 is done");
    },
  );

  it.skipIf(lacks.processes)("[I13] takes the answer to a question that was asked before a restart", async () => {
    const threadId = "t";
    const asker = await stage().start(0);
    const asked = await asker.tell({ do: "ask", threadId, id: "q", text: "refund 1" });
    expect(asked.value?.waits.map(({ name }) => name)).toEqual(["refund"]);
    await asker.end();
    const later = await stage().start(0);
    const replies = { [asked.value?.waits[0]?.callId ?? ""]: { approve: true } } as const;
    const { value } = await later.tell({ do: "answer", threadId, id: "a", replies });
    expect(value?.text).toBe("refund 1: refund 1 is done, echo 1 is done");
    expect(stage().world.done(threadId)).toHaveLength(1);
  });
}

/** Somebody else, beside one that takes the place of the first: an engine may give a run to either. */
async function others(stage: Stage): Promise<Worker> {
  const [other] = await Promise.all([stage.start(1), stage.start(0)]);
  return other;
}
