import type { Results } from "../results.ts";
import { OURS, STEPPED } from "../systems/catalogue.ts";
import { figure, markdownTable, percent } from "./table.ts";
import { nameOf } from "./tables.ts";

const WORKLOAD = "profile/h50";

const OF = "of ";
const IN = "in ";

/** Functions that are named for each speed. */
const NAMED = 12;

/** Whose code a hop's CPU time is spent in, and in which functions of ours: nothing where no profile was taken. */
export function profileSection(results: Results): string[] {
  const systems = [OURS, STEPPED].filter((id) => results.systems(WORKLOAD).includes(id));
  if (systems.length === 0) return [];
  return [
    "## Whose time it is",
    TEXT,
    ownerTable(results, systems),
    ...systems.map((system) => upstreamSentence(results, system)),
    "The functions of ours with the largest cost of their own, in microseconds a hop:",
    functionTable(results, systems),
  ];
}

const TEXT =
  "A CPU profile of a turn of 50 handoffs, by whose code was running: microseconds of a hop, and their share. What V8 has built in counts for its caller. `bench` is the scripted model; `garbage` is the collector's part on the main thread. The profiler makes everything slower, and short functions most.";

function costsOf(results: Results, system: string, prefix: string): [name: string, cost: number][] {
  const metrics = results.cells.find((cell) => cell.system === system && cell.workload === WORKLOAD)?.rounds[0] ?? {};
  return Object.entries(metrics)
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, cost]): [string, number] => [key.slice(prefix.length), cost])
    .toSorted(([, a], [, b]) => b - a);
}

function sum(costs: readonly (readonly [string, number])[]): number {
  return costs.reduce((total, [, cost]) => total + cost, 0);
}

function ownerTable(results: Results, systems: readonly string[]): string {
  const columns = systems.map((system) => new Map(costsOf(results, system, OF)));
  const totals = columns.map((costs) => sum([...costs]));
  const owners = [...new Set(columns.flatMap((costs) => [...costs.keys()]))];
  const rows = owners.map((owner) => [
    owner,
    ...columns.flatMap((costs, index) => {
      const cost = costs.get(owner) ?? 0;
      return [figure(cost), percent(cost / (totals[index] as number))];
    }),
  ]);
  const head = ["Whose", ...systems.flatMap((system) => [`${nameOf(system)}, µs`, "share"])];
  return markdownTable([head, ...rows, ["together", ...totals.flatMap((total) => [figure(total), "100 %"])]]);
}

/** Who wrote what a hop needs beside us: the rest is upstream's, whatever we do. */
const UPSTREAM = ["LangGraph", "LangChain", "Node and V8", "other packages"];

function upstreamSentence(results: Results, system: string): string {
  const costs = costsOf(results, system, OF);
  const theirs = sum(costs.filter(([owner]) => UPSTREAM.includes(owner)));
  const ours = sum(costs.filter(([owner]) => owner === "swarmgraph"));
  return `${nameOf(system)}: ${percent(ours / sum(costs))} of a hop is spent in our code, ${percent(theirs / sum(costs))} upstream, in ${UPSTREAM.slice(0, 3).join(", ")}.`;
}

function functionTable(results: Results, systems: readonly string[]): string {
  const costs = systems.map((system) => costsOf(results, system, IN).slice(0, NAMED));
  const rows = Array.from({ length: NAMED }, (_, row) =>
    costs.flatMap((each) => {
      const [name, cost] = each[row] ?? ["–", undefined];
      return [name, figure(cost)];
    }),
  );
  return markdownTable([systems.flatMap((system) => [nameOf(system), "µs"]), ...rows]);
}
