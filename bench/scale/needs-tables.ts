import { figure, markdownTable } from "../report/table.ts";
import { LOADS, usual } from "./assumptions.ts";
import { figuresOf } from "./figures.ts";
import { ceilings, needs } from "./needs.ts";
import type { Needs, Rate, ServerLimits } from "./needs.ts";
import type { ScaleRun } from "./scale-run.ts";
import { bytes } from "./shown.ts";
import { backendNames } from "./step-tables.ts";

const BACKENDS = ["postgres", "dbos", "restate"] as const;

const BOUNDS: Readonly<Record<keyof ServerLimits, string>> = {
  cores: "its cores",
  transactions: "its transactions",
  storedBytes: "what it stores",
  connections: "its connections",
};

/** Nodes that keep three copies of a journal, so that one may be lost. */
const COPIES = 3;

/** What each load needs on each backend. */
export function needsTable(run: ScaleRun): string {
  const columns = LOADS.flatMap((conversationsPerDay) =>
    BACKENDS.flatMap((backend) => {
      const figures = figuresOf(run, backend);
      if (figures === undefined) return [];
      const need = needs(figures, { ...usual, conversationsPerDay });
      return [{ head: `${short(conversationsPerDay)} a day, ${backendNames[backend]}`, cells: cellsOf(need, backend) }];
    }),
  );
  const labels = columns[0]?.cells.map(([label]) => label) ?? [];
  const rows = labels.map((label, index) => [label, ...columns.map(({ cells }) => cells[index]?.[1] ?? "–")]);
  return markdownTable([["", ...columns.map(({ head }) => head)], ...rows]);
}

function cellsOf(need: Needs, backend: (typeof BACKENDS)[number]): readonly (readonly [label: string, text: string])[] {
  const isDatabase = backend !== "restate";
  const { serverCores } = need;
  const nodes = Math.max(COPIES, Math.ceil((COPIES * serverCores) / usual.perServer.cores));
  return [
    ["conversations a second, mean and peak", rate(need.conversations)],
    ["runs a second, mean and peak", rate(need.turns)],
    ["model calls a second, mean and peak", rate(need.modelCalls)],
    ["runs at once, at the peak", figure(need.runsAtOnce)],
    ["cores of workers", figure(need.workerCores)],
    ["worker processes", figure(need.workers)],
    ["transactions a second, mean and peak", isDatabase ? rate(need.transactions) : "–"],
    ["write-ahead log a day", bytes(need.walBytesPerDay)],
    ["stored a day", bytes(need.storedBytesPerDay)],
    [`stored, ${usual.retentionDays} days kept`, bytes(need.storedBytesRetained)],
    ["connections of workers", isDatabase ? figure(need.connections) : "–"],
    ["cores of the server", figure(isDatabase ? serverCores : COPIES * serverCores)],
    ["databases, or nodes of Restate", figure(isDatabase ? need.servers : nodes)],
    ["as many for", isDatabase ? BOUNDS[need.boundBy] : `${COPIES} copies`],
  ];
}

/** The most conversations a day of one database server. */
export function ceilingTable(run: ScaleRun): string {
  const bounds = Object.keys(BOUNDS) as (keyof ServerLimits)[];
  const rows = BACKENDS.flatMap((backend) => {
    const figures = figuresOf(run, backend);
    if (backend === "restate" || figures === undefined) return [];
    const ceiling = ceilings(figures, { ...usual, conversationsPerDay: 1 });
    return [[backendNames[backend] ?? backend, ...bounds.map((bound) => short(ceiling[bound]))]];
  });
  return markdownTable([["Conversations a day until", ...bounds.map((bound) => BOUNDS[bound])], ...rows]);
}

function rate({ mean, peak }: Rate): string {
  return `${figure(mean)}, ${figure(peak)}`;
}

/** A large number in words: `1 million`. */
function short(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value >= 1e9) return `${figure(value / 1e9)} billion`;
  if (value >= 1e6) return `${figure(value / 1e6)} million`;
  return figure(value);
}
