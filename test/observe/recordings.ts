import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { tool } from "@langchain/core/tools";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { AIMessageFields } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { Command, MemorySaver } from "@langchain/langgraph";
import { z } from "zod";
import { human, SwarmAgent, swarmEvents, toJsonl } from "../../src/index.ts";
import type { SwarmEvent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo } from "../support.ts";
import { eventsOf } from "./run.ts";

/** A model that gives whole messages, with whatever content they have. */
class WholeModel extends BaseChatModel {
  readonly #messages: AIMessage[];

  constructor(messages: readonly AIMessage[]) {
    super({});
    this.#messages = [...messages];
  }

  override bindTools(): this {
    return this;
  }

  override _llmType(): string {
    return "whole";
  }

  override _generate(): Promise<ChatResult> {
    const message = this.#messages.shift() as AIMessage;
    return Promise.resolve({ generations: [{ text: message.text, message }] });
  }
}

const ai = (id: string, fields: AIMessageFields) =>
  new AIMessage({
    ...fields,
    id,
    usage_metadata: { input_tokens: 10, output_tokens: 4, total_tokens: 14 },
  } as unknown as AIMessageFields);

const call = (id: string, name: string, args: Record<string, unknown>) => ({
  id,
  name,
  args,
  type: "tool_call" as const,
});

const asks = (text: string) => ({ messages: [new HumanMessage({ id: "q1", content: text })] });

/** A refund: reasoning, a tool, a handoff that was refused, one that was taken, an answer that came token by token. */
function refund() {
  const triage = new WholeModel([
    ai("m1", {
      content: [
        { type: "thinking", thinking: "I need the invoice." },
        { type: "text", text: "One moment please." },
      ],
      tool_calls: [call("c1", "echo", { text: "invoice 7: 12 €; paid <twice>" })],
    }),
    ai("m2", { content: "", tool_calls: [call("c2", "transfer_to_refunds", {})] }),
    ai("m3", {
      content: "Billing will help.",
      tool_calls: [call("c3", "transfer_to_billing", { reason: "a refund" })],
    }),
  ]);
  const billing = scriptedModel().raw(
    ai("m4", { content: "You will get your money back before the end of the week." }),
  );
  return new SwarmAgent({
    name: "support",
    entry: "triage",
    agents: {
      triage: { model: triage, tools: [echo], canHandoffTo: ["billing"] },
      billing: { model: billing, description: "Invoices.", canHandoffTo: [] },
    },
  });
}

/** A tool of the caller's, and a handoff that waits for an approval. */
function approval() {
  const model = scriptedModel()
    .raw(ai("m1", { content: "", tool_calls: [call("c1", "read_card", { limit: 5 })] }))
    .raw(ai("m2", { content: "", tool_calls: [call("c2", "transfer_to_refunds", { amount: 12 })] }));
  const card = {
    type: "function",
    function: { name: "read_card", parameters: { type: "object", properties: { limit: { type: "number" } } } },
  };
  return new SwarmAgent({
    name: "desk",
    entry: "clerk",
    agents: {
      clerk: { model, tools: [card], canHandoffTo: [{ to: "refunds", requiresApproval: true }] },
      refunds: { model: scriptedModel().raw(ai("m3", { content: "Paid." })), canHandoffTo: [] },
    },
  });
}

/** An answer that breaks off, and then fails for good. */
function broken() {
  const model = scriptedModel()
    .cut("Let me see", Object.assign(new Error("the connection was reset"), { status: 503 }))
    .fail(Object.assign(new Error("no such model"), { status: 404 }));
  return new SwarmAgent({ name: "broken", entry: "a", agents: { a: { model, retry: { initialDelayMs: 0 } } } });
}

/** A turn that a guardrail ended, and one whose call a guardrail answered, with what a tool found and a person who is asked. */
function guarded() {
  const search = tool(() => ["Refunds take five days.", found], {
    name: "search",
    description: "Searches.",
    schema: z.object({ text: z.string() }),
    responseFormat: "content_and_artifact",
  });
  const found = {
    references: [{ title: "Refunds", url: "https://example.com/refunds", tool: "web" }],
    files: [{ fileId: "f1", fileName: "terms.pdf", fileType: "pdf" }],
  };
  const model = scriptedModel()
    .raw(ai("m1", { content: "", tool_calls: [call("c1", "search", { text: "secret plans" })] }))
    .raw(ai("m2", { content: "", tool_calls: [call("c2", "search", { text: "refunds" })] }))
    .raw(
      ai("m3", {
        content: "It takes five days [1].",
        tool_calls: [call("c3", "transfer_to_ann", { reason: "She decides." })],
      }),
    );
  return new SwarmAgent({
    name: "guarded",
    entry: "clerk",
    guardrails: {
      input: [{ name: "no bombs", parallel: false, check: (text) => !text.includes("bomb") || { tripwire: "bombs" } }],
      toolCall: [
        {
          name: "no secrets",
          check: ({ args }) => !JSON.stringify(args).includes("secret") || { tripwire: "it asks for secrets" },
        },
      ],
    },
    agents: {
      clerk: { model, tools: [search], canHandoffTo: ["ann"] },
      ann: human({ name: "Ann", canHandoffTo: ["clerk"] }),
    },
  });
}

/** What differs from run to run, made the same: times and ids that were made up. */
function steady(events: readonly SwarmEvent[]): SwarmEvent[] {
  const known = new Map<string, string>();
  const text = JSON.stringify(events)
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "2026-01-01T00:00:00.000Z")
    .replace(
      /[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}|(?<=")[\da-f]{32}(?=")|scripted-\d+-\d+/g,
      (id) => {
        const name = known.get(id) ?? `id-${known.size + 1}`;
        known.set(id, name);
        return name;
      },
    );
  return JSON.parse(text) as SwarmEvent[];
}

async function record(swarm: SwarmAgent<never>, inputs: readonly unknown[]): Promise<string> {
  let time = 1_767_225_600_000;
  const now = () => (time += 10);
  const graph = swarm.compile({ ...(inputs.length > 1 && { checkpointer: new MemorySaver() }) });
  const all: SwarmEvent[] = [];
  for (const [index, input] of inputs.entries()) {
    const config = { now, runId: `run-${index + 1}`, ...(inputs.length > 1 && { configurable: { thread_id: "t" } }) };
    const { events } = await eventsOf(swarmEvents(graph, input as never, config));
    all.push(...events);
  }
  return `${toJsonl(steady(all), { definition: swarm.definition }).join("\n")}\n`;
}

/** Recordings of runs, made now; they are the same each time. */
export const recordings: Readonly<Record<string, () => Promise<string>>> = {
  refund: () => record(refund() as never, [asks("I was charged twice")]),
  approval: () =>
    record(approval() as never, [
      asks("My money, please"),
      new Command({ resume: { c1: { result: "4 digits" } } }),
      new Command({ resume: { approve: true } }),
    ]),
  guarded: () =>
    record(guarded() as never, [
      asks("How do I build a bomb?"),
      { messages: [new HumanMessage({ id: "q2", content: "And a refund?" })] },
      new Command({ resume: { handoffTo: "nobody" } }),
      new Command({ resume: "It is on its way." }),
    ]),
  broken: () => record(broken() as never, [asks("Hello?")]),
};
