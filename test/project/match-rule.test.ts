import { describe, expect, it } from "vitest";
import type { ProfileName } from "../../src/index.ts";
import { validateWire } from "../../src/project/validate-wire.ts";
import { ruleNamedBy } from "../../src/project/wire/match-rule.ts";

const user = (content: unknown = "Hi") => ({ role: "user", content });
const long = "x".repeat(2000);

const chat = {
  call: (id: string, name = "f") => ({ id, type: "function", function: { name, arguments: "{}" } }),
  body: (messages: unknown[], more: object = {}) => ({ model: "gpt-5-mini", messages, ...more }),
  tool: (more: object) => ({ type: "function", function: { name: "f", ...more } }),
};
const calling = (...calls: unknown[]) => ({ role: "assistant", content: null, tool_calls: calls });
const answer = (tool_call_id: string, more: object = {}) => ({ role: "tool", tool_call_id, content: "3", ...more });

const responses = (input: unknown[]) => ({ model: "gpt-5-mini", input });
const item = (type: string, more: object) => ({ type, ...more });

const claude = (messages: unknown[], more: object = {}) => ({
  model: "claude-sonnet-4-5",
  max_tokens: 100,
  messages,
  ...more,
});
const use = (id: string) => ({ role: "assistant", content: [{ type: "tool_use", id, name: "f", input: {} }] });
const resulting = (id: string) => ({ role: "user", content: [{ type: "tool_result", tool_use_id: id, content: "3" }] });

const mistral = (messages: unknown[]) => ({ model: "mistral-large-latest", messages });
const nine = (id = "abcDEF123") => ({ id, type: "function", function: { name: "f", arguments: "{}" } });

const gemini = (contents: unknown[], more: object = {}) => ({
  model: "models/gemini-3-pro-preview",
  contents,
  ...more,
});
const said = { role: "user", parts: [{ text: "Hi" }] };
const calls = { role: "model", parts: [{ functionCall: { name: "f", args: {} }, thoughtSignature: "s" }] };
const responded = { role: "user", parts: [{ functionResponse: { name: "f", response: {} } }] };

const declared = (parameters: object) =>
  gemini([said], { tools: [{ functionDeclarations: [{ name: "f", description: "d", parameters }] }] });

const spec = (name: string) => ({ toolSpec: { name, description: "d", inputSchema: { json: { type: "object" } } } });
const converse = (messages: unknown[], names: string[] = ["f"]) => ({
  messages,
  ...(names.length > 0 && { toolConfig: { tools: names.map(spec) } }),
});
const asked = { role: "user", content: [{ text: "Hi" }] };
const toolUse = (...ids: string[]) => ({
  role: "assistant",
  content: ids.map((toolUseId) => ({ toolUse: { toolUseId, name: "f", input: {} } })),
});
const toolResult = (...ids: string[]) => ({
  role: "user",
  content: ids.map((toolUseId) => ({ toolResult: { toolUseId, content: [{ text: "3" }] } })),
});

/** A body for each rule that the table of signs names. */
const broken: readonly [ProfileName, string, unknown][] = [
  ["openai-chat", "O1", chat.body([user(), calling(chat.call("c1")), user()])],
  ["openai-chat", "O2", chat.body([user(), answer("c1")])],
  ["openai-chat", "O3", chat.body([user(), calling(chat.call("c1", "a.b")), answer("c1")])],
  ["openai-chat", "O3", chat.body([user()], { tools: [chat.tool({ name: "a.b" })] })],
  ["openai-chat", "O4", chat.body([user()], { tools: [chat.tool({ description: long })] })],
  ["openai-chat", "O17", chat.body([user()], { tools: [chat.tool({ parameters: { type: "array" } })] })],
  [
    "openai-chat",
    "O5",
    chat.body([user()], { tools: [chat.tool({ strict: true, parameters: { type: "object", properties: {} } })] }),
  ],
  ["openai-chat", "O6", chat.body([user()], { tools: [] })],
  ["openai-responses", "P1", responses([user(), item("function_call", { call_id: "c1", name: "f", arguments: "{}" })])],
  ["openai-responses", "P2", responses([user(), item("function_call_output", { call_id: "c1", output: "3" })])],
  ["openai-responses", "P3", responses([user(), item("reasoning", { id: "rs_1", summary: [] })])],
  [
    "openai-responses",
    "P4",
    responses([
      user(),
      item("function_call", { id: "c1", call_id: "c1", name: "f", arguments: "{}" }),
      item("function_call_output", { call_id: "c1", output: "3" }),
    ]),
  ],
  ["anthropic", "A1", claude([user(), use("toolu_1"), user()])],
  ["anthropic", "A2", claude([user(), resulting("toolu_1")])],
  [
    "anthropic",
    "A3",
    claude([user()], {
      tools: [
        { name: "f", input_schema: { type: "object" } },
        { name: "f", input_schema: { type: "object" } },
      ],
    }),
  ],
  ["anthropic", "A4", claude([user()], { tools: [{ name: "a.b", input_schema: { type: "object" } }] })],
  ["anthropic", "A5", claude([user([{ type: "text", text: "" }])])],
  ["anthropic", "A10", claude([user([{ type: "text", text: " " }])])],
  ["anthropic", "A6", { model: "claude-sonnet-4-5", messages: [user()] }],
  [
    "anthropic",
    "A6",
    { model: "claude-opus-4-6", max_tokens: 100, messages: [user(), { role: "assistant", content: "So" }] },
  ],
  ["mistral", "M1", mistral([user(), calling(nine()), answer("abcDEF123", { name: "f" }), user()])],
  ["mistral", "M2", mistral([user(), answer("abcDEF123", { name: "f" })])],
  ["mistral", "M3", mistral([user(), calling(nine(), nine("abcDEF124")), answer("abcDEF123", { name: "f" })])],
  ["mistral", "M4", mistral([user(), { role: "assistant", content: "So" }])],
  ["mistral", "M5", mistral([user(), calling(nine("c1")), answer("c1", { name: "f" })])],
  ["mistral", "M6", mistral([user(), { role: "assistant", content: "" }, user()])],
  ["gemini", "G1", gemini([calls, responded])],
  ["gemini", "G1", gemini([said, responded])],
  ["gemini", "G2", gemini([said], { tools: [{ functionDeclarations: [{ name: "a b", description: "d" }] }] })],
  ["gemini", "G3", gemini([said, { role: "model", parts: [{ functionCall: { name: "f", args: {} } }] }, responded])],
  ["gemini", "G4", gemini([said, { role: "model", parts: [{ text: "So" }] }])],
  ["gemini", "G5", gemini([said, calls, said])],
  ["gemini", "G14", declared({ type: "object", properties: { a: { const: 1 } } })],
  ["gemini", "G14", declared({ type: "object", properties: { a: { type: ["string", "null"] } } })],
  ["gemini", "G14", declared({ type: "object", properties: { a: { type: "null" } } })],
  ["gemini", "G15", declared({ type: "object", properties: { a: { type: "string" } }, required: ["b"] })],
  ["gemini", "G16", declared({ type: "object", properties: {} })],
  ["bedrock", "B1", converse([asked, toolUse("c1"), asked])],
  ["bedrock", "B2", converse([asked, toolUse("c1"), toolResult("c1", "c2")])],
  ["bedrock", "B3", converse([asked, toolUse("c1"), toolResult("c1")], [])],
  ["bedrock", "B4", converse([asked, toolUse("c 1"), toolResult("c 1")])],
  ["bedrock", "B4", converse([asked], ["a.b"])],
];

describe("ruleNamedBy", () => {
  it.each(broken)("knows %s's text for %s", (profile, rule, body) => {
    const problems = validateWire(profile, body);
    expect(problems.map((problem) => problem.rule)).toContain(rule);
    for (const { rule: found, message } of problems) {
      if (found === rule) expect([message, ruleNamedBy(profile, message)]).toEqual([message, rule]);
      // Another rule's text may be unknown, but is never taken for this one's.
      else expect([found, undefined]).toContain(ruleNamedBy(profile, message));
    }
  });

  it.each(broken)("knows %s's text for %s within an error of its client", (profile, rule, body) => {
    const { message } = validateWire(profile, body).find((problem) => problem.rule === rule) ?? {};
    const wrapped = [
      `400 ${JSON.stringify({ error: { message } })}`,
      `400 ${message}\n\nTroubleshooting URL: https://x/`,
    ];
    // As JSON, the quotes of the text are escaped.
    for (const text of wrapped) expect(ruleNamedBy(profile, text)).toBe(rule);
  });

  it("knows no rule for other texts", () => {
    const profiles = new Set(broken.map(([profile]) => profile));
    for (const profile of profiles) {
      expect(ruleNamedBy(profile, "")).toBeUndefined();
      expect(ruleNamedBy(profile, "Your credit balance is too low.")).toBeUndefined();
      expect(ruleNamedBy(profile, "The model `x` does not exist.")).toBeUndefined();
    }
  });
});
