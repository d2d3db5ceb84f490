import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WireProblem } from "../../../src/project/wire/problem.ts";
import { validateMistral } from "../../../src/project/wire/mistral.ts";

type Json = Record<string, unknown>;

const ORDER = { status: 400, type: "invalid_request_message_order", code: "3230", param: null };
const CALL = { status: 400, type: "invalid_function_call", code: "3280", param: null };
const REQUEST = { status: 400, type: "invalid_request_error", code: null, param: null };
const SCHEMA = { status: 422, type: "invalid_request_error", code: null, param: null };

const user = { role: "user", content: "Hi" };
const system = { role: "system", content: "Be brief." };
const said = { role: "assistant", content: "Yes?" };
const call = (id: unknown = "Ab3dEf9hI", fn: Json = { name: "lookup", arguments: "{}" }): Json => ({
  id,
  type: "function",
  function: fn,
});
const calling = (...calls: Json[]): Json => ({ role: "assistant", tool_calls: calls });
const result = (id: unknown = "Ab3dEf9hI", more: Json = {}): Json => ({
  role: "tool",
  content: "found",
  tool_call_id: id,
  ...more,
});
const body = (messages: unknown, more: Json = {}): Json => ({ model: "mistral-large-latest", messages, ...more });
const tool = (fn: Json = {}, more: Json = {}): Json => ({
  type: "function",
  function: { name: "lookup", description: "d", parameters: { type: "object" }, ...fn },
  ...more,
});

const wrongOrder = (role: string, before: string) => `Unexpected role '${role}' after role '${before}'`;
const wrongId = (id: string) => `Tool call id was ${id} but must be a-z, A-Z, 0-9, with a length of 9.`;
const wrongName = (name: string) =>
  `Function name was ${name} but must be a-z, A-Z, 0-9, or contain underscores and dashes, with a maximum length of 64.`;
const wrongTag = (tag: string, key: string, tags: string) =>
  `Input tag '${tag}' found using '${key}' does not match any of the expected tags: ${tags}`;
const START = "Conversation must start with a user message or system message";
const COUNT = "Not the same number of function calls and responses";
const NONE = "Assistant message must have either content or tool_calls, but not none.";
const BOTH = "Assistant message must have either content or tool_calls, but not both.";
const CHUNKS = "'text', 'image_url', 'document_url', 'reference', 'file', 'thinking', 'input_audio'";
const EXTRA = "Extra inputs are not permitted";
const TEXT = "Input should be a valid string";
const LAST = "Expected last role User or Tool (or Assistant with prefix True) for serving but got";

type Broken = [
  title: string,
  request: unknown,
  ...found: [rule: string, path: string, message: string, kind: object][],
];

const broken: Broken[] = [
  [
    "[M1] a user after a result",
    body([user, calling(call()), result(), user]),
    ["M1", "messages[3].role", wrongOrder("user", "tool"), ORDER],
  ],
  ["[M2] a result after a user", body([user, result()]), ["M2", "messages[1].role", wrongOrder("tool", "user"), ORDER]],
  [
    "[M2] a result after a system message",
    body([system, result()]),
    ["M2", "messages[1].role", wrongOrder("tool", "system"), ORDER],
  ],
  [
    "[M3] a call without a result",
    body([user, calling(call(), call("Ab3dEf9hJ")), result()]),
    ["M3", "messages[1].tool_calls", COUNT, ORDER],
  ],
  [
    "[M3] a call before a user's turn",
    body([user, calling(call()), user]),
    ["M3", "messages[1].tool_calls", COUNT, ORDER],
  ],
  [
    "[M3] [M9] a result without a call",
    body([user, said, result()]),
    ["M3", "messages[1].tool_calls", COUNT, ORDER],
    ["M9", "messages[2].tool_call_id", "Unexpected tool call id Ab3dEf9hI in tool results", ORDER],
  ],
  ["[M4] an assistant at the end", body([user, said]), ["M4", "messages[1].role", `${LAST} assistant`, ORDER]],
  ["[M4] a system message at the end", body([user, system]), ["M4", "messages[1].role", `${LAST} system`, ORDER]],
  [
    "[M5] a foreign id",
    body([user, calling(call("call_1")), result("call_1")]),
    ["M5", "messages[1].tool_calls[0].id", wrongId("call_1"), CALL],
    ["M5", "messages[2].tool_call_id", wrongId("call_1"), CALL],
  ],
  [
    "[M5] [M9] a call without an id",
    body([user, calling(call(null)), result()]),
    ["M5", "messages[1].tool_calls[0].id", wrongId("null"), CALL],
    ["M9", "messages[2].tool_call_id", "Unexpected tool call id Ab3dEf9hI in tool results", ORDER],
  ],
  [
    "[M6] neither content nor calls",
    body([user, { role: "assistant", content: "", tool_calls: [] }, user]),
    ["M6", "messages[1]", NONE, REQUEST],
  ],
  [
    "[M6] a list of nothing",
    body([user, { role: "assistant", content: [] }, user]),
    ["M6", "messages[1]", NONE, REQUEST],
  ],
  [
    "[M6] both content and calls",
    body([user, { ...calling(call()), content: "I look." }, result()]),
    ["M6", "messages[1]", BOTH, REQUEST],
  ],
  ["[M7] no messages", body([]), ["M7", "messages", "Conversation must have at least one message", ORDER]],
  ["[M7] a result at the start", body([result()]), ["M7", "messages[0].role", START, ORDER]],
  ["[M7] a lone assistant", body([said]), ["M7", "messages[0].role", START, ORDER]],
  [
    "[M8] a system message after an assistant's",
    body([user, said, system, user]),
    ["M8", "messages[2].role", wrongOrder("system", "assistant"), ORDER],
  ],
  [
    "[M8] a system message after a result",
    body([user, calling(call()), result(), system, user]),
    ["M8", "messages[3].role", wrongOrder("system", "tool"), ORDER],
  ],
  [
    "[M9] one id for two calls",
    body([user, calling(call(), call()), result(), result("Ab3dEf9hJ")]),
    ["M9", "messages[1].tool_calls[1].id", "Duplicate tool call id in assistant message", REQUEST],
    ["M9", "messages[3].tool_call_id", "Unexpected tool call id Ab3dEf9hJ in tool results", ORDER],
  ],
  [
    "[M9] two results for one call",
    body([user, calling(call(), call("Ab3dEf9hJ")), result(), result()]),
    ["M9", "messages[3].tool_call_id", "Unexpected tool call id Ab3dEf9hI in tool results", ORDER],
  ],
  [
    "[M10] a prefix in the middle",
    body([user, { ...said, prefix: true }, user]),
    ["M10", "messages[1].prefix", "Assistant message with prefix True must be last message", REQUEST],
  ],
  [
    "[M11] an unknown role",
    body([{ role: "developer", content: "" }]),
    ["M11", "messages[0].role", wrongTag("developer", "role", "'system', 'user', 'assistant', 'tool'"), SCHEMA],
  ],
  [
    "[M11] no role",
    body([{ content: "" }]),
    ["M11", "messages[0].role", "Unable to extract tag using discriminator 'role'", SCHEMA],
  ],
  [
    "[M11] a message that is no object",
    body(["Hi"]),
    ["M11", "messages[0].role", "Unable to extract tag using discriminator 'role'", SCHEMA],
  ],
  ["[M12] a user's name", body([{ ...user, name: "Ann" }]), ["M12", "messages[0].name", EXTRA, SCHEMA]],
  [
    "[M12] an assistant's reasoning",
    body([user, { ...said, reasoning_content: "…" }, user]),
    ["M12", "messages[1].reasoning_content", EXTRA, SCHEMA],
  ],
  [
    "[M12] a field of a call",
    body([user, calling({ ...call(), args: {} }), result()]),
    ["M12", "messages[1].tool_calls[0].args", EXTRA, SCHEMA],
  ],
  [
    "[M12] a field of the body",
    body([user], { max_completion_tokens: 1 }),
    ["M12", "max_completion_tokens", EXTRA, SCHEMA],
  ],
  [
    "[M12] a field of a tool",
    body([user], { tools: [tool({}, { name: "x" })] }),
    ["M12", "tools[0].name", EXTRA, SCHEMA],
  ],
  ["[M13] no content", body([{ role: "user" }]), ["M13", "messages[0].content", "Field required", SCHEMA]],
  ["[M13] content that is null", body([{ role: "user", content: null }]), ["M13", "messages[0].content", TEXT, SCHEMA]],
  [
    "[M13] content that is an object",
    body([{ role: "user", content: {} }]),
    ["M13", "messages[0].content", TEXT, SCHEMA],
  ],
  [
    "[M13] a foreign block",
    body([{ role: "user", content: [{ type: "tool_use" }] }]),
    ["M13", "messages[0].content[0].type", wrongTag("tool_use", "type", CHUNKS), SCHEMA],
  ],
  [
    "[M13] a block without a type",
    body([{ role: "user", content: [1] }]),
    ["M13", "messages[0].content[0].type", "Unable to extract tag using discriminator 'type'", SCHEMA],
  ],
  [
    "[M13] an image in the system prompt",
    body([{ role: "system", content: [{ type: "image_url" }] }, user]),
    ["M13", "messages[0].content[0].type", wrongTag("image_url", "type", "'text', 'thinking'"), SCHEMA],
  ],
  [
    "[M13] a text block without a text",
    body([{ role: "user", content: [{ type: "text" }] }]),
    ["M13", "messages[0].content[0].text", "Field required", SCHEMA],
  ],
  [
    "[M13] a text block with a number",
    body([{ role: "user", content: [{ type: "text", text: 1 }] }]),
    ["M13", "messages[0].content[0].text", TEXT, SCHEMA],
  ],
  [
    "[M14] calls that are no list",
    body([user, { ...said, tool_calls: {} }, user]),
    ["M14", "messages[1].tool_calls", "Input should be a valid list", SCHEMA],
  ],
  [
    "[M14] no arguments",
    body([user, calling(call("Ab3dEf9hI", { name: "f" })), result()]),
    ["M14", "messages[1].tool_calls[0].function.arguments", "Field required", SCHEMA],
  ],
  [
    "[M14] arguments in a list",
    body([user, calling(call("Ab3dEf9hI", { name: "f", arguments: [] })), result()]),
    ["M14", "messages[1].tool_calls[0].function.arguments", TEXT, SCHEMA],
  ],
  [
    "[M14] no name",
    body([user, calling(call("Ab3dEf9hI", { arguments: {} })), result()]),
    ["M14", "messages[1].tool_calls[0].function.name", "Field required", SCHEMA],
  ],
  [
    "[M15] a name with a space in a call",
    body([user, calling(call("Ab3dEf9hI", { name: "a b", arguments: "{}" })), result()]),
    ["M15", "messages[1].tool_calls[0].function.name", wrongName("a b"), CALL],
  ],
  [
    "[M15] a name with a dot on a result",
    body([user, calling(call()), result("Ab3dEf9hI", { name: "a.b" })]),
    ["M15", "messages[2].name", wrongName("a.b"), CALL],
  ],
  [
    "[M15] a long name of a tool",
    body([user], { tools: [tool({ name: "x".repeat(65) })] }),
    ["M15", "tools[0].function.name", wrongName("x".repeat(65)), REQUEST],
  ],
  [
    "[M16] a result without an id",
    body([user, calling(call()), result(null)]),
    ["M16", "messages[2].tool_call_id", "Tool call id has to be defined.", REQUEST],
  ],
  ["[M17] no model", { messages: [user] }, ["M17", "model", "Field required", SCHEMA]],
  ["[M17] an empty model", { model: "", messages: [user] }, ["M17", "model", TEXT, SCHEMA]],
  ["[M17] no list of messages", body(undefined), ["M17", "messages", "Field required", SCHEMA]],
  ["[M17] messages in an object", body({}), ["M17", "messages", "Input should be a valid list", SCHEMA]],
  ["[M18] tools in an object", body([user], { tools: {} }), ["M18", "tools", "Input should be a valid list", SCHEMA]],
  [
    "[M18] a tool without a name",
    body([user], { tools: [tool({ name: undefined })] }),
    ["M18", "tools[0].function.name", "Field required", SCHEMA],
  ],
  [
    "[M18] a tool without parameters",
    body([user], { tools: [tool({ parameters: undefined })] }),
    ["M18", "tools[0].function.parameters", "Field required", SCHEMA],
  ],
  [
    "[M18] parameters in a list",
    body([user], { tools: [tool({ parameters: [] })] }),
    ["M18", "tools[0].function.parameters", "Input should be a valid dictionary", SCHEMA],
  ],
  [
    "[M18] a description that is null",
    body([user], { tools: [tool({ description: null })] }),
    ["M18", "tools[0].function.description", TEXT, SCHEMA],
  ],
  [
    "[M19] two tools of one name",
    body([user], { tools: [tool(), tool()] }),
    ["M19", "tools[1].function.name", "Duplicate function name lookup in tools", REQUEST],
  ],
];

const sound: [title: string, request: unknown][] = [
  ["[M1] an assistant after a result, and a user after that", body([user, calling(call()), result(), said, user])],
  [
    "[M2] [M3] as many results as calls",
    body([user, calling(call(), call("Ab3dEf9hJ")), result("Ab3dEf9hJ"), result()]),
  ],
  ["[M4] [M10] a prefix at the end", body([user, { ...said, prefix: true }])],
  [
    "[M5] [M14] [M15] a whole call",
    body([
      user,
      calling({ ...call("Ab3dEf9hI", { name: "a-b_C9", arguments: {} }), index: 0 }),
      result("Ab3dEf9hI", { name: "a-b_C9" }),
    ]),
  ],
  ["[M6] empty content beside calls", body([user, { ...calling(call()), content: "" }, result()])],
  ["[M6] content beside no calls", body([user, { ...said, tool_calls: null }, user])],
  ["[M7] an assistant's greeting", body([said, user])],
  ["[M7] a system prompt alone", body([system])],
  ["[M8] two system messages, and one after a user", body([system, system, user, system, user])],
  ["[M9] an id that another message has used", body([user, calling(call()), result(), calling(call()), result()])],
  [
    "[M11] [M12] [M13] content of several kinds",
    body([
      {
        role: "user",
        content: [
          { type: "text", text: "Hi" },
          { type: "image_url", image_url: "https://a.b/c.png" },
        ],
      },
    ]),
  ],
  [
    "[M13] a result in blocks",
    body([user, calling(call()), result("Ab3dEf9hI", { content: [{ type: "text", text: "" }] })]),
  ],
  ["[M16] a result with its id", body([user, calling(call()), result()])],
  ["[M17] sampling settings", body([user], { temperature: 0.7, top_p: 1, stream: false, safe_prompt: false })],
  [
    "[M18] [M19] tools of two names, and one of Mistral's own",
    body([user], {
      tools: [tool({ strict: true }), tool({ name: "ping", description: undefined }), { type: "web_search" }],
    }),
  ],
  ["[M18] no tools", body([user], { tools: null })],
];

describe("validateMistral", () => {
  it.each(broken)("refuses %s", (_title, request, ...found) => {
    const expected = found.map(([rule, path, message, kind]) => ({ rule, path, message, ...kind }) as WireProblem);
    expect(validateMistral(request)).toEqual(expected);
  });

  it.each(sound)("takes %s", (_title, request) => {
    expect(validateMistral(request)).toEqual([]);
  });

  it("refuses what is no request at all", () => {
    for (const value of [undefined, null, 7, "x", [], {}]) {
      expect(validateMistral(value).map(({ rule, path }) => `${rule} ${path}`)).toEqual(["M17 model", "M17 messages"]);
    }
  });

  it("never throws, and names a rule and a sentence for all that it finds", () => {
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom("user", "assistant", "tool", "system", "text", "Ab3dEf9hI"));
    const message = fc.dictionary(
      fc.constantFrom("role", "content", "tool_calls", "tool_call_id", "name", "prefix"),
      odd,
    );
    const whole = fc.record({
      model: odd,
      messages: fc.oneof(odd, fc.array(fc.oneof(odd, message))),
      tools: fc.oneof(odd, fc.array(odd)),
    });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), whole), (value) => {
        for (const { rule, message, status, type } of validateMistral(value)) {
          expect(rule).toMatch(/^M\d+$/);
          expect([message, type]).not.toContain("");
          expect([400, 422]).toContain(status);
        }
      }),
      { numRuns: 1000 },
    );
  });
});
