/** What a cell measures. Each kind has a file of that name in `kinds/`. */
export type Kind =
  | "turn"
  | "build"
  | "history"
  | "checkpoint"
  | "concurrent"
  | "stream"
  | "surcharge"
  | "profile"
  | "cold"
  | "bundle"
  | "projection";

/** Who may hand off to whom: each agent to the next one, or every agent to every other. */
export type Topology = "chain" | "full";

/** Where the state of a run is kept: nowhere, in LangGraph's or this library's memory saver, in a database. */
export type SaverName = "none" | "memory" | "swarm-memory" | "sqlite" | "postgres";

/** How the reader of a stream behaves: takes each chunk at once, or rests a millisecond after each. */
export type Consumer = "attentive" | "slow";

/**
 * What a turn is given beside its work, over the same turn without it: nothing (how far the figures can be off), the events
 * of a run, whole or token by token, or over LangGraph's own stream; a recording, over the turn or over its events;
 * OpenTelemetry without and with an SDK.
 */
export type Surcharge =
  | "nothing"
  | "events"
  | "events-tokens"
  | "events-over-stream"
  | "recording"
  | "recording-over-events"
  | "otel-unused"
  | "otel-used";

/** What is done, the same for every system. */
export interface Workload {
  readonly id: string;
  readonly kind: Kind;
  /** Handoffs in one turn, along the chain of agents. */
  readonly handoffs: number;
  /** Whether each agent calls one regular tool before it goes on. */
  readonly tools: boolean;
  /** Agents in the swarm: at least one more than handoffs. */
  readonly agents: number;
  readonly topology: Topology;
  /** Messages of the conversation before the turn. */
  readonly history: number;
  readonly saver: SaverName;
  /** Runs at the same time. */
  readonly runs: number;
  /** Absent: the turn is not streamed. */
  readonly consumer?: Consumer;
  /** What a stream carries. */
  readonly stream?: "tokens";
  readonly surcharge?: Surcharge;
  /** The ids of the systems that do it. Default: all that do its kind. */
  readonly only?: readonly string[];
  /** The ids of systems that do not. */
  readonly except?: readonly string[];
}

type Variant = Partial<Omit<Workload, "id" | "kind">>;

/** A workload with everything unsaid at its plainest: one handoff in a chain of two, nothing else. */
export function workload(id: string, kind: Kind, variant: Variant = {}): Workload {
  const handoffs = variant.handoffs ?? 1;
  return {
    handoffs,
    tools: false,
    agents: handoffs + 1,
    topology: "chain",
    history: 0,
    saver: "none",
    runs: 1,
    ...variant,
    id,
    kind,
  };
}

const HANDOFFS = [1, 10, 50];
const AGENTS = [2, 10, 100, 500];
const HISTORIES = [0, 100, 1_000, 10_000];

/** The turns of the main table. */
export const turns: readonly Workload[] = HANDOFFS.flatMap((handoffs) => [
  workload(`turn/h${handoffs}`, "turn", { handoffs }),
  workload(`turn/h${handoffs}-tools`, "turn", { handoffs, tools: true }),
]);

const surcharges: readonly Workload[] = (
  [
    "nothing",
    "events",
    "events-tokens",
    "events-over-stream",
    "recording",
    "recording-over-events",
    "otel-unused",
    "otel-used",
  ] as const
).map((surcharge) => workload(`surcharge/${surcharge}`, "surcharge", { handoffs: 3, surcharge }));

/** All workloads of a full run. */
export const workloads: readonly Workload[] = [
  ...turns,
  ...AGENTS.flatMap((agents) =>
    (["chain", "full"] as const).map((topology) =>
      workload(`build/a${agents}-${topology}`, "build", { agents, topology }),
    ),
  ),
  ...HISTORIES.map((history) => workload(`history/n${history}`, "history", { handoffs: 10, history })),
  ...(["memory", "swarm-memory", "sqlite", "postgres"] as const).flatMap((saver) =>
    HISTORIES.map((history) =>
      workload(`checkpoint/${saver}-n${history}`, "checkpoint", {
        handoffs: 10,
        history,
        saver,
        ...(saver !== "memory" && { only: ["ours"] }),
      }),
    ),
  ),
  ...[1, 100, 1_000].map((runs) => workload(`concurrent/c${runs}`, "concurrent", { handoffs: 10, runs })),
  ...(["attentive", "slow"] as const).map((consumer) =>
    workload(`stream/tokens-${consumer}`, "stream", { handoffs: 3, consumer, stream: "tokens" }),
  ),
  ...surcharges,
  workload("profile/h50", "profile", { handoffs: 50 }),
  workload("profile/h50-tools", "profile", { handoffs: 50, tools: true }),
  workload("cold/start", "cold"),
  workload("bundle/size", "bundle"),
  ...[10, 100, 1_000, 10_000].map((history) =>
    workload(`projection/n${history}`, "projection", { history, only: ["ours"] }),
  ),
];

/** Who is left out of the longer turns of a quick run: nobody whom a goal names. */
const NOT_QUICK: Readonly<Record<string, readonly string[]>> = {
  "turn/h10-tools": ["langgraph-swarm-react", "langgraph-swarm-agent", "strands", "naive-graph", "trivial-graph"],
  "turn/h50": ["strands", "naive-graph"],
};

/** The main cells: what `--quick` runs, in all its rounds. */
export const quickWorkloads: readonly Workload[] = turns
  .filter(({ handoffs, tools }) => !tools || handoffs === 10)
  .map((each) => ({ ...each, except: NOT_QUICK[each.id] ?? [] }));

const OURS_ALONE: readonly (readonly [id: string, systems: readonly string[]])[] = [
  ["surcharge/otel-unused", ["ours"]],
  ["surcharge/nothing", ["ours"]],
  ["surcharge/events", ["ours-stepped"]],
  ["surcharge/recording", ["ours-stepped"]],
  ["profile/h50", ["ours", "ours-stepped"]],
  ["build/a500-full", ["ours"]],
  ...["swarm-memory", "sqlite", "postgres"].flatMap((saver) =>
    [0, 100, 1_000].map((history) => [`checkpoint/${saver}-n${history}`, ["ours"]] as const),
  ),
  ["surcharge/otel-used", ["ours-stepped"]],
  ["surcharge/events-tokens", ["ours-stepped"]],
  ["surcharge/events-over-stream", ["ours-stepped"]],
  ["surcharge/recording-over-events", ["ours-stepped"]],
  ["checkpoint/swarm-memory-n10000", ["ours"]],
];

/** Ours alone: what `--quick` measures once, in this order, as far as there is time. */
export const quickOnce: readonly Workload[] = OURS_ALONE.flatMap(([id, only]) =>
  workloads.filter((each) => each.id === id).map((each) => ({ ...each, only })),
);
