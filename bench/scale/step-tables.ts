import { figure, markdownTable } from "../report/table.ts";
import { valuesOf } from "./scale-run.ts";
import type { Cost, ScaleRun } from "./scale-run.ts";
import { bytes, medianOf, ratioOf } from "./shown.ts";

/** What the page calls the backends. */
export const backendNames: Readonly<Record<string, string>> = {
  plain: "plain: no checkpointer",
  "plain-node24": "plain, on the Node of Restate's workers",
  memory: "in memory",
  sqlite: "SQLite",
  postgres: "PostgreSQL",
  dbos: "DBOS",
  restate: "Restate",
};

/** Steps of each backend over plain ones. */
export function stepTable(run: ScaleRun): string {
  const rows = ["plain", "memory", "sqlite", "postgres", "dbos", "plain-node24", "restate"].map((backend) => {
    const cell = `step/${backend}`;
    const base = backend === "restate" || backend === "plain-node24" ? "step/plain-node24" : "step/plain";
    const ms = (metric: string) => figure(medianOf(valuesOf(run, cell, metric)));
    return [
      backendNames[backend] ?? backend,
      ratioOf(run, "stepCpuMs", [cell, base]),
      ms("stepCpuMs"),
      ms("stepMs"),
      ratioOf(run, "turnCpuMs", [cell, base]),
      ms("turnCpuMs"),
      ms("turnMs"),
    ];
  });
  return markdownTable([["", "a step, × plain", "CPU ms", "ms", "a short run, × plain", "CPU ms", "ms"], ...rows]);
}

/** What servers do for a call and for a turn. */
export function countTable({ counts }: ScaleRun): string {
  const rows = Object.entries(counts).flatMap(([backend, { transactions, walBytes, storedBytes, cpuMs }]) =>
    (["perCall", "perTurn"] as const).map((part) => {
      const of = (cost: Cost) => cost[part];
      const isDatabase = transactions.perCall + transactions.perTurn > 0;
      return [
        `${backendNames[backend] ?? backend}, ${part === "perCall" ? "a call more" : "a turn"}`,
        isDatabase ? figure(of(transactions)) : "–",
        bytes(of(walBytes)),
        bytes(of(storedBytes)),
        figure(of(cpuMs)),
      ];
    }),
  );
  return markdownTable([["", "transactions", "write-ahead log", "stored", "CPU ms"], ...rows]);
}
