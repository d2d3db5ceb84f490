import { HumanMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { doneFrom, pendingOf } from "../../src/define/decided.ts";
import type { HandoffRecord } from "../../src/index.ts";
import { formOf, isPendingLine } from "../../src/persist/stored-form.ts";

const text = fc.string({ maxLength: 6 });
const line = fc.record(
  {
    id: fc.oneof(text, fc.constant(undefined)),
    messageId: text,
    callId: text,
    status: fc.constantFrom("pending", "done", "refused", "dropped", undefined),
    from: text,
    input: fc.jsonValue({ maxDepth: 1 }),
  },
  { requiredKeys: ["messageId", "callId", "from"] },
);
const own = line.map((one) => ({ ...one, id: `${one.messageId}:${one.callId}` }));
const turn = fc.record(
  {
    callers: fc.oneof(fc.constant([]), fc.array(fc.record({ agent: text, handoffId: text })), text),
    modelErrors: fc.oneof(fc.constant(0), fc.nat(3)),
    path: fc.array(text),
    schema: fc.constant(2),
  },
  { requiredKeys: ["path"] },
);

/** What is read back of an item that was stored in its channel's form; the item itself where it has none. */
function readBack(channel: string, item: object): unknown {
  const form = formOf(channel);
  const stored = form?.pack(item);
  if (form === undefined || stored === undefined) return item;
  return form.unpack(JSON.parse(JSON.stringify(stored)) as object, isPendingLine(channel, item));
}

describe("an item in its channel's form", () => {
  it("[I13] is read back as it was, whatever it is", () => {
    const item = fc.oneof(own, line, turn, fc.object({ maxDepth: 1 }));
    fc.assert(
      fc.property(item, fc.constantFrom("handoffs", "turn", "messages"), (given, channel) => {
        expect(readBack(channel, given)).toEqual(given);
      }),
    );
  });

  it("is one for a handoff that is pending and the same one done", () => {
    const pending: HandoffRecord = {
      id: "m:c",
      from: "a",
      to: "b",
      status: "pending",
      callId: "c",
      messageId: "m",
      at: "2026-01-01T00:00:00.000Z",
    };
    const done = doneFrom(pending);
    const form = formOf("handoffs");
    expect(done).toEqual({ ...pending, status: "done" });
    expect(pendingOf(done)).toBe(pending);
    expect(form?.pack(done)).toEqual(form?.pack(pending));
    expect(JSON.stringify(form?.pack(pending))).not.toMatch(/status|"id"/u);
    expect([isPendingLine("handoffs", pending), isPendingLine("handoffs", done)]).toEqual([true, false]);
  });

  it("is not made of what loses something by being copied", () => {
    const message = Object.assign(new HumanMessage("Hi"), { messageId: "m", callId: "c", status: "done" });
    expect(formOf("handoffs")?.pack(message)).toBeUndefined();
    expect(formOf("messages")).toBeUndefined();
  });

  it("leaves out counters that are as a turn begins", () => {
    expect(formOf("turn")?.pack({ callers: [], modelErrors: 0, path: ["a"] })).toEqual({ path: ["a"] });
    expect(formOf("turn")?.pack({ callers: [{ agent: "a" }], modelErrors: 1 })).toEqual({
      callers: [{ agent: "a" }],
      modelErrors: 1,
    });
  });
});
