import { Command } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { checkedResume } from "../../src/compile/resume.ts";
import type { ResumePlace } from "../../src/compile/resume.ts";
import { SwarmError } from "../../src/errors.ts";

const [ONE, TWO, GHOST] = ["1", "2", "0"].map((digit) => digit.repeat(32)) as [string, string, string];

/** A thread that asks these questions, and the configs by which it was looked at. */
function asking(questions: readonly { id: string; value?: unknown }[], checkpointId?: unknown) {
  const looked: unknown[] = [];
  const checkpointer = {};
  const graph = {
    getState: async (config: unknown) => {
      looked.push(config);
      const tasks = questions.map((question) => ({ interrupts: [question] }));
      return { values: {}, next: [], tasks };
    },
  };
  const place = { graph, checkpointer, threadId: "t", checkpointId } as unknown as ResumePlace;
  return { place, looked, checkpointer };
}

async function refusal(input: unknown, place: ResumePlace): Promise<SwarmError> {
  const error = await checkedResume(input, place).catch((cause: unknown) => cause);
  if (error instanceof SwarmError) return error;
  throw new Error("it was let through", { cause: error });
}

const given = (input: unknown) => (input as Command).resume;

describe("what is let through as it is", () => {
  it.each<[string, unknown]>([
    ["a message", { messages: [] }],
    ["nothing", null],
    ["an update", new Command({ update: { a: 1 } })],
    ["a way to go", new Command({ goto: "a" })],
    ["ways to go", new Command({ goto: ["a"] })],
  ])("%s, without a look at the thread", async (_what, input) => {
    const { place, looked } = asking([]);
    expect(await checkedResume(input, place)).toBe(input);
    expect(looked).toEqual([]);
  });

  it("answers by the ids of all that is asked", async () => {
    const input = new Command({ resume: { [ONE]: "yes", [TWO]: "no" } });
    expect(await checkedResume(input, asking([{ id: ONE }, { id: TWO }]).place)).toBe(input);
    const one = new Command({ resume: { [ONE]: "yes" } });
    expect(await checkedResume(one, asking([{ id: ONE }]).place)).toBe(one);
  });
});

describe("a plain answer", () => {
  it.each<[string, unknown]>([
    ["false", false],
    ["zero", 0],
    ["an empty text", ""],
    ["a list", ["yes"]],
    ["an object without keys", {}],
    ["an object of other keys", { ok: true }],
    ["an object with an id among other keys", { ok: true, [ONE]: "yes" }],
    ["an object with keys that are longer than an id", { [`${ONE}1`]: true }],
    ["an object with keys that end as an id does", { [`x${ONE}`]: true }],
  ])("is given with the id of the one question: %s", async (_what, resume) => {
    const came = await checkedResume(new Command({ resume }), asking([{ id: ONE }]).place);
    expect(given(came)).toEqual({ [ONE]: resume });
  });

  it("keeps what else the command says", async () => {
    const { place } = asking([{ id: ONE }]);
    const came = await checkedResume(new Command({ resume: "yes", update: { a: 1 }, goto: "a" }), place);
    expect(came).toMatchObject({ resume: { [ONE]: "yes" }, update: { a: 1 }, goto: ["a"] });
    const parent = await checkedResume(new Command({ resume: "yes", graph: "__parent__" }), place);
    expect(parent).toMatchObject({ resume: { [ONE]: "yes" }, graph: "__parent__" });
    const bare = (await checkedResume(new Command({ resume: "yes" }), place)) as Command;
    expect(Object.keys(bare).toSorted()).toEqual(Object.keys(new Command({ resume: "yes" })).toSorted());
  });

  it("may be by call ids that look like an interrupt's", async () => {
    const value = { calls: [{ callId: TWO }, { callId: "c" }] };
    const resume = { [TWO]: "approve" };
    expect(given(await checkedResume(new Command({ resume }), asking([{ id: ONE, value }]).place))).toEqual({
      [ONE]: resume,
    });
    const byId = new Command({ resume: { [ONE]: "approve" } });
    expect(await checkedResume(byId, asking([{ id: ONE, value }]).place)).toBe(byId);
    const both = new Command({ resume: { [ONE]: "approve", [TWO]: "approve" } });
    expect((await refusal(both, asking([{ id: ONE, value }]).place)).message).toContain(`nobody waits for "${TWO}"`);
    const several = asking([{ id: ONE, value }, { id: "3".repeat(32) }]);
    expect((await refusal(new Command({ resume }), several.place)).message).toContain(`nobody waits for "${TWO}"`);
  });

  it.each([undefined, null, "text", {}, { calls: "none" }, { calls: [] }])(
    "is not by call ids where the question is %j",
    async (value) => {
      const { place } = asking([{ id: ONE, value }]);
      expect((await refusal(new Command({ resume: { [TWO]: "approve" } }), place)).message).toContain(
        `nobody waits for "${TWO}"`,
      );
    },
  );
});

describe("what is refused", () => {
  it.each<[string, Command, readonly string[], string]>([
    ["no value", new Command({}), [ONE], "the command carries no value"],
    ["null", new Command({ resume: null as never }), [ONE], "the command carries no value"],
    ["nowhere to go", new Command({ goto: [] }), [ONE], "the command carries no value"],
    ["an answer to nothing", new Command({ resume: "yes" }), [], "nothing waits for an answer"],
    ["one answer for two", new Command({ resume: "yes" }), [ONE, TWO], "one answer was given for 2 questions"],
    ["an id of nobody's", new Command({ resume: { [GHOST]: 1 } }), [ONE], `nobody waits for "${GHOST}"`],
    [
      "ids of nobody's",
      new Command({ resume: { [ONE]: 1, [GHOST]: 1, [TWO]: 1 } }),
      [ONE],
      `nobody waits for "${GHOST}", "${TWO}"`,
    ],
  ])("%s", async (_what, input, ids, why) => {
    const error = await refusal(input, asking(ids.map((id) => ({ id }))).place);
    expect(error).toMatchObject({ code: "INTERRUPT_MISMATCH", threadId: "t", details: { pending: ids } });
    expect(error.message).toContain(`thread "t" was not resumed, since ${why}. `);
    const way = ids.length === 0 ? "Send a message instead." : `Pending: ${ids.map((id) => `"${id}"`).join(", ")}.`;
    expect(error.message).toContain(way);
  });
});

describe("where it looks", () => {
  it.each([
    [undefined, {}],
    ["", {}],
    [7, {}],
    ["c1", { checkpoint_id: "c1" }],
  ])("at checkpoint %j", async (checkpointId, at) => {
    const { place, looked, checkpointer } = asking([{ id: ONE }], checkpointId);
    await checkedResume(new Command({ resume: "yes" }), place);
    expect(looked).toEqual([{ configurable: { thread_id: "t", __pregel_checkpointer: checkpointer, ...at } }]);
  });
});
