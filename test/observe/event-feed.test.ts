import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventFeed, SwarmAgent, swarmEvents } from "../../src/index.ts";
import type { EventFeed, FollowOptions } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says } from "../support.ts";

/** What a reader gets who takes so many. */
async function take<E>(
  feed: EventFeed<E>,
  count: number,
  options?: FollowOptions,
): Promise<{ id: string; event: E }[]> {
  const taken: { id: string; event: E }[] = [];
  if (count === 0) return taken;
  for await (const one of feed.follow(options)) {
    taken.push(one);
    if (taken.length === count) break;
  }
  return taken;
}

const events = (taken: readonly { event: unknown }[]) => taken.map(({ event }) => event);

describe("createEventFeed", () => {
  it("gives each reader what is kept, then what comes", async () => {
    const feed = createEventFeed<string>();
    expect(feed.last).toBeUndefined();
    feed.publish("a");
    const readers = [take(feed, 3), take(feed, 3)];
    feed.publish("b");
    feed.publish("c");
    for (const reader of readers) expect(events(await reader)).toEqual(["a", "b", "c"]);
    expect((await take(feed, 3)).at(-1)?.id).toBe(feed.last);
  });

  it("goes on behind an id without a gap, and from the oldest behind one of another feed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 1, max: 10 }),
        fc.nat(),
        async (count, keep, at) => {
          const feed = createEventFeed<number>({ keep });
          const ids: string[] = [];
          for (let event = 0; event < count; event += 1) {
            feed.publish(event);
            ids.push(feed.last ?? "");
          }
          const oldest = Math.max(0, count - keep);
          const all = Array.from({ length: count - oldest }, (_, index) => oldest + index);
          expect(events(await take(feed, all.length))).toEqual(all);
          const place = at % count;
          const rest = all.filter((event) => event > place);
          expect(events(await take(feed, rest.length, { after: ids[place] }))).toEqual(rest);
          const other = createEventFeed<number>();
          other.publish(0);
          for (const after of [other.last, "", "x", `${ids[0]?.split("-")[0]}-99`]) {
            expect(events(await take(feed, all.length, { after }))).toEqual(all);
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it("lets a slow reader miss the oldest instead of holding them", async () => {
    const feed = createEventFeed<number>({ keep: 2 });
    feed.publish(0);
    const reader = feed.follow();
    expect((await reader.next()).value).toMatchObject({ event: 0 });
    for (const event of [1, 2, 3, 4]) feed.publish(event);
    expect((await reader.next()).value).toMatchObject({ event: 3 });
    expect((await reader.next()).value).toMatchObject({ event: 4 });
  });

  it("ends a reader with its signal, also one that waits", async () => {
    const feed = createEventFeed<number>();
    const left = new AbortController();
    const waiting = feed.follow({ signal: left.signal }).next();
    left.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
    feed.publish(1);
    expect((await feed.follow({ signal: left.signal }).next()).done).toBe(true);
  });

  it("takes the events of runs, as one of their sinks", async () => {
    const feed = createEventFeed();
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } });
    const told: unknown[] = [];
    const run = swarmEvents(swarm.compile(), says(), { publish: [feed.publish] });
    for await (const event of run) told.push(event);
    expect(events(await take(feed, told.length))).toEqual(told);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses to keep %d events", (keep) => {
    expect(() => createEventFeed({ keep })).toThrow(RangeError);
  });
});
