import { startProcess } from "@swarmgraph/durable-conformance";
import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createStage } from "../../packages/durable-conformance/src/stage.ts";
import type { Stage } from "../../packages/durable-conformance/src/stage.ts";
import { createDatabase } from "../persist/database.ts";
import type { Database } from "../persist/database.ts";
import { cutOff } from "../support.ts";
import { bundle } from "./bundle.ts";

const threadId = "t";

let database: Database;
let stage: Stage;

beforeEach(async () => {
  database = await createDatabase();
  const saver = PostgresSwarmSaver.fromConnString(database.address);
  await saver.setup();
  await saver.end();
  stage = await createStage(async () => ({
    start: async (given) => startProcess(await bundle("worker-dbos"), { ...given, address: database.address }),
    remove: database.drop,
  }));
});

afterEach(() => stage.end());

async function rowsOf(text: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.address });
  await client.connect();
  return (await client.query<Record<string, unknown>>(text).finally(() => client.end())).rows;
}

/** Waits until a statement gives a row. */
const untilThere = (text: string) =>
  expect.poll(async () => (await rowsOf(text)).length, { timeout: 30_000 }).toBeGreaterThan(0);

type Worker = Awaited<ReturnType<Stage["start"]>>;

/** What a thread holds, without the messages that only call tools. */
async function logOf(worker: Worker): Promise<readonly string[]> {
  const { value = [] } = await worker.tell({ do: "log", threadId });
  return value.flatMap(({ type, text, calls }) => (calls.length > 0 ? [] : [`${type}: ${text}`]));
}

/** Has a worker make two payments, and stops it when the second is made and nobody knows of it. */
async function leave(worker: Worker, signal: "SIGKILL" | "SIGSTOP") {
  await worker.tell({ do: "ask", threadId, id: "q0", text: "pay 0" });
  const answer = worker.tell({ do: "ask", threadId, id: "q1", text: "pay 1 after" });
  await worker.held("q1 after");
  await untilThere("SELECT 1 FROM dbos.operation_outputs WHERE function_name LIKE 'echo %' AND workflow_uuid = 't/q1'");
  worker.signal(signal);
  return { answer };
}

const BEFORE = [
  "human: pay 0",
  "tool: pay 0 is done",
  "tool: echo 0 is done",
  "ai: pay 0: pay 0 is done, echo 0 is done",
];
const NEXT = [
  "human: pay 2",
  "tool: pay 2 is done",
  "tool: echo 2 is done",
  "ai: pay 2: pay 2 is done, echo 2 is done",
];
const LOGS = {
  interrupt: [...BEFORE, "human: pay 1 after", cutOff("pay"), "tool: echo 1 is done", ...NEXT],
  rollback: [...BEFORE, "human: pay 1 after", ...NEXT],
};

describe("a run that ends one of another process", () => {
  const cases = (["SIGKILL", "SIGSTOP"] as const).flatMap((signal) =>
    (["interrupt", "rollback"] as const).map((onBusy) => [onBusy, signal] as const),
  );
  it.each(cases)("%s: after a %s", async (onBusy, signal) => {
    const gone = await stage.start(0);
    const { answer } = await leave(gone, signal);
    const other = await stage.start(1);
    const next = await other.tell({ do: "ask", threadId, id: "q2", text: "pay 2", onBusy });
    expect([next.error, await logOf(other)]).toEqual([undefined, LOGS[onBusy]]);
    if (signal === "SIGSTOP") {
      gone.signal("SIGCONT");
      await gone.tell({ do: "go on", place: "q1 after" });
      expect((await answer).error).toBe("RUN_SUPERSEDED");
    }
    const again = signal === "SIGSTOP" ? gone : await stage.start(0);
    const asked = await again.tell({ do: "ask", threadId, id: "q1", text: "pay 1 after" });
    expect([asked.error, await logOf(again)]).toEqual(["RUN_SUPERSEDED", LOGS[onBusy]]);
    expect(stage.world.done(threadId)).toEqual(["pay 0", "pay 1", "pay 2"]);
  });

  it.each(["interrupt", "rollback"] as const)("%s: goes on where its own is killed meanwhile", async (onBusy) => {
    const { answer } = await leave(await stage.start(0), "SIGSTOP");
    void answer;
    const killed = await stage.start(1);
    const ask = { do: "ask", threadId, id: "q2", text: "pay 2", onBusy } as const;
    void killed.tell(ask);
    // It waits for the thread, which the frozen one still has.
    await untilThere("SELECT 1 FROM dbos.workflow_status WHERE workflow_uuid = 't/q2' AND status = 'PENDING'");
    await killed.end();
    const other = await stage.start(1);
    const next = await other.tell(ask);
    expect([next.error, await logOf(other)]).toEqual([undefined, LOGS[onBusy]]);
    expect(stage.world.done(threadId)).toEqual(["pay 0", "pay 1", "pay 2"]);
  });

  it.each(["interrupt", "rollback"] as const)("%s: while that one waits for its thread", async (onBusy) => {
    const first = await stage.start(0);
    // As somebody who has the thread just when the run has begun.
    await rowsOf(`
      CREATE FUNCTION take() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN
        UPDATE swarm_leases SET token = token + 1, owner = ''somebody'', expires_at = ''infinity''; RETURN NULL; END';
      CREATE TRIGGER take AFTER INSERT ON dbos.operation_outputs FOR EACH ROW
      WHEN (NEW.workflow_uuid = 't/q1' AND NEW.function_name = 'thread') EXECUTE FUNCTION take()`);
    const ended = first.tell({ do: "ask", threadId, id: "q1", text: "pay 1" });
    await untilThere("SELECT 1 FROM swarm_leases WHERE owner = 'somebody'");
    const other = await stage.start(1);
    const next = other.tell({ do: "ask", threadId, id: "q2", text: "pay 2", onBusy });
    expect((await ended).error).toBe("RUN_SUPERSEDED");
    await untilThere("SELECT 1 FROM dbos.workflow_status WHERE workflow_uuid = 't/q2' AND status = 'PENDING'");
    await rowsOf("UPDATE swarm_leases SET expires_at = '-infinity'");
    expect([(await next).error, await logOf(other)]).toEqual([undefined, ["human: pay 1", ...NEXT]]);
    expect(stage.world.done(threadId)).toEqual(["pay 2"]);
  });
});

describe("a message on a thread whose last run was cut off within its tools", () => {
  it("is answered once where its process is killed as well, and finds what came of each call", async () => {
    const first = await stage.start(0);
    const cancelled = first.tell({ do: "ask", threadId, id: "q1", text: "pay 1 before" });
    await first.held("q1 before");
    await untilThere(
      "SELECT 1 FROM dbos.operation_outputs WHERE function_name LIKE 'echo %' AND workflow_uuid = 't/q1'",
    );
    await first.tell({ do: "cancel", id: "q1" });
    expect((await cancelled).error).toBe("RUN_CANCELLED");
    const ask = { do: "ask", threadId, id: "q2", text: "pay 2 model" } as const;
    void first.tell(ask);
    await first.held("q2 model");
    await first.end();
    const again = await stage.start(0);
    const { error } = await again.tell(ask);
    expect([error, await logOf(again)]).toEqual([
      undefined,
      [
        "human: pay 1 before",
        cutOff("pay"),
        "tool: echo 1 is done",
        ...NEXT.map((line) => line.replace(/pay 2(?=$|:)/u, "pay 2 model")),
      ],
    ]);
    expect(stage.world.done(threadId)).toEqual(["pay 2"]);
  });
});
