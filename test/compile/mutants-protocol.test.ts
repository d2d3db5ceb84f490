import type { ProtocolEvent } from "@langchain/langgraph";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SwarmAgent, swarmTransformer } from "../../src/index.ts";
import type { SwarmEvent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";

afterEach(() => void vi.restoreAllMocks());

describe("a transformer's reading of LangGraph's protocol", () => {
  interface Said {
    readonly method?: string;
    readonly namespace?: readonly string[];
    readonly data: unknown;
  }

  const ROOT: readonly string[] = [];
  const began: Said = {
    method: "custom",
    namespace: ROOT,
    data: { payload: { type: "agent.started", agent: "a", turn: 1 } },
  };

  /** What is told of a protocol's events: those of agent `a`'s model, where nothing else is said. */
  function told(said: readonly Said[]): Record<string, unknown>[] {
    const transformer = swarmTransformer({ runId: "r", now: () => 0 })();
    const { swarm } = transformer.init() as { swarm: { push(event: SwarmEvent): void } };
    const seen: SwarmEvent[] = [];
    vi.spyOn(swarm, "push").mockImplementation((event) => void seen.push(event));
    for (const { method = "messages", namespace = ["a:1", "call:2"], data } of [began, ...said]) {
      transformer.process?.({ method, params: { namespace, node: "model", data } } as unknown as ProtocolEvent);
    }
    return seen.slice(2).map((event) => ({ ...event }));
  }

  const start: Said = { data: { run_id: "m", event: "message-start", id: "1" } };
  const finish = (usage?: object): Said => ({
    data: { run_id: "m", event: "message-finish", ...(usage && { usage }) },
  });
  const delta = (part: object, run = "m"): Said => ({
    data: { run_id: run, event: "content-block-delta", delta: part },
  });
  const ofType = (events: Record<string, unknown>[], type: string) => events.filter((event) => event["type"] === type);

  it("tells text and reasoning of a message that began, and of no other", () => {
    const events = told([
      delta({ type: "text-delta", text: "early" }),
      start,
      delta({ type: "text-delta", text: "Hi" }),
      delta({ type: "text-delta" }),
      delta({ type: "reasoning-delta", reasoning: "hm" }),
      delta({ type: "reasoning-delta" }),
      delta({ type: "other-delta", text: "no" }),
      delta({ type: "text-delta", text: "other" }, "n"),
      finish(),
      delta({ type: "text-delta", text: "late" }),
    ]);
    expect(events.map(({ type, id, text }) => [type, id, text])).toEqual([
      ["message.started", "1", undefined],
      ["message.delta", "1", "Hi"],
      ["reasoning.delta", "1", "hm"],
    ]);
  });

  it("begins a message before its first word, also one without an id", () => {
    expect(told([start]).map(({ type, id }) => [type, id])).toEqual([["message.started", "1"]]);
    const nameless: Said = { data: { run_id: "m", event: "message-start" } };
    expect(told([nameless]).map(({ type, id }) => [type, id])).toEqual([["message.started", ""]]);
  });

  it("tells nothing of a model that is not the agent's", () => {
    const elsewhere = { namespace: ["b:1"] };
    expect(
      told([
        { ...start, ...elsewhere },
        { ...delta({ type: "text-delta", text: "Hi" }), ...elsewhere },
      ]),
    ).toEqual([]);
    const unnamed = { namespace: ROOT };
    expect(
      ofType(
        told([
          { ...start, ...unnamed },
          { ...finish({ input_tokens: 1 }), ...unnamed },
        ]),
        "usage",
      ),
    ).toMatchObject([{ agent: "" }]);
  });

  it.each([
    [
      { input_tokens: 3, output_tokens: 2 },
      { input: 3, output: 2, total: 5 },
    ],
    [
      { input_tokens: 3, output_tokens: 2, total_tokens: 9 },
      { input: 3, output: 2, total: 9 },
    ],
    [{}, { input: 0, output: 0, total: 0 }],
  ])("tells the usage %j once a message is over", (usage, tokens) => {
    expect(ofType(told([start, finish(usage)]), "usage")).toMatchObject([{ agent: "a", tokens }]);
    expect(ofType(told([start, finish(usage), finish(usage)]), "usage")).toHaveLength(1);
    expect(told([finish(usage)])).toEqual([]);
  });

  it("reads what the root says of its state, and no graph within it", () => {
    const asks = { node: "__interrupt__", values: [{ id: "1", value: { type: "approval", from: "a", to: "b" } }] };
    const done = (namespace: readonly string[]): Said => ({
      method: "custom",
      namespace,
      data: { payload: { type: "agent.started", agent: "b", turn: 2 } },
    });
    expect(told([done(ROOT)]).map(({ type, agent, turn }) => [type, agent, turn])).toEqual([
      ["agent.done", "a", 2],
      ["agent.started", "b", 2],
    ]);
    expect(told([done(["a:1"])])).toEqual([]);
    expect(told([{ method: "tasks", namespace: ROOT, data: asks }])).toEqual([]);
  });
});

describe("a transformer's run", () => {
  const run = { method: "custom", data: { payload: { type: "agent.started", agent: "a", turn: 1 } } };
  const text = [
    { method: "messages", data: { run_id: "m", event: "message-start", id: "1" } },
    {
      method: "messages",
      data: { run_id: "m", event: "content-block-delta", delta: { type: "text-delta", text: "Hi" } },
    },
  ];

  /** The events of a run that ends so, and what the transformer said to each piece of the protocol. */
  function ran(options: object, how: "finalize" | "fail" | "none", pieces: readonly object[] = [run, ...text]) {
    const transformer = swarmTransformer({ runId: "r", now: () => 0, ...options })();
    const { swarm } = transformer.init() as { swarm: { push(event: SwarmEvent): void } };
    const seen: SwarmEvent[] = [];
    vi.spyOn(swarm, "push").mockImplementation((event) => void seen.push(event));
    const goesOn = pieces.map((piece) => {
      const { method, data } = piece as { method: string; data: unknown };
      const namespace = method === "messages" ? ["a:1"] : [];
      return transformer.process?.({ method, params: { namespace, node: "a", data } } as unknown as ProtocolEvent);
    });
    if (how === "finalize") void transformer.finalize?.();
    if (how === "fail") void transformer.fail?.(new Error("no"));
    return { seen, types: seen.map(({ type }) => type), goesOn };
  }

  it("is of the swarm that it is told of, else of one without a name", () => {
    const { definition } = new SwarmAgent({ name: "desk", entry: "a", agents: { a: { model: scriptedModel() } } });
    expect(ran({}, "none").seen[0]).toMatchObject({ type: "run.started", swarm: "swarm", resumed: false });
    expect(ran({ definition }, "none").seen[0]).toMatchObject({ swarm: "desk" });
    expect(ran({ resumed: true }, "none").seen[0]).toMatchObject({ resumed: true });
  });

  it("leaves the protocol to whoever else reads it", () => {
    expect(ran({}, "none").goesOn).toEqual([true, true, true]);
  });

  it.each([
    ["tokens", true],
    [undefined, true],
    ["messages", false],
  ])("tells tokens with the granularity %s: %s", (granularity, has) => {
    expect(ran({ granularity }, "none").types.includes("message.delta")).toBe(has);
  });

  it("begins and ends also where nothing came between", () => {
    expect(ran({}, "finalize", []).types).toEqual(["run.started", "run.done"]);
    expect(ran({}, "fail", []).types).toEqual(["run.started", "run.error"]);
  });

  it("closes what is open as it ended", () => {
    expect(ran({}, "finalize").types.slice(-3)).toEqual(["message.error", "agent.done", "run.done"]);
    expect(ran({}, "fail").types.slice(-3)).toEqual(["message.error", "agent.error", "run.error"]);
    const asks = { method: "updates", data: { node: "__interrupt__", values: [{ id: "1", value: "Which?" }] } };
    expect(ran({}, "finalize", [run, asks]).types.slice(-1)).toEqual(["run.interrupted"]);
  });
});
