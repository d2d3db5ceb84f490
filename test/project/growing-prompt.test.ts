import { AIMessage, HumanMessage, SystemMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { createRegistry, history, project } from "../../src/index.ts";
import type { HandoffRecord, ProjectOptions } from "../../src/index.ts";

/** A conversation, and which of its messages were read since the last look. */
function conversation(length: number) {
  const read = new Set<number>();
  const log: BaseMessage[] = [];
  const say = (message: BaseMessage, position: number): BaseMessage => {
    const { content } = message;
    return Object.defineProperty(message, "content", {
      enumerable: true,
      configurable: true,
      get: () => {
        read.add(position);
        return content;
      },
    });
  };
  const grow = (count: number): void => {
    for (let position = log.length, end = position + count; position < end; position += 1) {
      const fields = { id: `m${position}`, content: `text ${position}` };
      log.push(say(position % 2 === 0 ? new HumanMessage(fields) : new AIMessage({ ...fields, name: "a" }), position));
    }
  };
  grow(length);
  const looked = (): number[] => {
    const positions = [...read].toSorted((one, other) => one - other);
    read.clear();
    return positions;
  };
  return { log, grow, looked, say };
}

const base: ProjectOptions = { agent: "a", profile: "openai-chat", handoffs: [] } as never;
const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

/** What an agent reads that was handed the conversation at a position: without what was said last, which is in the brief. */
const spokenTo = (log: readonly BaseMessage[], position: number) =>
  log.filter((_, index) => index !== position).map(({ text }) => text);

const handoff = (position: number, change: Partial<HandoffRecord> = {}): HandoffRecord => ({
  id: `m${position}:c`,
  from: "b",
  to: "a",
  status: "done",
  callId: "c",
  messageId: `m${position}`,
  at: "",
  ...change,
});

describe("a prompt for a log that went on", () => {
  it("reads what is new, and the turn before it", () => {
    const { log, grow, looked } = conversation(21);
    project([...log], base);
    expect(looked()).toEqual(from(0, 21));
    for (const length of [21, 23, 25, 27]) {
      grow(length - log.length);
      const { messages } = project([...log], base);
      // What was written is copied, not read.
      expect(looked().every((position) => position >= length - 4)).toBe(true);
      expect(messages.map(({ text }) => text)).toEqual(from(0, length).map((position) => `text ${position}`));
      looked();
    }
  });

  it("also after a handoff, of which what came before is read no more", () => {
    const { log, grow, looked } = conversation(21);
    const options = { ...base, handoffs: [handoff(11)] };
    project([...log], options);
    expect(looked()).toEqual(from(0, 21));
    grow(2);
    project([...log], options);
    expect(looked().every((position) => position >= 19)).toBe(true);
    grow(2);
    project([...log], { ...base, handoffs: [...options.handoffs, handoff(23)] });
    expect(looked().filter((position) => position < 9)).toEqual([]);
  });

  it("is each reader's own: providers, models, views, registries and tools", () => {
    const { log, grow, looked } = conversation(21);
    const registry = createRegistry(["a", "b"]);
    const readers: ProjectOptions[] = [
      base,
      { ...base, profile: "mistral" },
      { ...base, model: "gpt-5-mini" },
      { ...base, view: "answer" },
      { ...base, registry },
      { ...base, bindsTools: false },
    ] as never;
    for (const reader of readers) {
      project([...log], reader);
      expect(looked()).toEqual(from(0, 21));
    }
    grow(2);
    for (const reader of readers) {
      project([...log], reader);
      expect(looked().every((position) => position >= 19)).toBe(true);
    }
  });

  it("is shared by those who pick nothing, in whatever way they say so", () => {
    const { log, grow, looked } = conversation(21);
    project([...log], base);
    looked();
    for (const given of [history.full(), () => history.full(), () => undefined, undefined]) {
      grow(2);
      project([...log], { ...base, history: given } as ProjectOptions);
      expect(looked().filter((position) => position < log.length - 6)).toEqual([]);
    }
    project([...log], { ...base, history: history.lastTurns(20) });
    expect(looked()).toEqual(from(0, log.length));
  });

  it("is read anew where a handoff has come back: what was the others' working is gone", () => {
    const { log } = conversation(9);
    const call = { id: "c", name: "transfer_to_b", args: {} };
    const handing = new AIMessage({ id: "m9", content: "", name: "a", tool_calls: [call] });
    const working = [
      new AIMessage({ id: "m10", content: "working", name: "b" }),
      new AIMessage({ id: "m11", content: "done", name: "b" }),
    ];
    const own = [...log.slice(0, 9), handing, ...working];
    const away = handoff(9, { from: "a", to: "b" });
    const earlier = handoff(1, { from: "b", to: "a" });
    const textsOf = (handoffs: HandoffRecord[]) =>
      project(own, { ...base, handoffs, registry: createRegistry(["a", "b"]) } as never).messages.map(
        ({ text }) => text,
      );
    expect(textsOf([earlier, away])).toContain("working");
    const back = textsOf([earlier, { ...away, returned: "m11" }]);
    expect(back).not.toContain("working");
    expect(back.at(-1)).toBe("done");
  });

  it("is read once for all agents, wherever each of them came in", () => {
    const { log, grow, looked } = conversation(21);
    const earlier = handoff(7, { to: "b", from: "a" });
    project([...log], { ...base, handoffs: [earlier] });
    looked();
    grow(4);
    const handoffs = [earlier, handoff(21, { to: "c", from: "b" })];
    for (const agent of ["c", "d", "e", "a"]) {
      const { messages } = project([...log], { ...base, agent, handoffs });
      expect(looked().filter((position) => position < 15)).toEqual([]);
      // An agent that is not the one at work reads the log as from the beginning.
      expect(messages.map(({ text }) => text)).toEqual(agent === "c" ? spokenTo(log, 21) : log.map(({ text }) => text));
      looked();
    }
  });

  it("is an agent's own where something in it was refused to that agent", () => {
    const { log, looked } = conversation(21);
    const handoffs = [handoff(5, { from: "b", to: "c", status: "refused", code: "EDGE_DENIED" as never })];
    project([...log], { ...base, handoffs });
    looked();
    project([...log], { ...base, agent: "c", handoffs });
    expect(looked().filter((position) => position < 17)).toEqual([]);
    project([...log], { ...base, agent: "b", handoffs });
    expect(looked()).toEqual(from(0, 21));
  });

  it("is kept for thirty-two readers, the newest", () => {
    const { log, looked } = conversation(9);
    const reader = (index: number): ProjectOptions => ({ ...base, model: `model${index}` });
    for (const index of from(0, 33)) project([...log], reader(index));
    looked();
    for (const index of from(1, 32)) project([...log], reader(index));
    expect(looked().filter((position) => position < 5)).toEqual([]);
    project([...log], reader(0));
    expect(looked()).toEqual(from(0, 9));
  });

  it("is read anew where something in it has changed, once", () => {
    const { log, looked, say } = conversation(21);
    project([...log], base);
    looked();
    const changed = [...log];
    changed[4] = say(new HumanMessage({ id: "other", content: "other" }), 4);
    for (const expected of [from(0, 21), []]) {
      const { messages } = project([...changed], base);
      expect(looked().filter((position) => position < 17)).toEqual(expected.filter((position) => position < 17));
      expect(messages[4]?.text).toBe("other");
      looked();
    }
  });

  it.each([
    ["shorter", (log: readonly BaseMessage[]) => log.slice(0, 7)],
    ["trimmed at its beginning", (log: readonly BaseMessage[]) => log.slice(2)],
  ])("is what the log says where that is %s", (_what, cut) => {
    const { log } = conversation(21);
    project([...log], base);
    expect(project(cut(log), base).messages.map(({ text }) => text)).toEqual(cut(log).map(({ text }) => text));
  });

  it("keeps nothing of a log with system messages", () => {
    const { log, looked } = conversation(9);
    const withSystem = [...log.slice(0, 4), new SystemMessage({ id: "s", content: "Be kind." }), ...log.slice(4)];
    for (let time = 0; time < 2; time += 1) {
      project(withSystem, base);
      expect(looked()).toEqual(from(0, 9));
    }
  });

  it.each<[string, Partial<HandoffRecord>, boolean]>([
    ["is taken", { status: "done" }, false],
    ["got an approval", { status: "pending", approval: "granted" }, false],
    ["was refused", { status: "refused", code: "EDGE_DENIED" as never }, true],
    ["leads elsewhere", { to: "c" }, true],
  ])("is read anew where a handoff in it %s: %o", (_what, change, isAnew) => {
    const { log, looked } = conversation(21);
    const before = [handoff(5, { status: "pending" }), handoff(15)];
    project([...log], { ...base, handoffs: before });
    looked();
    project([...log], { ...base, handoffs: [handoff(5, change), before[1] as HandoffRecord] });
    expect(looked().some((position) => position < 9)).toBe(isAnew);
  });
});
