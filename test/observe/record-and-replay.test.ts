import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { fromJsonl, recordEvents, replay, SwarmAgent, SwarmError, swarmEvents, toJsonl } from "../../src/index.ts";
import type { SwarmErrorCode, SwarmEvent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says } from "../support.ts";
import { eventsOf } from "./run.ts";

const pair = () =>
  new SwarmAgent({
    name: "pair",
    entry: "a",
    agents: {
      a: { model: scriptedModel().handoff("b", { reason: "why not" }), canHandoffTo: ["b"] },
      b: { model: scriptedModel().say("Here\nI am."), canHandoffTo: [] },
    },
  });

/** A run of the pair, as it was heard and as it was written. */
async function recorded(swarm = pair()): Promise<{ events: SwarmEvent[]; written: string[] }> {
  const written: string[] = [];
  const run = swarmEvents(swarm.compile(), says());
  const { events } = await eventsOf(recordEvents(run, (line) => void written.push(line)));
  return { events, written };
}

const codeOf = (read: () => unknown): SwarmErrorCode | undefined => {
  try {
    read();
  } catch (error) {
    return (error as SwarmError).code;
  }
  return undefined;
};

describe("a recording", () => {
  it("[I16] replays to the events that were heard, from lines, a text, and pieces of a file", async () => {
    const { events, written } = await recorded();
    const text = written.join("");
    async function* pieces() {
      for (let at = 0; at < text.length; at += 100) yield await Promise.resolve(text.slice(at, at + 100));
    }
    for (const source of [written, text, pieces()]) expect((await eventsOf(replay(source))).events).toEqual(events);
    expect(fromJsonl(text).events).toEqual(events);
  });

  it("begins with the swarm as it was: agents, edges, a drawing, and a hash that stands for them", async () => {
    const { written } = await recorded();
    const { header } = fromJsonl(written);
    expect(header).toMatchObject({
      format: "swarmgraph-events",
      version: 1,
      swarm: "pair",
      entry: "a",
      agents: [{ name: "a", tools: [] }, { name: "b" }],
      edges: [{ from: "a", to: "b" }],
      mermaid: pair().toMermaid(),
    });
    const other = new SwarmAgent({ name: "pair", entry: "a", agents: { a: { model: scriptedModel() } } });
    expect(fromJsonl(toJsonl([], { definition: pair().definition })).header.hash).toBe(header.hash);
    expect(fromJsonl(toJsonl([], { definition: other.definition })).header.hash).not.toBe(header.hash);
  });

  it("begins with the name that the run went by, whatever other recordings of the swarm begin with", () => {
    const { definition } = pair();
    const started = (swarm: string) => ({ type: "run.started", swarm, resumed: false }) as unknown as SwarmEvent;
    const headers = ["pair", "couple", "pair", "pair"].map((swarm) => toJsonl([started(swarm)], { definition })[0]);
    expect(headers.map((header) => (JSON.parse(header ?? "") as { swarm: string }).swarm)).toEqual([
      "pair",
      "couple",
      "pair",
      "pair",
    ]);
    expect(new Set(headers).size).toBe(2);
  });

  it("is written before it is heard, and also of a run that fails", async () => {
    const model = scriptedModel().fail(Object.assign(new Error("no"), { status: 400 }));
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model } } });
    const written: string[] = [];
    const run = recordEvents(swarmEvents(swarm.compile(), says()), async (line) => {
      await Promise.resolve();
      written.push(line);
    });
    let heard = 0;
    const reading = (async () => {
      for await (const event of run) {
        heard += 1;
        expect(written.at(-1)).toBe(`${JSON.stringify(event)}\n`);
      }
    })();
    await expect(reading).rejects.toBeInstanceOf(SwarmError);
    expect(written).toHaveLength(heard + 1);
    expect(fromJsonl(written).events.at(-1)?.type).toBe("run.error");
  });

  it.each<[string, (line: string) => void | Promise<void>]>([
    [
      "at once",
      () => {
        throw new Error("the disk is full");
      },
    ],
    [
      "later",
      async () => {
        await Promise.resolve();
        throw new Error("the disk is full");
      },
    ],
  ])("that cannot be written ends the run: what write throws, %s, comes from the loop", async (_, write) => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Done.") } } });
    const run = swarmEvents(swarm.compile(), says());
    const recording = recordEvents(run, write);
    await expect(recording.next()).rejects.toThrow("the disk is full");
    await expect(run.result).rejects.toThrow("left");
    expect(await recording.next()).toEqual({ done: true, value: undefined });
  });

  it("is made of any source: one whose promises are none of this realm's, one that cannot be left", async () => {
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Done.") } } });
    const { events } = await eventsOf(swarmEvents(swarm.compile(), says()));
    const later = runInNewContext("(answer) => Promise.resolve(answer)") as (answer: unknown) => unknown;
    const of = (wrap: (answer: IteratorResult<SwarmEvent>) => unknown, leave = {}) => ({
      [Symbol.asyncIterator]: () => {
        const all = events.values();
        return { next: () => wrap(all.next()), ...leave } as unknown as AsyncIterator<SwarmEvent>;
      },
    });
    for (const source of [of(later), of((answer) => answer)]) {
      const written: string[] = [];
      const heard: SwarmEvent[] = [];
      for await (const event of recordEvents(source, (line) => void written.push(line))) heard.push(event);
      expect(heard).toEqual(events);
      expect(written).toHaveLength(events.length + 1);
    }
    const full = () => {
      throw new Error("the disk is full");
    };
    const unleavable = of(later, { return: () => Promise.reject(new Error("it cannot be left")) });
    await expect(recordEvents(unleavable, full).next()).rejects.toThrow("the disk is full");
  });

  it("that is left ends the run, and one that was never read begins none", async () => {
    const model = scriptedModel().say("Done.");
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile();
    const run = swarmEvents(graph, says());
    const written: string[] = [];
    for await (const event of recordEvents(run, (line) => void written.push(line))) if (event.seq === 0) break;
    await expect(run.result).rejects.toThrow("left");
    expect(written).toHaveLength(2);
    const unread = recordEvents(swarmEvents(graph, says()), (line) => void written.push(line));
    expect(await unread.return()).toEqual({ done: true, value: undefined });
    expect(written).toHaveLength(2);
    expect(model.calls).toHaveLength(0);
  });

  it("that was cut off in its last line replays without it", async () => {
    const { events, written } = await recorded();
    const text = written.join("").slice(0, -20);
    expect(fromJsonl(text).events).toEqual(events.slice(0, -1));
  });

  it.each<[string, string]>([
    ["of another version", '{"format":"swarmgraph-events","version":2,"swarm":"s"}'],
    ["of another format", '{"format":"something","version":1}'],
    ["that is no JSON", "<html>"],
    ["that is empty", ""],
    ["that has no header", '{"type":"run.started","seq":0,"ts":1,"runId":"r","turn":0}'],
    ["with a line that is no event", `${toJsonl([])[0]}\n{"hello":1}`],
    ["with a broken line in the middle", `${toJsonl([])[0]}\n{"type":"run\n{"type":"run.done"}`],
  ])("%s is refused with RECORDING_INCOMPATIBLE", async (_name, text) => {
    expect(codeOf(() => fromJsonl(text))).toBe("RECORDING_INCOMPATIBLE");
    const { error } = await eventsOf(replay(text));
    expect(error).toMatchObject({
      code: "RECORDING_INCOMPATIBLE",
      message: expect.stringMatching(/cannot be read: it|line/),
    });
  });
});
