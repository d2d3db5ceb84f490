import { afterEach, describe, expect, it, vi } from "vitest";
import { isoNow } from "../../src/define/iso-time.ts";

afterEach(() => void vi.useRealTimers());

describe("the time", () => {
  it("is that of the clock, also where that stands still or goes back", () => {
    vi.useFakeTimers();
    for (const ms of [1_000, 1_000, 1_001, 1_000, Date.UTC(2026, 10, 23)]) {
      vi.setSystemTime(ms);
      expect(isoNow()).toBe(new Date(ms).toISOString());
    }
  });
});
