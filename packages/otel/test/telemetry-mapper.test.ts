import fc from "fast-check";
import { mapEvents } from "swarmgraph";
import type { SwarmEvent, SwarmEventBody } from "swarmgraph";
import { describe, expect, it } from "vitest";
import { telemetryMapper } from "../src/index.ts";
import type { Telemetry } from "../src/index.ts";
import { modelsOf } from "../src/models-of.ts";

type Body = SwarmEventBody & { readonly agent?: string };

/** Bodies as a run's events, a second apart. */
function events(...bodies: readonly Body[]): SwarmEvent[] {
  return bodies.map((body, seq) => ({ seq, ts: (seq + 1) * 1000, runId: "r", turn: 1, ...body }));
}

const told = (...bodies: readonly Body[]) => mapEvents(events(...bodies), telemetryMapper());
const starts = (items: readonly Telemetry[]) => items.filter((item) => item.kind === "start");
const ends = (items: readonly Telemetry[]) => items.filter((item) => item.kind === "end");
/** The model calls among spans, as they ended. */
const chats = (items: readonly Telemetry[]) => ends(items).filter(({ span }) => span.startsWith("chat:"));

const tokens = (input: number) => ({ input, output: 1, total: input + 1 });
const begin: Body[] = [
  { type: "run.started", swarm: "s", resumed: false },
  { type: "agent.started", agent: "a" },
];
const usage = (input: number): Body => ({ type: "usage", agent: "a", model: "m", tokens: tokens(input) });

describe("model calls", () => {
  it("[B141] whose message was replaced say so, each with its own tokens", () => {
    const items = told(
      ...begin,
      { type: "message.started", agent: "a", id: "1" },
      usage(5),
      { type: "message.error", agent: "a", id: "1", reason: "replaced" },
      { type: "message.started", agent: "a", id: "2" },
      usage(7),
      { type: "message.done", agent: "a", id: "2", messageId: "2", text: "", calls: [] },
    );
    expect(
      chats(items).map(({ name, attributes }) => [
        name,
        attributes["gen_ai.usage.input_tokens"],
        attributes["swarmgraph.message.replaced"],
      ]),
    ).toEqual([
      ["chat m", 5, true],
      ["chat m", 7, undefined],
    ]);
  });

  it("[B141] whose message was never told have a span as long as they took", () => {
    const items = told(...begin, usage(5), usage(7), { type: "agent.done", agent: "a" });
    expect(chats(items).map(({ time, attributes }) => [time, attributes["gen_ai.usage.input_tokens"]])).toEqual([
      [3000, 5],
      [4000, 7],
    ]);
  });

  it("[B141] that are told have one span, not another one of their messages", () => {
    const items = told(
      ...begin,
      { type: "model.started", agent: "a", call: "1", hash: "h", prompt: ["human: Hi"] },
      { type: "message.started", agent: "a", id: "1" },
      { type: "model.done", agent: "a", call: "1", text: "Hi", calls: [] },
      usage(5),
      { type: "message.done", agent: "a", id: "1", messageId: "1", text: "Hi", calls: [] },
    );
    expect(chats(items)).toEqual([
      {
        kind: "end",
        span: "chat:1",
        name: "chat m",
        time: 5000,
        attributes: {
          "gen_ai.usage.input_tokens": 5,
          "gen_ai.usage.output_tokens": 1,
          "gen_ai.response.model": "m",
        },
      },
    ]);
  });

  it("[B141] that fail and are made again fail by themselves", () => {
    const items = told(
      ...begin,
      { type: "model.started", agent: "a", call: "1", hash: "h", prompt: [] },
      { type: "model.error", agent: "a", call: "1", message: "busy" },
      { type: "model.started", agent: "a", call: "2", hash: "h", prompt: [] },
      { type: "model.done", agent: "a", call: "2", text: "Hi", calls: [] },
    );
    expect(chats(items).map(({ error }) => error)).toEqual([{ type: "MODEL_FAILED" }, undefined]);
  });
});

describe("handoffs", () => {
  it("[B141] back to the caller link like those forth", () => {
    const items = told(
      ...begin,
      { type: "agent.done", agent: "a" },
      { type: "handoff.returned", agent: "b", id: "1", from: "a", to: "b" },
      { type: "agent.started", agent: "b" },
    );
    const returned = {
      "swarmgraph.handoff.from": "a",
      "swarmgraph.handoff.to": "b",
      "swarmgraph.handoff.status": "returned",
    };
    expect(starts(items).at(-1)?.links).toEqual([{ span: "agent:1", attributes: returned }]);
  });

  it("[B141] that the run's end cut off are told of who would have handed over", () => {
    const items = told(
      ...begin,
      { type: "handoff.started", agent: "a", id: "1", from: "a", to: "b", callId: "c" },
      { type: "handoff.error", agent: "a", id: "1", from: "a", to: "b", callId: "c", reason: "ended" },
      { type: "agent.error", agent: "a", reason: "ended" },
      { type: "run.error", code: "ABORTED", message: "stop", retryable: false, resumable: true },
    );
    expect(items.find((item) => item.kind === "event")).toMatchObject({
      span: "agent:1",
      attributes: { "swarmgraph.handoff.status": "error" },
    });
    expect(ends(items).map(({ error }) => error?.type)).toEqual(["ABORTED", "ABORTED"]);
  });
});

describe("any events", () => {
  const name = fc.constantFrom("a", "b");
  const id = fc.constantFrom("1", "2");
  const body: fc.Arbitrary<Body> = fc.oneof(
    fc.constant<Body>({ type: "run.started", swarm: "s", resumed: false }),
    fc.record({ type: fc.constantFrom("agent.started" as const, "agent.done" as const), agent: name }),
    fc.record({ type: fc.constant("message.started" as const), agent: name, id }),
    fc.record({ type: fc.constant("message.error" as const), agent: name, id, reason: fc.constant("ended" as const) }),
    fc.record({
      type: fc.constant("model.started" as const),
      agent: name,
      call: id,
      hash: id,
      prompt: fc.constant([]),
    }),
    fc.record({ type: fc.constant("model.error" as const), agent: name, call: id, message: id }),
    fc.record({ type: fc.constant("tool.started" as const), agent: name, tool: name, callId: id, args: id }),
    fc.record({ type: fc.constant("tool.done" as const), agent: name, tool: name, callId: id, result: id }),
    fc.record({ type: fc.constant("handoff.done" as const), id, from: name, to: name, callId: id }),
    fc.record({ type: fc.constant("usage" as const), agent: name, tokens: fc.constant(tokens(1)) }),
    fc.constant<Body>({ type: "run.error", code: "ABORTED", message: "", retryable: false, resumable: true }),
  );

  it("[B141] end what they begin, once, even where they are out of order", () => {
    fc.assert(
      fc.property(fc.array(body, { maxLength: 30 }), (bodies) => {
        const open = new Set<string>();
        for (const item of told(...bodies)) {
          if (item.kind === "start") {
            if (open.has(item.span)) throw new Error(`${item.span} begins twice`);
            open.add(item.span);
          } else if (item.kind === "end" && !open.delete(item.span)) throw new Error(`${item.span} ends twice`);
        }
        expect([...open]).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});

describe("the model of an agent", () => {
  const definition = (model: unknown) => ({ agents: new Map([["a", { spec: { model } }]]), options: {} }) as never;

  it.each([
    [
      { getLsParams: () => ({ ls_provider: "mistral", ls_model_name: "small" }) },
      { name: "small", provider: "mistral_ai" },
    ],
    [{ getLsParams: () => ({ ls_provider: "openai" }) }, { provider: "openai" }],
    [
      {
        getLsParams: () => {
          throw new Error("no");
        },
      },
      undefined,
    ],
    [{}, {}],
    [() => "chosen later", undefined],
  ])("[B141] is what %o says of itself", (model, identity) => {
    expect(modelsOf(definition(model))("a")).toEqual(identity);
  });

  it("[B141] is unknown without a definition", () => {
    expect(modelsOf(undefined)("a")).toBeUndefined();
  });
});
