import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { openAIResponsesValidator, validateOpenAIResponses } from "../../../src/project/wire/openai-responses.ts";
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
const INPUT = { param: "input" };
const PARTS =
  "'input_text', 'input_image', 'input_audio', 'output_text', 'refusal', 'input_file', 'computer_screenshot', 'summary_text', and 'encrypted_content'";

const user = { role: "user", content: "Hi" };
const call = (callId: unknown, fields: Record<string, unknown> = {}) => ({
  type: "function_call",
  call_id: callId,
  name: "lookup",
  arguments: "{}",
  ...fields,
});
const output = (callId: unknown, fields: Record<string, unknown> = {}) => ({
  type: "function_call_output",
  call_id: callId,
  output: "ok",
  ...fields,
});
const thought = (fields: Record<string, unknown> = {}) => ({ type: "reasoning", id: "rs_1", summary: [], ...fields });
const said = (fields: Record<string, unknown> = {}) => ({
  type: "message",
  role: "assistant",
  content: [{ type: "output_text", text: "Hi", annotations: [] }],
  ...fields,
});
const ask = (...input: unknown[]) => ({ model: "m", input });
const fn = (fields: Record<string, unknown> = {}) => ({ type: "function", name: "lookup", ...fields });
const tooled = (tools: unknown, rest: Record<string, unknown> = {}) => ({ ...ask(user), tools, ...rest });

const lonely = "Item 'rs_1' of type 'reasoning' was provided without its required following item.";
const nothing = `One of "input" or "previous_response_id" or 'prompt' or 'conversation' must be provided.`;
const long = "x".repeat(65);

const broken: readonly Case[] = [
  [
    "[P1] an unanswered call",
    ask(user, call("call_1")),
    ["P1", "input[1]", "No tool output found for function call call_1.", INPUT],
  ],
  [
    "[P1, P2] an answer before its call",
    ask(user, output("a"), call("a")),
    ["P2", "input[1]", "No tool call found for function call output with call_id a.", INPUT],
    ["P1", "input[2]", "No tool output found for function call a.", INPUT],
  ],
  [
    "[P1, P2] an answer of another kind",
    ask({ ...call("a"), type: "custom_tool_call", input: "ls" }, output("a")),
    ["P1", "input[0]", "No tool output found for custom tool call a.", INPUT],
    ["P2", "input[1]", "No tool call found for function call output with call_id a.", INPUT],
  ],
  [
    "[P2] an answer to nothing",
    ask(user, output("call_1")),
    ["P2", "input[1]", "No tool call found for function call output with call_id call_1.", INPUT],
  ],
  ["[P3] a thought last of all", ask(user, thought()), ["P3", "input[1]", lonely, INPUT]],
  ["[P3] a thought before a user", ask(user, thought(), user), ["P3", "input[1]", lonely, INPUT]],
  ["[P3] a thought before an answer", ask(call("a"), thought(), output("a")), ["P3", "input[1]", lonely, INPUT]],
  [
    "[P3] a stored thought before an item without an id",
    ask(user, thought(), said(), user),
    ["P3", "input[1]", lonely, INPUT],
  ],
  [
    "[P4] a foreign id of a message",
    ask(user, said({ id: "__fake_id__" })),
    ["P4", "input[1].id", "Invalid 'input[1].id': '__fake_id__'. Expected an ID that begins with 'msg'.", INVALID],
  ],
  [
    "[P4] foreign ids of a call, its answer and a thought",
    ask(thought({ id: "x" }), call("a", { id: "toolu_1" }), output("a", { id: "run-1" })),
    ["P4", "input[0].id", "Invalid 'input[0].id': 'x'. Expected an ID that begins with 'rs'.", INVALID],
    ["P4", "input[1].id", "Invalid 'input[1].id': 'toolu_1'. Expected an ID that begins with 'fc'.", INVALID],
    ["P4", "input[2].id", "Invalid 'input[2].id': 'run-1'. Expected an ID that begins with 'fc'.", INVALID],
  ],
  [
    "[P4] a long id",
    ask(user, said({ id: `msg${long}` })),
    ["P4", "input[1].id", tooLong("input[1].id", 64, 68), TOO_LONG],
  ],
  ["[P4] an empty id", ask(user, said({ id: "" })), ["P4", "input[1].id", emptyText("input[1].id"), EMPTY_TEXT]],
  [
    "[P4] an id that is no text",
    ask(user, said({ id: 1 })),
    ["P4", "input[1].id", wrongType("input[1].id", "a string", "an integer"), TYPE],
  ],
  ["[P5] no model", { input: "Hi" }, ["P5", "model", missing("model"), MISSING]],
  ["[P5] no input", { model: "m" }, ["P5", "input", nothing, MISSING]],
  ["[P5] empty input", ask(), ["P5", "input", nothing, MISSING]],
  [
    "[P5] input that is no list",
    { model: "m", input: null },
    ["P5", "input", wrongType("input", "one of a string or array of objects", "null"), TYPE],
  ],
  [
    "[P5] an item that is no object",
    ask(user, "Hi"),
    ["P5", "input[1]", wrongType("input[1]", "an object", "a string"), TYPE],
  ],
  [
    "[P6] a type that is no text",
    ask({ type: 1 }),
    ["P6", "input[0].type", wrongType("input[0].type", "a string", "an integer"), TYPE],
  ],
  ["[P6] no role", ask({ content: "Hi" }), ["P6", "input[0].role", missing("input[0].role"), MISSING]],
  [
    "[P6] a role that is no text",
    ask({ role: [], content: "Hi" }),
    ["P6", "input[0].role", wrongType("input[0].role", "a string", "an array"), TYPE],
  ],
  [
    "[P6] Chat Completions' answer",
    ask(user, { role: "tool", content: "ok" }),
    [
      "P6",
      "input[1].role",
      "Invalid value: 'tool'. Supported values are: 'assistant', 'system', 'developer', and 'user'.",
      INVALID,
    ],
  ],
  ["[P7] no content", ask({ role: "user" }), ["P7", "input[0].content", missing("input[0].content"), MISSING]],
  [
    "[P7] an empty list of parts",
    ask(user, said({ content: [] })),
    ["P7", "input[1].content", emptyList("input[1].content"), EMPTY_LIST],
  ],
  [
    "[P7] content of another type",
    ask({ role: "user", content: null }),
    ["P7", "input[0].content", wrongType("input[0].content", "one of a string or array of objects", "null"), TYPE],
  ],
  [
    "[P7] a part that is no object",
    ask({ role: "user", content: ["Hi"] }),
    ["P7", "input[0].content[0]", wrongType("input[0].content[0]", "an object", "a string"), TYPE],
  ],
  [
    "[P7] a part without a type",
    ask({ role: "user", content: [{}] }),
    ["P7", "input[0].content[0].type", missing("input[0].content[0].type"), MISSING],
  ],
  [
    "[P7] a part whose type is no text",
    ask({ role: "user", content: [{ type: {} }] }),
    ["P7", "input[0].content[0].type", wrongType("input[0].content[0].type", "a string", "an object"), TYPE],
  ],
  [
    "[P7] Chat Completions' part",
    ask({ role: "user", content: [{ type: "text", text: "Hi" }] }),
    ["P7", "input[0].content[0].type", `Invalid value: 'text'. Supported values are: ${PARTS}.`, INVALID],
  ],
  [
    "[P7] a user's part in an assistant's message",
    ask(user, said({ content: [{ type: "input_text", text: "Hi" }] })),
    [
      "P7",
      "input[1].content[0]",
      "Invalid value: 'input_text'. Supported values are: 'output_text' and 'refusal'.",
      INVALID,
    ],
  ],
  [
    "[P7] an assistant's part in an answer",
    ask(call("a"), output("a", { output: [{ type: "output_text", text: "x" }] })),
    [
      "P7",
      "input[1].output[0]",
      "Invalid value: 'output_text'. Supported values are: 'input_text', 'input_image', 'input_audio', and 'input_file'.",
      INVALID,
    ],
  ],
  [
    "[P7] a text part without a text",
    ask({ role: "user", content: [{ type: "input_text" }] }),
    ["P7", "input[0].content[0].text", missing("input[0].content[0].text"), MISSING],
  ],
  ["[P8] a call without an id", ask(call(undefined)), ["P8", "input[0].call_id", missing("input[0].call_id"), MISSING]],
  [
    "[P8] a call with an empty id",
    ask(call("")),
    ["P8", "input[0].call_id", emptyText("input[0].call_id"), EMPTY_TEXT],
  ],
  [
    "[P8] ids that are too long",
    ask(call(long), output(long)),
    ["P8", "input[0].call_id", tooLong("input[0].call_id", 64, 65), TOO_LONG],
    ["P8", "input[1].call_id", tooLong("input[1].call_id", 64, 65), TOO_LONG],
  ],
  [
    "[P8] an illegal name",
    ask(call("a", { name: "Sales Agent" }), output("a")),
    ["P8", "input[0].name", mismatch("input[0].name", NAME), INVALID],
  ],
  [
    "[P8] arguments that are an object",
    ask(call("a", { arguments: {} }), output("a")),
    ["P8", "input[0].arguments", wrongType("input[0].arguments", "a string", "an object"), TYPE],
  ],
  [
    "[P8] an answer without an output",
    ask(call("a"), output("a", { output: undefined })),
    ["P8", "input[1].output", missing("input[1].output"), MISSING],
  ],
  [
    "[P8] an output of another type",
    ask(call("a"), output("a", { output: {} })),
    ["P8", "input[1].output", wrongType("input[1].output", "one of a string or array of objects", "an object"), TYPE],
  ],
  [
    "[P9] tools that are no list",
    tooled({}),
    ["P9", "tools", wrongType("tools", "an array of objects", "an object"), TYPE],
  ],
  [
    "[P9] a tool that is no object",
    tooled([1]),
    ["P9", "tools[0]", wrongType("tools[0]", "an object", "an integer"), TYPE],
  ],
  ["[P9] a tool without a type", tooled([{ name: "x" }]), ["P9", "tools[0].type", missing("tools[0].type"), MISSING]],
  [
    "[P9] a type that is no text",
    tooled([{ type: 1 }]),
    ["P9", "tools[0].type", wrongType("tools[0].type", "a string", "an integer"), TYPE],
  ],
  [
    "[P9] Chat Completions' tool",
    tooled([{ type: "function", function: { name: "x" } }]),
    ["P9", "tools[0].name", missing("tools[0].name"), MISSING],
  ],
  [
    "[P9] an illegal name of a tool",
    tooled([fn({ name: "a.b" })]),
    ["P9", "tools[0].name", mismatch("tools[0].name", NAME), INVALID],
  ],
  [
    "[P9] a long name of a tool",
    tooled([fn({ name: long })]),
    ["P9", "tools[0].name", tooLong("tools[0].name", 64, 65), TOO_LONG],
  ],
  [
    "[P9] a long description",
    tooled([fn({ description: "x".repeat(1025) })]),
    ["P9", "tools[0].description", tooLong("tools[0].description", 1024, 1025), TOO_LONG],
  ],
  [
    "[P10] parameters that are no object's",
    tooled([fn({ parameters: { type: "array" } })]),
    [
      "P10",
      "tools[0].parameters",
      `Invalid schema for function 'lookup': schema must be a JSON Schema of 'type: "object"', got 'type: "array"'.`,
      SCHEMA,
    ],
  ],
  [
    "[P10] an open schema in strict mode",
    tooled([fn({ strict: true, parameters: { type: "object" } })]),
    [
      "P10",
      "tools[0].parameters",
      "Invalid schema for function 'lookup': In context=(), 'additionalProperties' is required to be supplied and to be false.",
      SCHEMA,
    ],
  ],
  [
    "[P11] an item twice",
    ask(user, said({ id: "msg_1" }), user, said({ id: "msg_1" })),
    [
      "P11",
      "input[3].id",
      "Duplicate item found with id msg_1. Remove duplicate items from your input and try again.",
      INPUT,
    ],
  ],
  [
    "[P12] two calls of one id, and two answers",
    ask(call("a"), call("a"), output("a"), output("a")),
    ["P12", "input[1].call_id", "Duplicate value for 'call_id' of 'a', in input[0] and input[1]."],
    ["P12", "input[3].call_id", "Duplicate value for 'call_id' of 'a', in input[2] and input[3]."],
  ],
  [
    "[P13] an author's name",
    ask({ ...user, name: "Ann" }),
    ["P13", "input[0].name", "Unknown parameter: 'input[0].name'.", UNKNOWN],
  ],
  [
    "[P13] Chat Completions' calls",
    ask(user, said({ tool_calls: [] })),
    ["P13", "input[1].tool_calls", "Unknown parameter: 'input[1].tool_calls'.", UNKNOWN],
  ],
  [
    "[P13] Chat Completions' id of a call",
    ask(call("a"), output("a", { tool_call_id: "a" })),
    ["P13", "input[1].tool_call_id", "Unknown parameter: 'input[1].tool_call_id'.", UNKNOWN],
  ],
  [
    "[P14] a thought with neither an id nor a summary",
    ask({ type: "reasoning" }, said()),
    ["P14", "input[0].id", missing("input[0].id"), MISSING],
    ["P14", "input[0].summary", missing("input[0].summary"), MISSING],
  ],
  [
    "[P14] a summary that is no list",
    ask(thought({ summary: "Tea." }), said({ id: "msg_1" })),
    ["P14", "input[0].summary", wrongType("input[0].summary", "an array of objects", "a string"), TYPE],
  ],
  [
    "[P14] parts of a summary that are none",
    ask(thought({ summary: [{ type: "text" }, { type: "summary_text" }] }), said({ id: "msg_1" })),
    ["P14", "input[0].summary[0].type", "Invalid value: 'text'. Supported values are: 'summary_text'.", INVALID],
    ["P14", "input[0].summary[1].text", missing("input[0].summary[1].text"), MISSING],
  ],
  [
    "[P14] a thought that was not stored",
    { ...ask(thought(), said({ id: "msg_1" })), store: false },
    [
      "P14",
      "input[0]",
      "Item with id 'rs_1' not found. Items are not persisted when `store` is set to false. Try again with `store` set to true, or remove this item from your input.",
      INPUT,
    ],
  ],
  [
    "[P15] a choice that is no tool",
    tooled([fn()], { tool_choice: { type: "function", name: "other" } }),
    ["P15", "tool_choice", "Tool choice 'other' not found in 'tools' parameter."],
  ],
  [
    "[P16] half an emoji",
    ask({ role: "user", content: "🍵".slice(1) }),
    ["P16", "input[0].content", UNREADABLE, { param: null }],
  ],
  [
    "[P17] arguments that are cut",
    ask(call("a", { arguments: '{"a' }), output("a")),
    [
      "P17",
      "input[0].arguments",
      "Invalid value for 'input[0].arguments': expected a string that holds a JSON object.",
      INVALID,
    ],
  ],
];

const sound: readonly (readonly [title: string, body: unknown])[] = [
  ["[P1, P2] parallel calls, answered later", ask(user, call("a"), call("b"), output("b"), user, output("a"))],
  [
    "[P1, P2] a custom tool's call",
    ask({ ...call("a"), type: "custom_tool_call", input: "ls" }, { ...output("a"), type: "custom_tool_call_output" }),
  ],
  ["[P2] an answer to a stored call", { ...ask(output("a")), previous_response_id: "resp_1" }],
  ["[P2] an answer to a call that is named", ask({ type: "item_reference", id: "fc_1" }, output("a"))],
  ["[P3] thoughts before what they led to", ask(user, thought(), thought({ id: "rs_2" }), said({ id: "msg_1" }), user)],
  [
    "[P3] a sealed thought before an item without an id",
    ask(thought({ id: undefined, encrypted_content: "g" }), call("a"), output("a")),
  ],
  ["[P3] a thought before the provider's own tool", ask(thought(), { type: "web_search_call", id: "ws_1" })],
  ["[P4] null for an id", ask(user, said({ id: null }))],
  ["[P5] text as input", { model: "m", input: "Hi" }],
  ["[P5] what goes on from something stored", { model: "m", previous_response_id: "resp_1" }],
  ["[P5] a stored prompt in a model's place", { prompt: { id: "pmpt_1" } }],
  [
    "[P6] every role, with and without a type",
    ask({ role: "system", content: "x" }, { type: "message", role: "developer", content: "x" }),
  ],
  ["[P7] an assistant's text", ask(user, said({ content: "" }))],
  ["[P7] an assistant's refusal", ask(user, said({ content: [{ type: "refusal", refusal: "No." }] }))],
  [
    "[P7, P8] an answer of parts",
    ask(call("a"), output("a", { output: [{ type: "input_image", image_url: "https://x.test" }] })),
  ],
  ["[P9] no tools", tooled([])],
  ["[P9] null for tools", tooled(null)],
  [
    "[P9] a tool at the limits, and tools of the provider",
    tooled([fn({ description: "x".repeat(1024) }), { type: "web_search" }]),
  ],
  [
    "[P9] a custom tool without a description",
    tooled([{ type: "custom", name: "f", description: null }, fn({ description: "" })]),
  ],
  ["[P10] an open schema out of strict mode", tooled([fn({ strict: null, parameters: { type: "object" } })])],
  ["[P14] a sealed thought that was not stored", { ...ask(thought({ encrypted_content: "g" }), said()), store: false }],
  ["[P15] a choice that is a tool", tooled([fn()], { tool_choice: { type: "function", name: "lookup" } })],
  ["[P15] a choice of the provider's tools", tooled([], { tool_choice: { type: "allowed_tools", name: "x" } })],
];

describe("validateOpenAIResponses", () => {
  it.each(casesOf(broken))("finds $title", ({ body, expected }) => {
    expectProblems(validateOpenAIResponses, body, expected);
  });

  it.each(sound)("takes %s", (_title, body) => expectProblems(validateOpenAIResponses, body, []));

  it("[P6] finds items of an unknown type", () => {
    const [problem, ...others] = validateOpenAIResponses(ask({ type: "tool_call" }));
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ rule: "P6", path: "input[0].type", code: "invalid_value", param: "input[0].type" });
    expect(problem?.message).toMatch(
      /^Invalid value: 'tool_call'\. Supported values are: 'message', 'function_call', .*\.$/,
    );
  });

  it("reports in the order of the body", () => {
    const body = { ...ask(call("a"), { role: "x", content: "" }, output("b"), said({ id: "y" })), tools: {} };
    expect(validateOpenAIResponses(body).map(({ path }) => path)).toEqual([
      "input[0]",
      "input[1].role",
      "input[2]",
      "input[3].id",
      "tools",
    ]);
  });

  it("never throws, at whatever JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.jsonValue({ maxDepth: 6 }), (one, other) => {
        expect(validateOpenAIResponses(one).length).toBeGreaterThan(0);
        expect(validateOpenAIResponses({ model: "m", input: [one], tools: [other] })).toBeInstanceOf(Array);
        expect(validateOpenAIResponses({ model: "m", input: one, tools: other, tool_choice: one })).toBeInstanceOf(
          Array,
        );
      }),
    );
  });

  it("never throws at items of garbled fields", () => {
    const types = [
      "message",
      "function_call",
      "function_call_output",
      "reasoning",
      "custom_tool_call",
      "assistant",
      "fc_1",
    ];
    const keys = ["type", "role", "content", "id", "call_id", "name", "arguments", "output", "summary"];
    const item = fc.dictionary(fc.constantFrom(...keys), fc.oneof(fc.jsonValue(), fc.constantFrom(...types)));
    fc.assert(
      fc.property(fc.array(item), fc.boolean(), (input, store) => {
        const problems = validateOpenAIResponses({ model: "m", input, store });
        for (const { status, path } of problems) expect([status, typeof path]).toEqual([400, "string"]);
      }),
    );
  });
});

describe("openAIResponsesValidator", () => {
  const outputs = [
    [thought(), said({ id: "msg_1" }), call("a", { id: "fc_1" })],
    [said({ id: "msg_2" }), said()],
  ];
  const validate = openAIResponsesValidator({ outputs });

  it("[P3] finds a message and a call that come back without their thought", () => {
    const alone = (id: string, type: string) =>
      `Item '${id}' of type '${type}' was provided without its required 'reasoning' item: 'rs_1'.`;
    expectProblems(validate, ask(user, said({ id: "msg_1" }), call("a", { id: "fc_1" }), output("a")), [
      ["P3", "input[1]", alone("msg_1", "message"), INPUT],
      ["P3", "input[2]", alone("fc_1", "function_call"), INPUT],
    ]);
  });

  it("[P3] finds one that comes back after another's thought", () => {
    const other = thought({ id: "rs_2" });
    expect(validate(ask(user, other, said({ id: "msg_1" }))).map(({ rule }) => rule)).toEqual(["P3"]);
  });

  it("[P3] takes the whole response, its items without ids, and responses without a thought", () => {
    expectProblems(validate, ask(user, ...(outputs[0] ?? []), output("a")), []);
    expectProblems(validate, ask(user, said(), call("a"), output("a")), []);
    expectProblems(validate, ask(user, said({ id: "msg_2" })), []);
  });
});
