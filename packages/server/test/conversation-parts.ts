import { tool } from "@langchain/core/tools";
import type { ChatModel } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { z } from "zod";
import { Agents } from "../src/agents/agents.ts";
import { Conversations } from "../src/conversations/conversations.ts";
import type { ConversationsOptions } from "../src/conversations/options.ts";
import type { ConversationEvent } from "../src/wire/events.ts";

/** Stands for the web. */
export const webSearch = tool(
  () => [
    "[1] United States Fed Funds Interest Rate: 4.50 percent",
    {
      references: [
        { tool: "web_search", title: "United States Fed Funds Interest Rate", url: "https://tradingeconomics.com/us" },
      ],
    },
  ],
  {
    name: "web_search",
    description: "Searches the web.",
    schema: z.object({ query: z.string() }),
    responseFormat: "content_and_artifact",
  },
);

/** Stands for the interpreter. */
export const interpreter = tool(
  () => ["drawn", { files: [{ fileId: "file_1", fileName: "chart.svg", fileType: "image/svg+xml" }] }],
  {
    name: "code_interpreter",
    description: "Runs code.",
    schema: z.object({ code: z.string() }),
    responseFormat: "content_and_artifact",
  },
);

export const rateFunction = {
  type: "function" as const,
  function: {
    name: "get_european_central_bank_interest_rate",
    description: "Retrieve the real interest rate of European central bank.",
    parameters: { type: "object", properties: { date: { type: "string" } }, required: ["date"] },
  },
};

export const calcFormat = {
  type: "json_schema" as const,
  json_schema: {
    name: "calc_result",
    schema: {
      type: "object",
      properties: { reasoning: { type: "string" }, result: { type: "string" } },
      required: ["reasoning", "result"],
    },
  },
};

/** The seed's five agents; each model's name is its agent's. */
export async function seedAgents() {
  const agents = new Agents();
  const finance = await agents.create({
    model: "finance",
    name: "finance-agent",
    description: "Answers financial requests",
  });
  const web = await agents.create({
    model: "web",
    name: "websearch-agent",
    description: "Searches online",
    tools: [{ type: "web_search" }],
  });
  const ecb = await agents.create({
    model: "ecb",
    name: "ecb-interest-rate-agent",
    description: "Knows the rate",
    tools: [rateFunction],
  });
  const graph = await agents.create({
    model: "graph",
    name: "graph-drawing-agent",
    instructions: "Use the code interpreter tool when you have to draw a graph.",
    tools: [{ type: "code_interpreter" }],
  });
  const calculator = await agents.create({
    model: "calculator",
    name: "calculator-agent",
    instructions: "Explain step by step.",
    completion_args: { response_format: calcFormat, temperature: 0.3 },
  });
  await agents.update(finance.id, { handoffs: [ecb.id, web.id] });
  await agents.update(ecb.id, { handoffs: [graph.id, calculator.id] });
  await agents.update(web.id, { handoffs: [graph.id, calculator.id] });
  return { agents, finance, web, ecb, graph, calculator };
}

export function build(agents: Agents, models: Record<string, ChatModel>, more: Partial<ConversationsOptions> = {}) {
  return new Conversations({
    agents,
    modelFor: (name) => models[name] ?? scriptedModel(),
    builtIn: ({ type }) =>
      type === "web_search" ? [webSearch] : type === "code_interpreter" ? [interpreter] : undefined,
    ...more,
  });
}

/** Golden A: the United States' rate, and its effect. */
export function goldenA() {
  return {
    finance: scriptedModel().handoff("websearch-agent"),
    web: scriptedModel().tool("web_search", { query: "US interest rate" }).handoff("calculator-agent", undefined, {
      text: "The current US bank interest rate is 4.50 percent [1].\n\nI will now handoff the conversation to the calculator agent.",
    }),
    calculator: scriptedModel().say('{"result":"$1,540.10","reasoning":"A = P(1 + r/n)^(nt)"}'),
  };
}

/** Golden B: the European rate by a function of the client's, then a graph. */
export function goldenB() {
  return {
    finance: scriptedModel().handoff("ecb-interest-rate-agent"),
    ecb: scriptedModel()
      .tool("get_european_central_bank_interest_rate", { date: "2025-04-10" }, { id: "6TI17yZkV" })
      .handoff("graph-drawing-agent"),
    graph: scriptedModel().say("I will draw it.").truncate(),
  };
}

export const types = (entries: readonly { readonly type: string }[]) => entries.map(({ type }) => type);

export async function eventsIn(run: AsyncGenerator<ConversationEvent, unknown>): Promise<ConversationEvent[]> {
  const events: ConversationEvent[] = [];
  for await (const event of run) events.push(event);
  return events;
}
