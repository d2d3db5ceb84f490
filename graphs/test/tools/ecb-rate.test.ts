import { describe, expect, it } from "vitest";
import { ecbInterestRate, keyRatesOn } from "../../tools/ecb-rate.ts";

describe("get_european_central_bank_interest_rate", () => {
  it.each([
    ["2025-01-31", "2025-01-31", "2024-12-18", 3],
    ["2025-01", "2025-01-01", "2024-12-18", 3],
    ["jan 2025", "2025-01-01", "2024-12-18", 3],
    ["February 5, 2025", "2025-02-05", "2025-02-05", 2.75],
    ["4 Feb 2025", "2025-02-04", "2024-12-18", 3],
    ["2023-09-20T10:00:00Z", "2023-09-20", "2023-09-20", 4],
    ["2022-07-27", "2022-07-27", "2022-07-27", 0],
    ["2025-12-31", "2025-12-31", "2025-06-11", 2],
  ])("reads %j as %s, and finds the decision of %s", (text, day, since, depositFacility) => {
    expect(keyRatesOn(text)).toMatchObject({ day, since, depositFacility });
  });

  it.each(["", "soon", "2025-13-01", "2025-02-30", "31 Foo 2024"])(
    "says that %j is no day, and how to write one",
    (text) => {
      expect(() => keyRatesOn(text)).toThrow(/is no day; write it as YYYY-MM-DD/);
    },
  );

  it.each(["2022-07-26", "2026-01-01", "1999-05-01"])("holds nothing for %s, and says what it holds", (text) => {
    expect(() => keyRatesOn(text)).toThrow(`from 2022-07-27 to 2025-12-31 and holds nothing for ${text}`);
  });

  it("answers with the deposit facility first, and names its source", async () => {
    expect(await ecbInterestRate.invoke({ date: "2025-01-01" })).toBe(
      "ECB deposit facility rate on 2025-01-01: 3.00 percent (main refinancing operations 3.15 percent, marginal " +
        "lending facility 3.40 percent), in force since 2024-12-18. From the bundled table of the ECB's key-rate " +
        "decisions, not live.",
    );
  });
});
