import { RUN_TREE } from "../profile-costs.ts";
import type { Results } from "../results.ts";
import { OURS, STEPPED } from "../systems/catalogue.ts";
import { figure, markdownTable, percent } from "./table.ts";
import { nameOf } from "./tables.ts";

/** What is profiled, and how it is called. */
const WORKLOADS: readonly (readonly [workload: string, title: string])[] = [
  ["profile/h50", "A turn of 50 handoffs:"],
  ["profile/h50-tools", "A turn of 50 handoffs, each agent calls a tool:"],
];

const OF = "of ";
const IN = "in ";

/** Functions that are named for each speed. */
const NAMED = 12;

/** Whose code a hop's CPU time is spent in, and in which functions of ours: nothing where no profile was taken. */
export function profileSection(results: Results): string[] {
  const parts = WORKLOADS.flatMap(([workload, title]) => part(results, workload, title));
  return parts.length === 0 ? [] : ["## Whose time it is", TEXT, ...parts];
}

function part(results: Results, workload: string, title: string): string[] {
  const systems = [OURS, STEPPED].filter((id) => results.systems(workload).includes(id));
  if (systems.length === 0) return [];
  const profile = { results, workload, systems };
  return [
    title,
    ownerTable(profile),
    ...systems.map((system) => upstreamSentence(profile, system)),
    "The functions of ours with the largest cost of their own, in microseconds a hop:",
    functionTable(profile),
  ];
}

/** One workload's profiles. */
interface Profile {
  readonly results: Results;
  readonly workload: string;
  readonly systems: readonly string[];
}

const TEXT =
  "A CPU profile by whose code was running: microseconds of a hop, and their share. What V8 has built in counts for its caller. `bench` is the scripted model; `garbage` is the collector's part on the main thread. The profiler makes everything slower, and short functions most.";

function metricsOf({ results, workload }: Profile, system: string): Readonly<Record<string, number>> {
  return results.cells.find((cell) => cell.system === system && cell.workload === workload)?.rounds[0] ?? {};
}

function costsOf(profile: Profile, system: string, prefix: string): [name: string, cost: number][] {
  return Object.entries(metricsOf(profile, system))
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, cost]): [string, number] => [key.slice(prefix.length), cost])
    .toSorted(([, a], [, b]) => b - a);
}

function sum(costs: readonly (readonly [string, number])[]): number {
  return costs.reduce((total, [, cost]) => total + cost, 0);
}

function ownerTable(profile: Profile): string {
  const { systems } = profile;
  const columns = systems.map((system) => new Map(costsOf(profile, system, OF)));
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

function upstreamSentence(profile: Profile, system: string): string {
  const costs = costsOf(profile, system, OF);
  const theirs = sum(costs.filter(([owner]) => UPSTREAM.includes(owner)));
  const ours = sum(costs.filter(([owner]) => owner === "swarmgraph"));
  const { [RUN_TREE]: trees } = metricsOf(profile, system);
  const ofTrees =
    trees === undefined
      ? ""
      : ` LangSmith's run trees, which LangChain makes for functions and tools that nobody traces, are ${figure(trees)} µs, ${percent(trees / sum(costs))}.`;
  return `${nameOf(system)}: ${percent(ours / sum(costs))} of a hop is spent in our code, ${percent(theirs / sum(costs))} upstream, in ${UPSTREAM.slice(0, 3).join(", ")}.${ofTrees}`;
}

function functionTable(profile: Profile): string {
  const { systems } = profile;
  const costs = systems.map((system) => costsOf(profile, system, IN).slice(0, NAMED));
  const rows = Array.from({ length: NAMED }, (_, row) =>
    costs.flatMap((each) => {
      const [name, cost] = each[row] ?? ["–", undefined];
      return [name, figure(cost)];
    }),
  );
  return markdownTable([systems.flatMap((system) => [nameOf(system), "µs"]), ...rows]);
}
