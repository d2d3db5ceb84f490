import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ordering, PLACES } from "../../packages/durable-dbos/src/order.ts";
import { createDatabase, openPool } from "../persist/database.ts";

const RUNS = Array.from({ length: 100 }, (_, index) => index);

describe("runs that come to DBOS at once", () => {
  it("are all let in, also where that takes longer than the pool waits for one of its connections", async () => {
    const { address, drop } = await createDatabase();
    const pool = openPool({ connectionString: address, max: 3, connectionTimeoutMillis: 300 });
    try {
      await pool.query(PLACES);
      const inOrder = ordering(pool);
      const letIn = (run: number) => inOrder(`thread-${run}`, async (place) => sleep(20, place));
      const places = await Promise.all(RUNS.map(letIn));
      expect(places.toSorted((a, b) => a - b)).toEqual(RUNS.map((run) => run + 1));
    } finally {
      await pool.end();
      await drop();
    }
  });

  it("hold nobody up where one of them fails", async () => {
    const { address, drop } = await createDatabase();
    const pool = openPool({ connectionString: address, max: 3 });
    try {
      await pool.query(PLACES);
      const inOrder = ordering(pool);
      const fails = RUNS.map((run) => inOrder(`thread-${run}`, () => Promise.reject(new Error("not today"))));
      expect((await Promise.allSettled(fails)).filter(({ status }) => status === "fulfilled")).toEqual([]);
      expect(await inOrder("thread", async () => "in")).toBe("in");
    } finally {
      await pool.end();
      await drop();
    }
  });
});
