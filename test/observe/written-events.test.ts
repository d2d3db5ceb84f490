import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { recordEvents, toJsonl } from "../../src/index.ts";
import type { SwarmEvent } from "../../src/index.ts";
import { Flattened, orLater } from "../../src/observe/flattened.ts";
import { answersTo, anyQuestions } from "./questions.ts";
import type { Question } from "./questions.ts";

/** How long something takes: nothing, or a number of ticks. It may fail. */
interface Taking {
  readonly ticks: number;
  readonly fails: boolean;
}

/** What each event and the end take, what each line takes, and what the events come from. */
interface Case {
  readonly events: readonly Taking[];
  readonly lines: readonly Taking[];
  /** An iterator of the caller's knows nothing of being over. */
  readonly from: "lists" | "iterator";
}

const eventAt = (seq: number) =>
  ({ type: "run.started", swarm: "s", resumed: false, runId: "r", seq, ts: 0, turn: 0 }) as unknown as SwarmEvent;

/** At once, or after some ticks. @throws where it is to fail, now or by its promise. */
function taken<T>({ ticks, fails }: Taking, name: string, value: T): T | Promise<T> {
  const done = () => {
    if (fails) throw new Error(`${name} failed`);
    return value;
  };
  if (ticks === 0) return done();
  const wait = async () => {
    for (let tick = 0; tick < ticks; tick += 1) await Promise.resolve();
    return done();
  };
  return wait();
}

const AT_ONCE: Taking = { ticks: 0, fails: false };

/** The events of a case and who writes them, with a log of what each was asked. */
function partsOf({ events, lines, from }: Case) {
  const log: string[] = [];
  let read = 0;
  let written = 0;
  const next = () => {
    log.push(`event ${read}`);
    read += 1;
    return taken(events[read - 1] ?? AT_ONCE, "event", read <= events.length ? [eventAt(read - 1)] : undefined);
  };
  const leave = async () => {
    log.push("leave");
    await Promise.resolve();
    log.push("left");
  };
  const iterator: AsyncIterator<SwarmEvent, void> = {
    async next() {
      const list = await next();
      return list === undefined ? { done: true, value: undefined } : { done: false, value: list[0] as SwarmEvent };
    },
    async return() {
      await leave();
      return { done: true, value: undefined };
    },
  };
  const lists = { more: (later: never) => orLater(next(), later), leave };
  const write = (line: string) => {
    written += 1;
    log.push(`writes ${line}`);
    const pending = taken(lines[written - 1] ?? AT_ONCE, "write", undefined);
    return pending?.then(() => void log.push("written"));
  };
  return {
    log,
    write,
    events: from === "lists" ? new Flattened<SwarmEvent>(lists) : { [Symbol.asyncIterator]: () => iterator },
  };
}

/** What a generator makes of the same. */
async function* generated({ events, write }: ReturnType<typeof partsOf>): AsyncGenerator<SwarmEvent, void> {
  const [header] = toJsonl([eventAt(0)]);
  const [emptyHeader] = toJsonl([]);
  let isBegun = false;
  for await (const event of events) {
    if (!isBegun) await write(`${header}\n`);
    isBegun = true;
    await write(`${JSON.stringify(event)}\n`);
    yield event;
  }
  if (!isBegun) await write(`${emptyHeader}\n`);
}

describe("the events of a recording", () => {
  const anyTaking = fc.record({ ticks: fc.nat({ max: 3 }), fails: fc.integer({ max: 9, min: 0 }).map((n) => n === 0) });
  const anyCase: fc.Arbitrary<Case> = fc.record({
    events: fc.array(anyTaking, { maxLength: 6 }),
    lines: fc.array(anyTaking, { maxLength: 6 }),
    from: fc.constantFrom("lists", "iterator"),
  });

  it("are answered as a generator would that writes each before it gives it", async () => {
    await fc.assert(
      fc.asyncProperty(anyCase, anyQuestions, async (run, rest) => {
        // A generator that was never asked anything does not know what it is left by.
        const questions: Question[] = ["next", ...rest];
        const [mine, other] = [partsOf(run), partsOf(run)];
        const expected = await answersTo(questions, generated(other));
        expect(await answersTo(questions, recordEvents(mine.events, mine.write))).toEqual(expected);
        expect(mine.log).toEqual(other.log);
      }),
      { numRuns: 2000 },
    );
  });

  it("are not left a second time", async () => {
    const parts = partsOf({ events: [AT_ONCE, AT_ONCE], lines: [], from: "lists" });
    const events = recordEvents(parts.events, parts.write);
    for await (const event of events) if (event.seq === 0) break;
    expect(await events.return()).toEqual({ done: true, value: undefined });
    expect(await events.next()).toEqual({ done: true, value: undefined });
    expect(parts.log.filter((line) => line === "leave")).toHaveLength(1);
  });

  it("take no tick more than who asks where nothing is waited for", async () => {
    const parts = partsOf({ events: [AT_ONCE, AT_ONCE], lines: [], from: "lists" });
    const events = recordEvents(parts.events, parts.write);
    const heard: unknown[] = [];
    for (let at = 0; at < 3; at += 1) void events.next().then(({ done }) => heard.push(done));
    await Promise.resolve();
    expect(heard).toEqual([false, false, true]);
  });

  it.each([
    ["an event", { events: [{ ticks: 2, fails: false }], lines: [] }],
    ["its line", { events: [], lines: [AT_ONCE, { ticks: 2, fails: false }] }],
  ])("take no tick more either once %s that was waited for is there", async (_, taking) => {
    const parts = partsOf({ from: "lists", ...taking, events: [...taking.events, AT_ONCE, AT_ONCE] });
    const events = recordEvents(parts.events, parts.write);
    await events.next();
    let heard: unknown;
    void events.next().then(({ value }) => (heard = value));
    await Promise.resolve();
    expect(heard).toEqual(eventAt(1));
  });
});
