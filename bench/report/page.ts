import type { Regression } from "../baseline.ts";
import { checkGoal } from "../goal-check.ts";
import type { GoalCheck } from "../goal-check.ts";
import type { KeptRun } from "../kept.ts";
import type { Results } from "../results.ts";
import { catalogue } from "../systems/catalogue.ts";
import type { Plot } from "./plots.ts";
import { profileSection } from "./profile.ts";
import { families, familyTable, nameOf, turnTable } from "./tables.ts";
import { figure, markdownTable } from "./table.ts";

/** All that the page tells. */
export interface Report {
  readonly results: Results;
  readonly goals: readonly GoalCheck[];
  readonly regressions: readonly Regression[];
  readonly plots: readonly Plot[];
  readonly machine: string;
  /** What else the machine had to do, where that was much. */
  readonly load: string | undefined;
  readonly date: string;
  readonly mode: "full" | "quick";
  readonly rounds: number;
  /** Versions of the systems that were measured, by package. */
  readonly versions: Readonly<Record<string, string>>;
  /** Runs on other versions of Node.js. */
  readonly otherNodes: readonly KeptRun[];
}

/** `docs/performance.md`. */
export function performancePage(report: Report): string {
  const { results, plots } = report;
  const sections = [
    "# Performance",
    "<!-- Written by `pnpm bench`. Edits are lost with the next run. -->",
    "The CPU time around the model's calls, with models that answer at once: what a server pays for each turn beside the seconds of the models. Every system plays the same script, and a cell is measured only after one of its turns was found right: as many handoffs, model calls and tool runs as every other, and the same last answer.",
    circumstances(report),
    "## Goals",
    goalTable(report.goals),
    ...beyond(report.goals),
    ...section("One turn, without tools", turnTable(results, ""), TURN_TEXT, plot(plots, "turns.svg")),
    ...section(
      "One turn, each agent calls a tool",
      turnTable(results, "-tools"),
      TURN_TEXT,
      plot(plots, "turns-tools.svg"),
    ),
    ...report.otherNodes.flatMap((other) => onOtherNode(other, report.goals)),
    ...families.flatMap((family) =>
      section(
        family.title,
        familyTable(results, family),
        family.text,
        ...(family.prefix === "build/"
          ? [plot(plots, "build.svg"), plot(plots, "heap.svg")]
          : [plot(plots, `${family.prefix.slice(0, -1)}.svg`)]),
      ),
    ),
    ...profileSection(results),
    ...regressions(report.regressions),
    "## What is not the same",
    notes(),
    ...skips(results),
    "## How it is measured",
    METHOD,
  ];
  return `${sections.filter((part) => part !== undefined).join("\n\n")}\n`;
}

const TURN_TEXT =
  "Microseconds of CPU time for one turn of H handoffs along a chain of H + 1 agents, on an empty history and without a saver. `× ours` is how often our cost goes into it: over 1, ours is cheaper.";

const METHOD = [
  "Each cell (a workload on a system) runs in a process of its own on plain Node and on built code. The cells take turns, round by round, so that a busy minute of the machine meets all of them. Within a process a turn is warmed up and then sampled; the fastest sample of all rounds counts, for ratios too. `spread` is the distance between the best and the worst round, as a share of the median.",
  "`pnpm bench` measures everything, `pnpm bench --quick` the main cells in under three minutes. `--json` prints the figures, `--only turn/` restricts the workloads, `--minutes 8` gives a quick run on a busy machine more time, `--node <path>` measures on another Node.js, `--update-baseline` keeps this run's ratios for the comparison of later ones.",
].join("\n\n");

function circumstances({ machine, load, date, mode, rounds, versions, results }: Report): string {
  const isPart = results.cells.some(({ rounds: own }) => own.length > 0 && own.length < rounds);
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    `Measured on ${date}, ${mode === "full" ? "all cells" : "in a quick run of the main cells alone (`--quick`), each warm for 0.15 s: much of it is not compiled by then"}, ${rounds} round${rounds === 1 ? "" : "s"}${mode === "full" && isPart ? ", of which some may hold a part of the cells" : ""}. ${machine}.`,
    ...(load === undefined ? [] : [`**${load}**`]),
    `Versions: ${list.join(", ")}.`,
  ].join("\n\n");
}

function goalTable(goals: readonly GoalCheck[]): string {
  return markdownTable([["Goal", "bound", "measured", ""], ...goals.map(goalRow)]);
}

function goalRow({ goal, value, verdict }: GoalCheck): string[] {
  const bound = `${goal.is === "at least" ? "≥" : "≤"} ${goal.bound}`;
  return [goal.text, bound, figure(value), verdict === "met" ? "met" : `**${verdict}**`];
}

/** What another version of Node.js makes of it. */
function onOtherNode({ version, date, results }: KeptRun, here: readonly GoalCheck[]): string[] {
  const rows = here.flatMap(({ goal, value }) => {
    const there = checkGoal(goal, results);
    return there.value === undefined ? [] : [[...goalRow(there), figure(value)]];
  });
  return [
    `## On Node.js ${version}`,
    `The same turns on the same machine, on ${date}. A promise costs less there: Node.js 20 calls hooks around each one as soon as anything in the process uses \`AsyncLocalStorage\`, which LangChain does. Object spreads and \`AbortSignal\`s are cheaper, too. The last column is what the page measured above.`,
    markdownTable([["Goal", "bound", "measured", "", "above"], ...rows]),
    ...titled("Without tools:", turnTable(results, "")),
    ...titled("Each agent calls a tool:", turnTable(results, "-tools")),
  ];
}

/** The missed goals that LangGraph itself stands before. */
function beyond(goals: readonly GoalCheck[]): string[] {
  const lines = goals.flatMap(({ goal, verdict, floor }) =>
    verdict !== "missed" || goal.floor === undefined || floor === undefined
      ? []
      : [`- ${goal.text}: ${nameOf(goal.floor.system)} comes to ${figure(floor)}.`],
  );
  const text = "Out of reach of a superstep for each hop, by what LangGraph alone costs in the same run:";
  return lines.length === 0 ? [] : [text, lines.join("\n")];
}

function titled(title: string, table: string | undefined): string[] {
  return table === undefined ? [] : [title, table];
}

function section(title: string, table: string | undefined, text: string, ...figures: (string | undefined)[]) {
  return table === undefined ? [] : [`## ${title}`, text, ...figures, table];
}

function plot(plots: readonly Plot[], file: string): string | undefined {
  const found = plots.find((each) => each.file === file);
  return found && `![${found.title}](performance/${file})`;
}

function regressions(found: readonly Regression[]): string[] {
  if (found.length === 0) return [];
  const rows = found.map(({ workload, pair, before, now }) => [`${workload}: ${pair}`, figure(before), figure(now)]);
  return ["## Worse than before", markdownTable([["Ratio", "baseline", "now"], ...rows])];
}

function notes(): string {
  return Object.values(catalogue)
    .filter(({ note }) => note !== undefined)
    .map(({ name, note }) => `- **${name}.** ${note}`)
    .join("\n");
}

function skips(results: Results): string[] {
  const byReason = new Map<string, string[]>();
  for (const { system, workload, skipped, failed } of results.cells) {
    const reason = failed ?? skipped;
    if (reason === undefined) continue;
    const key = `**${nameOf(system)}**: ${reason}`;
    byReason.set(key, [...(byReason.get(key) ?? []), `\`${workload}\``]);
  }
  if (byReason.size === 0) return [];
  return ["## Not measured", [...byReason].map(([reason, cells]) => `- ${reason} (${cells.join(", ")})`).join("\n")];
}
