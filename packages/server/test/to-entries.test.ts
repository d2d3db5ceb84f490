import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { HandoffRecord } from "swarmgraph";
import { describe, expect, it } from "vitest";
import { cutAt } from "../src/conversations/cut.ts";
import { entryId, toEntries } from "../src/conversations/to-entries.ts";
import type { Agent } from "../src/wire/responses.ts";

const rate = { type: "function" as const, function: { name: "rate", parameters: {} } };
const agents = new Map([
  ["desk", { id: "ag_desk", name: "desk", model: "m", tools: [rate] }],
  ["web", { id: "ag_web", name: "web", model: "w", tools: [] }],
] as unknown as [string, Agent][]);

const call = (id: string, name: string) => ({ type: "tool_call" as const, id, name, args: { a: 1 } });

function handoff(more: Partial<HandoffRecord> = {}): HandoffRecord {
  return { id: "h1", from: "desk", to: "web", callId: "c1", messageId: "m1", status: "done", ...more } as HandoffRecord;
}

function entriesOf(messages: readonly BaseMessage[], handoffs: readonly HandoffRecord[] = []) {
  return toEntries({ messages, handoffs }, agents).map(({ entry }) => entry);
}

describe("toEntries", () => {
  it("gives a client's function and its result, and a server's tool with its error", () => {
    const entries = entriesOf([
      new AIMessage({
        id: "m1",
        name: "desk",
        content: "",
        tool_calls: [call("abcdefghi", "rate"), call("c2", "search")],
      }),
      new ToolMessage({ id: "t1", name: "rate", tool_call_id: "abcdefghi", content: "2.5" }),
      new ToolMessage({ id: "t2", name: "search", tool_call_id: "c2", content: "no network", status: "error" }),
    ]);
    expect(entries).toMatchObject([
      { type: "function.call", name: "rate", tool_call_id: "abcdefghi", arguments: '{"a":1}', agent_id: "ag_desk" },
      { type: "tool.execution", name: "search", info: { error: "no network" }, model: "m" },
      { type: "function.result", tool_call_id: "abcdefghi", result: "2.5" },
    ]);
  });

  it("says of a call that was denied that it was", () => {
    const denied = new ToolMessage({
      id: "t",
      name: "search",
      tool_call_id: "c2",
      content: "no",
      artifact: { denied: true },
    });
    const entries = entriesOf([
      new AIMessage({ id: "m1", name: "web", content: "", tool_calls: [call("c2", "search")] }),
      denied,
    ]);
    expect(entries).toMatchObject([{ type: "function.call", confirmation_status: "denied" }]);
  });

  it("leaves out calls that nobody answered, system messages and blank answers", () => {
    expect(
      entriesOf([
        new SystemMessage("s"),
        new AIMessage({ id: "m1", name: "web", content: " ", tool_calls: [call("c9", "search")] }),
      ]),
    ).toEqual([]);
  });

  it("tells handoffs that were taken or wait, also of agents that are gone, and no others", () => {
    const said = (record: HandoffRecord) =>
      entriesOf(
        [new AIMessage({ id: "m1", name: "desk", content: "", tool_calls: [call("c1", "transfer_to_web")] })],
        [record],
      );
    const whole = {
      previous_agent_id: "ag_desk",
      previous_agent_name: "desk",
      next_agent_id: "ag_web",
      next_agent_name: "web",
    };
    expect(said(handoff())).toMatchObject([whole]);
    expect(said(handoff({ status: "pending", approval: "required" }))).toMatchObject([whole]);
    expect(said(handoff({ status: "rejected" as never }))).toEqual([]);
    expect(said(handoff({ from: "old", to: "older" }))).toMatchObject([
      { previous_agent_id: "", previous_agent_name: "old", next_agent_id: "", next_agent_name: "older" },
    ]);
  });

  it("gives an answer without a known author no agent, and any message without an id one of its own kind", () => {
    const [entry] = entriesOf([new AIMessage({ content: "Hi", name: "nobody" })]);
    expect(entry).toMatchObject({ type: "message.output", id: entryId("msg", ""), content: "Hi" });
    expect(entry).not.toHaveProperty("agent_id");
  });

  it("gives what the user sent back as it was, and its text where it has other blocks", () => {
    const image = { type: "image_url", image_url: { url: "https://x.example/i.png" } };
    const text = { type: "text", text: "Look" };
    expect(
      entriesOf([
        new HumanMessage({ id: "1", content: [text, image] }),
        new HumanMessage({ id: "2", content: [text, { type: "audio" }] }),
      ]),
    ).toMatchObject([{ content: [text, image] }, { content: "Look" }]);
  });
});

describe("cutAt", () => {
  const messages = [
    new HumanMessage({ id: "u1", content: "a" }),
    new AIMessage({ id: "m1", name: "desk", content: "On.", tool_calls: [call("c1", "transfer_to_web")] }),
    new AIMessage({ id: "m2", name: "web", content: "", tool_calls: [call("c2", "search")] }),
    new ToolMessage({ id: "t2", name: "search", tool_call_id: "c2", content: "found" }),
    new HumanMessage({ id: "u2", content: "b" }),
  ];
  const refused = handoff({ id: "h0", status: "rejected" as never });
  const later = handoff({ id: "h2", messageId: "m9", to: "desk" });
  const thread = { messages, handoffs: [refused, handoff(), later], activeAgent: "web", waits: undefined };
  const cut = (id: string, keepsTurn = false) => cutAt(thread, id, { agents, keepsTurn });

  it("keeps a call together with what answers it, and the handoffs up to there", () => {
    expect(cut(entryId("tool_exec", "c2"))).toEqual({
      kept: { messages: messages.slice(0, 4), handoffs: [handoff()], activeAgent: "web" },
      again: [],
    });
  });

  it("takes a turn of the user's out to be answered again, or leaves it where another follows", () => {
    expect(cut(entryId("msg", "u1"))).toEqual({
      kept: { messages: [], handoffs: [], activeAgent: undefined },
      again: [messages[0]],
    });
    expect(cut(entryId("msg", "u2"), true)).toMatchObject({ kept: { messages, activeAgent: "web" }, again: [] });
  });

  it("is nothing for an entry that is not there", () => {
    expect(cut("msg_0")).toBeUndefined();
  });
});
