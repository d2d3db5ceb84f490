import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateAnthropic } from "../../../src/project/wire/anthropic.ts";

const user = (content: unknown) => ({ role: "user", content });
const assistant = (content: unknown) => ({ role: "assistant", content });
const text = (value: string) => ({ type: "text", text: value });
const use = (id: string, more: object = {}) => ({ type: "tool_use", id, name: "look", input: {}, ...more });
const result = (id: string, more: object = {}) => ({ type: "tool_result", tool_use_id: id, content: "ok", ...more });
const tool = (name: string, more: object = {}) => ({ name, input_schema: { type: "object" }, ...more });
const thought = (more: object = {}) => ({ type: "thinking", thinking: "hm", signature: "c2lnbmVk", ...more });

/** A body that is right, with what differs. */
function body(more: object = {}) {
  return { model: "claude-sonnet-4-5", max_tokens: 100, messages: [user("hi")], tools: [tool("look")], ...more };
}

/** A body around a call and what follows it. */
function paired(calls: unknown[], next: unknown, more: object = {}) {
  return body({ messages: [user("hi"), assistant(calls), ...(next === undefined ? [] : [next])], ...more });
}

const A1 = (place: string, ids: string) =>
  `${place}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`;
const A2 = (place: string, id: string) =>
  `${place}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`;
const PREFILL = "This model does not support assistant message prefill. The conversation must end with a user message.";

/** Rule, what is wrong, the body, where, and what Anthropic says. */
const broken: [string, string, unknown, string, string][] = [
  [
    "A1",
    "a call without a result",
    paired([use("toolu_1")], user("go on")),
    "messages[1]",
    A1("messages.1", "toolu_1"),
  ],
  [
    "A1",
    "calls at the end",
    paired([use("toolu_1"), use("toolu_2")], undefined),
    "messages[1]",
    A1("messages.1", "toolu_1, toolu_2"),
  ],
  [
    "A1",
    "one of two parallel calls without a result",
    paired([use("toolu_1"), use("toolu_2")], user([result("toolu_2")])),
    "messages[1]",
    A1("messages.1", "toolu_1"),
  ],
  [
    "A1",
    "a result behind a text",
    paired([use("toolu_1")], user([text("so"), result("toolu_1")])),
    "messages[1]",
    A1("messages.1", "toolu_1"),
  ],
  [
    "A1",
    "a result in an assistant's message",
    paired([use("toolu_1")], assistant([result("toolu_1")])),
    "messages[1]",
    A1("messages.1", "toolu_1"),
  ],
  [
    "A2",
    "a result without a call",
    body({ messages: [user([result("toolu_1")])] }),
    "messages[0].content[0]",
    A2("messages.0.content.0", "toolu_1"),
  ],
  [
    "A2",
    "a result of an earlier call",
    body({
      messages: [
        user("a"),
        assistant([use("toolu_1")]),
        user([result("toolu_1")]),
        assistant("so"),
        user([text("b"), result("toolu_1")]),
      ],
    }),
    "messages[4].content[1]",
    A2("messages.4.content.1", "toolu_1"),
  ],
  [
    "A3",
    "two tools of one name",
    body({ tools: [tool("look"), tool("look")] }),
    "tools",
    "tools: Tool names must be unique.",
  ],
  [
    "A4",
    "a tool's name with a space",
    body({ tools: [tool("look"), tool("look up")] }),
    "tools[1].name",
    "tools.1.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
  ],
  [
    "A4",
    "a tool's name of 65 characters",
    body({ tools: [tool("l".repeat(65), { type: "custom" })] }),
    "tools[0].name",
    "tools.0.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
  ],
  [
    "A5",
    "an empty text block",
    body({ messages: [user([text(""), text("x")])] }),
    "messages[0].content[0].text",
    "messages: text content blocks must be non-empty",
  ],
  [
    "A5",
    "an empty text block in a result",
    paired([use("t1")], user([result("t1", { content: [text("")] })])),
    "messages[2].content[0].content[0].text",
    "messages: text content blocks must be non-empty",
  ],
  [
    "A5",
    "an empty text block in the system prompt",
    body({ system: [text("a"), text("")] }),
    "system[1].text",
    "system: text content blocks must be non-empty",
  ],
  ["A6", "no limit", body({ max_tokens: undefined }), "max_tokens", "max_tokens: Field required"],
  [
    "A6",
    "a limit that is no integer",
    body({ max_tokens: "100" }),
    "max_tokens",
    "max_tokens: Input should be a valid integer",
  ],
  [
    "A6",
    "a limit of zero",
    body({ max_tokens: 0 }),
    "max_tokens",
    "max_tokens: Input should be greater than or equal to 1",
  ],
  [
    "A6",
    "an assistant's message at the end",
    body({ messages: [user("hi"), assistant("Well,")] }),
    "messages[1]",
    PREFILL,
  ],
  ["A7", "no model", body({ model: undefined }), "model", "model: Field required"],
  ["A7", "a model that is no text", body({ model: 3 }), "model", "model: Input should be a valid string"],
  ["A7", "no messages", body({ messages: undefined }), "messages", "messages: Field required"],
  ["A7", "messages that are no list", body({ messages: {} }), "messages", "messages: Input should be a valid list"],
  ["A7", "an empty list of messages", body({ messages: [] }), "messages", "messages: at least one message is required"],
  [
    "A8",
    "an assistant's message at the start",
    body({ messages: [assistant("hi"), user("hi")] }),
    "messages[0].role",
    'messages: first message must use the "user" role',
  ],
  [
    "A9",
    "a system message",
    body({ messages: [user("hi"), { role: "system", content: "be" }, user("so")] }),
    "messages[1].role",
    'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
  ],
  [
    "A9",
    "a tool message",
    body({ messages: [{ role: "tool", content: "x" }] }),
    "messages[0].role",
    'messages: Unexpected role "tool". Allowed roles are "user" or "assistant".',
  ],
  ["A9", "no role", body({ messages: [{ content: "x" }] }), "messages[0].role", "messages.0.role: Field required"],
  [
    "A9",
    "a role that is no text",
    body({ messages: [{ role: 1, content: "x" }] }),
    "messages[0].role",
    "messages.0.role: Input should be 'user' or 'assistant'",
  ],
  [
    "A9",
    "a message that is no object",
    body({ messages: ["hi"] }),
    "messages[0]",
    "messages.0: Input should be a valid dictionary",
  ],
  [
    "A10",
    "no content",
    body({ messages: [{ role: "user" }] }),
    "messages[0].content",
    "messages.0.content: Field required",
  ],
  [
    "A10",
    "null as content",
    body({ messages: [user("a"), assistant(null), user("b")] }),
    "messages[1].content",
    "messages.1.content: Input should be a valid list",
  ],
  [
    "A10",
    "a user's empty content",
    body({ messages: [user("")] }),
    "messages[0].content",
    "messages.0: user messages must have non-empty content",
  ],
  [
    "A10",
    "an assistant's empty content",
    body({ messages: [user("a"), assistant([]), user("b")] }),
    "messages[1].content",
    "messages.1: all messages must have non-empty content except for the optional final assistant message",
  ],
  [
    "A10",
    "nothing but white space",
    body({ messages: [user([text(" ")])] }),
    "messages[0].content",
    "messages: text content blocks must contain non-whitespace text",
  ],
  [
    "A10",
    "a text of white space",
    body({ messages: [user("\n")] }),
    "messages[0].content",
    "messages: text content blocks must contain non-whitespace text",
  ],
  [
    "A11",
    "a block without a type",
    body({ messages: [user([{ text: "x" }])] }),
    "messages[0].content[0].type",
    "messages.0.content.0: Unable to extract tag using discriminator 'type'",
  ],
  [
    "A11",
    "another provider's block",
    body({ messages: [user("a"), assistant([{ type: "reasoning", summary: [] }]), user("b")] }),
    "messages[1].content[0].type",
    "messages.1.content.0: Input tag 'reasoning' found using 'type' does not match any of the expected tags: 'bash_code_execution_tool_result', 'code_execution_tool_result', 'compaction', 'container_upload', 'document', 'image', 'mcp_tool_result', 'mcp_tool_use', 'redacted_thinking', 'search_result', 'server_tool_use', 'text', 'text_editor_code_execution_tool_result', 'thinking', 'tool_result', 'tool_search_tool_result', 'tool_use', 'web_fetch_tool_result', 'web_search_tool_result'",
  ],
  [
    "A11",
    "a call in a user's message",
    body({ messages: [user([use("t1")])] }),
    "messages[0].content[0]",
    "messages.0: `tool_use` blocks can only be in `assistant` messages",
  ],
  [
    "A11",
    "a result in an assistant's message",
    body({ messages: [user("a"), assistant([result("t1")]), user("b")] }),
    "messages[1].content[0]",
    "messages.1: `tool_result` blocks can only be in `user` messages",
  ],
  [
    "A11",
    "a text block without a text",
    body({ messages: [user([{ type: "text" }])] }),
    "messages[0].content[0].text",
    "messages.0.content.0.text.text: Field required",
  ],
  [
    "A11",
    "an image without a source",
    body({ messages: [user([{ type: "image", url: "ftp://x" }])] }),
    "messages[0].content[0].source",
    "messages.0.content.0.image.source: Field required",
  ],
  [
    "A12",
    "a call's id with a dot",
    paired([use("a.b")], user([result("a.b")])),
    "messages[1].content[0].id",
    "messages.1.content.0.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'",
  ],
  [
    "A12",
    "a call without an id",
    paired([use("t", { id: undefined })], user("b")),
    "messages[1].content[0].id",
    "messages.1.content.0.tool_use.id: Field required",
  ],
  [
    "A12",
    "a call with an illegal name",
    paired([use("t1", { name: "Look Up" })], user([result("t1")])),
    "messages[1].content[0].name",
    "messages.1.content.0.tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,64}$'",
  ],
  [
    "A12",
    "arguments as a text",
    paired([use("t1", { input: "{}" })], user([result("t1")])),
    "messages[1].content[0].input",
    "messages.1.content.0.tool_use.input: Input should be a valid dictionary",
  ],
  [
    "A12",
    "no arguments",
    paired([use("t1", { input: undefined })], user([result("t1")])),
    "messages[1].content[0].input",
    "messages.1.content.0.tool_use.input: Field required",
  ],
  [
    "A13",
    "two calls of one id",
    paired([use("t1"), use("t1")], user([result("t1")])),
    "messages[1].content[1].id",
    "messages.1.content.1: `tool_use` ids must be unique",
  ],
  [
    "A13",
    "two results of one call",
    paired([use("t1")], user([result("t1"), result("t1")])),
    "messages[2].content[1].tool_use_id",
    "messages.2.content.1: each tool_use must have a single result. Found multiple `tool_result` blocks with id: t1",
  ],
  [
    "A14",
    "a result without an id",
    paired([use("t1")], user([result("t1"), result("t", { tool_use_id: undefined })])),
    "messages[2].content[1].tool_use_id",
    "messages.2.content.1.tool_result.tool_use_id: Field required",
  ],
  [
    "A14",
    "an error that says nothing",
    paired([use("t1")], user([result("t1", { content: "", is_error: true })])),
    "messages[2].content[0].content",
    "messages.2.content.0.tool_result: content cannot be empty if `is_error` is true",
  ],
  [
    "A14",
    "an error without content",
    paired([use("t1")], user([result("t1", { content: [], is_error: true })])),
    "messages[2].content[0].content",
    "messages.2.content.0.tool_result: content cannot be empty if `is_error` is true",
  ],
  [
    "A14",
    "a result that is an object",
    paired([use("t1")], user([result("t1", { content: { a: 1 } })])),
    "messages[2].content[0].content",
    "messages.2.content.0.tool_result.content: Input should be a valid list",
  ],
  [
    "A15",
    "calls without tools",
    paired([use("t1")], user([result("t1")]), { tools: undefined }),
    "tools",
    "Requests which include `tool_use` or `tool_result` blocks must define tools",
  ],
  [
    "A16",
    "a thought without a signature",
    body({ messages: [user("a"), assistant([thought({ signature: undefined }), text("b")]), user("c")] }),
    "messages[1].content[0].signature",
    "messages.1.content.0.thinking.signature: Field required",
  ],
  [
    "A16",
    "a thought whose signature is none",
    body({ messages: [user("a"), assistant([thought({ signature: "undefined" }), text("b")]), user("c")] }),
    "messages[1].content[0].signature",
    "messages.1.content.0: Invalid `signature` in `thinking` block",
  ],
  [
    "A16",
    "a sealed thought without data",
    body({ messages: [user("a"), assistant([{ type: "redacted_thinking" }, text("b")]), user("c")] }),
    "messages[1].content[0].data",
    "messages.1.content.0.redacted_thinking.data: Field required",
  ],
  [
    "A16",
    "a thought at the end",
    body({ messages: [user("a"), assistant([thought()]), user("c")] }),
    "messages[1].content[0]",
    "messages.1: The final block in an assistant message cannot be `thinking`.",
  ],
  [
    "A16",
    "a call without its thought while thinking is on",
    paired([use("t1")], user([result("t1")]), { thinking: { type: "enabled", budget_tokens: 1024 } }),
    "messages[1].content[0].type",
    "messages.1.content.0.type: Expected `thinking` or `redacted_thinking`, but found `tool_use`. When `thinking` is enabled, a final `assistant` message must start with a thinking block (preceeding the lastmost set of `tool_use` and `tool_result` blocks). We recommend you include thinking blocks from previous turns. To avoid this requirement, disable `thinking`.",
  ],
  [
    "A17",
    "a tool without a name",
    body({ tools: [tool("x", { name: undefined })] }),
    "tools[0].name",
    "tools.0.custom.name: Field required",
  ],
  [
    "A17",
    "a tool whose description is no text",
    body({ tools: [tool("x", { description: 1 })] }),
    "tools[0].description",
    "tools.0.custom.description: Input should be a valid string",
  ],
  [
    "A17",
    "a tool without a schema",
    body({ tools: [{ name: "x" }] }),
    "tools[0].input_schema",
    "tools.0.custom.input_schema: Field required",
  ],
  [
    "A17",
    "a schema that is no object",
    body({ tools: [tool("x", { input_schema: "{}" })] }),
    "tools[0].input_schema",
    "tools.0.custom.input_schema: Input should be a valid dictionary",
  ],
  [
    "A17",
    "a schema without a type",
    body({ tools: [tool("x", { input_schema: {} })] }),
    "tools[0].input_schema.type",
    "tools.0.custom.input_schema.type: Field required",
  ],
  [
    "A17",
    "a schema of a text",
    body({ tools: [tool("x", { input_schema: { type: "string" } })] }),
    "tools[0].input_schema.type",
    "tools.0.custom.input_schema.type: Input should be 'object'",
  ],
  [
    "A17",
    "a union as schema",
    body({ tools: [tool("x", { input_schema: { type: "object", anyOf: [] } })] }),
    "tools[0].input_schema",
    "tools.0.custom.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level",
  ],
  [
    "A18",
    "an unknown choice",
    body({ tool_choice: { type: "required" } }),
    "tool_choice.type",
    "tool_choice: Input tag 'required' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'",
  ],
  [
    "A18",
    "a choice without tools",
    body({ tools: [], tool_choice: { type: "auto" } }),
    "tool_choice",
    "tool_choice may only be specified while providing tools.",
  ],
  [
    "A18",
    "the choice of a tool that is not there",
    body({ tool_choice: { type: "tool", name: "x" } }),
    "tool_choice.name",
    "Tool 'x' not found in provided tools",
  ],
  [
    "A18",
    "a forced choice while thinking is on",
    body({ tool_choice: { type: "any" }, thinking: { type: "enabled" } }),
    "tool_choice",
    "Thinking may not be enabled when tool_choice forces tool use.",
  ],
  [
    "A19",
    "a system prompt of white space",
    body({ system: "  " }),
    "system",
    "system: text content blocks must contain non-whitespace text",
  ],
  ["A19", "a system prompt that is an object", body({ system: {} }), "system", "system: Input should be a valid list"],
  [
    "A19",
    "an image in the system prompt",
    body({ system: [{ type: "image" }] }),
    "system[0].type",
    "system.0.type: Input should be 'text'",
  ],
  [
    "A19",
    "a system block without a text",
    body({ system: [{ type: "text" }] }),
    "system[0].text",
    "system.0.text: Input should be a valid string",
  ],
  [
    "A20",
    "an author's name",
    body({ messages: [{ ...user("hi"), name: "Ada" }] }),
    "messages[0].name",
    "messages.0.name: Extra inputs are not permitted",
  ],
  [
    "A20",
    "the index of a stream",
    paired([use("t1", { index: 0 })], user([result("t1")])),
    "messages[1].content[0].index",
    "messages.1.content.0.tool_use.index: Extra inputs are not permitted",
  ],
  [
    "A21",
    "white space at the end",
    body({ messages: [user("a"), assistant("b ")] }),
    "messages[1].content",
    "messages: final assistant content cannot end with trailing whitespace",
  ],
  [
    "A21",
    "white space at the end of a block",
    body({ messages: [user("a"), assistant([text("b\n")])] }),
    "messages[1].content",
    "messages: final assistant content cannot end with trailing whitespace",
  ],
  [
    "A22",
    "five marks for the cache",
    body({
      system: [{ ...text("s"), cache_control: { type: "ephemeral" } }],
      messages: [user([1, 2, 3, 4].map((each) => ({ ...text(`${each}`), cache_control: { type: "ephemeral" } })))],
    }),
    "messages[0].content[3].cache_control",
    "A maximum of 4 blocks with cache_control may be provided. Found 5.",
  ],
];

/** Rules, what is right, and the body. */
const fine: [string, string, unknown][] = [
  ["A6, A7, A8, A9, A10", "the smallest request", { model: "m", max_tokens: 1, messages: [user("hi")] }],
  [
    "A1, A2, A12, A13, A15",
    "parallel calls, answered in any order, before the user's next text",
    paired([text("so"), use("toolu_1"), use("toolu_2")], user([result("toolu_2"), result("toolu_1"), text("and?")])),
  ],
  [
    "A3, A4, A17",
    "tools with legal names",
    body({
      tools: [
        tool("l".repeat(64), { description: "d" }),
        tool("look-up_2", { type: "custom" }),
        { type: "web_search_20250305", name: "web_search" },
      ],
    }),
  ],
  ["A5, A14", "an empty result", paired([use("t1")], user([result("t1", { content: "" })]))],
  [
    "A14",
    "a result of blocks, and an error that says something",
    paired(
      [use("t1"), use("t2")],
      user([result("t1", { content: [text("a")] }), result("t2", { is_error: true, content: "no" })]),
    ),
  ],
  [
    "A6",
    "messages of one role in a row, which are merged",
    body({ messages: [user("a"), user("b"), assistant("c"), assistant("d"), user("e")] }),
  ],
  ["A10", "white space beside a text", body({ messages: [user([text("hi"), text(" ")])] })],
  [
    "A11",
    "images and documents",
    body({
      messages: [
        user([
          { type: "image", source: {} },
          { type: "document", source: {} },
        ]),
      ],
    }),
  ],
  [
    "A16",
    "signed and sealed thoughts before a call",
    paired([thought(), { type: "redacted_thinking", data: "x" }, use("t1")], user([result("t1")]), {
      thinking: { type: "enabled", budget_tokens: 1024 },
    }),
  ],
  [
    "A16",
    "an answer without a thought while thinking is on",
    body({ messages: [user("a"), assistant([text("b")]), user("c")], thinking: { type: "enabled" } }),
  ],
  ["A18", "the choice of a tool", body({ tool_choice: { type: "tool", name: "look" } })],
  ["A18", "a free choice while thinking is on", body({ tool_choice: { type: "auto" }, thinking: { type: "enabled" } })],
  ["A19", "an empty system prompt", body({ system: "" })],
  [
    "A5, A19, A22",
    "a system prompt of text blocks, one marked for the cache",
    body({ system: [{ ...text("a"), cache_control: { type: "ephemeral" } }] }),
  ],
  ["A20", "citations", body({ messages: [user("a"), assistant([{ ...text("b"), citations: [] }]), user("c")] })],
];

describe("validateAnthropic", () => {
  it.each(broken)("[%s] refuses %s", (rule, _, value, path, message) => {
    expect(validateAnthropic(value)).toContainEqual({
      rule,
      path,
      message,
      status: 400,
      type: "invalid_request_error",
      code: null,
      param: null,
    });
  });

  it.each(fine)("[%s] takes %s", (_, __, value) => {
    expect(validateAnthropic(value)).toEqual([]);
  });

  it("[A21] takes an assistant's last text that ends with a word, which [A6] alone refuses", () => {
    const problems = validateAnthropic(body({ messages: [user("a"), assistant("b")] }));
    expect(problems.map(({ rule }) => rule)).toEqual(["A6"]);
  });

  it("[A1..A22] has a broken example of every rule", () => {
    const rules = new Set(broken.map(([rule]) => rule));
    expect([...rules]).toEqual(Array.from({ length: 22 }, (_, index) => `A${index + 1}`));
  });

  it("names every problem of a request, not the first alone", () => {
    const problems = validateAnthropic({ messages: [assistant([use("t1")]), user([result("t2")])] });
    expect(problems.map(({ rule }) => rule)).toEqual(["A7", "A6", "A8", "A1", "A2", "A15"]);
  });

  it("never throws, on any JSON value", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => Array.isArray(validateAnthropic(value))));
  });

  it("never throws on anything in a message, a block, a tool or the system prompt", () => {
    const key = fc.constantFrom(
      "type",
      "id",
      "name",
      "input",
      "content",
      "text",
      "tool_use_id",
      "is_error",
      "constructor",
    );
    const kind = fc.constantFrom("text", "tool_use", "tool_result", "thinking", "toString", "__proto__");
    const block = fc.dictionary(key, fc.oneof(kind, fc.jsonValue()));
    const message = fc.record({
      role: fc.oneof(fc.constantFrom("user", "assistant"), fc.jsonValue()),
      content: fc.oneof(fc.array(block), fc.jsonValue()),
    });
    const request = fc.record({
      messages: fc.array(message),
      system: fc.oneof(fc.array(block), fc.jsonValue()),
      tools: fc.array(block),
      tool_choice: block,
    });
    fc.assert(fc.property(request, (value) => validateAnthropic(value).length > 0));
  });
});
