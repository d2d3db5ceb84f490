import { emptyCheckpoint } from "@langchain/langgraph-checkpoint";
import fc from "fast-check";
import { SwarmError, SwarmMemorySaver } from "swarmgraph";
import { describe, expect, it } from "vitest";
import { fromFailure, isTransient, toFailure } from "../../packages/durable-restate/src/failure.ts";
import { serviceNameOf } from "../../packages/durable-restate/src/protocol.ts";
import { pack, unpack } from "../../packages/durable-restate/src/serial.ts";
import { closeThread, openThread } from "../../packages/durable-restate/src/thread.ts";

describe("an error in a journal", () => {
  it("comes back as the error that it was, whatever its texts", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.boolean(), fc.boolean(), (message, agent, retryable, resumable) => {
        const error = new SwarmError("MODEL_REJECTED", message, { agent, retryable, resumable, details: { n: 1 } });
        const again = fromFailure(JSON.parse(JSON.stringify(toFailure(error))) as ReturnType<typeof toFailure>);
        expect(SwarmError.is(again)).toBe(true);
        expect(toFailure(again)).toEqual(toFailure(error));
        expect(isTransient(again)).toBe(retryable);
      }),
    );
  });

  it("keeps an HTTP status, and no cause: that may hold a request with its key", () => {
    const error = Object.assign(new Error("429 slow down", { cause: { headers: { key: "secret" } } }), { status: 429 });
    expect(JSON.stringify(toFailure(error))).not.toContain("secret");
    expect(isTransient(fromFailure(toFailure(error)))).toBe(true);
  });

  it.each([
    [{ status: 503 }, true],
    [{ status: 400 }, false],
    [{ code: "ECONNRESET" }, true],
    [{ name: "TimeoutError" }, true],
    [{ cause: { code: "UND_ERR_SOCKET" } }, true],
    [{}, false],
    ["503", false],
    [undefined, false],
  ])("%j passes: %s", (error, expected) => {
    expect(isTransient(error)).toBe(expected);
  });
});

describe("a value in a journal", () => {
  it("is what it was, also where it is nothing", async () => {
    for (const value of [undefined, null, "", 0, [1, undefined], { a: { b: "ü" } }]) {
      const kept = JSON.parse(JSON.stringify(await pack(value))) as Awaited<ReturnType<typeof pack>>;
      expect(await unpack(kept)).toEqual(value);
    }
  });
});

describe("a thread between its runs", () => {
  it("keeps all that a task had written whose step was not over", async () => {
    const saver = new SwarmMemorySaver();
    const place = { configurable: { thread_id: "t", checkpoint_ns: "" } };
    const kept = await saver.put(place, emptyCheckpoint(), { source: "loop", step: 1, parents: {} });
    await saver.putWrites(
      kept,
      [
        ["activeAgent", "billing"],
        ["notes", ["one"]],
      ],
      "task-1",
    );
    await saver.putWrites(kept, [["notes", ["two"]]], "task-2");
    const again = await openThread("t", await closeThread("t", saver));
    const writes = async (one: SwarmMemorySaver) => (await one.getTuple(place))?.pendingWrites;
    expect(await writes(again)).toEqual([
      ["task-1", "activeAgent", "billing"],
      ["task-1", "notes", ["one"]],
      ["task-2", "notes", ["two"]],
    ]);
    expect(await writes(again)).toEqual(await writes(saver));
  });
});

describe("the name of a swarm's object", () => {
  it("is one that the engine takes, whatever the swarm is called", () => {
    fc.assert(fc.property(fc.string(), (name) => /^[A-Za-z][A-Za-z0-9_]*$/.test(serviceNameOf(name))));
    expect(["support desk", "7 dwarfs", "…", "a-b_"].map(serviceNameOf)).toEqual([
      "support_desk",
      "dwarfs",
      "swarm",
      "a_b",
    ]);
  });
});
