import { AIMessage, HumanMessage, RemoveMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { messagesStateReducer, REMOVE_ALL_MESSAGES } from "@langchain/langgraph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hasId } from "../../src/define/lineage.ts";
import { withIds } from "../../src/compile/state.ts";
import { appendMessages } from "../../src/index.ts";

const message = (ids: number) =>
  fc
    .record({ id: fc.nat(ids).map(String), kind: fc.constantFrom("human", "ai") })
    .map(({ id, kind }) => new (kind === "ai" ? AIMessage : HumanMessage)({ id, content: `${kind} ${id}` }));

/** Few ids, so that some are there twice; and many, so that some lists are only to be added. */
const lists = fc
  .constantFrom(20, 100_000)
  .chain((ids) => fc.tuple(fc.array(message(ids), { maxLength: 30 }), fc.array(message(ids), { maxLength: 30 })));

/** What a reducer comes to: the messages, or what is wrong. */
function outcomeOf(reduce: () => BaseMessage[]): unknown {
  try {
    return reduce().map(({ id, text, type }) => [id, text, type]);
  } catch (error) {
    return (error as Error).message;
  }
}

describe("messages that are added to a log", () => {
  it("are where LangGraph's own reducer puts them, however often and in whatever form they are given", () => {
    const removal = fc.option(fc.constantFrom("1", "2", REMOVE_ALL_MESSAGES, "nobody"), { freq: 4 });
    fc.assert(
      fc.property(lists, removal, fc.nat(), ([first, second], removed, at) => {
        const update: BaseMessage[] = [...second];
        if (removed !== null) update.splice(at % (update.length + 1), 0, new RemoveMessage({ id: removed }));
        const expectedLog = outcomeOf(() => messagesStateReducer([], first));
        const expected = outcomeOf(() => messagesStateReducer(messagesStateReducer([], first), update));
        const [preparedFirst, preparedUpdate] = [withIds(first), withIds(update)];
        for (const [one, other] of [
          [first, update],
          [preparedFirst, preparedUpdate],
          [preparedFirst, preparedUpdate],
        ] as const) {
          expect(outcomeOf(() => appendMessages([], one))).toEqual(expectedLog);
          expect(outcomeOf(() => appendMessages(appendMessages([], one), other))).toEqual(expected);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it("are known in the log that they were added to, and not in another one that began with the same", () => {
    const given = withIds(Array.from({ length: 100 }, (_, index) => new HumanMessage({ id: `${index}`, content: "" })));
    const answer = new AIMessage({ id: "answer", content: "" });
    const [one, other] = [appendMessages([], given), appendMessages([], given)];
    const answered = appendMessages(one, [answer]);
    for (let turn = 0; turn < 2; turn += 1) {
      expect([answered, one, other].map((log) => hasId(log, "answer"))).toEqual([true, false, false]);
      expect([answered, one, other].map((log) => hasId(log, "99"))).toEqual([true, true, true]);
    }
    expect(appendMessages(other, [answer])).toHaveLength(101);
    expect(appendMessages(answered, [answer])).toHaveLength(101);
  });

  it("come to one log where a long list is given twice, as engines do that read before they write", () => {
    const long = () => withIds(Array.from({ length: 100 }, (_, at) => new HumanMessage({ id: `${at}`, content: "" })));
    const [given, another] = [long(), long()];
    const log = appendMessages([], given);
    expect(appendMessages([], given)).toBe(log);
    expect(log).toEqual(given);
    expect(log).not.toBe(given);
    expect(appendMessages([], another)).not.toBe(log);
    const first = new HumanMessage({ id: "first", content: "" });
    expect(appendMessages([first], given)).toEqual([first, ...given]);
    expect(appendMessages(log, given)).toHaveLength(100);
  });

  it("are copied with an id once, and given back where that was done", () => {
    const given = Array.from({ length: 20 }, (_, index) => ({ role: "user", content: `text ${index}` }));
    const made = withIds(given);
    expect(withIds(made)).toBe(made);
    expect(withIds(given).map(({ id }) => id)).toEqual(made.map(({ id }) => id));
    const few = withIds(given.slice(0, 2));
    expect(withIds(few)).not.toBe(few);
    expect(withIds(few)).toEqual(few);
  });
});
