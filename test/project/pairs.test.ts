import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { AIMessageFields, BaseMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NOT_EXECUTED, pairCalls, saysSomething, withCalls } from "../../src/project/pairs.ts";
import { profiles } from "../../src/project/profiles/profiles.ts";
import type { ProfileName } from "../../src/index.ts";
import { shape } from "../support.ts";

const NAMES = Object.keys(profiles) as ProfileName[];
const asIs = { callId: (id: string) => id };

const user = (content = "Hi") => new HumanMessage(content);
const call = (id: string | undefined, name = "search") => ({
  ...(id !== undefined && { id }),
  name,
  args: {},
  type: "tool_call" as const,
});
const ai = (fields: object) => new AIMessage({ content: "", ...fields } as AIMessageFields);
const result = (id: string, content = `result of ${id}`, more: object = {}) =>
  new ToolMessage({ content, tool_call_id: id, ...more });

const idsOf = (messages: readonly BaseMessage[]) =>
  messages.flatMap((message) => (AIMessage.isInstance(message) ? (message.tool_calls ?? []).map(({ id }) => id) : []));
const answeredOf = (messages: readonly BaseMessage[]) =>
  messages.flatMap((message) => (ToolMessage.isInstance(message) ? [message.tool_call_id] : []));

describe("pairCalls, ids", () => {
  it("are the only ones of the whole prompt, each with its own answer", () => {
    const group = [ai({ tool_calls: [call("c1"), call("c1"), call("c2")] }), result("c1"), result("c2")];
    const paired = pairCalls([...group, user(), ...group], asIs);
    const ids = ["c1", "c1_2", "c2", "c1_3", "c1_4", "c2_2"];
    expect(idsOf(paired)).toEqual(ids);
    expect(answeredOf(paired)).toEqual(ids);
    expect(shape(paired).slice(1, 4)).toEqual(["tool: result of c1", "tool: result of c1", "tool: result of c2"]);
  });

  it("count on where the next one is taken too", () => {
    const paired = pairCalls([ai({ tool_calls: [call("c1_2"), call("c1"), call("c1")] })], asIs);
    expect(idsOf(paired)).toEqual(["c1_2", "c1", "c1_3"]);
  });

  it("are made where there are none", () => {
    const paired = pairCalls(
      [ai({ tool_calls: [call(undefined), call("")] }), ai({ tool_calls: [call(undefined)] })],
      asIs,
    );
    expect(idsOf(paired)).toEqual(["call_0", "call_1", "call_0_2"]);
    expect(shape(paired).filter((line) => line.startsWith("tool"))).toEqual(Array(3).fill(`tool: ${NOT_EXECUTED}`));
  });

  it.each(NAMES)("are legal and the same again: %s", (name) => {
    const ids = fc.constantFrom("c1", "toolu_01A", "abcDEF123", "x".repeat(80), "no spaces here", "", undefined);
    const group = fc
      .tuple(fc.array(ids, { maxLength: 4 }), fc.array(ids, { maxLength: 4 }))
      .map(([calls, answers]) => [
        ai({ content: "So.", tool_calls: calls.map((id) => call(id, "mcp.get")) }),
        ...answers.map((id) => result(id ?? "")),
      ]);
    fc.assert(
      fc.property(fc.array(group, { maxLength: 4 }), (groups) => {
        const paired = pairCalls(groups.flat(), profiles[name]);
        const made = idsOf(paired);
        expect(new Set(made).size).toBe(made.length);
        expect(answeredOf(paired)).toEqual(made);
        for (const id of made) expect(profiles[name].callId(id ?? "")).toBe(id);
        const again = pairCalls(paired, profiles[name]);
        again.forEach((message, index) => expect(message).toBe(paired[index]));
        expect(again).toHaveLength(paired.length);
      }),
    );
  });
});

describe("pairCalls, names", () => {
  const toolName = profiles.anthropic.toolName;

  it("are made legal in the call and in its answer", () => {
    const given = [
      ai({ tool_calls: [call("c1", "mcp.get-sum")] }),
      result("c1", "3", { name: "mcp.get-sum", id: "r1", status: "error" }),
    ];
    const [message, answer] = pairCalls(given, { ...asIs, toolName });
    const legal = toolName("mcp.get-sum");
    expect(legal).not.toBe("mcp.get-sum");
    expect((message as AIMessage).tool_calls).toEqual([{ ...call("c1"), name: legal }]);
    expect(answer).toMatchObject({ name: legal, tool_call_id: "c1", id: "r1", status: "error", content: "3" });
    expect((given[0] as AIMessage).tool_calls?.[0]?.name).toBe("mcp.get-sum");
  });

  it("that are legal stay, and so do the messages", () => {
    const given = [ai({ tool_calls: [call("c1")] }), result("c1", "3", { name: "search" })];
    const paired = pairCalls(given, { ...asIs, toolName });
    paired.forEach((message, index) => expect(message).toBe(given[index]));
  });

  it("are the call's where the answer has none, or another", () => {
    for (const name of [undefined, "other"]) {
      const answer = result("c1", "3", name === undefined ? {} : { name });
      const [, paired] = pairCalls([ai({ tool_calls: [call("c1")] }), answer], asIs);
      expect(paired?.name).toBe("search");
      expect(paired?.id).toBeUndefined();
    }
  });
});

describe("pairCalls, calls that cannot be read", () => {
  const invalid = { id: "c1", name: "search", args: "{", error: "cut", type: "invalid_tool_call" as const };

  it("become calls without arguments", () => {
    const [message, answer] = pairCalls([ai({ invalid_tool_calls: [invalid] }), result("c1", "Error: cut.")], asIs);
    expect(message).toMatchObject({ tool_calls: [{ id: "c1", name: "search", args: {} }], invalid_tool_calls: [] });
    expect(answer?.text).toBe("Error: cut.");
  });

  it("go with a message that says nothing, and out of one that does", () => {
    const raw = { tool_calls: [{ id: "c1", type: "function", function: { name: "search", arguments: "{}" } }] };
    expect(pairCalls([user(), ai({ content: " ", additional_kwargs: { other: 1 } })], asIs)).toHaveLength(1);
    const said = new AIMessage({ content: "So." });
    said.additional_kwargs = raw as never;
    said.tool_calls = [];
    const [message] = pairCalls([said], asIs);
    expect(message?.additional_kwargs).toEqual({});
    expect(message?.text).toBe("So.");
  });
});

describe("withCalls", () => {
  it("makes a message of Responses a plain one", () => {
    const given = ai({
      id: "m1",
      content: [{ type: "text", text: "I look.", id: "msg_1", annotations: [] }],
      tool_calls: [call("c1"), call("c2")],
      additional_kwargs: { __openai_function_call_ids__: { c1: "fc_1", c2: "fc_2" }, reasoning: { id: "rs_1" } },
      response_metadata: { output: [{ type: "reasoning", id: "rs_1" }] },
    });
    const plain = withCalls(given, [{ id: "c2", name: "search", args: {} }]);
    expect(plain).toMatchObject({ id: "m1", content: "I look.", additional_kwargs: {}, response_metadata: {} });
    expect(plain.tool_calls).toEqual([call("c2")]);
  });

  it("writes the calls among standard blocks, without their old copies", () => {
    const reasoning = { type: "reasoning", reasoning: "hm" };
    const given = ai({
      content: [reasoning, { type: "tool_call", id: "c1", name: "search", args: {} }],
      tool_calls: [call("c1")],
      response_metadata: { output_version: "v1" },
    });
    const args = { q: 1 };
    const made = withCalls(given, [
      { id: "c9", name: "other", args },
      { id: undefined, name: "none", args: {} },
    ]);
    expect(made.content).toEqual([
      reasoning,
      { type: "tool_call", id: "c9", name: "other", args },
      { type: "tool_call", id: "", name: "none", args: {} },
    ]);
    expect(made.tool_calls?.map(({ id }) => id)).toEqual(["c9", ""]);
    expect(withCalls(given, []).content).toEqual([reasoning]);
  });

  it("writes them nowhere else", () => {
    const text = { type: "text", text: "I look." };
    const copies = ["tool_use", "tool_call", "function_call", "functionCall", "input_json_delta"].map((type) => ({
      type,
    }));
    const given = ai({
      content: [text, ...copies],
      name: "a",
      usage_metadata: { input_tokens: 1, output_tokens: 1, total_tokens: 2 },
    });
    const made = withCalls(given, [{ id: "c1", name: "search", args: {} }]);
    expect(made).toMatchObject({ content: [text], name: "a", usage_metadata: { total_tokens: 2 } });
    const v1 = withCalls(ai({ content: "text", response_metadata: { output_version: "v1" } }), [
      { id: "c1", name: "s", args: {} },
    ]);
    expect(v1.content).toEqual([
      { type: "text", text: "text" },
      { type: "tool_call", id: "c1", name: "s", args: {} },
    ]);
  });
});

describe("saysSomething", () => {
  it.each<[AIMessage["content"], boolean]>([
    ["", false],
    [" \n", false],
    ["So.", true],
    [[], false],
    [[{ type: "text", text: " " }], false],
    [[{ type: "text", text: "So." }], true],
    [
      [
        { type: "thinking", thinking: "hm" },
        { type: "redacted_thinking" },
        { type: "reasoning" },
        { type: "reasoning_content" },
      ],
      false,
    ],
    [[{ type: "tool_use" }], false],
    [[{ type: "image_url", image_url: "x" }], true],
  ])("of %j is %s", (content, says) => {
    expect(saysSomething(ai({ content }))).toBe(says);
  });
});
