import { readFile } from "node:fs/promises";
import { fromJsonl, mapEvents } from "swarmgraph";
import type { Recording, SwarmEvent, SwarmEventBody } from "swarmgraph";
import { describe, expect, it } from "vitest";
import { entryId } from "../src/conversations/to-entries.ts";
import { mistralEventsMapper, toMistralEvents } from "../src/conversations/to-events.ts";
import { encodeEvent } from "../src/wire/events.ts";
import type { ConversationEvent } from "../src/wire/events.ts";
import type { Agent } from "../src/wire/responses.ts";
import type { ToolSpec } from "../src/wire/tools.ts";

const RECORDINGS = ["refund", "approval", "guarded", "broken"];
const recorded = (file: string) => new URL(`../../../test/observe/golden/${file}`, import.meta.url);
const golden = (name: string) => new URL(`golden/${name}.mistral.txt`, import.meta.url).pathname;

async function readRecording(name: string): Promise<Recording> {
  return fromJsonl(await readFile(recorded(`${name}.jsonl`), "utf8"));
}

const functionTool = (name: string): ToolSpec => ({ type: "function", function: { name, parameters: {} } });
const agentNamed = (name: string, functions: readonly string[] = []) =>
  [name, { id: `ag_${name}`, name, model: "m", tools: functions.map(functionTool) } as unknown as Agent] as const;

/** The agents of a recording, as Mistral has them: the client runs what is a function. */
function agentsOf({ header }: Recording): ReadonlyMap<string, Agent> {
  const clients = new Set(["read_card"]);
  return new Map(
    (header.agents ?? []).map(({ name, tools }) =>
      agentNamed(
        name,
        tools.filter((tool) => clients.has(tool)),
      ),
    ),
  );
}

describe.each(RECORDINGS)("the run %j", (name) => {
  it("is told as Mistral's events", async () => {
    const recording = await readRecording(name);
    const told = toMistralEvents(recording.events, { agents: agentsOf(recording), conversationId: "conv_1" });
    await expect(told.map((event) => encodeEvent(event)).join("")).toMatchFileSnapshot(golden(name));
  });

  it("is mapped the same as it comes and once it is there", async () => {
    const recording = await readRecording(name);
    const options = { agents: agentsOf(recording) };
    async function* stream() {
      for (const event of recording.events) yield await Promise.resolve(event);
    }
    const mapped: unknown[] = [];
    for await (const item of mapEvents(stream(), mistralEventsMapper(options))) mapped.push(item);
    expect(mapped).toEqual(toMistralEvents(recording.events, options));
    expect(mapped.length).toBeGreaterThan(2);
  });
});

const agents = new Map([agentNamed("desk", ["rate"]), agentNamed("web")]);

/** What Mistral's stream tells of these events, at a time that is the same for all of them. */
function told(...bodies: readonly (SwarmEventBody & { readonly agent?: string })[]): ConversationEvent[] {
  const envelope = { ts: 0, runId: "r", turn: 1, agent: "desk" };
  return toMistralEvents(
    bodies.map((body, seq) => ({ ...envelope, seq, ...body }) as SwarmEvent),
    { agents },
  );
}

const delta = (text: string) => ({ type: "message.delta", id: "m1", text }) as const;
const done = (text: string, more: object = {}) =>
  ({ type: "message.done", id: "m1", messageId: "m1", text, calls: [], ...more }) as const;
const found = {
  type: "tool.found",
  tool: "search",
  callId: "c1",
  references: [{ title: "Prices" }],
  files: [{ fileId: "f" }],
} as const;

describe("toMistralEvents", () => {
  it("streams a text once, and adds what stands beside it", () => {
    const id = entryId("msg", "m1");
    const reasoning = [{ text: "Hm.", signature: "s" }];
    const events = told(found, delta("Hel"), delta("lo [1]"), done("Hello [1]", { reasoning }));
    expect(events).toMatchObject([
      { id, content: "Hel", content_index: 0, output_index: 0, agent_id: "ag_desk", model: "m" },
      { content: "lo [1]" },
      { content: { type: "thinking", signature: "s" }, content_index: 1 },
      { content: { type: "tool_file", tool: "search", file_id: "f" }, content_index: 2 },
      { content: { type: "tool_reference", tool: "search", title: "Prices" }, content_index: 3 },
    ]);
    expect(events).toHaveLength(5);
  });

  it("writes a text whole that was not streamed, chunks each at its index, and nothing for none", () => {
    expect(told(done("whole"))).toMatchObject([{ content: "whole", content_index: 0, output_index: 0 }]);
    expect(told(found, done("text")).map((event) => "content" in event && event.content)).toMatchObject([
      { type: "tool_file" },
      { type: "text", text: "text" },
      { type: "tool_reference" },
    ]);
    expect(told(done(" "))).toEqual([]);
  });

  it("tells a message whole whose text was streamed under another id", () => {
    const ids = told(delta("Hi"), done("Hi", { messageId: "m2" })).map((event) => "id" in event && event.id);
    expect(ids).toEqual([entryId("msg", "m1"), entryId("msg", "m2")]);
  });

  it("tells a server's tool as it runs, with its error; one that the end of the run cut off has only begun", () => {
    const call = { tool: "search", callId: "c1" };
    const started = { type: "tool.started", ...call, args: { q: 1 } } as const;
    expect(told(started, { type: "tool.done", ...call, result: "x" })).toMatchObject([
      { type: "tool.execution.started", name: "search", arguments: '{"q":1}', id: entryId("tool_exec", "c1") },
      { type: "tool.execution.done", name: "search" },
    ]);
    expect(told(started, { type: "tool.error", ...call, result: "no" })[1]).toMatchObject({ info: { error: "no" } });
    expect(told(started, { type: "tool.error", ...call, result: "", reason: "ended" })).toHaveLength(1);
    const [stranger] = told({ ...started, agent: "gone" });
    expect(stranger).not.toHaveProperty("agent_id");
  });

  it("tells a call that ran nowhere as a tool's, and one that cannot be read not at all", () => {
    const answered = {
      type: "tool.answered",
      tool: "serch",
      callId: "c1",
      result: "no such tool",
      isError: true,
    } as const;
    const both = ["tool.execution.started", "tool.execution.done"];
    const said = done("", { calls: [{ id: "c1", name: "serch", args: {} }] });
    expect(told(said, answered).map(({ type }) => type)).toEqual(both);
    expect(told({ ...answered, args: { a: 1 } })).toMatchObject([
      { arguments: '{"a":1}' },
      { info: { error: "no such tool" } },
    ]);
    expect(told(done("", { calls: [{ id: "c1", name: "serch", rawArgs: "{" }] }), answered)).toEqual([]);
  });

  it("tells a client's function once, and nothing of its result", () => {
    const calls = [{ id: "abcdefghi", name: "rate", args: { a: 1 } }];
    const call = { callId: "abcdefghi", name: "rate", input: { a: 1 } };
    const asked = { type: "approval.requested", approval: "tool", id: "abcdefghi", ...call, needs: "result" } as const;
    const answer = { type: "tool.answered", tool: "rate", callId: "abcdefghi", result: "5", isError: false } as const;
    const events = told(done("", { calls }), asked, answer);
    expect(events).toMatchObject([{ type: "function.call.delta", tool_call_id: "abcdefghi", arguments: '{"a":1}' }]);
    expect(events).toHaveLength(1);
    expect(events[0]).not.toHaveProperty("confirmation_status");
  });

  it("tells a call that waits for an approval as pending, and one that was denied as it was told", () => {
    const call = { id: "c1", callId: "c1", name: "search", input: {} };
    const asked = { type: "approval.requested", approval: "tool", ...call, needs: "approval" } as const;
    expect(told(asked)).toMatchObject([{ type: "function.call.delta", confirmation_status: "pending" }]);
    const denied = { type: "approval.settled", approval: "tool", id: "c1", decision: "denied" } as const;
    const answer = {
      type: "tool.answered",
      tool: "search",
      callId: "c1",
      result: "no",
      isError: true,
      args: {},
    } as const;
    expect(told(asked, denied, answer)).toHaveLength(1);
    expect(told(denied, answer)).toEqual([]);
    const said = done("", { calls: [{ id: "c1", name: "search", args: {} }] });
    expect(told(said, denied, answer)).toMatchObject([{ confirmation_status: "denied" }]);
  });

  it("tells a handoff once, when it waits or is taken, also of agents that are gone", () => {
    const hop = { id: "h1", from: "desk", to: "web", callId: "c1" };
    const taken = { type: "handoff.done", ...hop } as const;
    const asked = { type: "approval.requested", approval: "handoff", id: "h1", callId: "c1", name: "web" } as const;
    const both = [
      { type: "agent.handoff.started", previous_agent_id: "ag_desk", output_index: 0, id: entryId("handoff", "h1") },
      { type: "agent.handoff.done", next_agent_id: "ag_web", next_agent_name: "web", output_index: 0 },
    ];
    expect(told(taken)).toMatchObject(both);
    const events = told({ type: "handoff.pending", ...hop }, { ...asked, needs: "approval" }, taken);
    expect(events).toMatchObject(both);
    expect(events).toHaveLength(2);
    expect(told({ ...taken, from: "old" })[0]).toMatchObject({ previous_agent_id: "", previous_agent_name: "old" });
    expect(told({ ...taken, to: "new" })[1]).toMatchObject({ next_agent_id: "", next_agent_name: "new" });
  });

  it("tells a person who is asked as a function call", () => {
    const asked = { type: "human.requested", id: "i1", name: "Ana", canHandoffTo: ["web"] } as const;
    const [call] = told(asked);
    expect(call).toMatchObject({ type: "function.call.delta", name: "human_request", agent_id: "ag_desk" });
    expect(JSON.parse((call as { arguments: string }).arguments)).toEqual({ name: "Ana", canHandoffTo: ["web"] });
  });

  it("adds up tokens and tools, and counts the next run for itself", () => {
    const started = { type: "run.started", swarm: "s", resumed: false } as const;
    const usage = { type: "usage", tokens: { input: 3, output: 2, total: 5 } } as const;
    const tool = { type: "tool.done", tool: "search", callId: "c1", result: "" } as const;
    const end = {
      type: "run.interrupted",
      interrupts: [],
      lastAgent: "desk",
      tokens: usage.tokens,
      values: {},
    } as const;
    expect(told(started, usage, usage, tool, tool, end, started, end)).toMatchObject([
      { type: "conversation.response.started", conversation_id: "r", created_at: "1970-01-01T00:00:00.000000Z" },
      {},
      {},
      { usage: { prompt_tokens: 6, completion_tokens: 4, total_tokens: 10, connectors: { search: 2 } } },
      { type: "conversation.response.started" },
      { usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 } },
    ]);
  });

  it.each([
    ["MODEL_TIMEOUT", 504],
    ["ABORTED", 499],
    ["INTERRUPT_MISMATCH", 409],
    ["RUN_SUPERSEDED", 409],
    ["toString", 500],
  ])("ends a run that failed with %s in the code %i, without the failure's own words", (code, status) => {
    const failed = { type: "run.error", code, message: "sk-secret", retryable: false, resumable: true } as const;
    const [event] = told(failed);
    expect(event).toMatchObject({ type: "conversation.response.error", code: status });
    expect(JSON.stringify(event)).not.toContain("secret");
  });
});
