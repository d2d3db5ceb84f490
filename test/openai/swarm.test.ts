import { tool } from "@langchain/core/tools";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { SwarmAgent } from "../../src/index.ts";
import { openaiChat } from "../../src/openai/index.ts";
import { calls, chunk, collect, completion, startWireServer, wireCall } from "./wire-server.ts";
import type { WireServer } from "./wire-server.ts";

let server: WireServer;
const add = tool(({ x }: { x: number }) => String(x + 1), {
  name: "add",
  description: "Adds one.",
  schema: z.object({ x: z.number() }),
});

beforeEach(async () => {
  server = await startWireServer();
});
afterEach(() => server.close());

function swarm() {
  const model = openaiChat({ model: "test-model", baseURL: server.baseURL, maxRetries: 0 });
  return new SwarmAgent({
    entry: "triage",
    agents: {
      triage: { model, prompt: "You route.", canHandoffTo: ["maths"] },
      maths: { model, prompt: "You add.", description: "Sums.", tools: [add] },
    },
  }).compile();
}

describe("a swarm over the wire", () => {
  it("hands off, runs a tool and answers", async () => {
    server.next(
      completion({ tool_calls: [wireCall("c1", "transfer_to_maths", "{}")] }, "tool_calls"),
      completion({ tool_calls: [wireCall("c2", "add", '{"x":1}')] }, "tool_calls"),
      completion({ content: "2" }),
    );
    const result = await swarm().invoke({ messages: [{ role: "user", content: "1+1?" }] });
    expect([result.activeAgent, result.messages.at(-1)?.text]).toEqual(["maths", "2"]);
    expect(server.lastBody.messages).toMatchObject([
      { role: "system" },
      { role: "user", content: "1+1?" },
      { role: "assistant", content: null, tool_calls: [{ id: "c2" }] },
      { role: "tool", tool_call_id: "c2", content: "2" },
    ]);
  });

  it("does the same while it streams, with a malformed call sent back to the model", async () => {
    server.next(
      { events: [calls({ index: 0, id: "c1", function: { name: "transfer_to_maths" } }), chunk({}, "tool_calls")] },
      {
        events: [
          calls({ index: 0, id: "c2", function: { name: "add", arguments: '{"x":1' } }),
          chunk({}, "tool_calls"),
        ],
      },
      { events: [chunk({ content: "sorry" }), chunk({}, "stop")] },
    );
    const pieces = await collect(
      swarm().stream({ messages: [{ role: "user", content: "1+1?" }] }, { streamMode: "messages" }),
    );
    expect(pieces.length).toBeGreaterThan(0);
    expect(server.requests).toHaveLength(3);
    expect(server.lastBody.messages.slice(2)).toMatchObject([
      { role: "assistant", tool_calls: [{ id: "c2", function: { name: "add", arguments: "{}" } }] },
      { role: "tool", tool_call_id: "c2", content: expect.stringContaining("JSON") },
    ]);
  });
});
