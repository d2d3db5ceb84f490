import type { Results } from "../results.ts";
import { slope, summarise } from "../statistics.ts";
import { catalogue, OURS } from "../systems/catalogue.ts";
import { figure, markdownTable, percent } from "./table.ts";

/** The main table: a turn of 1, 10 and 50 handoffs for each system, the cost of one more, and how often ours goes into it. */
export function turnTable(results: Results, suffix: "" | "-tools"): string | undefined {
  const workloads = [1, 10, 50].map((handoffs) => `turn/h${handoffs}${suffix}`).filter((id) => measured(results, id));
  if (workloads.length === 0) return undefined;
  const [first = "", last = ""] = [workloads[0], workloads.at(-1)];
  const hasSlope = workloads.length > 1;
  const head = [
    "System",
    ...workloads.flatMap((workload) => [sizeOf(workload), "× ours"]),
    ...(hasSlope ? ["one more handoff"] : []),
    "spread",
  ];
  const rows = systemsOn(results, workloads).map((system) => {
    const rounds = workloads.map((workload) => results.rounds(system, workload));
    const spread = Math.max(...rounds.filter((each) => each.length > 0).map((each) => summarise(each).spread));
    const one = results.value(system, first);
    const many = results.value(system, last);
    const more =
      one === undefined || many === undefined ? undefined : slope([handoffsOf(first), one], [handoffsOf(last), many]);
    return [
      nameOf(system),
      ...workloads.flatMap((workload) => [
        figure(results.value(system, workload)),
        figure(results.ratio(system, OURS, workload)),
      ]),
      ...(hasSlope ? [figure(more)] : []),
      percent(spread),
    ];
  });
  return markdownTable([head, ...rows]);
}

/** What a table of one family of workloads shows. */
export interface FamilySpec {
  readonly title: string;
  readonly text: string;
  /** The workloads' ids begin with this. */
  readonly prefix: string;
  readonly columns: readonly { readonly head: string; readonly metric: string; readonly scale?: number }[];
}

const CPU = { head: "CPU µs", metric: "cpuMin" };
const WALL = { head: "wall µs", metric: "wallMin" };

/** The families beside the turns. */
export const families: readonly FamilySpec[] = [
  {
    title: "Every turn in full",
    text: "The fastest sample and the middle one, in microseconds of one turn.",
    prefix: "turn/",
    columns: [CPU, { head: "CPU median", metric: "cpuMedian" }, WALL, { head: "wall median", metric: "wallMedian" }],
  },
  {
    title: "Making a swarm",
    text: "Agents in a chain and fully connected, made once in a process that has made a small swarm.",
    prefix: "build/",
    columns: [
      { head: "CPU ms", metric: "buildMs" },
      { head: "heap MB", metric: "heapBytes", scale: 1 / 2 ** 20 },
    ],
  },
  {
    title: "A longer history",
    text: "A turn of ten handoffs after so many messages, without a saver.",
    prefix: "history/",
    columns: [CPU, WALL],
  },
  {
    title: "Checkpoints",
    text: "A turn of ten handoffs on a thread that holds so many messages: reading the thread is part of it. Bytes are what the saver serialised.",
    prefix: "checkpoint/",
    columns: [
      { head: "CPU ms a hop", metric: "cpuMsPerHop" },
      { head: "wall ms a hop", metric: "wallMsPerHop" },
      { head: "KB a hop", metric: "bytesPerHop", scale: 1 / 1_024 },
    ],
  },
  {
    title: "Many runs at once",
    text: "Turns of ten handoffs, started together in one process. CPU time is of one turn.",
    prefix: "concurrent/",
    columns: [CPU, { head: "turns a second", metric: "turnsPerSecond" }],
  },
  {
    title: "Streaming",
    text: "Three handoffs and an answer of a hundred chunks, with a reader who takes each at once and with one who rests a millisecond after each.",
    prefix: "stream/",
    columns: [CPU, WALL],
  },
  {
    title: "What is beside a turn",
    text: "Three handoffs with something beside them, over the same turn without it, both in turn within one process: the middle of all pairs, and where it lies with 95 % certainty. `nothing` compares a turn with itself, which is how far the others may be off. Events are read with whole messages and, as `events-tokens`, token by token, which asks the models to stream; `over-stream` is over LangGraph's own stream of what they are made from. At the default speed events with whole messages, and recordings of them, are told without LangGraph's engine; tokens and OpenTelemetry ask for it, so that the surcharge there holds the engine too.",
    prefix: "surcharge/",
    columns: [
      { head: "more, %", metric: "surcharge", scale: 100 },
      { head: "from", metric: "low", scale: 100 },
      { head: "to", metric: "high", scale: 100 },
      { head: "pairs", metric: "pairs" },
    ],
  },
  {
    title: "Cold start",
    text: "From the import to the first answer, in a fresh process.",
    prefix: "cold/",
    columns: [
      { head: "CPU ms", metric: "coldCpuMs" },
      { head: "wall ms", metric: "coldMs" },
    ],
  },
  {
    title: "Bundle",
    text: "Everything that the package exports with all that it needs, minified for Node. Ours holds LangChain and LangGraph.",
    prefix: "bundle/",
    columns: [
      { head: "KB", metric: "bytes", scale: 1 / 1_024 },
      { head: "KB gzipped", metric: "gzipBytes", scale: 1 / 1_024 },
    ],
  },
  {
    title: "Projection",
    text: "The prompt of a log that has grown by two messages.",
    prefix: "projection/",
    columns: [CPU],
  },
];

/** A family's figures, one row for each workload and system. */
export function familyTable(results: Results, { prefix, columns }: FamilySpec): string | undefined {
  const workloads = results.workloads().filter((id) => id.startsWith(prefix));
  if (workloads.length === 0) return undefined;
  const rows = workloads.flatMap((workload) =>
    results
      .systems(workload)
      .map((system) => [
        `${workload.slice(prefix.length)} · ${nameOf(system)}`,
        ...columns.map(({ metric, scale = 1 }) => scaled(results.value(system, workload, metric), scale)),
        figure(results.ratio(system, OURS, workload)),
      ]),
  );
  return markdownTable([["", ...columns.map(({ head }) => head), "× ours"], ...rows]);
}

function scaled(value: number | undefined, scale: number): string {
  return figure(value === undefined ? undefined : value * scale);
}

export function nameOf(system: string): string {
  return catalogue[system]?.name ?? system;
}

function measured(results: Results, workload: string): boolean {
  return results.systems(workload).length > 0;
}

function systemsOn(results: Results, workloads: readonly string[]): string[] {
  return Object.keys(catalogue).filter((id) => workloads.some((workload) => results.systems(workload).includes(id)));
}

function handoffsOf(workload: string): number {
  return Number(/h(\d+)/u.exec(workload)?.[1]);
}

function sizeOf(workload: string): string {
  return `H = ${handoffsOf(workload)}`;
}
