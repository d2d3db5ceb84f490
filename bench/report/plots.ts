import type { Results } from "../results.ts";
import { catalogue, OURS, STEPPED } from "../systems/catalogue.ts";
import { lineChart } from "./svg.ts";
import type { Series } from "./svg.ts";

/** One plot of the page. */
export interface Plot {
  readonly file: string;
  readonly title: string;
  readonly svg: string;
}

interface PlotSpec {
  readonly file: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Sizes, and the workload of each. */
  readonly at: readonly (readonly [size: number, workload: string])[];
  readonly metric?: string;
  /** What a metric is multiplied with. */
  readonly scale?: number;
}

const specs: readonly PlotSpec[] = [
  {
    file: "turns.svg",
    title: "One turn, without tools",
    x: "handoffs in the turn",
    y: "µs of CPU time",
    at: [1, 10, 50].map((handoffs) => [handoffs, `turn/h${handoffs}`]),
  },
  {
    file: "turns-tools.svg",
    title: "One turn, each agent calls a tool",
    x: "handoffs in the turn",
    y: "µs of CPU time",
    at: [1, 10, 50].map((handoffs) => [handoffs, `turn/h${handoffs}-tools`]),
  },
  {
    file: "history.svg",
    title: "One turn of ten handoffs on a longer history",
    x: "messages before the turn, and one",
    y: "µs of CPU time",
    at: [0, 100, 1_000, 10_000].map((history) => [history + 1, `history/n${history}`]),
  },
  {
    file: "build.svg",
    title: "Making a fully connected swarm",
    x: "agents",
    y: "ms of CPU time",
    at: [2, 10, 100, 500].map((agents) => [agents, `build/a${agents}-full`]),
  },
  {
    file: "heap.svg",
    title: "A fully connected swarm in memory",
    x: "agents",
    y: "KB of heap",
    at: [2, 10, 100, 500].map((agents) => [agents, `build/a${agents}-full`]),
    metric: "heapBytes",
    scale: 1 / 1_024,
  },
  {
    file: "concurrent.svg",
    title: "Runs at once, ten handoffs each",
    x: "runs at once",
    y: "µs of CPU time per turn",
    at: [1, 100, 1_000].map((runs) => [runs, `concurrent/c${runs}`]),
  },
];

/** The plots of what was measured: those with two sizes at least. */
export function plotsOf(results: Results): Plot[] {
  return specs
    .map((spec) => ({ spec, series: seriesOf(results, spec) }))
    .filter(({ series }) => series.some(({ points }) => points.length > 1))
    .map(({ spec, series }) => ({ file: spec.file, title: spec.title, svg: lineChart(series, spec) }));
}

function seriesOf(results: Results, { at, metric, scale = 1 }: PlotSpec): Series[] {
  return Object.entries(catalogue).map(([id, { name }]) => ({
    name,
    isOurs: id === OURS || id === STEPPED,
    points: at
      .map(([size, workload]) => [size, results.value(id, workload, metric)] as const)
      .filter((point): point is readonly [number, number] => point[1] !== undefined && point[1] > 0)
      .map(([size, value]) => [size, value * scale] as const),
  }));
}
