/** What a cell measures. Each kind has a file of that name in `kinds/`. */
export type Kind =
  | "turn"
  | "build"
  | "history"
  | "checkpoint"
  | "concurrent"
  | "stream"
  | "cold"
  | "bundle"
  | "projection";

/** Who may hand off to whom: each agent to the next one, or every agent to every other. */
export type Topology = "chain" | "full";

/** Where the state of a run is kept: nowhere, in LangGraph's or this library's memory saver, in a database. */
export type SaverName = "none" | "memory" | "swarm-memory" | "sqlite" | "postgres";

/** How the reader of a stream behaves: takes each chunk at once, or rests a millisecond after each. */
export type Consumer = "attentive" | "slow";

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
  /** What a stream carries: tokens, or the system's events alone. */
  readonly stream?: "tokens" | "events";
  /** The ids of the systems that do it. Default: all that do its kind. */
  readonly only?: readonly string[];
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
  workload("stream/none", "stream", { handoffs: 10, only: ["ours", "ours-stepped"] }),
  workload("stream/events", "stream", {
    handoffs: 10,
    consumer: "attentive",
    stream: "events",
    only: ["ours", "ours-stepped"],
  }),
  workload("cold/start", "cold"),
  workload("bundle/size", "bundle"),
  ...[10, 100, 1_000, 10_000].map((history) =>
    workload(`projection/n${history}`, "projection", { history, only: ["ours"] }),
  ),
];

/** The main cells: what `--quick` runs. */
export const quickWorkloads: readonly Workload[] = turns.filter(({ handoffs, tools }) => !tools || handoffs === 10);
