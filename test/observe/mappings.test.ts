import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import {
  agUiMapper,
  fromJsonl,
  jsonlMapper,
  mapEvents,
  openAIChunksMapper,
  sequenceMapper,
  terminalMapper,
  toAgUi,
  toOpenAIChunks,
  toSequence,
  toTerminal,
} from "../../src/index.ts";
import type { AgUiEvent, EventMapper, SwarmEvent } from "../../src/index.ts";
import { recordings } from "./recordings.ts";

const golden = (file: string) => new URL(`golden/${file}`, import.meta.url).pathname;

/** The events of a recording as it is kept. */
async function eventsOf(name: string): Promise<readonly SwarmEvent[]> {
  return fromJsonl(await readFile(golden(`${name}.jsonl`), "utf8")).events;
}

const asJson = (items: readonly unknown[]) => `${items.map((item) => JSON.stringify(item)).join("\n")}\n`;
const asText = (lines: readonly string[]) => `${lines.join("\n")}\n`;

describe.each(Object.keys(recordings))("the run %j", (name) => {
  it("[I16] is told as it was recorded", async () => {
    await expect(await recordings[name]?.()).toMatchFileSnapshot(golden(`${name}.jsonl`));
  });

  it.each<[string, string, (events: readonly SwarmEvent[]) => string]>([
    ["AG-UI", "ag-ui.jsonl", (events) => asJson(toAgUi(events))],
    ["OpenAI's chunks", "open-ai.jsonl", (events) => asJson(toOpenAIChunks(events, { model: "support-swarm" }))],
    ["lines for a terminal", "terminal.txt", (events) => asText(toTerminal(events, { width: 60 }))],
    ["coloured lines", "color.txt", (events) => asText(toTerminal(events, { width: 40, color: true }))],
    ["a sequence diagram", "sequence.mmd", (events) => asText(toSequence(events))],
  ])("as %s", async (_what, file, map) => {
    await expect(map(await eventsOf(name))).toMatchFileSnapshot(golden(`${name}.${file}`));
  });

  it("is mapped the same as it comes and once it is there", async () => {
    const events = await eventsOf(name);
    async function* stream() {
      for (const event of events) yield await Promise.resolve(event);
    }
    const mappers: (() => EventMapper<unknown>)[] = [
      agUiMapper,
      jsonlMapper,
      () => openAIChunksMapper({ model: "m" }),
      terminalMapper,
      sequenceMapper,
    ];
    for (const mapper of mappers) {
      const mapped: unknown[] = [];
      for await (const item of mapEvents(stream(), mapper())) mapped.push(item);
      expect(mapped).toEqual(mapEvents(events, mapper()));
      expect(mapped.length).toBeGreaterThan(2);
    }
  });
});

describe("AG-UI", () => {
  const PAIRS: Readonly<Record<string, readonly [string, (event: AgUiEvent) => unknown]>> = {
    STEP_STARTED: ["STEP_FINISHED", (event) => "stepName" in event && event.stepName],
    TEXT_MESSAGE_START: ["TEXT_MESSAGE_END", (event) => "messageId" in event && event.messageId],
    TOOL_CALL_START: ["TOOL_CALL_END", (event) => "toolCallId" in event && event.toolCallId],
    REASONING_START: ["REASONING_END", (event) => "messageId" in event && event.messageId],
    REASONING_MESSAGE_START: ["REASONING_MESSAGE_END", (event) => "messageId" in event && event.messageId],
  };

  it.each(Object.keys(recordings))("of the run %j closes what it opens, within each run", async (name) => {
    const open = new Set<string>();
    for (const event of toAgUi(await eventsOf(name))) {
      for (const [start, [end, key]] of Object.entries(PAIRS)) {
        if (event.type === start) {
          expect(open).not.toContain(`${start} ${String(key(event))}`);
          open.add(`${start} ${String(key(event))}`);
        }
        if (event.type === end) expect(open.delete(`${start} ${String(key(event))}`)).toBe(true);
      }
      if (event.type.startsWith("RUN_")) expect([...open]).toEqual([]);
    }
  });

  it("tells the state so that a page that follows it has what the run comes to", async () => {
    const events = await eventsOf("approval");
    let state: Readonly<Record<string, unknown>> = {};
    for (const event of toAgUi(events)) {
      if (event.type === "STATE_SNAPSHOT") {
        // Where checkpoints told it already, the end is no news.
        if (Object.keys(state).length > 1) expect(event.snapshot).toEqual(state);
        state = event.snapshot;
      }
      for (const { path, value } of event.type === "STATE_DELTA" ? event.delta : [])
        state = { ...state, [path.slice(1)]: value };
    }
    const { messages: _messages, ...values } = (events.at(-1) as SwarmEvent & { type: "run.done" }).values;
    expect(state).toEqual(values);
  });

  it("says of a run that was left that it was cancelled, and of a recording that breaks off that it does", async () => {
    const [started] = await eventsOf("refund");
    const left = { ...started, type: "run.error", code: "ABORTED", message: "left", retryable: false, resumable: true };
    expect(toAgUi([started, left] as SwarmEvent[]).at(-1)).toMatchObject({ outcome: { type: "cancelled" } });
    expect(toAgUi([started] as SwarmEvent[]).at(-1)).toMatchObject({ type: "RUN_ERROR", code: "CUT_OFF" });
  });
});

describe("OpenAI's chunks", () => {
  it("end a turn that a guardrail ended with content_filter", async () => {
    const events = await eventsOf("refund");
    const last = events.at(-1) as SwarmEvent & { type: "run.done" };
    const ended = { ...last, outcome: { ...last.outcome, kind: "guardrail" } } as SwarmEvent;
    const reasons = (all: readonly SwarmEvent[]) =>
      toOpenAIChunks(all, { model: "m" }).flatMap((chunk) =>
        "choices" in chunk ? chunk.choices.flatMap((choice) => choice.finish_reason ?? []) : [],
      );
    expect(reasons([...events.slice(0, -1), ended])).toEqual(["content_filter"]);
    expect(reasons(events)).toEqual(["stop"]);
  });
});

describe("lines for a terminal", () => {
  it("hold nothing that steers one, and none is wider than it may be", async () => {
    const [, agent] = await eventsOf("refund");
    const text = `\u001b[2J\u0007wipe\u009b1m ${"long".repeat(40)} \u202eevil`;
    const said = { ...agent, type: "message.done", id: "m", messageId: "m", text, calls: [] } as unknown as SwarmEvent;
    const lines = toTerminal([said], { width: 30 });
    // oxlint-disable-next-line no-control-regex -- these are what is meant
    expect(lines.join("\n")).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(30);
    expect(lines.join("")).toContain("wipe");
  });
});
