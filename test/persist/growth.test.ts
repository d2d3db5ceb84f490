import { HumanMessage } from "@langchain/core/messages";
import { PostgresSaver } from "@langchain/langgraph-checkpoint-postgres";
import { SqliteSaver } from "@langchain/langgraph-checkpoint-sqlite";
import pg from "pg";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createBackend, KINDS } from "./backends.ts";
import type { Backend } from "./backends.ts";
import type { Saver } from "./savers.ts";

const TURNS = 24;

/** Bytes that each turn of a long conversation added to what is stored. */
async function bytesPerTurn(saver: PostgresSaver | SqliteSaver, count: () => Promise<number>): Promise<number[]> {
  const agents = { echo: { model: scriptedModel().say("y".repeat(500)).repeat() } };
  const graph = new SwarmAgent({ entry: "echo", agents }).compile({ checkpointer: saver });
  const totals = [await count()];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const said = new HumanMessage("x".repeat(500));
    await graph.invoke({ messages: [said] }, { configurable: { thread_id: "t" } });
    totals.push(await count());
  }
  return totals.slice(1).map((total, index) => total - (totals[index] ?? 0));
}

describe.each(KINDS)("what a conversation stores on %s", (kind) => {
  let backend: Backend;
  let saver: Saver;
  let client: pg.Client | undefined;
  beforeEach(async () => {
    backend = await createBackend(kind);
    saver = await backend.open();
    client = kind === "postgres" ? new pg.Client({ connectionString: backend.address }) : undefined;
    await client?.connect();
  });
  afterEach(async () => {
    await client?.end();
    await backend.remove();
  });

  /** Bytes of all values of all rows. */
  async function count(): Promise<number> {
    const tables =
      kind === "sqlite"
        ? ["checkpoints", "writes", "swarm_log"]
        : ["checkpoints", "checkpoint_blobs", "checkpoint_writes", "swarm_log"];
    let sum = 0;
    for (const table of tables) {
      const sql = `SELECT * FROM ${table}`;
      const rows =
        saver instanceof SqliteSaver
          ? (saver.db.prepare(sql).all() as object[])
          : ((await client?.query<object>(sql))?.rows ?? []);
      for (const row of rows) {
        for (const value of Object.values(row)) {
          sum += value instanceof Uint8Array ? value.byteLength : (JSON.stringify(value) ?? "").length;
        }
      }
    }
    return sum;
  }

  const sumOf = (turns: readonly number[]) => turns.reduce((sum, bytes) => sum + bytes, 0);

  it("grows by what is new: a late turn adds no more than an early one", async () => {
    const turns = await bytesPerTurn(saver, count);
    expect(sumOf(turns.slice(-4)) / sumOf(turns.slice(2, 6))).toBeLessThan(1.1);
  });

  it("is less than with LangGraph's saver, where every turn adds more than the one before", async () => {
    const ours = sumOf(await bytesPerTurn(saver, count));
    await saver.deleteThread("t");
    const upstream =
      saver instanceof SqliteSaver ? new SqliteSaver(saver.db) : PostgresSaver.fromConnString(backend.address);
    const turns = await bytesPerTurn(upstream, count);
    if (upstream instanceof PostgresSaver) await upstream.end();
    expect(sumOf(turns.slice(-4)) / sumOf(turns.slice(2, 6))).toBeGreaterThan(2);
    expect(sumOf(turns) / ours).toBeGreaterThan(2);
  });
});
