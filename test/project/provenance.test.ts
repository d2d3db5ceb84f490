import { AIMessage } from "@langchain/core/messages";
import type { AIMessageFields } from "@langchain/core/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { profiles } from "../../src/project/profiles/profiles.ts";
import { familyOf, isNative, isOfResponses, isSealed, plainMessage } from "../../src/project/provenance.ts";
import type { Addressee } from "../../src/project/provenance.ts";
import type { ProfileName } from "../../src/index.ts";

const NAMES = Object.keys(profiles) as ProfileName[];

const reader = (name: ProfileName, model?: string): Addressee => ({ profile: profiles[name], model });
const ai = (fields: object) => new AIMessage({ content: "", ...fields } as AIMessageFields);

const thought = { type: "thinking", thinking: "hm", signature: "c2ln" };
const text = { type: "text", text: "Hello" };

describe("familyOf", () => {
  it.each([
    ["gpt-5-mini-2025-08-07", "gpt-5"],
    ["gpt-5", "gpt-5"],
    ["gpt-4o", "gpt-4"],
    ["GPT-4.1", "gpt-4"],
    ["openai/gpt-5.1-codex", "gpt-5"],
    ["o4-mini", "o-4"],
    ["openai/o3", "o-3"],
    ["claude-sonnet-4-5", "claude-4"],
    ["claude-3-7-sonnet-latest", "claude-3"],
    ["eu.anthropic.claude-opus-4-1-20250805-v1:0", "claude-4"],
    ["gemini-2.5-pro", "gemini-2"],
    ["models/gemini-3-pro-preview", "gemini-3"],
    ["magistral-medium-2509", "magistral-2509"],
    ["amazon.nova-pro-v1:0", "nova-1"],
    ["deepseek-reasoner", "deepseek"],
    ["scripted", undefined],
    ["foo3", undefined],
    ["", undefined],
    [undefined, undefined],
    [5, undefined],
  ])("of %s is %s", (model, family) => {
    expect(familyOf(model)).toBe(family);
  });

  it("is a function of any text", () => {
    fc.assert(
      fc.property(fc.string(), (model) => {
        const family = familyOf(model);
        expect(family === undefined || /^[a-z]+(-\d+)?$/.test(family)).toBe(true);
      }),
    );
  });
});

describe("isNative", () => {
  it.each(NAMES)("takes a message of plain text and calls anywhere: %s", (name) => {
    const call = { id: "c1", name: "search", args: {}, type: "tool_call" };
    for (const content of ["Hello", [], [text]]) {
      const message = ai({ content, tool_calls: [call], response_metadata: { model_provider: "anthropic" } });
      expect(isNative(message, reader(name))).toBe(true);
    }
  });

  const anthropic = (more: object = {}) =>
    ai({ content: [thought, text], response_metadata: { model_provider: "anthropic", ...more } });
  const responses = (more: object = {}) =>
    ai({
      content: [text],
      response_metadata: {
        model_provider: "openai",
        model_name: "gpt-5-mini",
        output: [{ type: "reasoning", id: "rs_1" }],
      },
      ...more,
    });

  const table: readonly [string, AIMessage, Addressee, boolean][] = [
    ["its own thoughts", anthropic(), reader("anthropic"), true],
    ["its own family's", anthropic({ model_name: "claude-opus-4-1" }), reader("anthropic", "claude-sonnet-4-5"), true],
    [
      "another family's",
      anthropic({ model_name: "claude-3-7-sonnet" }),
      reader("anthropic", "claude-sonnet-4-5"),
      false,
    ],
    [
      "of the family that `model` tells",
      anthropic({ model: "claude-3-opus" }),
      reader("anthropic", "claude-opus-4"),
      false,
    ],
    ["of an unknown model", anthropic({ model_name: "scripted" }), reader("anthropic", "claude-opus-4"), true],
    ["thoughts that nobody signed for", ai({ content: [thought] }), reader("anthropic"), false],
    [
      "a provider that is not a text",
      ai({ content: [thought], response_metadata: { model_provider: 5 } }),
      reader("anthropic"),
      false,
    ],
    [
      "a provider that nobody knows",
      ai({ content: [thought], response_metadata: { model_provider: "acme" } }),
      reader("anthropic"),
      false,
    ],
    ["Claude's thoughts for Bedrock", anthropic(), reader("bedrock"), false],
    ["Claude's thoughts for Responses", anthropic(), reader("openai-responses"), false],
    ["thoughts where none go back", responses(), reader("openai-chat"), false],
    ["items for Responses", responses(), reader("openai-responses", "gpt-5"), true],
    [
      "OpenAI's thoughts without items",
      ai({ content: [thought], response_metadata: { model_provider: "openai" } }),
      reader("openai-responses"),
      false,
    ],
    [
      "a summary in `additional_kwargs`",
      ai({ additional_kwargs: { reasoning: { id: "rs_1" } }, response_metadata: { model_provider: "openai" } }),
      reader("openai-responses"),
      true,
    ],
    [
      "unsigned standard reasoning",
      ai({ content: [{ type: "reasoning", reasoning: "hm" }], response_metadata: { model_provider: "anthropic" } }),
      reader("anthropic"),
      false,
    ],
    [
      "signed standard reasoning",
      ai({
        content: [{ type: "reasoning", reasoning: "hm", signature: "s" }],
        response_metadata: { model_provider: "anthropic" },
      }),
      reader("anthropic"),
      true,
    ],
    [
      "standard reasoning with an id",
      ai({
        content: [{ type: "reasoning", reasoning: "hm", id: "rs_1" }],
        response_metadata: { model_provider: "openai", output: [] },
      }),
      reader("openai-responses"),
      true,
    ],
    [
      "standard reasoning with extras",
      ai({
        content: [{ type: "reasoning", reasoning: "hm", extras: {} }],
        response_metadata: { model_provider: "google-genai" },
      }),
      reader("gemini"),
      true,
    ],
    [
      "thought signatures",
      ai({
        additional_kwargs: { __gemini_function_call_thought_signatures__: { c1: "s" } },
        response_metadata: { model_provider: "google-genai" },
      }),
      reader("gemini", "gemini-3-pro"),
      true,
    ],
    [
      "thought signatures elsewhere",
      ai({
        additional_kwargs: { __gemini_function_call_thought_signatures__: { c1: "s" } },
        response_metadata: { model_provider: "google-genai" },
      }),
      reader("anthropic"),
      false,
    ],
    [
      "text of standard blocks",
      ai({ content: [text], response_metadata: { output_version: "v1", model_provider: "anthropic" } }),
      reader("openai-chat"),
      false,
    ],
    ["a text block with annotations", ai({ content: [{ ...text, annotations: [] }] }), reader("anthropic"), false],
    ["an image", ai({ content: [{ type: "image", url: "x" }] }), reader("gemini"), false],
  ];

  it.each(table)("%s", (_what, message, who, native) => {
    expect(isNative(message, who)).toBe(native);
  });
});

describe("isOfResponses", () => {
  it.each([
    [{ response_metadata: { output: [] } }, true],
    [{ response_metadata: { output: { message: {} } } }, false],
    [{ additional_kwargs: { reasoning: {} } }, true],
    [{ additional_kwargs: { __openai_function_call_ids__: {} } }, true],
    [{}, false],
  ])("of %j is %s", (fields, is) => {
    expect(isOfResponses(ai(fields))).toBe(is);
  });
});

describe("isSealed", () => {
  it.each([
    [{ content: "Hello" }, false],
    [{ content: [text] }, false],
    [{ content: [text, { type: "thinking", thinking: "hm" }] }, true],
    [{ content: [{ type: "redacted_thinking", data: "x" }] }, true],
    [{ content: [{ type: "reasoning", reasoning: "hm" }] }, true],
    [{ content: [{ type: "reasoning_content", reasoningText: {} }] }, true],
    [{ content: [{ type: "compaction", content: "" }] }, true],
    [{ additional_kwargs: { reasoning: { id: "rs_1" } } }, true],
    [{ additional_kwargs: { __gemini_function_call_thought_signatures__: {} } }, false],
    [{ additional_kwargs: { __gemini_function_call_thought_signatures__: { c1: "s" } } }, true],
  ])("of %j is %s", (fields, sealed) => {
    expect(isSealed(ai(fields))).toBe(sealed);
  });
});

describe("plainMessage", () => {
  it("keeps the texts, the calls, the author and the costs, and nothing else", () => {
    const usage = { input_tokens: 1, output_tokens: 2, total_tokens: 3 };
    const calls = [{ id: "c1", name: "search", args: { q: 1 }, type: "tool_call" as const }];
    const invalid = [{ id: "c2", name: "search", args: "{", error: "cut", type: "invalid_tool_call" as const }];
    const given = ai({
      id: "mine",
      name: "billing",
      content: [
        thought,
        text,
        { type: "text", text: " " },
        { type: "tool_use", id: "c1", name: "search", input: {} },
        { type: "text", text: "Bye" },
      ],
      tool_calls: calls,
      invalid_tool_calls: invalid,
      usage_metadata: usage,
      additional_kwargs: { reasoning: {} },
      response_metadata: { model_provider: "anthropic" },
    });
    const before = JSON.stringify(given);
    const plain = plainMessage(given);
    expect(plain).toMatchObject({
      id: "mine",
      name: "billing",
      content: "Hello\n\nBye",
      tool_calls: calls,
      invalid_tool_calls: invalid,
      usage_metadata: usage,
    });
    expect(plain.additional_kwargs).toEqual({});
    expect(plain.response_metadata).toEqual({});
    expect(JSON.stringify(given)).toBe(before);
  });

  it("names media, and drops text blocks without a text", () => {
    const content = [{ type: "image_url", image_url: "x" }, { type: "text" }, text, { type: "file", data: "" }];
    expect(plainMessage(ai({ content })).content).toBe("[image_url]\n\nHello\n\n[file]");
  });

  it("takes a message without lists of calls", () => {
    const given = Object.assign(ai({ content: "Hello" }), { tool_calls: undefined, invalid_tool_calls: undefined });
    expect(plainMessage(given)).toMatchObject({ content: "Hello", tool_calls: [], invalid_tool_calls: [] });
  });

  it("keeps its id, by which the ledger knows it, whatever that looks like", () => {
    expect(plainMessage(ai({ id: "msg_1", content: "Hello" })).id).toBe("msg_1");
    expect(plainMessage(ai({ content: "Hello" })).id).toBeUndefined();
  });

  it("is native for everybody, is sealed for nobody, and is plain already", () => {
    const block = fc.constantFrom<object>(
      thought,
      text,
      { type: "reasoning", reasoning: "x" },
      { type: "image", url: "x" },
    );
    const fields = fc.record({
      content: fc.oneof(fc.string(), fc.array(block, { maxLength: 3 })),
      additional_kwargs: fc.constantFrom({}, { reasoning: { id: "rs_1" } }, { tool_outputs: [] }),
      response_metadata: fc.constantFrom({}, { output: [] }, { output_version: "v1" }),
      id: fc.option(fc.constantFrom("msg_1", "m1"), { nil: undefined }),
    });
    fc.assert(
      fc.property(fields, fc.constantFrom(...NAMES), (given, name) => {
        const plain = plainMessage(ai(given));
        expect(isNative(plain, reader(name))).toBe(true);
        expect(isSealed(plain)).toBe(false);
        expect(plainMessage(plain)).toEqual(plain);
      }),
    );
  });
});
