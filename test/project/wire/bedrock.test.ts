import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { validateBedrock } from "../../../src/project/wire/bedrock.ts";

const text = (value: string) => ({ text: value });
const user = (...content: unknown[]) => ({ role: "user", content });
const assistant = (...content: unknown[]) => ({ role: "assistant", content });
const use = (toolUseId: string, more: object = {}) => ({ toolUse: { toolUseId, name: "look", input: {}, ...more } });
const result = (toolUseId: string, more: object = {}) => ({
  toolResult: { toolUseId, content: [text("ok")], ...more },
});
const tool = (name: string, more: object = {}) => ({
  toolSpec: { name, inputSchema: { json: { type: "object" } }, ...more },
});
const thought = (more: object = {}) => ({
  reasoningContent: { reasoningText: { text: "hm", signature: "c2ln", ...more } },
});

/** A body that is right, with what differs. */
function body(more: object = {}) {
  return { messages: [user(text("hi"))], toolConfig: { tools: [tool("look")] }, ...more };
}

/** A body around a call and what follows it. */
function paired(calls: unknown[], next: unknown, more: object = {}) {
  const messages = [user(text("hi")), assistant(...calls), ...(next === undefined ? [] : [next])];
  return body({ messages, ...more });
}

/** A body around one message of the assistant. */
const said = (...content: unknown[]) => body({ messages: [user(text("a")), assistant(...content), user(text("b"))] });

/** A body around one tool. */
const tooled = (each: unknown, more: object = {}) => body({ toolConfig: { tools: [each], ...more } });

const B1 = (place: string, ids: string) => `Expected toolResult blocks at ${place} for the following Ids: ${ids}`;
const B2 = (place: string) =>
  `The number of toolResult blocks at ${place} exceeds the number of toolUse blocks of previous turn`;
const B3 = "The toolConfig field must be defined when using toolUse and toolResult content blocks.";
const START =
  "A conversation must start with a user message. Try again with a conversation that starts with a user message.";
const ALTERNATE =
  "A conversation must alternate between user and assistant roles. Make sure the conversation alternates between user and assistant roles and try again.";
const END = "A conversation must end with a user message. Try again with a conversation that ends with a user message.";
const constraint = (value: string, place: string, must: string) =>
  `1 validation error detected: Value ${value} at '${place}' failed to satisfy constraint: Member must ${must}`;
const PATTERN = "satisfy regular expression pattern: [a-zA-Z0-9_-]+";
const KINDS =
  "text, image, document, video, audio, toolUse, toolResult, guardContent, cachePoint, reasoningContent, citationsContent, searchResult";
const model = (message: string) => `The model returned the following errors: ${message}`;
const noObject = (place: string) =>
  `The format of the value at ${place} is invalid. Provide a json object for the field and try again.`;

/** Rule, what is wrong, the body, where, and what Bedrock says. */
const broken: [string, string, unknown, string, string][] = [
  [
    "B1",
    "a call without a result",
    paired([use("tooluse_1")], user(text("go on"))),
    "messages[2].content",
    B1("messages.2.content", "tooluse_1"),
  ],
  [
    "B1",
    "calls at the end",
    paired([use("t1"), use("t2")], undefined),
    "messages[2].content",
    B1("messages.2.content", "t1, t2"),
  ],
  [
    "B1",
    "one of two parallel calls without a result",
    paired([use("t1"), use("t2")], user(result("t2"))),
    "messages[2].content",
    B1("messages.2.content", "t1"),
  ],
  [
    "B1",
    "a result in an assistant's message",
    paired([use("t1")], assistant(result("t1"))),
    "messages[2].content",
    B1("messages.2.content", "t1"),
  ],
  [
    "B2",
    "a result without a call",
    body({ messages: [user(result("t1"))] }),
    "messages[0].content",
    B2("messages.0.content"),
  ],
  [
    "B2",
    "a result too many",
    paired([use("t1")], user(result("t1"), result("t2"))),
    "messages[2].content",
    B2("messages.2.content"),
  ],
  ["B3", "calls without tools", paired([use("t1")], user(result("t1")), { toolConfig: undefined }), "toolConfig", B3],
  ["B3", "results without tools", body({ messages: [user(result("t1"))], toolConfig: null }), "toolConfig", B3],
  [
    "B4",
    "a tool's name with a space",
    tooled(tool("look up")),
    "toolConfig.tools[0].toolSpec.name",
    constraint("'look up'", "toolConfig.tools.1.member.toolSpec.name", PATTERN),
  ],
  [
    "B4",
    "a tool's name of 65 characters",
    tooled(tool("l".repeat(65))),
    "toolConfig.tools[0].toolSpec.name",
    constraint(
      `'${"l".repeat(65)}'`,
      "toolConfig.tools.1.member.toolSpec.name",
      "have length less than or equal to 64",
    ),
  ],
  [
    "B4",
    "a tool's empty name",
    tooled(tool("")),
    "toolConfig.tools[0].toolSpec.name",
    constraint("''", "toolConfig.tools.1.member.toolSpec.name", "have length greater than or equal to 1"),
  ],
  [
    "B4",
    "a tool without a name",
    tooled(tool("x", { name: undefined })),
    "toolConfig.tools[0].toolSpec.name",
    constraint("null", "toolConfig.tools.1.member.toolSpec.name", "not be null"),
  ],
  [
    "B4",
    "a tool's empty description",
    tooled(tool("look", { description: "" })),
    "toolConfig.tools[0].toolSpec.description",
    constraint("''", "toolConfig.tools.1.member.toolSpec.description", "have length greater than or equal to 1"),
  ],
  [
    "B4",
    "a call's name with a dollar",
    paired([use("t1", { name: "$LOOK" })], user(result("t1"))),
    "messages[1].content[0].toolUse.name",
    constraint("'$LOOK'", "messages.2.member.content.1.member.toolUse.name", PATTERN),
  ],
  [
    "B4",
    "a call's id with a dot",
    paired([use("a.b")], user(result("a.b"))),
    "messages[1].content[0].toolUse.toolUseId",
    constraint("'a.b'", "messages.2.member.content.1.member.toolUse.toolUseId", PATTERN),
  ],
  [
    "B4",
    "a result without an id",
    paired([use("t1")], user(result("t1", { toolUseId: undefined }))),
    "messages[2].content[0].toolResult.toolUseId",
    constraint("null", "messages.3.member.content.1.member.toolResult.toolUseId", "not be null"),
  ],
  [
    "B4",
    "an error without content",
    paired([use("t1")], user(result("t1", { status: "error", content: [] }))),
    "messages[2].content[0].toolResult.content",
    "The content field at messages.2.content.0.toolResult cannot be empty when status value is error.",
  ],
  [
    "B4",
    "an error that says nothing",
    paired([use("t1")], user(result("t1", { status: "error", content: [text(" ")] }))),
    "messages[2].content[0].toolResult.content",
    "The content field at messages.2.content.0.toolResult cannot be empty when status value is error.",
  ],
  [
    "B5",
    "an assistant's message at the start",
    body({ messages: [assistant(text("a")), user(text("b"))] }),
    "messages[0].role",
    START,
  ],
  ["B5", "no messages", body({ messages: undefined }), "messages", START],
  [
    "B6",
    "two messages of the user in a row",
    body({ messages: [user(text("a")), user(text("b"))] }),
    "messages[1].role",
    ALTERNATE,
  ],
  [
    "B6",
    "a text after the results",
    body({ messages: [user(text("a")), assistant(use("t1")), user(result("t1")), user(text("b"))] }),
    "messages[3].role",
    ALTERNATE,
  ],
  [
    "B7",
    "an assistant's message at the end",
    body({ messages: [user(text("a")), assistant(text("b"))] }),
    "messages[1].role",
    END,
  ],
  [
    "B8",
    "an empty content",
    said(),
    "messages[1].content",
    "The content field in the Message object at messages.1 is empty. Add a ContentBlock object to the content field and try again.",
  ],
  [
    "B8",
    "no content",
    body({ messages: [{ role: "user" }] }),
    "messages[0].content",
    constraint("null", "messages.1.member.content", "not be null"),
  ],
  [
    "B8",
    "a text as content",
    body({ messages: [{ role: "user", content: "hi" }] }),
    "messages[0].content",
    "The format of the value at messages.0.content is invalid. Provide a list for the field and try again.",
  ],
  [
    "B9",
    "an empty text",
    body({ messages: [user(text("hi"), text(""))] }),
    "messages[0].content[1].text",
    "The text field in the ContentBlock object at messages.0.content.1 is blank. Add text to the text field, and try again.",
  ],
  [
    "B9",
    "a text of white space",
    said(text("\n")),
    "messages[1].content[0].text",
    "The text field in the ContentBlock object at messages.1.content.0 is blank. Add text to the text field, and try again.",
  ],
  [
    "B9",
    "an empty system prompt",
    body({ system: [text("")] }),
    "system[0].text",
    "The text field in the SystemContentBlock object at system.0 is blank. Add text to the text field, and try again.",
  ],
  [
    "B9",
    "a system block without a text",
    body({ system: [{}] }),
    "system[0].text",
    constraint("null", "system.1.member.text", "not be null"),
  ],
  [
    "B9",
    "a text as system prompt",
    body({ system: "be" }),
    "system",
    "The format of the value at system is invalid. Provide a list for the field and try again.",
  ],
  [
    "B10",
    "arguments as a text",
    paired([use("t1", { input: "{}" })], user(result("t1"))),
    "messages[1].content[0].toolUse.input",
    noObject("messages.1.content.0.toolUse.input"),
  ],
  [
    "B10",
    "no arguments",
    paired([use("t1", { input: undefined })], user(result("t1"))),
    "messages[1].content[0].toolUse.input",
    noObject("messages.1.content.0.toolUse.input"),
  ],
  [
    "B10",
    "a list as a result's JSON",
    paired([use("t1")], user(result("t1", { content: [{ json: [1] }] }))),
    "messages[2].content[0].toolResult.content[0].json",
    noObject("messages.2.content.0.toolResult.content.0.json"),
  ],
  [
    "B11",
    "two calls of one id",
    paired([use("t1"), use("t1")], user(result("t1"))),
    "messages[1].content",
    "The toolUse blocks at messages.1.content contain duplicate Ids: t1",
  ],
  [
    "B11",
    "two results of one call",
    paired([use("t1"), use("t2")], user(result("t1"), result("t1"), result("t2"))),
    "messages[2].content",
    "The toolResult blocks at messages.2.content contain duplicate Ids: t1",
  ],
  [
    "B12",
    "a system message",
    body({ messages: [user(text("a")), { role: "system", content: [text("b")] }] }),
    "messages[1].role",
    constraint("'system'", "messages.2.member.role", "satisfy enum value set: [user, assistant]"),
  ],
  [
    "B12",
    "no role",
    body({ messages: [{ content: [text("a")] }] }),
    "messages[0].role",
    constraint("null", "messages.1.member.role", "not be null"),
  ],
  [
    "B13",
    "a block of another API",
    said({ type: "text", text: "b" }),
    "messages[1].content[0]",
    `The format of the value at messages.1.content.0 is invalid. Provide a ContentBlock with exactly one of ${KINDS} and try again.`,
  ],
  [
    "B13",
    "an empty block",
    said({}),
    "messages[1].content[0]",
    `The format of the value at messages.1.content.0 is invalid. Provide a ContentBlock with exactly one of ${KINDS} and try again.`,
  ],
  [
    "B13",
    "a call in a user's message",
    body({ messages: [user(use("t1"))] }),
    "messages[0].content[0]",
    model("messages.0: `tool_use` blocks can only be in `assistant` messages"),
  ],
  [
    "B13",
    "a result in an assistant's message",
    said(result("t1")),
    "messages[1].content[0]",
    model("messages.1: `tool_result` blocks can only be in `user` messages"),
  ],
  [
    "B13",
    "a thought in a user's message",
    body({ messages: [user(thought(), text("a"))] }),
    "messages[0].content[0]",
    model("messages.0: `thinking` blocks can only be in `assistant` messages"),
  ],
  [
    "B14",
    "an empty list of tools",
    body({ toolConfig: { tools: [] } }),
    "toolConfig.tools",
    constraint("'[]'", "toolConfig.tools", "have length greater than or equal to 1"),
  ],
  [
    "B14",
    "a configuration without tools",
    body({ toolConfig: {} }),
    "toolConfig.tools",
    constraint("null", "toolConfig.tools", "not be null"),
  ],
  [
    "B14",
    "a schema of a text",
    tooled(tool("x", { inputSchema: { json: { type: "string" } } })),
    "toolConfig.tools[0].toolSpec.inputSchema.json.type",
    "The value at toolConfig.tools.0.toolSpec.inputSchema.json.type must be one of the following: object.",
  ],
  [
    "B14",
    "two tools of one name",
    body({ toolConfig: { tools: [tool("x"), tool("x")] } }),
    "toolConfig.tools",
    model("tools: Tool names must be unique."),
  ],
  [
    "B15",
    "a thought without a signature",
    said(thought({ signature: undefined }), text("b")),
    "messages[1].content[0].reasoningContent.reasoningText.signature",
    model("messages.1.content.0.thinking.signature: Field required"),
  ],
  [
    "B15",
    "a thought without a text",
    said({ reasoningContent: {} }, text("b")),
    "messages[1].content[0].reasoningContent.reasoningText.text",
    constraint("null", "messages.2.member.content.1.member.reasoningContent.reasoningText.text", "not be null"),
  ],
  [
    "B15",
    "a thought at the end",
    said(text("b"), thought()),
    "messages[1].content[1]",
    model("messages.1: The final block in an assistant message cannot be `thinking`."),
  ],
  [
    "B16",
    "a result without content",
    paired([use("t1")], user(result("t1", { content: undefined }))),
    "messages[2].content[0].toolResult.content",
    constraint("null", "messages.3.member.content.1.member.toolResult.content", "not be null"),
  ],
  [
    "B16",
    "an empty result",
    paired([use("t1")], user(result("t1", { content: [] }))),
    "messages[2].content[0].toolResult.content",
    "The content field in the ToolResultBlock object at messages.2.content.0.toolResult is empty. Add a ToolResultContentBlock object to the content field and try again.",
  ],
  [
    "B16",
    "a blank result",
    paired([use("t1")], user(result("t1", { content: [text("")] }))),
    "messages[2].content[0].toolResult.content[0].text",
    "The text field in the ContentBlock object at messages.2.content.0.toolResult.content.0 is blank. Add text to the text field, and try again.",
  ],
  [
    "B16",
    "a block of another API in a result",
    paired([use("t1")], user(result("t1", { content: [{ type: "text", text: "a" }] }))),
    "messages[2].content[0].toolResult.content[0]",
    "The format of the value at messages.2.content.0.toolResult.content.0 is invalid. Provide a ToolResultContentBlock with exactly one of json, text, image, document, video, searchResult and try again.",
  ],
  [
    "B17",
    "a document alone",
    body({ messages: [user({ document: { name: "d" } })] }),
    "messages[0].content[0]",
    "A text block must be included when using documents.",
  ],
  [
    "B18",
    "a text before the results",
    paired([use("t1"), use("t2")], user(result("t1"), text("so"), result("t2"))),
    "messages[2].content",
    model(
      "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: t2. Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
    ),
  ],
  [
    "B19",
    "an unknown choice",
    tooled(tool("x"), { toolChoice: { none: {} } }),
    "toolConfig.toolChoice",
    "The format of the value at toolConfig.toolChoice is invalid. Provide a ToolChoice with exactly one of auto, any, tool and try again.",
  ],
  [
    "B19",
    "the choice of a tool that is not there",
    tooled(tool("x"), { toolChoice: { tool: { name: "y" } } }),
    "toolConfig.toolChoice.tool.name",
    model("Tool 'y' not found in provided tools"),
  ],
];

/** Rules, what is right, and the body. */
const fine: [string, string, unknown][] = [
  ["B3, B5, B6, B7, B8, B9, B12", "the smallest request", { messages: [user(text("hi"))] }],
  ["B6, B8, B9", "a conversation that takes turns", said(text("so"))],
  [
    "B1, B2, B3, B4, B10, B11, B18",
    "parallel calls, answered in any order, before the user's next text",
    paired(
      [text("so"), use("t1"), use("t2")],
      user(result("t2"), { cachePoint: { type: "default" } }, result("t1"), text("and?")),
    ),
  ],
  [
    "B4, B14",
    "tools with legal names",
    body({
      toolConfig: {
        tools: [tool("l".repeat(64), { description: "d" }), tool("look-up_2"), { cachePoint: { type: "default" } }],
      },
    }),
  ],
  [
    "B4, B10, B16",
    "an error that says something, and an object as JSON",
    paired(
      [use("t1"), use("t2")],
      user(result("t1", { status: "error" }), result("t2", { content: [{ json: { a: [1] } }] })),
    ),
  ],
  [
    "B4",
    "an error that is an image",
    paired([use("t1")], user(result("t1", { status: "error", content: [{ image: {} }] }))),
  ],
  [
    "B9",
    "a system prompt with a mark for the cache",
    body({ system: [text("be"), { cachePoint: { type: "default" } }] }),
  ],
  ["B9", "no system prompt", body({ system: null })],
  ["B13", "an image", body({ messages: [user(text("see"), { image: { format: "png", source: {} } })] })],
  [
    "B15",
    "a signed and a sealed thought before a text",
    said(thought(), { reasoningContent: { redactedContent: "eA==" } }, text("b")),
  ],
  ["B17", "a document with a text", body({ messages: [user({ document: { name: "d" } }, text("see"))] })],
  ["B19", "a choice of each kind", tooled(tool("x"), { toolChoice: { any: {} } })],
  ["B19", "the choice of a tool", tooled(tool("x"), { toolChoice: { tool: { name: "x" } } })],
];

describe("validateBedrock", () => {
  it.each(broken)("[%s] refuses %s", (rule, _, value, path, message) => {
    expect(validateBedrock(value)).toContainEqual({
      rule,
      path,
      message,
      status: 400,
      type: "ValidationException",
      code: null,
      param: null,
    });
  });

  it.each(fine)("[%s] takes %s", (_, __, value) => {
    expect(validateBedrock(value)).toEqual([]);
  });

  it("[B1..B19] has a broken example of every rule", () => {
    const rules = new Set(broken.map(([rule]) => rule));
    expect([...rules]).toEqual(Array.from({ length: 19 }, (_, index) => `B${index + 1}`));
  });

  it("names every problem of a request, not the first alone", () => {
    const problems = validateBedrock({ messages: [assistant(use("t1")), assistant(result("t2"))] });
    expect(new Set(problems.map(({ rule }) => rule))).toEqual(new Set(["B5", "B1", "B6", "B13", "B7", "B3"]));
  });

  it("never throws, on any JSON value", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => validateBedrock(value).length > 0));
  });

  it("never throws on anything in a message, a block, a tool or the system prompt", () => {
    const key = fc.constantFrom(
      "toolUse",
      "toolResult",
      "text",
      "reasoningContent",
      "json",
      "toolUseId",
      "toString",
      "__proto__",
    );
    const part = fc.dictionary(key, fc.jsonValue());
    const block = fc.dictionary(key, fc.oneof(part, fc.jsonValue()));
    const message = fc.record({
      role: fc.oneof(fc.constantFrom("user", "assistant"), fc.jsonValue()),
      content: fc.oneof(fc.array(block), fc.jsonValue()),
    });
    const tools = fc.record({
      tools: fc.oneof(fc.array(fc.record({ toolSpec: fc.jsonValue() })), fc.jsonValue()),
      toolChoice: block,
    });
    const request = fc.record({
      messages: fc.array(message),
      system: fc.oneof(fc.array(block), fc.jsonValue()),
      toolConfig: tools,
    });
    fc.assert(fc.property(request, (value) => Array.isArray(validateBedrock(value))));
  });
});
