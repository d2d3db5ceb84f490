import { expectTypeOf } from "vitest";
import { z } from "zod";
import { Session, SwarmAgent } from "../../src/index.ts";
import type { Agents, ChatModel, HandoffEdge, PromptContext } from "../../src/index.ts";

declare const model: ChatModel;

// Names are inferred from what was written.
const swarm = new SwarmAgent({
  entry: "triage",
  agents: {
    triage: { model, canHandoffTo: ["billing", { to: "calculator", input: z.object({ expression: z.string() }) }] },
    billing: { model, canHandoffTo: [] },
    calculator: {
      model,
      input: z.object({ expression: z.string() }),
      responseFormat: z.object({ result: z.number() }),
      canHandoffTo: ["triage"],
    },
  },
});
expectTypeOf(swarm.describe).parameter(0).toEqualTypeOf<"triage" | "billing" | "calculator">();

new SwarmAgent({
  // @ts-expect-error the entry is not an agent
  entry: "triag",
  agents: { triage: { model } },
});

new SwarmAgent({
  entry: "triage",
  agents: {
    triage: {
      model,
      // @ts-expect-error there is no agent of that name
      canHandoffTo: ["biling"],
    },
    billing: { model },
  },
});

new SwarmAgent({
  entry: "triage",
  agents: {
    triage: {
      model,
      // @ts-expect-error an agent cannot hand off to itself
      canHandoffTo: ["billing", "triage"],
    },
    billing: { model },
  },
});

new SwarmAgent({
  entry: "triage",
  agents: {
    triage: {
      model,
      // @ts-expect-error the receiver takes an expression
      canHandoffTo: [{ to: "calculator", input: z.object({ amount: z.number() }) }],
    },
    calculator: { model, input: z.object({ expression: z.string() }) },
  },
});

new SwarmAgent({
  entry: "triage",
  agents: {
    triage: {
      model,
      // @ts-expect-error there is no agent of that name
      canHandoffTo: [{ to: "calc" }],
    },
    calculator: { model },
  },
});

new SwarmAgent({
  entry: "triage",
  agents: { triage: { model } },
  // @ts-expect-error an alias points to an agent
  aliases: { old: "nobody" },
});

// Cycles need no mutation.
new SwarmAgent({ entry: "a", agents: { a: { model, canHandoffTo: ["b"] }, b: { model, canHandoffTo: ["a"] } } });

// Swarms that are built at run time take plain strings.
const names: string[] = [];
const agents: Record<string, { model: ChatModel; canHandoffTo: string[] }> = {};
const dynamic = new SwarmAgent({ entry: names[0] ?? "a", agents });
expectTypeOf(dynamic.describe).parameter(0).toEqualTypeOf<string>();
const edges: HandoffEdge[] = [];
const untyped: Agents = { a: { model, canHandoffTo: edges } };
new SwarmAgent({ entry: "a", agents: untyped });

// The result is typed by the agent that answered.
async function results() {
  const result = await new Session(swarm.compile()).run("hi");
  expectTypeOf(result.lastAgent).toEqualTypeOf<"triage" | "billing" | "calculator">();
  if (result.lastAgent === "calculator") expectTypeOf(result.output).toEqualTypeOf<{ result: number }>();
  if (result.lastAgent === "billing") expectTypeOf(result.output).toEqualTypeOf<string>();
  const state = await swarm.compile().invoke({ messages: [{ role: "user", content: "hi" }] });
  expectTypeOf(state.activeAgent).toEqualTypeOf<"triage" | "billing" | "calculator">();
  if (state.activeAgent === "calculator") {
    expectTypeOf(state.structuredResponse).toEqualTypeOf<{ result: number } | null | undefined>();
  }
}
expectTypeOf(results).toBeFunction();

// A prompt knows its handoff's payload where it says which one it expects.
new SwarmAgent({
  entry: "a",
  agents: {
    a: { model },
    b: {
      model,
      input: z.object({ orderId: z.string() }),
      prompt: ({ handoff, agent }) => `${agent} got ${JSON.stringify(handoff?.input)}`,
    },
    c: {
      model,
      input: z.object({ orderId: z.string() }),
      prompt: ({ handoff }: PromptContext<{ orderId: string }>) => `Order ${handoff?.input.orderId}`,
    },
  },
});

// More agents, checked against those that are there.
const more = swarm.extend({ agents: { legal: { model, canHandoffTo: ["billing"] } } });
expectTypeOf(more.describe).parameter(0).toEqualTypeOf<"triage" | "billing" | "calculator" | "legal">();
swarm.extend({
  agents: {
    legal: {
      model,
      // @ts-expect-error there is no agent of that name
      canHandoffTo: ["biling"],
    },
  },
});
