import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asNotes } from "../../src/project/notes.ts";
import { shape } from "../support.ts";

const call = (id: string, name = "search", args: object = { q: id }) => ({
  id,
  name,
  args: { ...args },
  type: "tool_call" as const,
});
const ai = (content: AIMessage["content"], calls: ReturnType<typeof call>[], more: object = {}) =>
  new AIMessage({ content, tool_calls: calls, ...more });
const result = (id: string, content = `result of ${id}`, more: object = {}) =>
  new ToolMessage({ content, tool_call_id: id, ...more });

const none = () => false;
const head = "(Context: An assistant looked this up earlier in this conversation.\n";

describe("asNotes", () => {
  it("writes calls and their results as a note of the user's, behind what was said with them", () => {
    const notes = asNotes(
      [
        new HumanMessage("Hi"),
        ai("I look.", [call("c1"), call("c2", "add", { a: 1 })]),
        result("c2", "3"),
        result("c1"),
        ai("Done.", []),
      ],
      none,
    );
    expect(shape(notes)).toEqual([
      "human: Hi",
      "ai: I look.",
      `human: ${head}- search for {"q":"c1"} gave: result of c1\n- add for {"a":1} gave: 3)`,
      "ai: Done.",
    ]);
  });

  it("drops what was not said, and the blocks that only repeat the calls", () => {
    const blocks = [
      { type: "thinking", thinking: "hm", signature: "s" },
      { type: "tool_use", id: "c1", name: "search", input: {} },
    ];
    expect(shape(asNotes([ai("", [call("c1")]), result("c1")], none))).toHaveLength(1);
    expect(shape(asNotes([ai(blocks, [call("c1")]), result("c1")], none))).toHaveLength(1);
    expect(shape(asNotes([ai([...blocks, { type: "text", text: "So." }], [call("c1")]), result("c1")], none))[0]).toBe(
      "ai: So.",
    );
  });

  it("names the assistant, quoted", () => {
    const [note] = asNotes([ai("", [call("c1")], { name: 'Billing "A"' }), result("c1")], none);
    expect(note?.text).toContain('(Context: The assistant "Billing \\"A\\"" looked this up');
  });

  it("says what failed, and is silent where there is no result", () => {
    const notes = asNotes([ai("", [call("c1"), call("c2")]), result("c1", "no such file", { status: "error" })], none);
    expect(notes).toHaveLength(1);
    expect(notes[0]?.text).toBe(
      `${head}- search for {"q":"c1"} failed with: no such file\n- search for {"q":"c2"} gave: )`,
    );
  });

  it("knows the result of a call without an id", () => {
    const message = new AIMessage({ content: "", tool_calls: [{ name: "search", args: {}, type: "tool_call" }] });
    expect(asNotes([message, result("", "found")], none)[0]?.text).toContain("gave: found");
  });

  it("passes 20,000 characters of a result on, and halves no sign", () => {
    const text = (length: number) =>
      asNotes([ai("", [call("c1")]), result("c1", "x".repeat(length))], none)[0]?.text ?? "";
    expect(text(20_000)).toHaveLength(text(19_999).length + 1);
    expect(text(20_001)).toBe(`${text(20_000).slice(0, -1)}…)`);
    const [cut] = asNotes([ai("", [call("c1")]), result("c1", `${"x".repeat(19_999)}😀`)], none);
    expect(cut?.text.isWellFormed()).toBe(true);
    expect(cut?.text.endsWith("\uFFFD…)")).toBe(true);
  });

  it("passes a message without a list of calls on", () => {
    const given = Object.assign(ai("So.", []), { tool_calls: undefined });
    expect(asNotes([given], none)).toEqual([given]);
  });

  it("keeps the messages that are to be kept, with their results", () => {
    const [kept, other] = [ai("kept", [call("c1")]), ai("", [call("c2")])];
    const log = [kept, result("c1"), other, result("c2")];
    const notes = asNotes(log, (message) => message === kept);
    expect(notes.slice(0, 2)).toEqual(log.slice(0, 2));
    expect(notes[0]).toBe(kept);
    expect(shape(notes)[2]).toContain("gave: result of c2");
    expect(notes).toHaveLength(3);
  });

  it("passes a log without calls on as it is, and leaves no call in any", () => {
    const group = fc.array(fc.constantFrom("c1", "c2", "c3"), { maxLength: 3 }).map((given) => {
      const calls = [...new Set(given)];
      return [
        ai(
          "text",
          calls.map((id) => call(id)),
        ),
        ...calls.map((id) => result(id)),
      ] as BaseMessage[];
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(group, fc.constant([new HumanMessage("Hi")] as BaseMessage[]))), (groups) => {
        const log = groups.flat();
        const before = JSON.stringify(log);
        const notes = asNotes(log, none);
        expect(notes.some(({ type }) => type === "tool")).toBe(false);
        expect(notes.flatMap((message) => (message as AIMessage).tool_calls ?? [])).toEqual([]);
        expect(asNotes(notes, none)).toEqual(notes);
        expect(asNotes(log, () => true)).toEqual(log);
        expect(JSON.stringify(log)).toBe(before);
      }),
    );
  });
});
