import { describe, expect, it } from "vitest";
import { corpus } from "./corpus.ts";

describe("the corpus of faults", () => {
  for (const { id, fault, expected, run } of corpus) {
    it(`[${id}] ${fault}: ${expected}`, { timeout: 120_000 }, async () => {
      await expect(Promise.resolve().then(run)).resolves.toBeUndefined();
    });
  }
});
