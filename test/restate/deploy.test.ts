import { drainWorker, runsOn } from "@swarmgraph/durable-restate/client";
import { describe, expect, it, inject } from "vitest";
import { approveAll, startBench, waiting } from "./bench.ts";

describe("a swarm's objects", () => {
  it("are come back to each ten seconds for more than a day, where no worker is there", async () => {
    const bench = await startBench("Patience");
    try {
      for (const name of ["Patience", "PatienceRuns"]) {
        const response = await fetch(`${inject("restate").admin}/services/${name}`);
        expect(await response.json()).toMatchObject({
          retry_policy: {
            initial_interval: "100ms",
            max_interval: "10s",
            max_attempts: 10_000,
            on_max_attempts: "Pause",
          },
        });
      }
    } finally {
      await bench.close();
    }
  });
});

describe("a new version of the workers", () => {
  it("takes the new runs, while a run that waits on the old one is finished there, and the old one is drained", async () => {
    const { admin } = inject("restate");
    const old = await startBench("Deploy", { version: "v1" });
    const place = { admin, id: old.deployment.id };
    let next: Awaited<ReturnType<typeof startBench>> | undefined;
    try {
      const waits = await old.threads.start("waits", "refund order 7");
      await waiting(old.threads, "waits");
      next = await startBench("Deploy", { version: "v2" });
      expect(next.deployment.id).not.toBe(old.deployment.id);
      const { messages } = await old.threads.run("new", "hello");
      expect(messages.at(-1)?.text).toBe('v2 heard "hello" after 1 messages, 0 answers.');
      expect(await runsOn(place)).toBe(1);
      let isDrained = false;
      const drained = drainWorker(place).then(() => {
        isDrained = true;
      });
      expect(isDrained).toBe(false);
      await approveAll(old.threads, waits);
      const end = await old.threads.result(waits);
      expect(end.messages.at(-1)?.text).toBe("v1: done.");
      await drained;
      expect(await runsOn(place)).toBe(0);
      await old.service.kill();
      // The thread that the old version wrote goes on with the new one.
      const after = await next.threads.run("waits", "thanks");
      expect(after.messages.at(-1)?.text).toMatch(/^v2 heard "thanks" after/);
      expect(after.messages.slice(0, -2).map(({ text }) => text)).toEqual(end.messages.map(({ text }) => text));
    } finally {
      await old.close();
      await next?.close();
    }
  });
});
