import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { World } from "../../packages/durable-conformance/src/world.ts";

describe("the world outside of the conformance suite", () => {
  it("pays once for a key, whoever asks and however often, and does all that has none", () => {
    const directory = mkdtempSync(join(tmpdir(), "swarmgraph-world-"));
    try {
      const [one, other] = [new World(directory), new World(directory)];
      one.doOnce("t", "t:a", "pay 1");
      other.doOnce("t", "t:a", "pay 1");
      other.do("t", "mail");
      one.do("t", "mail");
      one.doOnce("t", "t:b", "pay 1");
      one.doOnce("u", "u:a", "pay 1");
      expect(other.done("t")).toEqual(["pay 1", "mail", "mail", "pay 1"]);
      expect(other.done("u")).toEqual(["pay 1"]);
      expect(other.done("v")).toEqual([]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
