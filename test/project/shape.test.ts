import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import type { AIMessageFields, BaseMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { profiles } from "../../src/project/profiles/profiles.ts";
import { shapeFor } from "../../src/project/shape.ts";
import { problemsOfPrompt } from "../../src/project/validate-wire.ts";
import type { ProfileName } from "../../src/index.ts";
import { echo, shape } from "../support.ts";

const NAMES = Object.keys(profiles) as ProfileName[];
const named = (names: readonly ProfileName[]) => names.map((name) => profiles[name]);

const user = (content: HumanMessage["content"] = "Hi", more: object = {}) => new HumanMessage({ content, ...more });
const call = (id: string, name = "echo") => ({ id, name, args: {}, type: "tool_call" as const });
const ai = (fields: object) => new AIMessage({ content: "", ...fields } as AIMessageFields);
const result = (id: string, content: ToolMessage["content"] = "3", more: object = {}) =>
  new ToolMessage({ content, tool_call_id: id, name: "echo", ...more });
const text = (value: string) => ({ type: "text", text: value });
const thought = { type: "reasoning_content", reasoningText: { text: "hm", signature: "s" } };

const { anthropic, bedrock, gemini, mistral } = profiles;
const chat = profiles["openai-chat"];
const responses = profiles["openai-responses"];

describe("shapeFor, blanks", () => {
  it.each(named(NAMES))("says so where a result or a user's message holds nothing: $name", (profile) => {
    for (const content of ["", " \n", [], [text(" ")], [{ type: "text" }]]) {
      const given = [
        user(content as string, { id: "u1" }),
        ai({ tool_calls: [call("c1")] }),
        result("c1", content as string),
      ];
      const shaped = shapeFor(given, profile);
      expect(shape(shaped)).toEqual(["human: (no text)", "ai: [echo]", "tool: (no output)"]);
      expect(shaped[0]?.id).toBe("u1");
    }
  });

  it("keeps what else is known of such a result", () => {
    const given = result("c1", "", { id: "r1", status: "error" });
    const [, , shaped] = shapeFor([user(), ai({ tool_calls: [call("c1")] }), given], chat);
    expect(shaped).toMatchObject({
      id: "r1",
      status: "error",
      name: "echo",
      tool_call_id: "c1",
      content: "(no output)",
    });
    const bare = new ToolMessage({ content: "", tool_call_id: "c1" });
    expect(shapeFor([user(), ai({ tool_calls: [call("c1")] }), bare], chat)[2]?.name).toBeUndefined();
  });

  it.each(named(NAMES))("drops blank blocks and leaves the others: $name", (profile) => {
    const image = { type: "image_url", image_url: "data:image/png;base64,AAAA" };
    const [human, answer] = shapeFor([user([text(""), image]), ai({ content: [text("a"), text("\n")] })], profile);
    expect(human?.content).toEqual([image]);
    expect(answer?.content).toEqual([text("a")]);
  });

  it.each(named(NAMES))("writes calls without a text as $name wants it", (profile) => {
    const empty = profile.emptyContent === "" ? "" : [];
    for (const content of ["", " ", [], [text("")]]) {
      const given = ai({ content, tool_calls: [call("c1")], id: "m1" });
      const [, shaped] = shapeFor([user(), given, result("c1")], profile);
      expect(shaped).toMatchObject({ content: empty, tool_calls: [call("c1")], id: "m1" });
      if (JSON.stringify(content) === JSON.stringify(empty)) expect(shaped).toBe(given);
    }
  });
});

describe("shapeFor, authors", () => {
  it("are kept where the provider has them, as it takes them", () => {
    const shaped = shapeFor(
      [
        user("Hi", { name: "Ann <b>" }),
        ai({ content: "a", name: "Billing Agent" }),
        user("x", { name: "n".repeat(90) }),
      ],
      chat,
    );
    expect(shaped.map(({ name }) => name)).toEqual(["Ann_b_", "Billing_Agent", "n".repeat(64)]);
    expect(shapeFor([user("Hi", { name: "ann" })], chat)[0]?.name).toBe("ann");
    expect(shapeFor([user("Hi", { name: "" })], chat)[0]?.name).toBeUndefined();
  });

  it.each(named(NAMES.filter((name) => name !== "openai-chat")))("are dropped elsewhere: $name", (profile) => {
    const usage = { input_tokens: 1, output_tokens: 1, total_tokens: 2 };
    const shaped = shapeFor(
      [user("Hi", { name: "ann", id: "u1" }), ai({ content: "a", name: "b", id: "m1", usage_metadata: usage })],
      profile,
    );
    expect(shaped.map(({ name }) => name)).toEqual([undefined, undefined]);
    expect(shaped.map(({ id }) => id)).toEqual(["u1", "m1"]);
    expect(shaped[1]).toMatchObject({ usage_metadata: usage });
  });
});

describe("shapeFor, ids", () => {
  const item = { type: "message", id: "msg_1", role: "assistant", content: [{ type: "output_text", text: "a" }] };

  it.each(["msg_1", "rs_1", "resp_1", "fc_1"])("%s goes no further than the API that gave it", (id) => {
    const own = ai({ id, content: [text("a")], response_metadata: { output: [item] } });
    const other = ai({ id, content: "a" });
    expect(shapeFor([user(), own], responses)[1]).toBe(own);
    expect(shapeFor([user(), other], responses)[1]?.id).toBeUndefined();
    expect(shapeFor([user(), other], responses)[1]?.text).toBe("a");
    expect(other.id).toBe(id);
  });

  it("summaries of reasoning items stay with the items", () => {
    const summary = { type: "reasoning", reasoning: "hm" };
    const made = (content: object[]) =>
      ai({ content, tool_calls: [call("c1")], response_metadata: { output: [item] } });
    const [, shaped] = shapeFor([user(), made([summary]), result("c1")], responses);
    expect(shaped).toMatchObject({ content: [], tool_calls: [call("c1")], response_metadata: { output: [item] } });
    expect(shapeFor([user(), made([summary, text("a")]), result("c1")], responses)[1]?.content).toEqual([text("a")]);
  });

  it("that are ours stay", () => {
    const other = ai({ id: "m1", content: "a" });
    expect(shapeFor([user(), other], responses)[1]).toBe(other);
  });
});

describe("shapeFor, who follows whom", () => {
  const log = [ai({ content: "Welcome." }), user(), ai({ tool_calls: [call("c1")] }), result("c1"), user("And?")];

  it.each<[ProfileName, string[]]>([
    ["openai-chat", ["ai: Welcome.", "human: Hi", "ai: [echo]", "tool: 3", "human: And?"]],
    ["openai-responses", ["ai: Welcome.", "human: Hi", "ai: [echo]", "tool: 3", "human: And?"]],
    [
      "anthropic",
      ["human: (The conversation begins.)", "ai: Welcome.", "human: Hi", "ai: [echo]", "tool: 3", "human: And?"],
    ],
    [
      "gemini",
      ["human: (The conversation begins.)", "ai: Welcome.", "human: Hi", "ai: [echo]", "tool: 3", "human: And?"],
    ],
    [
      "mistral",
      [
        "human: (The conversation begins.)",
        "ai: Welcome.",
        "human: Hi",
        "ai: [echo]",
        "tool: 3",
        "ai: Understood.",
        "human: And?",
      ],
    ],
    [
      "bedrock",
      [
        "human: (The conversation begins.)",
        "ai: Welcome.",
        "human: Hi",
        "ai: [echo]",
        "tool: 3",
        "ai: Understood.",
        "human: And?",
      ],
    ],
  ])("is as %s wants it", (name, expected) => {
    const shaped = shapeFor(log, profiles[name]);
    expect(shape(shaped)).toEqual(expected);
    expect(problemsOfPrompt(name, { messages: shaped, tools: [echo] })).toEqual([]);
  });

  it("passes a message that is right already, or of no known kind, on as it is", () => {
    const system = new SystemMessage("x");
    const given = [user(), ai({ content: "a" }), system];
    const shaped = shapeFor(given, chat);
    shaped.forEach((message, index) => expect(message).toBe(given[index]));
  });

  it("gives the same object for the same message", () => {
    const given = [user("", { name: "a b" })];
    expect(shapeFor(given, chat)[0]).toBe(shapeFor(given, chat)[0]);
    expect(shapeFor(given, chat)[0]).not.toBe(shapeFor(given, mistral)[0]);
  });
});

describe("shapeFor, messages of one role", () => {
  it.each([bedrock, gemini])("are one message: $name", (profile) => {
    const given = [
      user("a", { id: "u1" }),
      user("b"),
      ai({ content: "c" }),
      ai({ content: "d", id: "m2", name: "x" }),
      user("e"),
    ];
    const shaped = shapeFor(given, profile);
    expect(shape(shaped)).toEqual(["human: a\n\nb", "ai: c\n\nd", "human: e"]);
    expect(shaped.map(({ id }) => id)).toEqual(["u1", "m2", undefined]);
  });

  it.each([anthropic, mistral, chat, responses])("stay apart: $name", (profile) => {
    expect(shapeFor([user("a"), user("b"), ai({ content: "c" }), ai({ content: "d" })], profile)).toHaveLength(4);
  });

  it("are one of blocks where one of them holds blocks, without its blanks", () => {
    const image = { type: "image_url", image_url: "x" };
    expect(shapeFor([user("a"), user([image])], bedrock)[0]?.content).toEqual([text("a"), image]);
    const [, merged] = shapeFor([user(), ai({ content: " " }), ai({ content: [thought, text("b")] })], bedrock);
    expect(merged?.content).toEqual([thought, text("b")]);
    expect(shape(shapeFor([user(), ai({ content: " " }), ai({ content: "b" })], bedrock))).toEqual([
      "human: Hi",
      "ai: b",
    ]);
  });

  it("keep the later author, where the provider has authors", () => {
    const profile = { ...bedrock, name: "openai-chat", hasAuthors: true } as const;
    const [, merged] = shapeFor([user(), ai({ content: "a", name: "x" }), ai({ content: "b", name: "y" })], profile);
    expect(merged).toMatchObject({ name: "y", content: "a\n\nb" });
  });

  it("are not one where the first holds calls", () => {
    const given = [user(), ai({ content: "a", tool_calls: [call("c1")] }), ai({ content: "b" })];
    expect(shapeFor(given, bedrock)).toHaveLength(3);
  });

  it("keep the second one's calls, all fields, and the maker of the reasoning", () => {
    const first = ai({
      content: [thought],
      response_metadata: { model_provider: "bedrock" },
      additional_kwargs: { a: 1 },
    });
    const second = ai({
      content: "b",
      tool_calls: [call("c1")],
      response_metadata: { x: 1 },
      additional_kwargs: { b: 2 },
    });
    const merged = (given: BaseMessage[]) => shapeFor([user(), ...given, result("c1")], bedrock)[1];
    expect(merged([first, second])).toMatchObject({
      content: [thought, text("b")],
      tool_calls: [call("c1")],
      response_metadata: { model_provider: "bedrock" },
      additional_kwargs: { a: 1, b: 2 },
    });
    expect(merged([ai({ content: "a" }), second])?.response_metadata).toEqual({ x: 1 });
    const sealed = ai({ content: [thought], tool_calls: [call("c1")], response_metadata: { y: 1 } });
    expect(merged([first, sealed])?.response_metadata).toEqual({ y: 1 });
  });

  it("keep the second one's calls on the wire where the first holds standard blocks", () => {
    const reasoning = { type: "reasoning", reasoning: "hm", signature: "s" };
    const first = ai({
      content: [reasoning, text("a")],
      response_metadata: { output_version: "v1", model_provider: "bedrock" },
    });
    const second = ai({ content: "b", tool_calls: [call("c1")] });
    const messages = shapeFor([user(), first, second, result("c1")], bedrock);
    expect(messages).toHaveLength(3);
    expect(problemsOfPrompt("bedrock", { messages, tools: [echo] })).toEqual([]);
  });
});

describe("shapeFor, messages without lists of calls", () => {
  const bare = (fields: object) => Object.assign(ai(fields), { tool_calls: undefined });

  it.each(named(NAMES))("are taken for such without calls: $name", (profile) => {
    const given = [user(), bare({ content: [text("a"), text(" ")], name: "x y" }), bare({ content: "b" })];
    const answers = shapeFor(given, profile).slice(1);
    expect(answers.map((message) => message.text).join("")).toBe("ab");
    expect(answers).toHaveLength(profile.repeatsRoles ? 2 : 1);
  });

  it("are merged with what stands before them", () => {
    const first = ai({ content: [thought] });
    const [, merged] = shapeFor([user(), first, bare({ content: "b" })], bedrock);
    expect(merged).toMatchObject({ content: [thought, text("b")], tool_calls: [] });
  });
});

describe("shapeFor, several calls", () => {
  const content = [text("I look."), { type: "tool_use", id: "c1", name: "echo", input: {} }];
  const given = [
    user(),
    ai({ content, tool_calls: [call("c1"), call("c2"), call("c3")], name: "a" }),
    result("c1", "1"),
    result("c2", "2"),
    result("c3", "3"),
    ai({ content: "So." }),
  ];

  it("are one turn each where results have to follow at once", () => {
    const messages = shapeFor(given, gemini);
    expect(shape(messages)).toEqual([
      "human: Hi",
      "ai: I look. [echo]",
      "tool: 1",
      "ai: [echo]",
      "tool: 2",
      "ai: [echo]",
      "tool: 3",
      "ai: So.",
    ]);
    expect(problemsOfPrompt("gemini", { messages: [...messages, user()], tools: [echo] })).toEqual([]);
  });

  it.each([anthropic, bedrock, chat, mistral, responses])("stay in one message elsewhere: $name", (profile) => {
    expect(shapeFor(given, profile)).toHaveLength(given.length);
  });
});

describe("shapeFor", () => {
  const turn = fc.oneof(
    fc.constantFrom("", "Hi", " ").map((content) => [user(content, { name: "a b" })]),
    fc.constantFrom<AIMessage["content"]>("So.", [text("x"), text("")]).map((content) => [ai({ content, name: "b" })]),
    fc.nat(3).map((count) => {
      const ids = Array.from({ length: count + 1 }, (_, index) => `call0000${index}`);
      return [ai({ tool_calls: ids.map((id) => call(id)) }), ...ids.map((id) => result(id, ""))];
    }),
  );

  it("is pure, and finds nothing to do the second time", () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 6 }), fc.constantFrom(...NAMES), (turns, name) => {
        const log: BaseMessage[] = turns.flat();
        const before = JSON.stringify(log);
        const shaped = shapeFor(log, profiles[name]);
        expect(JSON.stringify(shapeFor(shaped, profiles[name]))).toBe(JSON.stringify(shaped));
        expect(JSON.stringify(log)).toBe(before);
      }),
    );
  });
});
