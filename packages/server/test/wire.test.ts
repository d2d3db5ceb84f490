import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createClock } from "../src/wire/clock.ts";
import { textOf } from "../src/wire/chunks.ts";
import type { EntryInput } from "../src/wire/entries.ts";
import { inputEntrySchema, isMessageEntry, stampEntry } from "../src/wire/entries.ts";
import { invalidField, MistralError, notFound, parseRequest } from "../src/wire/errors.ts";
import type { ConversationEvent } from "../src/wire/events.ts";
import { encodeEvent, EVENT_TYPES } from "../src/wire/events.ts";
import type { IdPrefix } from "../src/wire/ids.ts";
import { isId, newId, newToolCallId, toolCallIdFor } from "../src/wire/ids.ts";
import {
  appendConversationSchema,
  createAgentSchema,
  restartConversationSchema,
  startConversationSchema,
  updateAgentSchema,
} from "../src/wire/requests.ts";

const read = (value: unknown) => parseRequest(inputEntrySchema, value);

function problemsOf(act: () => unknown): readonly string[] {
  try {
    act();
  } catch (error) {
    if (!MistralError.is(error)) throw error;
    return error.detail.map(({ type, loc }) => `${type} ${loc.join(".")}`);
  }
  return [];
}

const handoff = {
  previous_agent_id: "ag_1",
  previous_agent_name: "finance-agent",
  next_agent_id: "ag_2",
  next_agent_name: "websearch-agent",
};
const six = {
  "message.input": { role: "user", content: "Hi", prefix: false },
  "message.output": { role: "assistant", content: [{ type: "text", text: "Hello" }], agent_id: "ag_1", model: "m" },
  "function.call": { tool_call_id: "6TI17yZkV", name: "rate", arguments: '{"date":"today"}' },
  "function.result": { tool_call_id: "6TI17yZkV", result: "2.5%" },
  "tool.execution": { name: "web_search", arguments: '{"query":"rate"}', info: { results: 3 } },
  "agent.handoff": handoff,
};

describe("entries on input", () => {
  it.each(Object.entries(six))("[B151] %s is read as it is", (type, fields) => {
    expect(read({ object: "entry", type, ...fields })).toEqual({ object: "entry", type, ...fields });
  });

  it("[B148] a handoff has exactly the previous and the next agent", () => {
    const entry = stampEntry(read({ type: "agent.handoff", ...handoff }));
    expect(Object.keys(entry).sort()).toEqual([...Object.keys(handoff), "created_at", "id", "object", "type"].sort());
    expect(problemsOf(() => read({ type: "agent.handoff", ...handoff, agent_id: "ag_3" }))).toEqual([
      "extra_forbidden body.agent_id",
    ]);
  });

  it("[B148] the old shape of a handoff is taken", () => {
    const old = {
      object: "conversation.entry",
      type: "agent.handoff",
      agent_id: "ag_2",
      agent_name: "websearch-agent",
    };
    expect(read(old)).toEqual({
      object: "entry",
      type: "agent.handoff",
      previous_agent_id: "",
      previous_agent_name: "",
      next_agent_id: "ag_2",
      next_agent_name: "websearch-agent",
    });
  });

  it.each([["{}"], [{}], ['{"date":"today"}'], [{ date: "today" }]])("[B150] arguments may be %j", (given) => {
    expect(read({ ...six["function.call"], type: "function.call", arguments: given })).toHaveProperty(
      "arguments",
      given,
    );
    const text = typeof given === "string" ? given : JSON.stringify(given);
    expect(read({ type: "tool.execution", name: "web_search", arguments: given })).toHaveProperty("arguments", text);
  });

  it("[B150] entries and chunks of unknown types are kept whole", () => {
    const entry = { object: "entry", type: "agent.thought", depth: 3 };
    expect(read(entry)).toEqual(entry);
    const chunk = { type: "audio_url", audio_url: "https://example.org/a.mp3" };
    const spoken = read({ type: "message.input", role: "user", content: [{ type: "text", text: "Hear: " }, chunk] });
    expect(spoken).toHaveProperty("content.1", chunk);
    expect(read({ type: "constructor" })).toEqual({ object: "entry", type: "constructor" });
  });

  it.each<[string, object]>([
    ["message.input", { role: "user", content: "Hi" }],
    ["message.output", { role: "assistant", content: "Hi", agent_id: "ag_1" }],
    ["function.call", { tool_call_id: "6TI17yZkV", name: "rate", arguments: {} }],
    ["function.result", { tool_call_id: "6TI17yZkV", result: "2.5%" }],
    ["tool.execution", { name: "web_search", arguments: "{}" }],
    ["agent.handoff", handoff],
    ["agent.handoff", { agent_id: "ag_2", agent_name: "websearch-agent" }],
  ])("%s without a type is known by its fields", (type, fields) => {
    expect(read(fields)).toHaveProperty("type", type);
  });

  it("every chunk is read, thoughts with their own chunks", () => {
    const content = [
      { type: "text", text: "a" },
      { type: "image_url", image_url: "https://example.org/i.png" },
      { type: "image_url", image_url: { url: "https://example.org/i.png", detail: "low" } },
      { type: "document_url", document_url: "https://example.org/d.pdf", document_name: null },
      { type: "tool_file", tool: "code_interpreter", file_id: "file_1", file_type: "svg" },
      { type: "tool_reference", tool: "web_search", title: "T", url: "https://example.org" },
      {
        type: "thinking",
        thinking: [
          { type: "text", text: "hm" },
          { type: "reference", reference_ids: [1, "x"] },
        ],
      },
      { type: "text", text: "b" },
    ];
    const entry = read({ type: "message.output", content });
    expect(entry).toEqual({ object: "entry", type: "message.output", role: "assistant", content });
    expect(textOf(entry.type === "message.output" ? entry.content : "")).toBe("ab");
  });

  it.each<[string, unknown, readonly string[]]>([
    ["no object", 7, ["value_error body"]],
    ["nothing that tells a type", { words: "Hi" }, ["missing body.type"]],
    ["a missing field", { type: "function.result", tool_call_id: "6TI17yZkV" }, ["missing body.result"]],
    [
      "a wrong value in a chunk",
      {
        type: "message.input",
        role: "user",
        content: [
          { type: "text", text: "a" },
          { type: "text", text: 5 },
        ],
      },
      ["string_type body.content.1.text"],
    ],
    ["content of no kind", { type: "message.input", role: "user", content: 5 }, ["list_type body.content"]],
    ["a chunk that is none", { role: "user", content: ["a"] }, ["value_error body.content.0"]],
    ["a time that is none", { role: "user", content: "a", created_at: "yesterday" }, ["value_error body.created_at"]],
  ])("%s is refused at its place", (_case, value, problems) => {
    expect(problemsOf(() => read(value))).toEqual(problems);
  });
});

describe("stamps", () => {
  it.each<[EntryInput["type"], IdPrefix]>([
    ["message.input", "msg"],
    ["message.output", "msg"],
    ["function.call", "fc"],
    ["function.result", "fr"],
    ["tool.execution", "tool_exec"],
    ["agent.handoff", "handoff"],
  ])("an entry %s gets an id %s_ and a time", (type, prefix) => {
    const entry = stampEntry(read({ type, ...six[type] }), { now: new Date(0) });
    expect(isId(entry.id, prefix)).toBe(true);
    expect(entry.created_at).toBe("1970-01-01T00:00:00.000Z");
    expect(isMessageEntry(entry)).toBe(type.startsWith("message."));
  });

  it("[B150] what the client gave stays, the time in UTC", () => {
    const given = { role: "user", content: "Hi", id: "msg_1", created_at: "2026-01-01T02:00:00+02:00" };
    expect(stampEntry(read(given))).toMatchObject({ id: "msg_1", created_at: "2026-01-01T00:00:00.000Z" });
  });

  it("[B150] times are ISO 8601, never twice the same, never earlier", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 4_000_000_000_000 }), { minLength: 2 }), (millis) => {
        let at = 0;
        const clock = createClock({ now: () => millis[at++ % millis.length] ?? 0 });
        const times = millis.map(() => clock());
        expect([...new Set(times)].sort()).toEqual(times);
        expect(times.every((time) => !Number.isNaN(Date.parse(time)) && /\.\d{6}Z$/u.test(time))).toBe(true);
      }),
    );
  });

  it("ids have their prefix, call ids nine letters or digits", () => {
    const shape = /^[0-9A-Za-z]{9}$/u;
    expect(newId("conv")).toMatch(/^conv_[0-9a-f]{32}$/u);
    expect(isId("conv_1", "conv")).toBe(false);
    expect(newToolCallId()).toMatch(shape);
    fc.assert(
      fc.property(fc.string(), (id) => {
        expect(toolCallIdFor(id)).toMatch(shape);
        expect(toolCallIdFor(toolCallIdFor(id))).toBe(toolCallIdFor(id));
      }),
    );
    expect(toolCallIdFor("call_1")).not.toBe(toolCallIdFor("call_2"));
  });
});

describe("requests", () => {
  const agent = { model: "m", name: "a" };

  it("[B153] handoffs: absent and null mean none, an empty list is refused", () => {
    expect(parseRequest(createAgentSchema, agent)).not.toHaveProperty("handoffs");
    expect(parseRequest(createAgentSchema, { ...agent, handoffs: null }).handoffs).toBe(null);
    const empty = () => parseRequest(createAgentSchema, { ...agent, handoffs: [] });
    expect(problemsOf(empty)).toEqual(["too_short body.handoffs"]);
    expect(problemsOf(() => parseRequest(updateAgentSchema, { handoffs: [] }))).toEqual(["too_short body.handoffs"]);
  });

  it.each<[string, object, readonly string[]]>([
    ["no fields", {}, ["missing body.model", "missing body.name"]],
    [
      "foreign fields",
      { ...agent, handof: [], modle: "m" },
      ["extra_forbidden body.handof", "extra_forbidden body.modle"],
    ],
    [
      "a foreign field of completion_args",
      { ...agent, completion_args: { temprature: 1 } },
      ["extra_forbidden body.completion_args.temprature"],
    ],
    [
      "a temperature out of range",
      { ...agent, completion_args: { temperature: 3 } },
      ["less_than_equal body.completion_args.temperature"],
    ],
    [
      "a broken number of tokens",
      { ...agent, completion_args: { max_tokens: 1.5 } },
      ["int_type body.completion_args.max_tokens"],
    ],
    [
      "a schema left out",
      { ...agent, completion_args: { response_format: { type: "json_schema" } } },
      ["missing body.completion_args.response_format.json_schema"],
    ],
    ["an unknown tool", { ...agent, tools: [{ type: "websearch" }] }, ["literal_error body.tools.0.type"]],
    ["a tool that is none", { ...agent, tools: ["web_search"] }, ["value_error body.tools.0"]],
    [
      "a function without parameters",
      { ...agent, tools: [{ type: "function", function: { name: "f" } }] },
      ["missing body.tools.0.function.parameters"],
    ],
    ["a long message", { ...agent, version_message: "x".repeat(501) }, ["string_too_long body.version_message"]],
    ["metadata that is a list", { ...agent, metadata: [] }, ["dict_type body.metadata"]],
    ["tools that are no list", { ...agent, tools: {} }, ["list_type body.tools"]],
  ])("an agent with %s is refused field by field", (_case, body, problems) => {
    expect(problemsOf(() => parseRequest(createAgentSchema, body))).toEqual(problems);
  });

  it("[B151] inputs are a text or any of the six entries", () => {
    const inputs = Object.entries(six).map(([type, fields]) => ({ object: "entry", type, ...fields }));
    expect(parseRequest(startConversationSchema, { agent_id: "ag_1", inputs }).inputs).toEqual(inputs);
    expect(parseRequest(appendConversationSchema, { inputs: "Go on" }).inputs).toBe("Go on");
    const broken = { from_entry_id: "msg_1", inputs: [inputs[0], { type: "function.result" }] };
    expect(problemsOf(() => parseRequest(restartConversationSchema, broken))).toEqual([
      "missing body.inputs.1.tool_call_id",
      "missing body.inputs.1.result",
    ]);
  });

  it.each<[string, object, readonly string[]]>([
    ["neither agent nor model", {}, ["missing body.agent_id"]],
    ["both agent and model", { agent_id: "ag_1", model: "m" }, ["value_error body.model"]],
    ["a version without an agent", { model: "m", agent_version: 1 }, ["value_error body.agent_version"]],
    ["a version that is none", { agent_id: "ag_1", agent_version: -1 }, ["greater_than_equal body.agent_version"]],
    ["an execution of no kind", { model: "m", handoff_execution: "both" }, ["literal_error body.handoff_execution"]],
  ])("a conversation with %s is refused", (_case, fields, problems) => {
    expect(problemsOf(() => parseRequest(startConversationSchema, { inputs: "Hi", ...fields }))).toEqual(problems);
  });

  it("an append has Mistral's defaults", () => {
    expect(parseRequest(appendConversationSchema, {})).toEqual({
      stream: false,
      store: true,
      handoff_execution: "server",
    });
  });
});

describe("errors", () => {
  it("tell the place, and show only short values", () => {
    const short = invalidField(["body", "handoffs", 0], "No.", { input: "ag_1" });
    expect(short.message).toBe("body.handoffs[0]: No.");
    expect(short.toBody()).toEqual({
      object: "error",
      message: { detail: [{ type: "value_error", loc: ["body", "handoffs", 0], msg: "No.", input: "ag_1" }] },
      type: "invalid_request_error",
      param: null,
      code: "validation_error",
      detail: [{ type: "value_error", loc: ["body", "handoffs", 0], msg: "No.", input: "ag_1" }],
    });
    expect(invalidField(["body"], "No.", { input: "x".repeat(300) }).detail[0]).not.toHaveProperty("input");
  });

  it("without a place have a plain message", () => {
    expect(notFound("agent alias", "prod").toBody()).toEqual({
      object: "error",
      message: 'There is no agent alias "prod".',
      type: "not_found_error",
      param: null,
      code: "agent_alias_not_found",
    });
  });

  it("[property] no JSON makes the readers throw anything else", () => {
    const schemas = [createAgentSchema, updateAgentSchema, startConversationSchema, appendConversationSchema];
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...schemas), (value, schema) => {
        const nested = { inputs: value, tools: [value], completion_args: value, handoffs: value };
        for (const body of [value, nested]) {
          const before = JSON.stringify(body);
          problemsOf(() => parseRequest<unknown>(schema, body));
          expect(JSON.stringify(body)).toBe(before);
        }
      }),
    );
  });
});

describe("events", () => {
  const at = { created_at: "2026-01-01T00:00:00.000Z" };
  const place = { ...at, output_index: 1, id: "x_1" };
  const events: readonly ConversationEvent[] = [
    { type: "conversation.response.started", ...at, conversation_id: "conv_1" },
    { type: "message.output.delta", ...place, content_index: 0, role: "assistant", content: "Hi\nthere" },
    { type: "tool.execution.started", ...place, name: "web_search", arguments: "{}" },
    { type: "tool.execution.delta", ...place, name: "web_search", arguments: "{}" },
    { type: "tool.execution.done", ...place, name: "web_search", info: { results: 1 } },
    { type: "agent.handoff.started", ...place, previous_agent_id: "ag_1", previous_agent_name: "a" },
    { type: "agent.handoff.done", ...place, next_agent_id: "ag_2", next_agent_name: "b" },
    { type: "function.call.delta", ...place, name: "f", tool_call_id: "6TI17yZkV", arguments: "{" },
    { type: "conversation.response.done", ...at, usage: { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 } },
    { type: "conversation.response.error", ...at, message: "no", code: 500 },
  ];

  it("[B149] are ten, in the order of the table", () => {
    expect(EVENT_TYPES).toEqual(events.map(({ type }) => type));
  });

  it.each(events)("[B149] $type is written with its type, its place and all of its fields", (event) => {
    const [name, data, ...rest] = encodeEvent(event).split("\n");
    expect(rest).toEqual(["", ""]);
    expect(name).toBe(`event: ${event.type}`);
    expect(data).toMatch(/^data: \{"type":"/u);
    expect(JSON.parse(data?.slice("data: ".length) ?? "")).toEqual(event);
  });
});
