import { readFile } from "node:fs/promises";
import { fromJsonl, swarmEvents } from "swarmgraph";
import type { SwarmEvent } from "swarmgraph";
import { describe, expect, it } from "vitest";
import { answerOf, kindOf, resumeOf } from "../page/answers.js";
import { chatOf } from "../page/chat-state.js";
import { cutRuns, nameOf, reduceRuns } from "../page/runs-state.js";
import type { FollowedRun } from "../page/runs-state.js";
import { parseRecording, toRecording } from "../page/recording.js";
import { cutOff, edgeKey, initialView, reduce, reduceAll } from "../page/state.js";
import { summaryOf } from "../page/summary.js";
import { supportDesk } from "./support-desk.ts";

const golden = new URL("../../../test/observe/golden/approval.jsonl", import.meta.url);

async function deskEvents(): Promise<SwarmEvent[]> {
  const events: SwarmEvent[] = [];
  const input = { messages: [{ role: "user", content: "I was charged twice." }] };
  const run = swarmEvents(supportDesk(), input as never, { configurable: { thread_id: "t" } });
  for await (const event of run) events.push(event);
  return events;
}

describe("the runs of the feed", () => {
  const at = { ts: 1, turn: 1 };
  const started = (runId: string, more: object = {}): SwarmEvent =>
    ({ ...at, seq: 0, runId, type: "run.started", swarm: "s", resumed: false, ...more }) as SwarmEvent;

  const runsOf = (events: readonly SwarmEvent[]): readonly FollowedRun[] => {
    let runs: readonly FollowedRun[] = [];
    for (const event of events) runs = reduceRuns(runs, event);
    return runs;
  };

  it("are told by thread, the one that began last first, and each as the page's own would be", async () => {
    const events = await deskEvents();
    const other = [started("r1", { input: "Hi" }), started("r2", { threadId: "t2" })];
    const runs = runsOf([...other, ...events]);
    expect(runs.map(({ key }) => key)).toEqual(["t", "t2", "r1"]);
    expect(runs[0]?.events).toEqual(events);
    expect(runs[0]?.view).toEqual(reduceAll(initialView(), events));
    const again = reduceRuns(runs, started("r3", { threadId: "t2" }));
    expect(again.map(({ key, runId }) => [key, runId])).toEqual([
      ["t2", "r3"],
      ["t", runs[0]?.runId],
      ["r1", "r1"],
    ]);
    expect(runs.map(nameOf)).toEqual(["I was charged twice. (waiting, refunds)", "t2 (running)", "Hi (running)"]);
  });

  it("are kept up to a number, and are stopped once nobody tells of them", () => {
    const ids = Array.from({ length: 30 }, (_, index) => `r${index}`);
    const runs = runsOf(ids.map((id) => started(id)));
    expect(runs.map(({ key }) => key)).toEqual(ids.toReversed().slice(0, 20));
    const seen = runs[19];
    expect(
      seen && reduceRuns(runs, { ...at, seq: 1, runId: seen.runId, type: "agent.started", agent: "a" }),
    ).toHaveLength(20);
    expect(new Set(cutRuns(runs).map(({ view }) => view.status))).toEqual(new Set(["stopped"]));
  });
});

describe("the page's state", () => {
  it("lights the active agent, the taken edges and the refused one", async () => {
    const view = reduceAll(initialView(), await deskEvents());
    expect(view.active).toBe("refunds");
    expect(view.statuses).toMatchObject({ triage: "done", billing: "done", refunds: "waiting" });
    expect(view.edges[edgeKey("triage", "billing")]).toMatchObject({ taken: 1, refused: 0, last: "taken" });
    expect(view.edges[edgeKey("billing", "refunds")]).toMatchObject({ taken: 1, last: "taken" });
    expect(view.edges[edgeKey("billing", "payouts")]).toMatchObject({ taken: 0, refused: 1, last: "refused" });
    expect(view.handoffs).toBe(2);
  });

  it("shows the talk in order, with reasons, arguments and results", async () => {
    const { chat } = reduceAll(initialView(), await deskEvents());
    expect(chat.map(({ kind, status, text, tool }) => [kind, status ?? text, tool].filter(Boolean).join(" "))).toEqual([
      "user I was charged twice.",
      "message Let me get someone who can see your bill.",
      "handoff done",
      "message I am looking at your order.",
      "tool done find_order",
      "handoff refused",
      "handoff done",
      "tool waiting refund",
    ]);
    expect(chat[2]).toMatchObject({ from: "triage", to: "billing", reason: "Charged twice for one order" });
    expect(chat[4]).toMatchObject({ args: { order: "A-1042" }, agent: "billing" });
    expect(new Set(chat.map(({ key }) => key)).size).toBe(chat.length);
  });

  it("counts tokens by agent and model, and closes every span when the run stops", async () => {
    const { tokens, timeline } = reduceAll(initialView(), await deskEvents());
    expect(tokens.map(({ agent, calls }) => [agent, calls])).toEqual([
      ["triage", 1],
      ["billing", 3],
      ["refunds", 1],
    ]);
    expect(timeline.spans.filter(({ end }) => end === undefined)).toEqual([]);
    expect(timeline.hops.map(({ status }) => status)).toEqual(["done", "refused", "done"]);
  });

  it("goes through a stop, an answer and the end, and leaves the time between runs out", async () => {
    const { header, events } = fromJsonl(await readFile(golden, "utf8"));
    const stops = events.flatMap(({ type }, index) => (type === "run.interrupted" ? [index + 1] : []));
    const stopped = reduceAll(initialView(header), events.slice(0, stops[0]));
    expect(stopped).toMatchObject({ status: "waiting", active: "clerk", statuses: { clerk: "waiting" } });
    expect(stopped.interrupts).toHaveLength(1);
    const done = reduceAll(initialView(header), events);
    expect(done).toMatchObject({ status: "done", active: "refunds", interrupts: [], handoffs: 1 });
    expect(done.statuses).toEqual({ clerk: "done", refunds: "done" });
    expect(done.chat.find(({ tool }) => tool === "read_card")).toMatchObject({
      status: "answered",
      result: "4 digits",
    });
    const later = events.map((event) => (event.runId === "run-1" ? event : { ...event, ts: event.ts + 3_600_000 }));
    expect(reduceAll(initialView(header), later).timeline.now).toBe(done.timeline.now);
    expect(done.checkpoints).toHaveLength(new Set(done.checkpoints.map(({ id }) => id)).size);
  });

  it("changes nothing in place: the same events come to the same view from any place", async () => {
    const events = await deskEvents();
    const views = [initialView()];
    for (const event of events) views.push(reduce(views.at(-1) ?? initialView(), event));
    expect(views.map((_, index) => reduceAll(initialView(), events.slice(0, index)))).toEqual(views);
  });

  it("tells that a message was asked for again by taking it back", () => {
    const at = { ts: 1, runId: "r", turn: 1, agent: "a" };
    const view = reduceAll(initialView(), [
      { ...at, seq: 0, type: "message.started", id: "m" },
      { ...at, seq: 1, type: "message.delta", id: "m", text: "Hel" },
      { ...at, seq: 2, type: "message.error", id: "m", reason: "replaced" },
      { ...at, seq: 3, type: "run.error", code: "RUN_FAILED", message: "no way", retryable: false, resumable: true },
    ]);
    expect(view.chat).toMatchObject([{ kind: "notice", tone: "error", title: "RUN_FAILED", text: "no way" }]);
    expect(view).toMatchObject({ status: "failed", error: { code: "RUN_FAILED" } });
  });

  it("says which guardrail tripped, who is asked, and what a tool found", () => {
    const at = { ts: 1, runId: "r", turn: 1, agent: "a" };
    const tripped = { ...at, seq: 0, type: "guardrail.tripped", guardrail: "no bombs", stage: "input" } as const;
    const events: SwarmEvent[] = [
      { ...tripped, reason: "bombs", action: "end" },
      {
        ...at,
        seq: 1,
        type: "human.requested",
        id: "i",
        name: "Ann",
        canHandoffTo: [],
        handoff: { from: "b", reason: "why" },
      },
      { ...at, seq: 2, type: "tool.found", tool: "search", callId: "c", references: [{ title: "Prices" }], files: [] },
      { ...at, seq: 3, type: "handoff.pending", id: "m:c", from: "a", to: "b", callId: "c", reason: "bill" },
    ];
    expect(events.map((event) => summaryOf(event))).toEqual([
      "no bombs (input): bombs",
      "Ann is asked: why",
      "search: 1 sources, 0 files",
      "a → b: bill",
    ]);
    const { chat } = reduceAll(initialView(), events);
    expect(chat[0]).toMatchObject({ kind: "notice", tone: "guardrail", title: "Guardrail: no bombs", text: "bombs" });
  });

  it("does not take a target that a model made up for an agent", () => {
    const at = { ts: 1, runId: "r", turn: 1, agent: "a", from: "a", id: "m:c", callId: "c" };
    const view = reduceAll(initialView(), [
      { ...at, seq: 0, type: "handoff.refused", to: "nobody", code: "HANDOFF_UNKNOWN_TARGET" },
      { ...at, seq: 1, type: "handoff.done", to: "b" },
    ]);
    expect(view.agents).toEqual(["a", "b"]);
    const cut = reduceAll(view, [
      { ...at, seq: 2, id: "n", type: "handoff.started", to: "b", reason: "why" },
      { ...at, seq: 3, id: "n", type: "handoff.error", to: "b", reason: "ended" },
    ]);
    expect(cut.chat.at(-1)).toMatchObject({ status: "error", reason: "why" });
    expect(view.edges[edgeKey("a", "nobody")]).toMatchObject({ refused: 1 });
  });

  it("closes what is open when the run is cut off", async () => {
    const events = await deskEvents();
    const inTool = events.findIndex(({ type }) => type === "tool.started");
    const inText = events.findIndex(({ type }) => type === "message.delta");
    const [text, tool] = [inText, inTool].map((index) => cutOff(reduceAll(initialView(), events.slice(0, index + 1))));
    expect(text).toMatchObject({ status: "stopped", statuses: { triage: "failed" } });
    expect(text?.chat.at(-1)).toMatchObject({ kind: "message", isOpen: false, isCut: true });
    expect(tool?.chat.at(-1)).toMatchObject({ kind: "tool", status: "stopped" });
    expect([...(text?.timeline.spans ?? []), ...(tool?.timeline.spans ?? [])].map(({ end }) => end)).not.toContain(
      undefined,
    );
  });

  it("reads a stored thread back as the same talk", async () => {
    const view = reduceAll(initialView(), await deskEvents());
    const shape = (items: readonly { kind: string; status?: unknown }[]) =>
      items.map(({ kind, status }) => [kind, status]);
    expect(shape(chatOf(view.values))).toEqual(shape(view.chat));
  });

  it("has one line for every event", async () => {
    const { events } = fromJsonl(await readFile(golden, "utf8"));
    const lines = [...(await deskEvents()), ...events].map((event) => summaryOf(event));
    expect(lines.every((line) => typeof line === "string")).toBe(true);
    expect(lines).toContain("triage → billing: Charged twice for one order");
  });
});

describe("the page's answers", () => {
  const handoff = { id: "i", value: { type: "handoff.approval", from: "a", to: "b" } };
  const tools = {
    value: {
      type: "tool.request",
      calls: [
        { callId: "c1", needs: "approval" },
        { callId: "c2", needs: "result" },
      ],
    },
  };
  const human = { value: { type: "human.request" } };

  it.each([
    [handoff, { decision: "approve" }, { approve: true }],
    [handoff, { decision: "deny", reason: " no " }, { approve: false, reason: "no" }],
    [handoff, { decision: "deny" }, { approve: false }],
    [handoff, { decision: "redirect", to: "c" }, { to: "c" }],
    [handoff, {}, undefined],
    [tools, { calls: { c1: { decision: "approve" } } }, undefined],
    [
      tools,
      { calls: { c1: { decision: "deny", reason: "not now" }, c2: { result: "4", isError: true } } },
      { c1: { approve: false, reason: "not now" }, c2: { result: "4", isError: true } },
    ],
    [human, { text: " Hello " }, "Hello"],
    [human, { text: "yours", to: "b" }, { handoffTo: "b", reason: "yours" }],
    [human, { text: " " }, undefined],
    [{ value: 1 }, { text: '{"a":1}' }, { a: 1 }],
    [{ value: 1 }, { text: "plain" }, "plain"],
  ])("of %j, filled in as %j, is %j", (interrupt, filled, answer) => {
    expect(answerOf(interrupt, filled)).toEqual(answer);
  });

  it("go by id where the questions have ids", () => {
    expect([handoff, tools, human, { value: null }].map((one) => kindOf(one))).toEqual([
      "handoff",
      "tools",
      "human",
      "other",
    ]);
    expect(resumeOf([handoff], [{ approve: true }])).toEqual({ i: { approve: true } });
    expect(resumeOf([human], ["Hello"])).toBe("Hello");
  });
});

describe("the page's recordings", () => {
  it("are read and written as the library's", async () => {
    const text = await readFile(golden, "utf8");
    const { header, events } = parseRecording(text);
    expect({ header, events }).toEqual(fromJsonl(text));
    expect(toRecording(header, events)).toBe(text);
    expect(parseRecording(`${text}{"type":"run.st`).events).toHaveLength(events.length);
  });

  it("that are none are refused with a sentence", async () => {
    const text = await readFile(golden, "utf8");
    expect(() => parseRecording("hello")).toThrow("no recording");
    expect(() => parseRecording(text.replace('"version":1', '"version":9'))).toThrow("version 9");
    expect(() => parseRecording(text.replace('{"type":"run.started"', '{"kind":"x"'))).toThrow("Line 2");
  });
});
