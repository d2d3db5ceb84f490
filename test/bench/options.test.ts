import { describe, expect, it } from "vitest";
import { parseOptions } from "../../bench/options.ts";

describe("the bench's options", () => {
  it("writes the page of a full run of all workloads, and of another where that is asked for", () => {
    expect(parseOptions([])).toMatchObject({ write: true, rounds: 5, minutes: Number.POSITIVE_INFINITY, only: "" });
    expect(parseOptions(["--quick"])).toMatchObject({ write: false, rounds: 3, minutes: 2.4 });
    expect(parseOptions(["--only", "turn/"])).toMatchObject({ write: false, only: "turn/" });
    expect(parseOptions(["--only", "turn/", "--write", "--rounds", "2"])).toMatchObject({ write: true, rounds: 2 });
  });

  it.each([
    [["--rounds", "0"], "--rounds takes a whole number, not 0"],
    [["--minutes", "-1"], "--minutes"],
    [["--unheard-of"], "--unheard-of"],
    [["--quick", "--only", "turn/", "--write"], "--quick, --only and --write together"],
  ])("refuses %j", (args, reason) => {
    expect(() => parseOptions(args)).toThrow(reason);
  });
});
