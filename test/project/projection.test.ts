import {
  AIMessage,
  coerceMessageLikeToMessage,
  HumanMessage,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import type { AIMessageFields, BaseMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { createRegistry, history, project } from "../../src/index.ts";
import type { HandoffRecord, ProfileName } from "../../src/index.ts";
import { profiles } from "../../src/project/profiles/profiles.ts";
import { problemsOfPrompt } from "../../src/project/validate-wire.ts";
import { echo, shape } from "../support.ts";

const NAMES = Object.keys(profiles) as ProfileName[];

const user = (content = "Hi") => new HumanMessage(content);
const call = (id: string, name = "echo") => ({ id, name, args: { text: id }, type: "tool_call" as const });
const ai = (fields: object) => new AIMessage({ content: "", ...fields } as AIMessageFields);
const result = (id: string, content = "3") => new ToolMessage({ content, tool_call_id: id });
const system = (content: string) => new SystemMessage(content);
const record = (messageId: string, callId: string, more: Partial<HandoffRecord> = {}): HandoffRecord => ({
  id: `${messageId}:${callId}`,
  messageId,
  callId,
  from: "a",
  to: "b",
  status: "done",
  at: "2026-01-01T00:00:00.000Z",
  ...more,
});
const thought = { type: "thinking", thinking: "hm", signature: "c2ln" };
const claude = { model_provider: "anthropic", model_name: "claude-sonnet-4-5" };

const note = (...lines: string[]) =>
  `human: (Context: An assistant looked this up earlier in this conversation.\n${lines.join("\n")})`;

describe("project, system messages", () => {
  it("are instructions at the beginning, and notes of the user's later", () => {
    const log = [system("Be kind."), system("Be brief."), user(), system("It is late."), user("Bye")];
    const { messages, instructions } = project(log, { agent: "a" });
    expect(instructions).toBe("Be kind.\n\nBe brief.");
    expect(shape(messages)).toEqual(["human: Hi", "human: (Note: It is late.)", "human: Bye"]);
  });

  it("are none where the log has none at its beginning", () => {
    expect(project([user()], { agent: "a" }).instructions).toBeUndefined();
    expect(project([user(), system("x")], { agent: "a" }).instructions).toBeUndefined();
  });

  it("may be a developer's", () => {
    const developer = coerceMessageLikeToMessage({ role: "developer", content: "Be kind." });
    expect(project([developer, user()], { agent: "a" }).instructions).toBe("Be kind.");
  });

  it("are told beside the brief", () => {
    const log = [system("Be kind."), user(), ai({ id: "m1", tool_calls: [call("h1", "transfer_to_b")] })];
    const { messages, instructions, brief } = project(log, { agent: "b", handoffs: [record("m1", "h1")] });
    expect(shape(messages)).toEqual(["human: Hi"]);
    expect(instructions).toBe("Be kind.");
    expect(brief).toContain('Handed over by "a"');
  });

  it("alone are nothing to answer", () => {
    expect(() => project([system("Be kind.")], { agent: "a" })).toThrow(
      expect.objectContaining({ code: "NO_USER_TURN" }),
    );
  });
});

describe("project, the ledger", () => {
  // Anthropic's ids and those of OpenAI's items look the same, and the ledger knows a message by its id.
  const handover = ai({
    id: "msg_1",
    content: [thought, { type: "text", text: "Wait." }],
    tool_calls: [call("h1", "transfer_to_b")],
    response_metadata: claude,
  });

  it.each(NAMES.filter((name) => name !== "anthropic"))(
    "knows a message that another provider's %s gets as a plain one",
    (profile) => {
      const { messages, brief, handoff } = project([user(), handover], {
        agent: "b",
        handoffs: [record("msg_1", "h1")],
        profile,
      });
      expect(shape(messages)).toEqual(["human: Hi"]);
      expect(brief).toContain('a said: "Wait."');
      expect(handoff?.id).toBe("msg_1:h1");
    },
  );

  it.each(NAMES)("says that a handoff was refused, whoever made the message: %s", (profile) => {
    const refused = record("msg_1", "h1", { status: "refused", reason: "there is no such agent" });
    const { messages } = project([user(), handover], { agent: "a", handoffs: [refused], profile });
    expect(shape(messages).at(-1)).toBe("tool: Error: there is no such agent");
  });
});

describe("project, sealed messages", () => {
  const sealed = (...calls: ReturnType<typeof call>[]) =>
    ai({
      id: "m1",
      content: [thought, ...calls.map(({ id, name, args }) => ({ type: "tool_use", id, name, input: args }))],
      tool_calls: calls,
      response_metadata: claude,
    });
  const options = { agent: "b", profile: "anthropic", model: "claude-sonnet-4-5" } as const;
  const handoff = createRegistry(["a", "b", "c"]);

  it.each<[string, HandoffRecord[], string]>([
    ["taken", [record("m1", "h1")], "Transferred to b."],
    ["refused, and another agent's", [record("m1", "h1", { status: "refused", reason: "no way" })], "Error: no way"],
    [
      "refused for a code alone",
      [record("m1", "h1", { status: "refused", code: "HANDOFF_NOT_ALLOWED" })],
      "Error: HANDOFF_NOT_ALLOWED",
    ],
    ["dropped", [record("m1", "h1", { status: "dropped" })], "Not taken: one message hands over once."],
    ["in no ledger", [], "Transferred to b."],
  ])("have a handoff answered that was %s, and stay as they are", (_what, handoffs, answer) => {
    const message = sealed(call("h1", "transfer_to_b"));
    const { messages } = project([user(), message, user("Bye")], { ...options, handoffs, registry: handoff });
    expect(messages[1]).toBe(message);
    expect(shape(messages)).toEqual(["human: Hi", "ai: [transfer_to_b]", `tool: ${answer}`, "human: Bye"]);
    expect(problemsOfPrompt("anthropic", { messages, tools: [echo] })).toEqual([]);
  });

  it("have it answered beside the results of their other calls", () => {
    const message = sealed(call("c1"), call("h1", "transfer_to_b"), call("h2", "transfer_to_c"));
    const handoffs = [record("m1", "h1"), record("m1", "h2", { to: "c", status: "dropped" })];
    const { messages, brief } = project([user(), message, result("c1")], { ...options, handoffs });
    expect(messages[1]).toBe(message);
    expect(shape(messages).slice(2)).toEqual([
      "tool: 3",
      "tool: Transferred to b.",
      "tool: Not taken: one message hands over once.",
    ]);
    expect(brief).toContain("Handed over");
  });

  it("are left out all the same where the reader cannot read them", () => {
    const { messages } = project([user(), sealed(call("h1", "transfer_to_b")), user("Bye")], {
      agent: "b",
      profile: "openai-chat",
      handoffs: [record("m1", "h1")],
    });
    expect(shape(messages)).toEqual(["human: Hi", "human: Bye"]);
  });
});

describe("project for a model that thinks", () => {
  const own = ai({
    content: [thought, { type: "tool_use", id: "c2", name: "echo", input: {} }],
    tool_calls: [call("c2")],
    response_metadata: claude,
  });
  const log = [
    user(),
    ai({ content: "I look.", tool_calls: [call("c1")] }),
    result("c1"),
    user("And?"),
    own,
    result("c2"),
  ];
  const options = { agent: "a", profile: "anthropic", model: "claude-sonnet-4-5" } as const;

  it("writes calls without thoughts as notes, and keeps those with their own", () => {
    const { messages } = project(log, { ...options, thinks: true });
    expect(shape(messages)).toEqual([
      "human: Hi",
      "ai: I look.",
      note('- echo for {"text":"c1"} gave: 3'),
      "human: And?",
      "ai: [echo]",
      "tool: 3",
    ]);
    expect(messages[4]).toBe(own);
    const strict = { messages, tools: [echo], thinking: { type: "enabled", budget_tokens: 2000 } };
    expect(problemsOfPrompt("anthropic", strict)).toEqual([]);
  });

  it("keeps all calls where it does not think", () => {
    expect(shape(project(log, { ...options, thinks: false }).messages)).toHaveLength(log.length);
    expect(shape(project(log, options).messages)[1]).toBe("ai: I look. [echo]");
  });

  it("writes another family's thoughts as notes too", () => {
    const { messages } = project(log, { ...options, model: "claude-3-7-sonnet", thinks: true });
    expect(messages.some(({ type }) => type === "tool")).toBe(false);
  });
});

describe("project without tools", () => {
  const log = [user(), ai({ content: [thought], tool_calls: [call("c1")], response_metadata: claude }), result("c1")];

  it.each(NAMES)("has neither calls nor results, also where they are sealed: %s", (profile) => {
    const { messages } = project(log, { agent: "a", profile, bindsTools: false, thinks: true });
    const asked = note('- echo for {"text":"c1"} gave: 3').replace("human: ", "");
    const apart = profiles[profile].repeatsRoles ? ["human: Hi", `human: ${asked}`] : [`human: Hi\n\n${asked}`];
    expect(shape(messages)).toEqual(apart);
    expect(problemsOfPrompt(profile, { messages })).toEqual([]);
  });

  it("keeps them where tools are bound", () => {
    expect(shape(project(log, { agent: "a", bindsTools: true }).messages)).toHaveLength(3);
  });
});

describe("project, ids and names", () => {
  const twice: BaseMessage[] = [
    user(),
    ai({ tool_calls: [call("c1", "mcp.get-sum")] }),
    result("c1", "1"),
    user("Again"),
    ai({ tool_calls: [call("c1", "mcp.get-sum")] }),
    result("c1", "2"),
  ];

  it.each(NAMES)("are legal and the only ones in the whole prompt: %s", (profile) => {
    const { messages } = project(twice, { agent: "a", profile, history: history.full() });
    const ids = messages
      .flatMap((message) => (AIMessage.isInstance(message) ? (message.tool_calls ?? []) : []))
      .map(({ id }) => id);
    expect(new Set(ids).size).toBe(2);
    expect(
      messages.filter(({ type }) => type === "tool").map((message) => (message as ToolMessage).tool_call_id),
    ).toEqual(ids);
    expect(problemsOfPrompt(profile, { messages, tools: [echo] })).toEqual([]);
    expect(shape(messages).filter((line) => line.startsWith("tool"))).toEqual(["tool: 1", "tool: 2"]);
  });

  it("are the only ones where a handoff parts the log", () => {
    const handover = ai({ id: "m1", tool_calls: [call("h1", "transfer_to_b")] });
    const log = [...twice.slice(0, 3), user("b, please"), handover, ...twice.slice(4)];
    const { messages } = project(log, { agent: "b", handoffs: [record("m1", "h1")] });
    const ids = messages
      .flatMap((message) => (AIMessage.isInstance(message) ? (message.tool_calls ?? []) : []))
      .map(({ id }) => id);
    expect(ids).toEqual(["c1", "c1_2"]);
  });
});
