import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateOpenAIChat } from "../../../src/project/wire/openai-chat.ts";
import {
  casesOf,
  emptyList,
  emptyText,
  expectProblems,
  mismatch,
  missing,
  tooLong,
  UNREADABLE,
  wrongType,
} from "./openai-case.ts";
import { EMPTY_LIST, EMPTY_TEXT, INVALID, MISSING, SCHEMA, TOO_LONG, TYPE, UNKNOWN } from "./openai-case.ts";
import type { Case } from "./openai-case.ts";

const NAME = "^[a-zA-Z0-9_-]+$";
const ROLES = "'system', 'assistant', 'user', 'function', 'tool', and 'developer'";
const PARTS = "'text', 'image_url', 'input_audio', 'refusal', 'audio', and 'file'";

const user = { role: "user", content: "Hi" };
const call = (id: unknown, name: unknown = "lookup", args: unknown = "{}") => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const calls = (...list: unknown[]) => ({ role: "assistant", content: null, tool_calls: list });
const answer = (id: unknown, content: unknown = "ok") => ({ role: "tool", tool_call_id: id, content });
const chat = (...messages: unknown[]) => ({ model: "m", messages });
const fn = (fields: Record<string, unknown> = {}) => ({ type: "function", function: { name: "lookup", ...fields } });
const tooled = (tools: unknown, rest: Record<string, unknown> = {}) => ({ ...chat(user), tools, ...rest });
const strict = (parameters: unknown) => tooled([fn({ strict: true, parameters })]);
const closed = { type: "object", properties: { a: { type: "string" } }, required: ["a"], additionalProperties: false };

const unanswered = (ids: string) =>
  `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${ids}`;
const orphan =
  "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.";
const unclosed = (context: string) =>
  `Invalid schema for function 'lookup': In context=${context}, 'additionalProperties' is required to be supplied and to be false.`;
const optional = (context: string, key: string) =>
  `Invalid schema for function 'lookup': In context=${context}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${key}'.`;
const onlyWithTools = (field: string) =>
  `Invalid value for '${field}': '${field}' is only allowed when 'tools' are specified.`;

const long = "x".repeat(65);

const broken: readonly Case[] = [
  [
    "[O1] an unanswered call",
    chat(user, calls(call("call_1"))),
    ["O1", "messages[1]", unanswered("call_1"), { param: "messages.[2].role" }],
  ],
  [
    "[O1] calls of which one is answered",
    chat(user, calls(call("a"), call("b"), call("c")), answer("b"), user),
    ["O1", "messages[1]", unanswered("a, c"), { param: "messages.[2].role" }],
  ],
  [
    "[O1] an answer that comes after somebody else has spoken",
    chat(user, calls(call("a")), user, answer("a")),
    ["O1", "messages[1]", unanswered("a"), { param: "messages.[2].role" }],
    ["O2", "messages[3]", orphan, { param: "messages.[3].role" }],
  ],
  ["[O2] an answer to nothing", chat(user, answer("a")), ["O2", "messages[1]", orphan, { param: "messages.[1].role" }]],
  ["[O2] an answer first of all", chat(answer("a")), ["O2", "messages[0]", orphan, { param: "messages.[0].role" }]],
  [
    "[O3] an illegal name of a tool",
    tooled([fn({ name: "Sales Agent" })]),
    ["O3", "tools[0].function.name", mismatch("tools[0].function.name", NAME), INVALID],
  ],
  [
    "[O3] a long name of a tool",
    tooled([fn(), fn({ name: long })]),
    ["O3", "tools[1].function.name", tooLong("tools[1].function.name", 64, 65), TOO_LONG],
  ],
  [
    "[O3] a tool without a name",
    tooled([fn({ name: undefined })]),
    ["O3", "tools[0].function.name", missing("tools[0].function.name"), MISSING],
  ],
  [
    "[O3] an empty name of a tool",
    tooled([fn({ name: "" })]),
    ["O3", "tools[0].function.name", emptyText("tools[0].function.name"), EMPTY_TEXT],
  ],
  [
    "[O3] an illegal name in the history",
    chat(user, calls(call("a", "é")), answer("a")),
    [
      "O3",
      "messages[1].tool_calls[0].function.name",
      mismatch("messages[1].tool_calls[0].function.name", NAME),
      INVALID,
    ],
  ],
  [
    "[O4] a long description",
    tooled([fn({ description: "x".repeat(2780) })]),
    ["O4", "tools[0].function.description", tooLong("tools[0].function.description", 1024, 2780), TOO_LONG],
  ],
  [
    "[O4] a description that is no text",
    tooled([fn({ description: 1.5 })]),
    ["O4", "tools[0].function.description", wrongType("tools[0].function.description", "a string", "a decimal"), TYPE],
  ],
  [
    "[O5] an open schema in strict mode",
    strict({ type: "object", properties: {} }),
    ["O5", "tools[0].function.parameters", unclosed("()"), SCHEMA],
  ],
  [
    "[O5] an optional key in strict mode",
    strict({ ...closed, required: [] }),
    ["O5", "tools[0].function.parameters", optional("()", "a"), SCHEMA],
  ],
  [
    "[O5] open objects at every depth in strict mode",
    strict({
      ...closed,
      properties: { a: { type: "array", items: { type: ["object", "null"] } } },
      $defs: { b: { anyOf: [{ type: "string" }, { type: "object", properties: { c: {} } }] } },
    }),
    ["O5", "tools[0].function.parameters", unclosed("('properties', 'a', 'items')"), SCHEMA],
    ["O5", "tools[0].function.parameters", unclosed("('$defs', 'b', 'anyOf', '1')"), SCHEMA],
    ["O5", "tools[0].function.parameters", optional("('$defs', 'b', 'anyOf', '1')", "c"), SCHEMA],
  ],
  [
    "[O5] an open item of a list in strict mode",
    strict({ ...closed, items: { type: "object" } }),
    ["O5", "tools[0].function.parameters", unclosed("('items',)"), SCHEMA],
  ],
  ["[O6] an empty list of tools", tooled([]), ["O6", "tools", "[] is too short - 'tools'"]],
  [
    "[O6] parallel calls without tools",
    { ...chat(user), parallel_tool_calls: false },
    ["O6", "parallel_tool_calls", onlyWithTools("parallel_tool_calls")],
  ],
  ["[O8] no model", { messages: [user] }, ["O8", "model", "you must provide a model parameter", { param: null }]],
  [
    "[O8] a model that is no text",
    { model: 4, messages: [user] },
    ["O8", "model", wrongType("model", "a string", "an integer"), TYPE],
  ],
  ["[O8] no messages", { model: "m" }, ["O8", "messages", missing("messages"), MISSING]],
  ["[O8] an empty list of messages", chat(), ["O8", "messages", emptyList("messages"), EMPTY_LIST]],
  [
    "[O8] messages that are no list",
    { model: "m", messages: user },
    ["O8", "messages", wrongType("messages", "an array of objects", "an object"), TYPE],
  ],
  [
    "[O8] a message that is no object",
    chat(user, "Hi"),
    ["O8", "messages[1]", wrongType("messages[1]", "an object", "a string"), TYPE],
  ],
  ["[O9] no role", chat({ content: "Hi" }), ["O9", "messages[0].role", missing("messages[0].role"), MISSING]],
  [
    "[O9] a role that is no text",
    chat({ role: null, content: "Hi" }),
    ["O9", "messages[0].role", wrongType("messages[0].role", "a string", "null"), TYPE],
  ],
  [
    "[O9] an unknown role",
    chat({ role: "human", content: "Hi" }),
    ["O9", "messages[0].role", `Invalid value: 'human'. Supported values are: ${ROLES}.`, INVALID],
  ],
  ["[O10] no content", chat({ role: "user" }), ["O10", "messages[0].content", missing("messages[0].content"), MISSING]],
  [
    "[O10] null as a user's content",
    chat({ role: "user", content: null }),
    [
      "O10",
      "messages[0].content",
      "Invalid value for 'content': expected a string, got null.",
      { param: "messages.[0].content" },
    ],
  ],
  [
    "[O10] an assistant that neither speaks nor calls",
    chat(user, { role: "assistant" }),
    [
      "O10",
      "messages[1].content",
      "Invalid value for 'content': expected a string, got null.",
      { param: "messages.[1].content" },
    ],
  ],
  [
    "[O10] an empty list of parts",
    chat({ role: "user", content: [] }),
    ["O10", "messages[0].content", emptyList("messages[0].content"), EMPTY_LIST],
  ],
  [
    "[O10] content of another type",
    chat({ role: "user", content: true }),
    [
      "O10",
      "messages[0].content",
      wrongType("messages[0].content", "one of a string or array of objects", "a boolean"),
      TYPE,
    ],
  ],
  [
    "[O11] another provider's part",
    chat(user, { role: "assistant", content: [{ type: "tool_use" }] }),
    ["O11", "messages[1].content[0].type", `Invalid value: 'tool_use'. Supported values are: ${PARTS}.`, INVALID],
  ],
  [
    "[O11] a part without a type",
    chat({ role: "user", content: [{}] }),
    ["O11", "messages[0].content[0].type", missing("messages[0].content[0].type"), MISSING],
  ],
  [
    "[O11] a part whose type is no text",
    chat({ role: "user", content: [{ type: [] }] }),
    ["O11", "messages[0].content[0].type", wrongType("messages[0].content[0].type", "a string", "an array"), TYPE],
  ],
  [
    "[O11] a part that is no object",
    chat({ role: "user", content: ["Hi"] }),
    ["O11", "messages[0].content[0]", wrongType("messages[0].content[0]", "an object", "a string"), TYPE],
  ],
  [
    "[O11] a text part without a text",
    chat({ role: "user", content: [{ type: "text" }] }),
    ["O11", "messages[0].content[0].text", missing("messages[0].content[0].text"), MISSING],
  ],
  [
    "[O11] a file part without a file",
    chat({ role: "user", content: [{ type: "file" }] }),
    ["O11", "messages[0].content[0].file", missing("messages[0].content[0].file"), MISSING],
  ],
  [
    "[O11] a text part whose text is no text",
    chat({ role: "user", content: [{ type: "text", text: {} }] }),
    ["O11", "messages[0].content[0].text", wrongType("messages[0].content[0].text", "a string", "an object"), TYPE],
  ],
  [
    "[O11] an image in a tool's answer",
    chat(user, calls(call("a")), answer("a", [{ type: "image_url", image_url: { url: "https://x.test" } }])),
    [
      "O11",
      "messages[2].content[0]",
      "Invalid 'messages[2]'. Image URLs are only allowed for messages with role 'user', but this message with role 'tool' contains an image URL.",
      { code: "invalid_value", param: "messages[2]" },
    ],
  ],
  [
    "[O11] a file in an assistant's message",
    chat(user, { role: "assistant", content: [{ type: "file", file: {} }] }),
    [
      "O11",
      "messages[1].content[0].type",
      "Invalid value: 'file'. Supported values are: 'text' and 'refusal'.",
      INVALID,
    ],
  ],
  [
    "[O11] a refusal in a system prompt",
    chat({ role: "system", content: [{ type: "refusal", refusal: "No." }] }),
    ["O11", "messages[0].content[0].type", "Invalid value: 'refusal'. Supported values are: 'text'.", INVALID],
  ],
  [
    "[O12] an author's name with a space",
    chat({ ...user, name: "Billing Agent" }),
    ["O12", "messages[0].name", mismatch("messages[0].name", "^[^\\s<|\\\\/>]+$"), INVALID],
  ],
  [
    "[O12] an author's empty name",
    chat({ ...user, name: "" }),
    ["O12", "messages[0].name", emptyText("messages[0].name"), EMPTY_TEXT],
  ],
  [
    "[O12] an author's long name",
    chat({ ...user, name: long }),
    ["O12", "messages[0].name", tooLong("messages[0].name", 64, 65), TOO_LONG],
  ],
  [
    "[O12] a function without a name",
    chat({ role: "function", content: "ok" }),
    ["O12", "messages[0].name", missing("messages[0].name"), MISSING],
  ],
  [
    "[O13] an empty list of calls",
    chat(user, { role: "assistant", content: "Hi", tool_calls: [] }),
    ["O13", "messages[1].tool_calls", emptyList("messages[1].tool_calls"), EMPTY_LIST],
  ],
  [
    "[O13] calls that are no list",
    chat(user, { role: "assistant", content: "Hi", tool_calls: null }),
    ["O13", "messages[1].tool_calls", wrongType("messages[1].tool_calls", "an array of objects", "null"), TYPE],
  ],
  [
    "[O13] a call that is no object",
    chat(user, calls(1)),
    ["O13", "messages[1].tool_calls[0]", wrongType("messages[1].tool_calls[0]", "an object", "an integer"), TYPE],
  ],
  [
    "[O13] a call without a type",
    chat(user, calls({ ...call("a"), type: undefined }), answer("a")),
    ["O13", "messages[1].tool_calls[0].type", missing("messages[1].tool_calls[0].type"), MISSING],
  ],
  [
    "[O13] a call of an unknown type",
    chat(user, calls({ ...call("a"), type: "tool_call" }), answer("a")),
    [
      "O13",
      "messages[1].tool_calls[0].type",
      "Invalid value: 'tool_call'. Supported values are: 'function' and 'custom'.",
      INVALID,
    ],
  ],
  [
    "[O13] a call without a function",
    chat(user, calls({ id: "a", type: "function" }), answer("a")),
    ["O13", "messages[1].tool_calls[0].function", missing("messages[1].tool_calls[0].function"), MISSING],
  ],
  [
    "[O13] arguments that are an object",
    chat(user, calls(call("a", "lookup", {})), answer("a")),
    [
      "O13",
      "messages[1].tool_calls[0].function.arguments",
      wrongType("messages[1].tool_calls[0].function.arguments", "a string", "an object"),
      TYPE,
    ],
  ],
  [
    "[O14] a call without an id",
    chat(user, calls(call(undefined))),
    ["O14", "messages[1].tool_calls[0].id", missing("messages[1].tool_calls[0].id"), MISSING],
  ],
  [
    "[O14] a call with an empty id",
    chat(user, calls(call(""))),
    ["O14", "messages[1].tool_calls[0].id", emptyText("messages[1].tool_calls[0].id"), EMPTY_TEXT],
  ],
  [
    "[O14] ids that are too long",
    chat(user, calls(call("x".repeat(41))), answer("x".repeat(41))),
    ["O14", "messages[1].tool_calls[0].id", tooLong("messages[1].tool_calls[0].id", 40, 41), TOO_LONG],
    ["O14", "messages[2].tool_call_id", tooLong("messages[2].tool_call_id", 40, 41), TOO_LONG],
  ],
  [
    "[O14] an answer that does not say to what",
    chat(user, calls(call("a")), answer("a"), answer(undefined)),
    [
      "O14",
      "messages[3].tool_call_id",
      "Missing parameter 'tool_call_id': messages with role 'tool' must have a 'tool_call_id'.",
      { param: "messages.[3].tool_call_id" },
    ],
  ],
  [
    "[O15] an answer to another call",
    chat(user, calls(call("a")), answer("a"), answer("b")),
    [
      "O15",
      "messages[3].tool_call_id",
      "Invalid parameter: 'tool_call_id' of 'b' not found in 'tool_calls' of previous message.",
      { param: "messages.[3].tool_call_id" },
    ],
  ],
  [
    "[O15] two answers to one call",
    chat(user, calls(call("a"), call("b")), answer("b"), answer("a"), answer("a")),
    [
      "O15",
      "messages[4].tool_call_id",
      "Invalid parameter: Duplicate value for 'tool_call_id' of 'a', in messages[3] and messages[4].",
      { param: "messages.[4].tool_call_id" },
    ],
  ],
  [
    "[O15] two calls of one id",
    chat(user, calls(call("a"), call("a")), answer("a")),
    ["O15", "messages[1].tool_calls", "Invalid parameter: Duplicate value for 'tool_calls' id 'a'."],
  ],
  [
    "[O16] calls of a user",
    chat({ ...user, tool_calls: [call("a")] }),
    ["O16", "messages[0].tool_calls", "Unknown parameter: 'messages[0].tool_calls'.", UNKNOWN],
  ],
  [
    "[O16] an assistant that answers a call",
    chat(user, { role: "assistant", content: "ok", tool_call_id: "a" }),
    ["O16", "messages[1].tool_call_id", "Unknown parameter: 'messages[1].tool_call_id'.", UNKNOWN],
  ],
  [
    "[O17] tools that are no list",
    tooled({}),
    ["O17", "tools", wrongType("tools", "an array of objects", "an object"), TYPE],
  ],
  [
    "[O17] a tool that is no object",
    tooled([null]),
    ["O17", "tools[0]", wrongType("tools[0]", "an object", "null"), TYPE],
  ],
  ["[O17] a tool without a type", tooled([{ name: "x" }]), ["O17", "tools[0].type", missing("tools[0].type"), MISSING]],
  [
    "[O17] a tool of an unknown type",
    tooled([{ type: "web_search" }]),
    ["O17", "tools[0].type", "Invalid value: 'web_search'. Supported values are: 'function' and 'custom'.", INVALID],
  ],
  [
    "[O17] a tool without a function",
    tooled([{ type: "function" }]),
    ["O17", "tools[0].function", missing("tools[0].function"), MISSING],
  ],
  [
    "[O17] parameters that are no object's",
    tooled([fn({ parameters: { type: "string" } })]),
    [
      "O17",
      "tools[0].function.parameters",
      `Invalid schema for function 'lookup': schema must be a JSON Schema of 'type: "object"', got 'type: "string"'.`,
      SCHEMA,
    ],
  ],
  [
    "[O17] parameters that are a union",
    tooled([fn({ parameters: { anyOf: [] } })]),
    [
      "O17",
      "tools[0].function.parameters",
      `Invalid schema for function 'lookup': schema must be a JSON Schema of 'type: "object"', got 'type: "None"'.`,
      SCHEMA,
    ],
  ],
  [
    "[O17] more than 128 tools",
    tooled(Array.from({ length: 129 }, (_, index) => fn({ name: `t${index}` }))),
    [
      "O17",
      "tools",
      "Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array with length 129 instead.",
      { code: "array_above_max_length" },
    ],
  ],
  [
    "[O18] a choice without tools",
    { ...chat(user), tool_choice: "none" },
    ["O18", "tool_choice", onlyWithTools("tool_choice")],
  ],
  [
    "[O18] a choice that is no tool",
    tooled([fn()], { tool_choice: { type: "function", function: { name: "other" } } }),
    ["O18", "tool_choice", "Tool choice 'other' not found in 'tools' parameter."],
  ],
  [
    "[O19] half an emoji",
    chat(user, { role: "assistant", content: [{ type: "text", text: "tea 🍵".slice(0, -1) }] }),
    ["O19", "messages[1].content[0].text", UNREADABLE, { param: null }],
  ],
  [
    "[O20] arguments that are cut",
    chat(user, calls(call("a", "lookup", '{"thing": "te'), call("b", "lookup", "[]")), answer("a"), answer("b")),
    ...[0, 1].map((index) => {
      const path = `messages[1].tool_calls[${index}].function.arguments`;
      return [
        "O20",
        path,
        `Invalid value for '${path}': expected a string that holds a JSON object.`,
        INVALID,
      ] as const;
    }),
  ],
];

const sound: readonly (readonly [title: string, body: unknown])[] = [
  ["[O1, O2] calls answered in another order", chat(user, calls(call("a"), call("b")), answer("b"), answer("a"), user)],
  ["[O3, O4] a tool at the limits", tooled([fn({ name: "x".repeat(64), description: "x".repeat(1024) })])],
  ["[O4] a tool with an empty description", tooled([fn({ description: "" }), fn({ description: null })])],
  [
    "[O5] a closed schema in strict mode",
    strict({ ...closed, properties: { a: { anyOf: [closed, { type: "null" }] } } }),
  ],
  [
    "[O5] an open schema out of strict mode",
    tooled([fn({ strict: false, parameters: { type: "object", properties: {} } })]),
  ],
  ["[O5] a function without parameters in strict mode", strict(undefined)],
  ["[O6, O18] tools with all that goes with them", tooled([fn()], { parallel_tool_calls: false, tool_choice: "auto" })],
  ["[O6] null for what goes with tools", { ...chat(user), parallel_tool_calls: null, tool_choice: null }],
  ["[O7] two tools of one name", tooled([fn(), fn()])],
  ["[O9] every role", chat({ role: "developer", content: "x" }, { role: "system", content: "x" }, user)],
  ["[O10] an assistant's empty text", chat(user, { role: "assistant", content: "" }, user)],
  ["[O10] an assistant's refusal", chat(user, { role: "assistant", refusal: "No." }, user)],
  ["[O10] a function's null", chat({ role: "function", name: "f", content: null })],
  [
    "[O11] a user's parts",
    chat({
      role: "user",
      content: [
        { type: "text", text: "" },
        { type: "image_url", image_url: { url: "https://x.test" } },
        { type: "input_audio", input_audio: {} },
        { type: "file", file: {} },
        { type: "audio" },
      ],
    }),
  ],
  ["[O11] an assistant's parts", chat(user, { role: "assistant", content: [{ type: "refusal", refusal: "No." }] })],
  ["[O12] an author's name with a dot and an accent", chat({ ...user, name: "é.v-1" })],
  [
    "[O13] a custom tool's call",
    chat(user, calls({ id: "a", type: "custom", custom: { name: "f", input: "ls" } }), answer("a")),
  ],
  ["[O14] an id at the limit", chat(user, calls(call("x".repeat(40))), answer("x".repeat(40)))],
  ["[O15] one id in two messages", chat(user, calls(call("a")), answer("a"), calls(call("a")), answer("a"))],
  ["[O16] a tool's message with a name", chat(user, calls(call("a")), { ...answer("a"), name: "lookup" })],
  ["[O17] a custom tool", tooled([{ type: "custom", custom: { name: "f" } }])],
  [
    "[O18] a choice that is a tool",
    tooled([fn()], { tool_choice: { type: "function", function: { name: "lookup" } } }),
  ],
  ["[O19] a whole emoji", chat({ role: "user", content: "tea 🍵" })],
  ["a chat that ends with the assistant", chat(user, { role: "assistant", content: "Hi" })],
];

describe("validateOpenAIChat", () => {
  it.each(casesOf(broken))("finds $title", ({ body, expected }) => expectProblems(validateOpenAIChat, body, expected));

  it.each(sound)("takes %s", (_title, body) => expectProblems(validateOpenAIChat, body, []));

  it("reports in the order of the body", () => {
    const body = { ...chat({ role: "user" }, calls(call("a")), { role: "x", content: "" }), tools: [] };
    expect(validateOpenAIChat(body).map(({ path }) => path)).toEqual([
      "messages[0].content",
      "messages[1]",
      "messages[2].role",
      "tools",
    ]);
  });

  it("never throws, at whatever JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue({ maxDepth: 6 }), (one, other) => {
        expect(validateOpenAIChat(one).length).toBeGreaterThan(0);
        expect(validateOpenAIChat({ model: "m", messages: [one], tools: [other] })).toBeInstanceOf(Array);
        expect(validateOpenAIChat({ model: "m", messages: one, tools: other, tool_choice: one })).toBeInstanceOf(Array);
      }),
    );
  });

  it("shows what is no text as JSON", () => {
    const [problem] = validateOpenAIChat({
      model: "m",
      messages: [{ role: "user", content: "a" }],
      tools: [{ type: [{ toString: 0 }] }],
    });
    expect(problem?.message).toContain('[{"toString":0}]');
  });

  it("never throws at messages and tools of garbled fields", () => {
    const garbled = (keys: readonly string[]) =>
      fc.dictionary(
        fc.constantFrom(...keys),
        fc.oneof(fc.jsonValue(), fc.constantFrom("tool", "assistant", "function")),
      );
    const message = garbled(["role", "content", "tool_calls", "tool_call_id", "name"]);
    const tool = garbled(["type", "function", "strict", "parameters"]);
    fc.assert(
      fc.property(fc.array(message), fc.array(tool), (messages, tools) => {
        const problems = validateOpenAIChat({ model: "m", messages, tools });
        for (const { status, path } of problems) expect([status, typeof path]).toEqual([400, "string"]);
      }),
    );
  });

  it("takes values that contain themselves, and very deep ones", () => {
    const cyclic: Record<string, unknown> = { ...closed };
    cyclic["properties"] = { a: cyclic };
    expectProblems(validateOpenAIChat, strict(cyclic), []);
    let deep: unknown = "x";
    for (let depth = 0; depth < 20_000; depth += 1) deep = [deep];
    expectProblems(validateOpenAIChat, { ...chat(user), metadata: deep }, []);
  });
});
