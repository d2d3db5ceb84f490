import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent, SwarmError } from "../../src/index.ts";
import type { Agents } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedCall, ScriptedStep } from "../../src/testing/index.ts";
import { says } from "../support.ts";
import { expectValidPrompt } from "./valid-prompt.ts";

/** What one call of a model may be, good or bad. */
const anyCall = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("handoff" as const), to: fc.nat(6) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("tool" as const), of: fc.nat(6) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("malformed" as const), of: fc.nat(6) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("unknown" as const),
      name: fc.constantFrom("ghost", "transfer_to_ghost", "__proto__", "constructor", "Transfer_To_a0"),
    }),
  },
);

/** What a model may do in one turn. */
const anyTurn = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("calls" as const),
      text: fc.constantFrom("", "well"),
      calls: fc.array(anyCall, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("say" as const), text: fc.constantFrom("answer", "") }) },
  { weight: 1, arbitrary: fc.constant({ kind: "fail" as const }) },
);

type Turn = typeof anyTurn extends fc.Arbitrary<infer T> ? T : never;

const anySwarm = fc.integer({ min: 1, max: 5 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    edges: fc.array(
      fc.option(fc.subarray(Array.from({ length: size }, (_, index) => index)), { nil: undefined, freq: 3 }),
      { minLength: size, maxLength: size },
    ),
    tooled: fc.array(fc.boolean(), { minLength: size, maxLength: size }),
    script: fc.array(anyTurn, { minLength: 1, maxLength: 14 }),
    policy: fc.constantFrom("first-valid" as const, "first" as const),
    onLimit: fc.constantFrom("answer", "throw", "a0"),
    returns: fc.boolean(),
  }),
);

type Plan = typeof anySwarm extends fc.Arbitrary<infer T> ? T : never;

/** Builds a swarm to a plan; all agents share one script, and every call of tool and model is recorded. */
function build(plan: Plan) {
  const ran: { tool: string; callId: string }[] = [];
  const prompts: BaseMessage[][] = [];
  const name = (index: number) => `a${index % plan.size}`;
  const toolOf = (index: number) =>
    tool(
      (_input, config) => {
        ran.push({ tool: `tool_${index}`, callId: String((config as unknown as { toolCallId: string }).toolCallId) });
        return `result ${index}`;
      },
      { name: `tool_${index}`, schema: z.object({}) },
    );
  const toCall = (call: Extract<Turn, { kind: "calls" }>["calls"][number]): ScriptedCall => {
    if (call.kind === "handoff") return { handoff: name(call.to) };
    if (call.kind === "tool") return { tool: `tool_${call.of % plan.size}`, args: {} };
    if (call.kind === "malformed") return { tool: `tool_${call.of % plan.size}`, rawArgs: "{oops" };
    return { tool: call.name, args: {} };
  };
  let turn = 0;
  const model = scriptedModel()
    .reply(({ messages }): ScriptedStep | string => {
      prompts.push([...messages]);
      const step = plan.script[turn % plan.script.length] as Turn;
      turn += 1;
      if (step.kind === "say") return step.text;
      if (step.kind === "fail") return { kind: "fail", error: Object.assign(new Error("scripted"), { status: 400 }) };
      return { kind: "message", text: step.text, calls: step.calls.map(toCall) };
    })
    .repeat();
  const agents: Agents = Object.fromEntries(
    Array.from({ length: plan.size }, (_, index) => {
      const targets = plan.edges[index]?.map(name).filter((to) => to !== name(index));
      const canHandoffTo = targets && [...new Set(targets)].map((to) => ({ to, returns: plan.returns && index === 0 }));
      return [
        name(index),
        { model, ...(plan.tooled[index] && { tools: [toolOf(index)] }), ...(canHandoffTo && { canHandoffTo }) },
      ];
    }),
  );
  const limits = { maxTurns: 12, onLimit: plan.onLimit };
  const swarm = new SwarmAgent({ entry: "a0", agents, limits, severalHandoffs: plan.policy });
  return { swarm, ran, prompts, agents };
}

/** Runs a plan and gives what can be observed of it, whichever way it ended. */
async function observe(plan: Plan, how: "invoke" | "stream") {
  const parts = build(plan);
  const graph = parts.swarm.compile({ checkpointer: new MemorySaver() });
  const config = { configurable: { thread_id: "t" } };
  let error: unknown;
  try {
    if (how === "invoke") await graph.invoke(says(), config);
    else
      for await (const _chunk of await graph.stream(says(), {
        ...config,
        streamMode: ["updates", "messages", "custom"],
      }))
        continue;
  } catch (thrown) {
    error = thrown;
  }
  const { values } = await graph.getState(config);
  return {
    ...parts,
    graph,
    config,
    error,
    state: values as {
      messages: BaseMessage[];
      activeAgent: string;
      handoffs: { from: string; to: string; status: string; messageId: string }[];
      outcome: unknown;
    },
  };
}

/** A state without what differs between two runs: ids and times. */
function essence(state: {
  messages: BaseMessage[];
  activeAgent: string;
  handoffs: readonly { from: string; to: string; status: string }[];
  outcome: unknown;
}) {
  return {
    messages: state.messages.map((message) => [
      message.type,
      message.text,
      (message as AIMessage).tool_calls?.map(({ name }) => name),
    ]),
    activeAgent: state.activeAgent,
    handoffs: state.handoffs.map(({ from, to, status }) => [from, to, status]),
    outcome: { ...(state.outcome as object), messageId: undefined },
  };
}

describe("any swarm with any model", () => {
  it("[I01][I02][I03][I04][I06][I08][I10][I11][I19] keeps its promises", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anySwarm, async (plan) => {
        const { swarm, ran, prompts, agents, error, state } = await observe(plan, "invoke");
        // Every run ends with a typed outcome, or with an error of ours.
        if (error === undefined)
          expect(state.outcome).toMatchObject({ kind: expect.stringMatching(/answered|empty|limit/) });
        else expect(error).toBeInstanceOf(SwarmError);
        // Every transition is an edge of the definition, and what is not an agent is never active.
        const definition = swarm.definition;
        for (const { from, to, status } of state.handoffs) {
          if (status === "done") expect(definition.agents.get(from)?.edges.map((edge) => edge.to)).toContain(to);
        }
        if (state.activeAgent !== undefined) expect(definition.agents.has(state.activeAgent)).toBe(true);
        // At most one handoff per assistant message.
        const taken = state.handoffs
          .filter(({ status }) => status === "done" || status === "pending")
          .map(({ messageId }) => messageId);
        expect(new Set(taken).size).toBe(taken.length);
        // A tool runs only under an agent that owns it, each call at most once; no handoff is ever executed.
        expect(new Set(ran.map(({ callId }) => callId)).size).toBe(ran.length);
        for (const message of state.messages) {
          if (!AIMessage.isInstance(message)) continue;
          for (const { id, name } of message.tool_calls ?? []) {
            if (!ran.some(({ callId }) => callId === id)) continue;
            expect((agents[message.name ?? ""]?.tools ?? []).map((own) => own["name" as keyof typeof own])).toContain(
              name,
            );
          }
        }
        expect(JSON.stringify(state.messages)).not.toContain("was executed");
        // What went to the model was right each time.
        for (const prompt of prompts) expectValidPrompt(prompt);
        // Nothing of the user's was changed.
        for (const agent of Object.values(agents)) expect(Object.isFrozen(agent)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it("[I12] leaves a thread that takes the next message, whatever happened", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anySwarm, async (plan) => {
        const { graph, config, state } = await observe(plan, "invoke");
        const before = state.messages.length;
        await graph.invoke(says("next"), config).catch((error: unknown) => expect(error).toBeInstanceOf(SwarmError));
        const { values } = await graph.getState(config);
        const after = (values as typeof state).messages;
        expect(after.slice(0, before).map(({ id }) => id)).toEqual(state.messages.map(({ id }) => id));
        expect(after.some((message) => message.text === "next")).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  it("[I17][B132] ends in the same state by invoke and by stream", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anySwarm, async (plan) => {
        const invoked = await observe(plan, "invoke");
        const streamed = await observe(plan, "stream");
        expect((streamed.error as SwarmError | undefined)?.code).toBe((invoked.error as SwarmError | undefined)?.code);
        expect(essence(streamed.state)).toEqual(essence(invoked.state));
      }),
      { numRuns: 100 },
    );
  });
});
