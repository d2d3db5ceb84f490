import { MemorySaver } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SwarmAgent, SwarmError, swarmEvents } from "../../src/index.ts";
import type { Agents, SwarmEvent } from "../../src/index.ts";
import { echo, says } from "../support.ts";
import { eventsOf, playing } from "./run.ts";

const anyCall = fc.oneof(
  fc.record({ handoff: fc.constantFrom("a0", "a1", "a2", "ghost") }),
  fc.record({ tool: fc.constant("echo"), args: fc.constant({ text: "once more" }) }),
  fc.record({ tool: fc.constantFrom("echo", "ghost"), rawArgs: fc.constant("{oops") }),
);

const anyStep = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      text: fc.constantFrom("", "Let me see what it is."),
      calls: fc.array(anyCall, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.constantFrom("", "A final answer, at last.").map((text) => ({ text, calls: [] })) },
  { weight: 1, arbitrary: fc.constant("fail" as const) },
  { weight: 1, arbitrary: fc.constant("cut" as const) },
);

const anyPlan = fc.record({
  steps: fc.array(anyStep, { minLength: 1, maxLength: 10 }),
  returns: fc.boolean(),
  onLimit: fc.constantFrom("answer", "throw"),
  granularity: fc.constantFrom("hops" as const, "messages" as const, "tokens" as const),
  approval: fc.boolean(),
});

type Plan = typeof anyPlan extends fc.Arbitrary<infer T> ? T : never;

/** A swarm of three whose models play one script over and over. Each built anew does the same. */
function build({ steps, returns, onLimit, approval }: Plan) {
  const model = playing(steps);
  const retry = { initialDelayMs: 0, maxAttempts: 2 };
  const agents: Agents = {
    a0: { model, retry, tools: [echo], canHandoffTo: ["a1", { to: "a2", returns }] },
    a1: { model, retry, canHandoffTo: ["a0", { to: "a2", requiresApproval: approval }] },
    a2: { model, retry, tools: [echo] },
  };
  const swarm = new SwarmAgent({ entry: "a0", agents, limits: { maxTurns: 8, onLimit } });
  return swarm.compile({ checkpointer: new MemorySaver() });
}

/** Which event closes which, and what tells two of a kind apart. */
const PAIRS: readonly { opens: string; closes: readonly string[]; key: (event: SwarmEvent) => unknown }[] = [
  { opens: "run.started", closes: ["run.done", "run.error", "run.interrupted"], key: () => "" },
  { opens: "agent.started", closes: ["agent.done", "agent.error"], key: ({ agent }) => agent },
  { opens: "message.started", closes: ["message.done", "message.error"], key: (event) => "id" in event && event.id },
  { opens: "tool.started", closes: ["tool.done", "tool.error"], key: (event) => "callId" in event && event.callId },
  { opens: "handoff.started", closes: ["handoff.done", "handoff.error"], key: (event) => "id" in event && event.id },
  { opens: "model.started", closes: ["model.done", "model.error"], key: (event) => "call" in event && event.call },
];

function expectBalanced(events: readonly SwarmEvent[]): void {
  for (const { opens, closes, key } of PAIRS) {
    const open = new Set<unknown>();
    for (const event of events) {
      if (event.type === opens) {
        expect(open, `${opens} twice`).not.toContain(key(event));
        open.add(key(event));
      } else if (closes.includes(event.type)) {
        expect(open, `${event.type} without ${opens}`).toContain(key(event));
        open.delete(key(event));
      }
    }
    expect([...open], `${opens} is never closed`).toEqual([]);
  }
}

/** Within an agent's time only its own messages and tools are told, and one agent acts at a time. */
function expectOrdered(events: readonly SwarmEvent[]): void {
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index));
  expect(events[0]?.type).toBe("run.started");
  let acting: string | undefined;
  for (const { type, agent } of events) {
    if (type === "agent.started") {
      expect(acting).toBeUndefined();
      acting = agent;
    } else if (type === "agent.done" || type === "agent.error") {
      expect(agent).toBe(acting);
      acting = undefined;
    } else if (/^(?:message|reasoning|tool|model)\.|^usage$/.test(type)) expect(agent).toBe(acting);
    else if (type === "handoff.done") expect(acting).toBeUndefined();
  }
}

function essence(state: Awaited<ReturnType<ReturnType<typeof build>["invoke"]>>): unknown {
  return {
    keys: Object.keys(state).toSorted(),
    messages: state.messages.map(({ type, text, name }) => [type, name, text]),
    activeAgent: state.activeAgent,
    handoffs: state.handoffs.map(({ from, to, status }) => [from, to, status]),
    outcome: { ...state.outcome, messageId: "" },
  };
}

/** Why a run failed. An answer that breaks off has only begun where somebody listens to its tokens. */
function causeOf(error: unknown): string {
  const { code } = error as SwarmError;
  return code === "STREAM_INTERRUPTED" ? "MODEL_TRANSIENT" : code;
}

describe("any run of any swarm", () => {
  it(
    "[I16][I17][I18][B132] is told balanced and in order, the same each time, to the state that invoke comes to",
    { timeout: 120_000 },
    async () => {
      const config = { configurable: { thread_id: "t" } };
      await fc.assert(
        fc.asyncProperty(anyPlan, async (plan) => {
          const { granularity } = plan;
          const options = { ...config, granularity, modelCalls: true };
          const run = swarmEvents(build(plan), says(), options);
          const { events, error } = await eventsOf(run);
          expectBalanced(events);
          expectOrdered(events);
          const again = await eventsOf(swarmEvents(build(plan), says(), options));
          expect(again.events.map(({ type, agent }) => [type, agent])).toEqual(
            events.map(({ type, agent }) => [type, agent]),
          );
          const invoked = await build(plan)
            .invoke(says(), config)
            .catch((thrown: unknown) => thrown);
          if (error === undefined) {
            expect(essence(await run.result)).toEqual(essence(invoked as Awaited<typeof run.result>));
          } else {
            expect(events.at(-1)).toMatchObject({ type: "run.error", code: (error as SwarmError).code });
            expect(causeOf(invoked)).toBe(causeOf(error));
          }
          for (const event of events) {
            if (event.type !== "message.done" || granularity !== "tokens") continue;
            const pieces = events.flatMap((one) =>
              one.type === "message.delta" && one.id === event.id ? [one.text] : [],
            );
            expect(pieces.join("")).toBe(event.text);
          }
          const hops = events.filter(({ type }) => type === "handoff.done");
          const ledger = events.at(-1);
          if (ledger?.type === "run.done") expect(hops).toHaveLength(ledger.handoffs.length);
        }),
        { numRuns: 80 },
      );
    },
  );

  it(
    "[F73][I18] is told balanced to the sinks wherever the loop is left, and the thread takes the next message",
    { timeout: 60_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(anyPlan, fc.nat(30), async (plan, last) => {
          const graph = build(plan);
          const config = { configurable: { thread_id: "t" } };
          const published: SwarmEvent[] = [];
          const run = swarmEvents(graph, says(), { ...config, publish: [(event) => void published.push(event)] });
          try {
            for await (const { seq } of run) if (seq === last) break;
          } catch (error) {
            expect(error).toBeInstanceOf(SwarmError);
          }
          expectBalanced(published);
          await graph.invoke(says("next"), config).catch((error: unknown) => {
            expect((error as SwarmError).code).not.toBe("THREAD_BUSY");
          });
        }),
        { numRuns: 50 },
      );
    },
  );
});
