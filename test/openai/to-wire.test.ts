import {
  AIMessage,
  ChatMessage,
  FunctionMessage,
  HumanMessage,
  RemoveMessage,
  SystemMessage,
  ToolMessage,
} from "@langchain/core/messages";
import type { BaseMessage, ContentBlock } from "@langchain/core/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toWire } from "../../src/openai/to-wire.ts";

const one = (message: BaseMessage) => toWire([message])[0];
const user = (...content: Record<string, unknown>[]) => new HumanMessage({ content: content as ContentBlock[] });

describe("messages on the wire", () => {
  it("keep their roles, names and calls", () => {
    expect(
      toWire([
        new SystemMessage("Be brief."),
        new HumanMessage({ content: "hi", name: "ann" }),
        new AIMessage({ content: "", name: "triage", tool_calls: [{ id: "c1", name: "add", args: { x: 1 } }] }),
        new ToolMessage({ content: "2", tool_call_id: "c1", name: "add" }),
        new AIMessage({ content: "two" }),
        new ChatMessage("Obey.", "developer"),
        new ChatMessage("and?", "user"),
      ]),
    ).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "hi", name: "ann" },
      {
        role: "assistant",
        name: "triage",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "add", arguments: '{"x":1}' } }],
      },
      { role: "tool", content: "2", tool_call_id: "c1" },
      { role: "assistant", content: "two" },
      { role: "developer", content: "Obey." },
      { role: "user", content: "and?" },
    ]);
  });

  it("hold an assistant's text beside its calls, and an empty text where there are none", () => {
    const call = { id: "c1", name: "add", args: {} };
    expect(one(new AIMessage({ content: "let me see", tool_calls: [call] }))).toMatchObject({ content: "let me see" });
    expect(one(new AIMessage({ content: "" }))).toEqual({ role: "assistant", content: "" });
  });

  it("hold a refusal", () => {
    expect(one(new AIMessage({ content: "", additional_kwargs: { refusal: "no" } }))).toEqual({
      role: "assistant",
      content: "",
      refusal: "no",
    });
  });

  it("leave other providers' blocks of an assistant out, and its malformed calls never", () => {
    const content = [
      { type: "reasoning", reasoning: "hm" },
      { type: "text", text: "a" },
      { type: "tool_use", id: "c1", name: "add", input: {} },
      { type: "invalid_tool_call", id: "c2", name: "sub", args: "{" },
      { type: "invalid_tool_call", id: "c3", name: "mul", args: "{" },
      { type: "text", text: "b" },
    ] as ContentBlock[];
    const message = new AIMessage({
      content,
      tool_calls: [{ id: "c1", name: "add", args: {} }],
      invalid_tool_calls: [{ id: "c2", name: "sub", args: "{" }],
    });
    expect(one(message)).toMatchObject({
      content: "ab",
      tool_calls: [{ id: "c1" }, { id: "c2", function: { name: "sub" } }, { id: "c3", function: { name: "mul" } }],
    });
  });

  it.each([
    ['{"a":1}', '{"a":1}'],
    ['{"a":', "{}"],
    ["[1]", "{}"],
    ["", "{}"],
    [undefined, "{}"],
  ])("send the arguments %j of a malformed call as %j", (args, sent) => {
    const message = new AIMessage({
      content: "",
      invalid_tool_calls: [{ id: "c1", name: "add", error: "bad", ...(args !== undefined && { args }) }],
    });
    expect(one(message)).toMatchObject({
      content: null,
      tool_calls: [{ id: "c1", function: { name: "add", arguments: sent } }],
    });
  });

  it("[O3] hold legal names of functions, and an id for every call", () => {
    const message = new AIMessage({
      content: "",
      tool_calls: [
        { name: "get weather!", args: {} },
        { id: "c1", name: "x".repeat(70), args: {} },
        { id: "c2", name: "", args: {} },
      ],
      invalid_tool_calls: [{ id: "c3" }],
    });
    const sent = one(message) as { tool_calls: { id: string; function: { name: string } }[] };
    expect(sent.tool_calls.map((call) => call.function.name)).toEqual([
      "get_weather_",
      "x".repeat(64),
      "unknown",
      "unknown",
    ]);
    expect(sent.tool_calls.map((call) => call.id)).toEqual(["call_0_0", "c1", "c2", "c3"]);
  });

  it("hold a legal name of the author, or none (property)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 80 }), (name) => {
        const sent = one(new HumanMessage({ content: "hi", name })) as { name?: string };
        if (name === "") expect(sent.name).toBeUndefined();
        else expect(sent.name).toMatch(/^[^\s<|\\/>]+$/);
        expect((sent.name ?? "").length).toBeLessThanOrEqual(64);
        if (/^[^\s<|\\/>]{1,64}$/.test(name)) expect(sent.name).toBe(name.toWellFormed());
      }),
    );
    expect(one(new AIMessage({ content: "x", name: "Billing Agent" }))).toMatchObject({ name: "Billing_Agent" });
  });

  it("leave no tool message without its call, whatever was malformed (property)", () => {
    const call = fc.record({ name: fc.string(), args: fc.string(), isValid: fc.boolean() });
    fc.assert(
      fc.property(fc.array(call, { maxLength: 5 }), (wanted) => {
        const ids = wanted.map((_, index) => `c${index}`);
        const named = wanted.map((each, index) => ({ ...each, id: ids[index] as string }));
        const message = new AIMessage({
          content: "",
          tool_calls: named.filter(({ isValid }) => isValid).map(({ id, name }) => ({ id, name, args: {} })),
          invalid_tool_calls: named.filter(({ isValid }) => !isValid).map(({ id, name, args }) => ({ id, name, args })),
        });
        const [assistant, ...tools] = toWire([
          message,
          ...ids.map((id) => new ToolMessage({ content: "", tool_call_id: id })),
        ]) as { tool_calls?: { id: string; function: { arguments: string } }[]; tool_call_id?: string }[];
        const calls = assistant?.tool_calls ?? [];
        expect(calls.map(({ id }) => id).toSorted()).toEqual(tools.map((tool) => tool.tool_call_id).toSorted());
        for (const { function: fn } of calls) expect(JSON.parse(fn.arguments)).toBeTypeOf("object");
      }),
    );
  });

  it.each([
    new FunctionMessage({ content: "1", name: "add" }),
    new RemoveMessage({ id: "m1" }),
    new ChatMessage("x", "critic"),
  ])("refuse a message that has no form there, by its place", (message) => {
    expect(() => toWire([new HumanMessage("hi"), message])).toThrow(/^messages\[1\] is a "(function|remove|critic)"/);
  });
});

describe("content on the wire", () => {
  it.each([
    [{ type: "image_url", image_url: "https://x.test/a.png" }, "https://x.test/a.png"],
    [{ type: "image_url", image_url: { url: "https://x.test/a.png" } }, "https://x.test/a.png"],
    [{ type: "image", url: "https://x.test/a.png" }, "https://x.test/a.png"],
    [{ type: "image", data: "AAEC", mimeType: "image/png" }, "data:image/png;base64,AAEC"],
    [{ type: "image", data: new Uint8Array([0, 1, 2]), mimeType: "image/png" }, "data:image/png;base64,AAEC"],
    [{ type: "image", source_type: "base64", data: "AAEC", mime_type: "image/gif" }, "data:image/gif;base64,AAEC"],
  ])("takes the image %j", (block, url) => {
    expect(one(user({ type: "text", text: "what is it?" }, block))).toEqual({
      role: "user",
      content: [
        { type: "text", text: "what is it?" },
        { type: "image_url", image_url: { url } },
      ],
    });
  });

  it("takes an image's detail, audio as OpenAI has it, and no block at all", () => {
    const image = { type: "image_url", image_url: { url: "https://x.test/a.png", detail: "low" } };
    const audio = { type: "input_audio", input_audio: { data: "AAEC", format: "wav" } };
    expect(one(user(image, audio))).toMatchObject({ content: [image, audio] });
    expect(one(user())).toEqual({ role: "user", content: "" });
  });

  it.each([
    [{ type: "video", url: "https://x.test/a.mp4" }, 'messages[0].content[0] is a "video" block'],
    [{ type: "image", fileId: "f1" }, "messages[0].content[0] is an image without a url"],
    [{ type: "image", data: "AAEC" }, "messages[0].content[0] is an image without a url"],
    [{ type: "text" }, "messages[0].content[0] is a text block without a text"],
  ])("refuses %j by its place", (block, message) => {
    expect(() => one(user(block))).toThrow(message);
  });

  it("of a system or tool message is text: one as a string, several as parts, the rest by its type", () => {
    const text = (value: string) => ({ type: "text" as const, text: value });
    expect(one(new SystemMessage({ content: [text("a")] }))).toEqual({ role: "system", content: "a" });
    expect(one(new SystemMessage({ content: [] }))).toEqual({ role: "system", content: "" });
    expect(
      one(
        new ToolMessage({ tool_call_id: "c1", content: [text("a"), { type: "image", url: "https://x.test/a.png" }] }),
      ),
    ).toEqual({ role: "tool", tool_call_id: "c1", content: [text("a"), text("[image]")] });
  });
});
