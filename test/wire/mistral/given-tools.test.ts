import type { Mistral } from "@mistralai/mistralai";
import { HTTPValidationError } from "@mistralai/mistralai/models/errors";
import { describe, expect, it } from "vitest";
import { Agents, Conversations, serve } from "../../../packages/server/src/index.ts";
import { scriptedModel } from "../../../src/testing/index.ts";
import type { ScriptedModel } from "../../../src/testing/index.ts";
import { clientFor } from "./client.ts";

const named = (name: string) => ({
  type: "function" as const,
  function: { name, parameters: { type: "object", properties: {} } },
});

/** Serves two agents, the first of which hands to the second, for the time of `act`. */
async function withTwo(
  model: ScriptedModel,
  act: (client: Mistral, agentId: string, url: string) => Promise<void>,
): Promise<void> {
  const agents = new Agents();
  const second = await agents.create({ model: "m", name: "second" });
  const first = await agents.create({ model: "m", name: "first", tools: [named("own")], handoffs: [second.id] });
  const server = await serve({ agents, conversations: new Conversations({ agents, modelFor: () => model }), port: 0 });
  try {
    await act(clientFor(server.url), first.id, server.url);
  } finally {
    await server.close();
  }
}

describe("Mistral's own client", () => {
  it("[B144] gives functions at a start, which the agent that acts calls, and answers the call", async () => {
    const model = scriptedModel().handoff("second").tool("rate", { day: 1 }, { id: "abcdefghi" }).say("2.5%");
    await withTwo(model, async ({ beta: { conversations } }, agentId) => {
      const stream = await conversations.startStream({ agentId, inputs: "The rate?", tools: [named("rate")] });
      const events = [];
      for await (const { event } of stream) events.push(event);
      expect(events).toEqual([
        "conversation.response.started",
        "agent.handoff.started",
        "agent.handoff.done",
        "function.call.delta",
        "conversation.response.done",
      ]);
      const [conversation] = await conversations.list({});
      const conversationId = conversation?.id ?? "";
      const { entries } = await conversations.getHistory({ conversationId });
      expect(entries.at(-1)).toMatchObject({ type: "function.call", name: "rate", toolCallId: "abcdefghi" });
      const { outputs } = await conversations.append({
        conversationId,
        conversationAppendRequest: {
          inputs: [{ type: "function.result", toolCallId: "abcdefghi", result: "2.5%" }],
        },
      });
      expect(outputs).toMatchObject([{ type: "message.output", content: "2.5%" }]);
      expect(model.calls.map(({ tools }) => tools)).toEqual([
        ["own", "rate", "transfer_to_second"],
        ["rate"],
        ["rate"],
      ]);
    });
  });

  it("[B144] reads the call of a function that came with an append, though it cannot give one there itself", async () => {
    const model = scriptedModel().say("Hello.").tool("rate", {}, { id: "abcdefghi" }).say("2.5%");
    await withTwo(model, async ({ beta: { conversations } }, agentId, url) => {
      const { conversationId } = await conversations.start({ agentId, inputs: "Hi" });
      const response = await fetch(`${url}/v1/conversations/${conversationId}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ inputs: "The rate?", tools: [named("rate")] }),
      });
      expect(response.status).toBe(200);
      const { entries } = await conversations.getHistory({ conversationId });
      expect(entries.at(-1)).toMatchObject({ type: "function.call", name: "rate" });
      const { outputs } = await conversations.append({
        conversationId,
        conversationAppendRequest: {
          inputs: [{ type: "function.result", toolCallId: "abcdefghi", result: "2.5%" }],
        },
      });
      expect(outputs).toMatchObject([{ type: "message.output", content: "2.5%" }]);
    });
  });

  it("[B144] understands that a name is taken, and where", async () => {
    await withTwo(scriptedModel(), async ({ beta: { conversations } }, agentId) => {
      const tools = [named("fine"), named("own"), named("transfer_to_second")];
      const error: unknown = await conversations.start({ agentId, inputs: "Hi", tools }).catch((why: unknown) => why);
      expect(error).toBeInstanceOf(HTTPValidationError);
      expect(error).toMatchObject({
        statusCode: 422,
        detail: [{ loc: ["body", "tools", 1, "function", "name"] }, { loc: ["body", "tools", 2, "function", "name"] }],
      });
    });
  });
});
