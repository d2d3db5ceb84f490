import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { settleCall, toRawCall, ToolCallAssembly } from "../../src/openai/tool-call-assembly.ts";
import type { WireCall } from "../../src/openai/tool-call-assembly.ts";

function assembled(...events: WireCall[][]) {
  const assembly = new ToolCallAssembly();
  const chunks = events.map((deltas) => assembly.add(deltas));
  return { chunks, calls: assembly.calls.map(({ id, name, text }) => [id, name, text]) };
}

describe("deltas of tool calls", () => {
  it("[B135] are put together by index, interleaved as they come", () => {
    const { calls, chunks } = assembled(
      [{ index: 0, id: "a", function: { name: "add", arguments: "" } }],
      [{ index: 1, id: "b", function: { name: "sub", arguments: '{"x"' } }],
      [
        { index: 0, function: { arguments: '{"y":1}' } },
        { index: 1, function: { arguments: ":2}" } },
      ],
    );
    expect(calls).toEqual([
      ["a", "add", '{"y":1}'],
      ["b", "sub", '{"x":2}'],
    ]);
    expect(chunks[2]).toEqual([
      { type: "tool_call_chunk", index: 0, args: '{"y":1}' },
      { type: "tool_call_chunk", index: 1, args: ":2}" },
    ]);
  });

  it("[B136] are put together by id where a delta has no index", () => {
    const { calls } = assembled(
      [{ id: "a", function: { name: "add", arguments: '{"y"' } }],
      [{ id: "b", function: { name: "sub", arguments: '{"x"' } }],
      [{ id: "a", function: { arguments: ":1}" } }],
      [{ id: "b", index: null, function: { arguments: ":2}" } }],
    );
    expect(calls).toEqual([
      ["a", "add", '{"y":1}'],
      ["b", "sub", '{"x":2}'],
    ]);
  });

  it.each<[string, WireCall[][], unknown[][]]>([
    [
      "a name that is repeated in each delta counts once (llama.cpp)",
      [
        [{ index: 0, id: "a", function: { name: "add", arguments: '{"x"' } }],
        [{ index: 0, id: "a", function: { name: "add", arguments: ":1}" } }],
      ],
      [["a", "add", '{"x":1}']],
    ],
    [
      "a new id in each delta, with the name repeated, is still one call",
      [
        [{ index: 0, id: "a", function: { name: "add", arguments: "" } }],
        [{ index: 0, id: "b", function: { name: "add", arguments: '{"x"' } }],
        [{ index: 0, id: "c", function: { name: "add", arguments: ":1}" } }],
      ],
      [["a", "add", '{"x":1}']],
    ],
    [
      "a new id in each delta without a name is still one call (vLLM)",
      [
        [{ index: 0, id: "a", function: { name: "add", arguments: '{"x":1' } }],
        [{ index: 0, id: "b", function: { arguments: "}" } }],
      ],
      [["a", "add", '{"x":1}']],
    ],
    [
      "whole calls that all have index 0 are calls of their own (Ollama)",
      [
        [
          { index: 0, id: "a", function: { name: "add", arguments: '{"x":1}' } },
          { index: 0, id: "b", function: { name: "add", arguments: '{"x":2}' } },
          { index: 0, id: "c", function: { name: "sub", arguments: "{}" } },
        ],
      ],
      [
        ["a", "add", '{"x":1}'],
        ["b", "add", '{"x":2}'],
        ["c", "sub", "{}"],
      ],
    ],
    [
      "whole calls with neither index nor id are calls of their own",
      [
        [{ function: { name: "add", arguments: { x: 1 } } }],
        [{ function: { name: "add", arguments: { x: 2 } } }, { function: { name: "sub" } }],
      ],
      [
        [undefined, "add", '{"x":1}'],
        [undefined, "add", '{"x":2}'],
        [undefined, "sub", ""],
      ],
    ],
    [
      "whole calls with ids but no index are calls of their own, also to one tool without arguments",
      [
        [
          { id: "a", function: { name: "ping", arguments: "" } },
          { id: "b", function: { name: "ping", arguments: "" } },
        ],
      ],
      [
        ["a", "ping", ""],
        ["b", "ping", ""],
      ],
    ],
    [
      "a piece with nothing but arguments goes to the call that was open last",
      [[{ id: "a", function: { name: "add", arguments: "{" } }], [{ function: { arguments: "}" } }], [{ id: "" }]],
      [["a", "add", "{}"]],
    ],
    [
      "an id and a name that come late are taken when they come",
      [
        [{ index: 0, function: { arguments: "{" } }],
        [{ index: 0, id: "a", function: { name: "add", arguments: "}" } }],
      ],
      [["a", "add", "{}"]],
    ],
  ])("%s", (_title, events, expected) => {
    expect(assembled(...events).calls).toEqual(expected);
  });

  it("give the same calls however they are cut up (property)", () => {
    const call = fc.record({
      name: fc.stringMatching(/^[a-z]{1,8}$/),
      args: fc.dictionary(fc.string(), fc.jsonValue()),
      cuts: fc.array(fc.nat(60), { maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.array(call, { minLength: 1, maxLength: 4 }), fc.boolean(), (wanted, repeatsName) => {
        const pieces = wanted.flatMap(({ name, args, cuts }, index) => {
          const text = JSON.stringify(args);
          const places = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
          return places.slice(1).map((to, piece): { piece: number; delta: WireCall } => ({
            piece,
            delta: {
              index,
              ...(piece === 0 && { id: `id${index}` }),
              function: { arguments: text.slice(places[piece], to), ...((piece === 0 || repeatsName) && { name }) },
            },
          }));
        });
        const rounds = pieces.toSorted((a, b) => a.piece - b.piece).map(({ delta }) => [delta]);
        expect(assembled(...rounds).calls.map(([id, name, text]) => [id, name, JSON.parse(String(text))])).toEqual(
          wanted.map(({ name, args }, index) => [`id${index}`, name, JSON.parse(JSON.stringify(args))]),
        );
      }),
    );
  });
});

describe("settling a call", () => {
  it.each([
    ["", {}],
    ['{"a":1}', { a: 1 }],
    [' {"a":{"b":[1,2]}}\n', { a: { b: [1, 2] } }],
  ])("takes %j", (text, args) => {
    expect(settleCall({ id: "a", name: "add", text }, "tool_calls")).toEqual({
      type: "tool_call",
      id: "a",
      name: "add",
      args,
    });
  });

  it.each(["{", '{"a":1', '{"a":1}}', "[1]", "null", "1", '"a"', " ", '{"a":1}{"a":1}'])(
    "never takes %j, and keeps the raw text and the reason",
    (text) => {
      const call = settleCall({ id: "a", name: "add", text }, "tool_calls");
      expect(call).toMatchObject({ type: "invalid_tool_call", id: "a", name: "add", args: text });
      expect(call.type === "invalid_tool_call" && call.error).toContain("the arguments are not");
    },
  );

  it("never takes a part of an object (property)", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 }), fc.nat(), (args, at) => {
        const text = JSON.stringify(args);
        const cut = text.slice(0, 1 + (at % (text.length - 1)));
        expect(settleCall({ id: "a", name: "add", text: cut }, "tool_calls").type).toBe("invalid_tool_call");
      }),
    );
  });

  it.each([
    ["length", "cut by length"],
    ["content_filter", "cut by the content filter"],
  ])("takes nothing of a reply that finished by %s [F53]", (reason, error) => {
    expect(settleCall({ id: "a", name: "add", text: "{}" }, reason)).toMatchObject({
      type: "invalid_tool_call",
      args: "{}",
      error,
    });
  });

  it("takes no call without a name, and gives one without an id an id of its own", () => {
    expect(settleCall({ id: "a", name: undefined, text: "{}" }, "stop")).toMatchObject({
      type: "invalid_tool_call",
      error: "the call has no name",
    });
    const [one, two] = [1, 2].map(() => settleCall(toRawCall({ function: { name: "add" } }), "stop"));
    expect(one?.id).toMatch(/^call_/);
    expect(one?.id).not.toBe(two?.id);
  });

  it("gives the input of a custom tool as an argument", () => {
    const call = (input: string | null) => settleCall(toRawCall({ id: "a", custom: { name: "sql", input } }), "stop");
    expect(call("select 1")).toMatchObject({ type: "tool_call", name: "sql", args: { input: "select 1" } });
    expect(call(null)).toMatchObject({ args: { input: "" } });
  });
});
