import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FINISH, parseDecision } from "../../src/patterns/index.ts";

const NAMES = ["researcher", "writer", "senior writer", "data", "Équipe", "c++"] as const;

function expectWorker(text: string, name: string): void {
  expect(parseDecision(text, NAMES)).toEqual({ kind: "worker", name });
}

describe("[B154] reading a supervisor's decision", () => {
  it.each([
    ["writer", "writer"],
    ["WRITER", "writer"],
    ['"Writer".', "writer"],
    ["**researcher**", "researcher"],
    ["- researcher", "researcher"],
    ["Next: researcher", "researcher"],
    ["researcher: find out when it opened", "researcher"],
    ["I think the Writer should go on with it", "writer"],
    ["The researcher has done enough.\nwriter", "writer"],
    ["It is time for the senior writer to have a look", "senior writer"],
    ["équipe", "Équipe"],
    ["Please let équipe act now", "Équipe"],
    ["give it to c++ now", "c++"],
    ["data!", "data"],
  ])("routes %j to %s", expectWorker);

  it.each(["FINISH", "finish", "Finish.", "**FINISH**", "All is said. FINISH", "We are done, so FINISH now"])(
    "ends on %j",
    (text) => {
      expect(parseDecision(text, NAMES)).toEqual({ kind: "finish" });
    },
  );

  it.each([
    ["", []],
    ["The text is unfinished.", []],
    ["UNFINISHED", []],
    ["FINISHED", []],
    ["let somebody finish it first", []],
    ["the rewriter", []],
    ["data-entry is needed", []],
    ["writers", []],
    ["writer or researcher, as you like", ["researcher", "writer"]],
    ["do not FINISH before writer was there", ["writer", "FINISH"]],
    ["writer\nresearcher", ["writer", "researcher"]],
  ])("finds no decision in %j", (text, mentioned) => {
    expect(parseDecision(text, NAMES)).toEqual({ kind: "unclear", mentioned });
  });

  it("takes the exact spelling first where names differ in case only", () => {
    expect(parseDecision("Writer", ["writer", "Writer"])).toEqual({ kind: "worker", name: "Writer" });
  });

  it("finds a name that begins or ends like decoration", () => {
    expect(parseDecision("_draft_", ["_draft_", "draft"])).toEqual({ kind: "worker", name: "_draft_" });
  });

  const letters = fc.stringMatching(/^[a-z]{1,12}$/);
  const aName = letters.filter((name) => name !== "finish");

  it("gives back names of the list only, whatever is said", () => {
    fc.assert(
      fc.property(fc.string(), fc.uniqueArray(aName, { minLength: 1, maxLength: 5 }), (text, names) => {
        const decision = parseDecision(text, names);
        if (decision.kind === "worker") expect(names).toContain(decision.name);
        if (decision.kind === "unclear")
          expect(decision.mentioned.every((one) => [...names, FINISH].includes(one))).toBe(true);
      }),
    );
  });

  it("finds a name alone, in any case and decoration, and never inside of a longer word", () => {
    fc.assert(
      fc.property(aName, letters, fc.constantFrom("", "**", '"', "`", "("), (name, more, around) => {
        expect(parseDecision(`${around}${name.toUpperCase()}${around}.`, [name])).toEqual({ kind: "worker", name });
        expect(parseDecision(`${name}${more}`, [name]).kind).not.toBe("worker");
        expect(parseDecision(`${more}${FINISH}`, [name]).kind).not.toBe("finish");
      }),
    );
  });
});
