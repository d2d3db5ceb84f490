import type { Mistral } from "@mistralai/mistralai";
import type { ConversationEvents, ConversationResponse } from "@mistralai/mistralai/models/components";
import { SDKError } from "@mistralai/mistralai/models/errors";
import { describe, expect, it } from "vitest";
import { Agents, Conversations, serve } from "../../../packages/server/src/index.ts";
import { scriptedModel } from "../../../src/testing/index.ts";
import type { ScriptedModel } from "../../../src/testing/index.ts";
import { clientFor } from "./client.ts";
import { ECB_RATE, setUp, US_RATE } from "./seed-program.ts";
import type { FiveAgents } from "./seed-program.ts";
import { builtIn, files } from "./stand-ins.ts";

/** Serves the five agents, all of which have the one scripted model, for the time of `act`. */
async function withSeed(
  model: ScriptedModel,
  act: (client: Mistral, five: FiveAgents) => Promise<void>,
): Promise<void> {
  const agents = new Agents();
  const conversations = new Conversations({ agents, modelFor: () => model, builtIn });
  const server = await serve({ agents, conversations, files, port: 0, graceMs: 0 });
  try {
    const client = clientFor(server.url);
    await act(client, await setUp(client));
  } finally {
    await server.close();
  }
}

const result = '{"result":"$1,540.10","reasoning":"A = P(1 + r/n)^(nt)"}';
const found = "The current US bank interest rate is 4.50 percent";
const onward = ".\n\nI will now handoff the conversation to the calculator agent.";

/** The model's part in the first request. */
function modelA(): ScriptedModel {
  return scriptedModel()
    .handoff("websearch-agent")
    .tool("web_search", { query: "US bank interest rate" })
    .handoff("calculator-agent", undefined, { text: `${found} [1]${onward}` })
    .say(result);
}

/** The model's part in the second request: before and after the client's function. */
function modelB(): ScriptedModel {
  return scriptedModel()
    .handoff("ecb-interest-rate-agent")
    .tool("get_european_central_bank_interest_rate", { date: "2025-01-01" }, { id: "6TI17yZkV" })
    .handoff("graph-drawing-agent")
    .tool("code_interpreter", { code: "chart.draw(spec)" }, { text: "I will draw it." })
    .say("Here is the graph.");
}

const entry = (id: RegExp) => ({
  object: "entry",
  id: expect.stringMatching(id) as string,
  createdAt: expect.any(Date) as Date,
});
const by = (agentId: string) => ({ agentId, model: "mistral-large-latest" });

function goldenA({ finance, web, calculator }: FiveAgents) {
  return [
    {
      ...entry(/^handoff_/),
      type: "agent.handoff",
      previousAgentId: finance,
      previousAgentName: "finance-agent",
      nextAgentId: web,
      nextAgentName: "websearch-agent",
    },
    {
      ...entry(/^tool_exec_/),
      type: "tool.execution",
      name: "web_search",
      arguments: '{"query":"US bank interest rate"}',
      ...by(web),
    },
    {
      ...entry(/^msg_/),
      type: "message.output",
      role: "assistant",
      ...by(web),
      content: [
        { type: "text", text: found },
        {
          type: "tool_reference",
          tool: "web_search",
          title: "United States Fed Funds Interest Rate",
          url: "https://tradingeconomics.com/united-states/interest-rate",
        },
        { type: "text", text: onward },
      ],
    },
    {
      ...entry(/^handoff_/),
      type: "agent.handoff",
      previousAgentId: web,
      previousAgentName: "websearch-agent",
      nextAgentId: calculator,
      nextAgentName: "calculator-agent",
    },
    { ...entry(/^msg_/), type: "message.output", role: "assistant", ...by(calculator), content: result },
  ];
}

function goldenB({ finance, ecb, graph }: FiveAgents) {
  return {
    first: [
      {
        ...entry(/^handoff_/),
        type: "agent.handoff",
        previousAgentId: finance,
        previousAgentName: "finance-agent",
        nextAgentId: ecb,
        nextAgentName: "ecb-interest-rate-agent",
      },
      {
        ...entry(/^fc_/),
        type: "function.call",
        toolCallId: "6TI17yZkV",
        name: "get_european_central_bank_interest_rate",
        arguments: '{"date":"2025-01-01"}',
        ...by(ecb),
      },
    ],
    second: [
      {
        ...entry(/^handoff_/),
        type: "agent.handoff",
        previousAgentId: ecb,
        previousAgentName: "ecb-interest-rate-agent",
        nextAgentId: graph,
        nextAgentName: "graph-drawing-agent",
      },
      { ...entry(/^msg_/), type: "message.output", ...by(graph), content: "I will draw it." },
      { ...entry(/^tool_exec_/), type: "tool.execution", name: "code_interpreter", ...by(graph) },
      {
        ...entry(/^msg_/),
        type: "message.output",
        ...by(graph),
        content: [
          {
            type: "tool_file",
            tool: "code_interpreter",
            fileId: "file_1",
            fileName: "chart.svg",
            fileType: "image/svg+xml",
          },
          { type: "text", text: "Here is the graph." },
        ],
      },
    ],
  };
}

const rate = { type: "function.result" as const, toolCallId: "6TI17yZkV", result: "2.5%" };

/** The events of a stream, each of which the client's schemas know, and the id of its conversation. */
async function eventsOf(stream: AsyncIterable<ConversationEvents>) {
  const events: ConversationEvents["data"][] = [];
  for await (const { event, data } of stream) {
    expect(data).toMatchObject({ type: event, createdAt: expect.any(Date) as Date });
    expect(data).not.toHaveProperty("isUnknown");
    events.push(data);
  }
  const [first] = events;
  const conversationId = first?.type === "conversation.response.started" ? first.conversationId : "";
  return { conversationId, events };
}

const types = (all: readonly { readonly type?: unknown }[]) =>
  all.map(({ type }) => type).filter((type, at, list) => type !== list[at - 1]);

/** Ids of the outputs in the order of their places. */
function placesOf(events: readonly object[]): string[] {
  const places: string[] = [];
  for (const event of events as readonly { outputIndex?: number; id?: string }[]) {
    if (event.outputIndex === undefined || event.id === undefined) continue;
    expect([undefined, event.id]).toContain(places[event.outputIndex]);
    places[event.outputIndex] = event.id;
  }
  return places;
}

const idsOf = ({ outputs }: ConversationResponse) => outputs.map(({ id }) => id);

describe("the program of Mistral's handoff guide, by Mistral's own client", () => {
  it("[B146] golden A: search, hand on with what was found, calculate", async () => {
    const model = modelA();
    await withSeed(model, async ({ beta: { conversations } }, five) => {
      const response = await conversations.start({ agentId: five.finance, inputs: US_RATE });
      expect(response.outputs).toMatchObject(goldenA(five));
      expect(response.outputs).toHaveLength(5);
      expect(response.conversationId).toMatch(/^conv_[0-9a-f]{32}$/);
      expect(response.usage).toMatchObject({
        promptTokens: expect.any(Number) as number,
        connectors: { web_search: 1 },
      });
      expect(model.calls[3]?.options).toMatchObject({
        response_format: { type: "json_schema", json_schema: { name: "calc_result" } },
      });
      expect(model.calls[2]?.options).not.toHaveProperty("response_format");
      const { entries } = await conversations.getHistory({ conversationId: response.conversationId });
      expect(entries).toMatchObject([{ type: "message.input", content: US_RATE }, ...goldenA(five)]);
      expect(entries.slice(1)).toEqual(response.outputs);
      const { messages } = await conversations.getMessages({ conversationId: response.conversationId });
      expect(messages).toEqual(entries.filter(({ type }) => type === "message.input" || type === "message.output"));
    });
  });

  it("[B146][B149] golden A as a stream", async () => {
    await withSeed(modelA(), async ({ beta: { conversations } }, five) => {
      const stream = await conversations.startStream({ agentId: five.finance, inputs: US_RATE });
      const { conversationId, events } = await eventsOf(stream);
      expect(types(events)).toEqual([
        "conversation.response.started",
        "agent.handoff.started",
        "agent.handoff.done",
        "tool.execution.started",
        "tool.execution.done",
        "message.output.delta",
        "agent.handoff.started",
        "agent.handoff.done",
        "message.output.delta",
        "conversation.response.done",
      ]);
      const deltas = events.flatMap((event) => (event.type === "message.output.delta" ? [event.content] : []));
      expect(deltas.filter((content) => typeof content === "string").join("")).toBe(`${found} [1]${onward}${result}`);
      expect(deltas.filter((content) => typeof content !== "string")).toMatchObject([{ type: "tool_reference" }]);
      expect(events.at(-1)).toMatchObject({ usage: { connectors: { web_search: 1 } } });

      const { entries } = await conversations.getHistory({ conversationId });
      expect(entries.slice(1)).toMatchObject(goldenA(five));
      expect(placesOf(events)).toEqual(entries.slice(1).map(({ id }) => id));
    });
  });

  it("[B147] golden B: stop at the client's function, go on with its result, draw", async () => {
    await withSeed(modelB(), async ({ beta: { conversations }, files: made }, five) => {
      const golden = goldenB(five);
      const first = await conversations.start({ agentId: five.finance, inputs: ECB_RATE });
      expect(first.outputs).toMatchObject(golden.first);
      const { conversationId } = first;
      const second = await conversations.append({ conversationId, conversationAppendRequest: { inputs: [rate] } });
      expect(second).toMatchObject({ conversationId, outputs: golden.second });
      const { entries } = await conversations.getHistory({ conversationId });
      expect(entries).toMatchObject([{ content: ECB_RATE }, ...golden.first, rate, ...golden.second]);

      const chart = await made.download({ fileId: "file_1" });
      expect(await new Response(chart).text()).toBe("<svg/>");
      await expect(made.download({ fileId: "file_2" })).rejects.toMatchObject({ statusCode: 404 });
    });
  });

  it("[B147][B149] golden B as streams", async () => {
    await withSeed(modelB(), async ({ beta: { conversations } }, five) => {
      const golden = goldenB(five);
      const first = await eventsOf(await conversations.startStream({ agentId: five.finance, inputs: ECB_RATE }));
      expect(types(first.events)).toEqual([
        "conversation.response.started",
        "agent.handoff.started",
        "agent.handoff.done",
        "function.call.delta",
        "conversation.response.done",
      ]);
      expect(first.events[3]).toMatchObject({
        toolCallId: "6TI17yZkV",
        name: "get_european_central_bank_interest_rate",
        arguments: '{"date":"2025-01-01"}',
      });
      const { conversationId } = first;
      const conversationAppendStreamRequest = { inputs: [rate] };
      const second = await eventsOf(
        await conversations.appendStream({ conversationId, conversationAppendStreamRequest }),
      );
      expect(second.conversationId).toBe(conversationId);
      expect(types(second.events)).toEqual([
        "conversation.response.started",
        "agent.handoff.started",
        "agent.handoff.done",
        "message.output.delta",
        "tool.execution.started",
        "tool.execution.done",
        "message.output.delta",
        "conversation.response.done",
      ]);
      const { entries } = await conversations.getHistory({ conversationId });
      expect(entries).toMatchObject([{ content: ECB_RATE }, ...golden.first, rate, ...golden.second]);
      expect(placesOf(second.events)).toEqual(entries.slice(4).map(({ id }) => id));
    });
  });

  it('[B145] handoff_execution "client": the client lets a handoff through, sends it elsewhere, refuses it', async () => {
    const model = scriptedModel()
      .handoff("websearch-agent")
      .say("The web here.")
      .handoff("websearch-agent")
      .say("The bank here.")
      .handoff("websearch-agent")
      .say("I stay, then.");
    await withSeed(model, async ({ beta: { conversations } }, five) => {
      const begin = async () => {
        const { conversationId, outputs } = await conversations.start({
          agentId: five.finance,
          inputs: US_RATE,
          handoffExecution: "client",
        });
        expect(outputs).toMatchObject([
          { type: "agent.handoff", previousAgentId: five.finance, nextAgentId: five.web },
        ]);
        return conversationId;
      };
      const through = await conversations.append({
        conversationId: await begin(),
        conversationAppendRequest: { inputs: [] },
      });
      expect(through.outputs).toMatchObject([{ content: "The web here.", agentId: five.web }]);
      const decide = async (nextAgentId: string) =>
        conversations.append({
          conversationId: await begin(),
          conversationAppendRequest: {
            inputs: [
              {
                type: "agent.handoff",
                previousAgentId: five.finance,
                previousAgentName: "finance-agent",
                nextAgentId,
                nextAgentName: "chosen by the client",
              },
            ],
          },
        });
      expect((await decide(five.ecb)).outputs).toMatchObject([{ content: "The bank here.", agentId: five.ecb }]);
      expect((await decide(five.finance)).outputs).toMatchObject([{ content: "I stay, then.", agentId: five.finance }]);
    });
  });

  it("[B130] appends, begins anew, whole and as a stream, lists, tells and deletes", async () => {
    const model = scriptedModel().say("one").say("two").say("anew").say("once more").say("plain");
    await withSeed(model, async ({ beta: { conversations } }, five) => {
      const { conversationId } = await conversations.start({
        agentId: five.finance,
        inputs: "a",
        name: "talk",
        metadata: { team: "x" },
      });
      await conversations.append({ conversationId, conversationAppendRequest: { inputs: "b" } });
      const { entries } = await conversations.getHistory({ conversationId });
      const fromEntryId = entries[2]?.id ?? "";
      const anew = await conversations.restart({ conversationId, conversationRestartRequest: { fromEntryId } });
      expect(anew.outputs).toMatchObject([{ content: "anew" }]);
      const streamed = await eventsOf(
        await conversations.restartStream({
          conversationId,
          conversationRestartStreamRequest: { fromEntryId, inputs: "c" },
        }),
      );
      expect(types(streamed.events)).toEqual([
        "conversation.response.started",
        "message.output.delta",
        "conversation.response.done",
      ]);
      const plain = await conversations.start({ model: "mistral-large-latest", inputs: "d", instructions: "Be kind." });
      const ids = [conversationId, anew.conversationId, streamed.conversationId, plain.conversationId];
      expect(new Set(ids).size).toBe(4);
      const listed = async (request: Parameters<typeof conversations.list>[0]) =>
        (await conversations.list(request)).map((one) => one.id);
      expect(await listed({})).toEqual(ids);
      expect(await listed({ page: 1, pageSize: 3 })).toEqual(ids.slice(3));
      expect(await listed({ metadata: { team: "x" } })).toEqual(ids.slice(0, 3));
      expect(await conversations.get({ conversationId })).toMatchObject({
        object: "conversation",
        agentId: five.finance,
        name: "talk",
        metadata: { team: "x" },
      });
      expect(await conversations.get({ conversationId: plain.conversationId })).toMatchObject({
        model: "mistral-large-latest",
        instructions: "Be kind.",
      });
      expect((await conversations.getHistory({ conversationId })).entries).toEqual(entries);

      await conversations.delete({ conversationId });
      const gone = await conversations.get({ conversationId }).catch((error: unknown) => error);
      expect(gone).toBeInstanceOf(SDKError);
      expect(gone).toMatchObject({ statusCode: 404 });
      expect(await listed({})).toEqual(ids.slice(1));
    });
  });

  it("[B149] understands an error after the first event, and one before it", async () => {
    await withSeed(scriptedModel().fail(400), async ({ beta: { conversations } }, five) => {
      const { events } = await eventsOf(await conversations.startStream({ agentId: five.finance, inputs: "a" }));
      expect(events.at(-1)).toMatchObject({ type: "conversation.response.error", code: 502 });
      await expect(conversations.startStream({ agentId: "ag_0", inputs: "a" })).rejects.toMatchObject({
        statusCode: 404,
      });
      await expect(conversations.start({ agentId: five.finance, inputs: "a", model: "m" })).rejects.toMatchObject({
        statusCode: 422,
        detail: [{ loc: ["body", "model"] }],
      });
    });
  });

  it("gives the same entries at every reading", async () => {
    await withSeed(modelA(), async ({ beta: { conversations } }, five) => {
      const response = await conversations.start({ agentId: five.finance, inputs: US_RATE });
      const { conversationId } = response;
      const [one, two] = [
        await conversations.getHistory({ conversationId }),
        await conversations.getHistory({ conversationId }),
      ];
      expect(one).toEqual(two);
      expect(one.entries.slice(1).map(({ id }) => id)).toEqual(idsOf(response));
    });
  });
});
