import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { didYouMean, nearestName } from "../../src/define/did-you-mean.ts";

const agents = ["triage", "writer", "researcher", "Billing"];

describe("did you mean", () => {
  it.each([
    ["wirter", "writer"],
    ["write", "writer"],
    ["wwriter", "writer"],
    ["waiter", "writer"],
    ["billing", "Billing"],
    ["reseacher", "researcher"],
  ])("finds what %s was meant to be: %s", (name, expected) => {
    expect(didYouMean(name, agents)).toBe(` Did you mean "${expected}"?`);
  });

  it("says nothing where no name is near", () => {
    expect(didYouMean("accounting", agents)).toBe("");
    expect(didYouMean("", [])).toBe("");
  });

  it("does not compare names of over 100 characters, which would cost their product", () => {
    const long = "w".repeat(101);
    expect(nearestName(long, [long])).toBeUndefined();
    expect(nearestName("writer", [long, "writers"])).toBe("writers");
  });

  it("always finds a name that is there", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), fc.array(fc.string({ maxLength: 30 })), (name, others) => {
        expect(nearestName(name, [...others, name])?.toLowerCase()).toBe(name.toLowerCase());
      }),
    );
  });
});
