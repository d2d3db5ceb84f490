import { AIMessageChunk, HumanMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { eventsOf } from "../src/conversations/to-events.ts";
import { entryId } from "../src/conversations/to-entries.ts";
import type { Entry } from "../src/wire/entries.ts";
import type { ConversationEvent } from "../src/wire/events.ts";
import type { Agent } from "../src/wire/responses.ts";

const agents = new Map([["desk", { id: "ag_desk", name: "desk", model: "m" } as Agent]]);
const created_at = "2026-01-01T00:00:00Z";

async function eventsFrom(stream: readonly unknown[], entries: readonly object[] = []): Promise<ConversationEvent[]> {
  const events: ConversationEvent[] = [];
  async function* chunks() {
    yield* stream;
  }
  const last = entries.map((entry) => ({ object: "entry", created_at, ...entry })) as Entry[];
  const options = { agents, entriesOf: async () => last, atLast: async () => last, now: () => created_at };
  for await (const event of eventsOf(chunks(), options)) events.push(event);
  return events;
}

const text = (content: string, node: unknown = "desk") => [
  "messages",
  [new AIMessageChunk({ id: "m1", content }), { langgraph_node: node }],
];

describe("eventsOf", () => {
  it("passes over modes, nodes, messages and texts that are no agent's", async () => {
    expect(
      await eventsFrom([
        ["updates", {}],
        ["custom", { some: "data" }],
        ["messages", [new HumanMessage("x"), { langgraph_node: "desk" }]],
        text("x", "tools"),
        text("x", null),
        text(""),
      ]),
    ).toEqual([]);
  });

  it("streams a text once, and adds what stands beside it", async () => {
    const id = entryId("msg", "m1");
    const file = { type: "tool_file", tool: "t", file_id: "f" };
    const entry = { type: "message.output", id, content: [file, { type: "text", text: "Hello" }] };
    const events = await eventsFrom([text("Hel"), text("lo"), ["values", {}]], [entry]);
    expect(events).toMatchObject([
      { type: "message.output.delta", id, content: "Hel", content_index: 0, agent_id: "ag_desk", model: "m" },
      { content: "lo" },
      { content: file, content_index: 0 },
    ]);
    expect(events).toHaveLength(3);
  });

  it("writes a text whole that was not streamed, and chunks each at its index", async () => {
    const chunks = [
      { type: "text", text: "a" },
      { type: "tool_file", tool: "t", file_id: "f" },
    ];
    expect(
      await eventsFrom(
        [],
        [
          { type: "message.output", id: "msg_1", content: "whole" },
          { type: "message.output", id: "msg_2", content: chunks },
        ],
      ),
    ).toMatchObject([
      { content: "whole", output_index: 0 },
      { content: chunks[0], content_index: 0, output_index: 1 },
      { content: chunks[1], content_index: 1, output_index: 1 },
    ]);
  });

  it("begins a tool once: when it starts, or else when its entry is there", async () => {
    const id = entryId("tool_exec", "c1");
    const started = { type: "tool.started", agent: "desk", tool: "search", callId: "c1", args: {} };
    const done = { type: "tool.execution", id, name: "search", arguments: "{}" };
    const types = async (stream: readonly unknown[]) => (await eventsFrom(stream, [done])).map(({ type }) => type);
    const both = ["tool.execution.started", "tool.execution.done"];
    expect(await types([["custom", started]])).toEqual(both);
    expect(await types([])).toEqual(both);
    const [stranger] = await eventsFrom([["custom", { ...started, agent: "gone" }]]);
    expect(stranger).toMatchObject({ name: "search", arguments: "{}" });
    expect(stranger).not.toHaveProperty("agent_id");
  });

  it("tells a handoff once, also of agents that are gone", async () => {
    const done = { type: "handoff.done", id: "h1", from: "desk", to: "web" };
    const entry = {
      type: "agent.handoff",
      id: entryId("handoff", "h1"),
      previous_agent_id: "ag_desk",
      previous_agent_name: "desk",
      next_agent_id: "ag_web",
      next_agent_name: "web",
    };
    const live = await eventsFrom(
      [
        ["custom", done],
        ["custom", done],
      ],
      [entry],
    );
    expect(live).toMatchObject([
      { type: "agent.handoff.started", previous_agent_id: "ag_desk", output_index: 0 },
      { type: "agent.handoff.done", next_agent_id: "", next_agent_name: "web", output_index: 0 },
    ]);
    expect(await eventsFrom([["custom", { ...done, from: "old", to: "desk" }]])).toMatchObject([
      { previous_agent_id: "", previous_agent_name: "old" },
      { next_agent_id: "ag_desk", next_agent_name: "desk" },
    ]);
    expect(await eventsFrom([], [entry])).toMatchObject([
      { type: "agent.handoff.started", previous_agent_name: "desk" },
      { type: "agent.handoff.done", next_agent_id: "ag_web" },
    ]);
  });

  it("writes the arguments of a function as text, and nothing for what the user said", async () => {
    const call = { type: "function.call", id: "fc_1", tool_call_id: "abcdefghi", name: "rate" };
    expect(
      await eventsFrom(
        [],
        [
          { ...call, arguments: { a: 1 } },
          { ...call, id: "fc_2", arguments: "{}", confirmation_status: "pending" },
          { type: "message.input", id: "msg_9", role: "user", content: "x" },
        ],
      ),
    ).toMatchObject([
      { type: "function.call.delta", arguments: '{"a":1}' },
      { arguments: "{}", confirmation_status: "pending" },
    ]);
  });
});
