import { OURS, STEPPED } from "./systems/catalogue.ts";

/** How a goal's figure comes from the results. */
export type Measure =
  /** `of` over `over` on one workload. */
  | { readonly kind: "ratio"; readonly of: string; readonly over: string; readonly workload: string }
  /** The cost of one more handoff of `of` over that of `over`, from the turns of 1 and of 50 handoffs. */
  | { readonly kind: "slopes"; readonly of: string; readonly over: string }
  /** How the cost of a turn grows from 10 to 50 handoffs. */
  | { readonly kind: "exponent"; readonly system: string }
  /** Microseconds for each message of the history and each model call, from no message and from 10,000. */
  | { readonly kind: "per-message"; readonly system: string }
  /** A metric as it is, times `scale`. */
  | {
      readonly kind: "metric";
      readonly system: string;
      readonly workload: string;
      readonly metric: string;
      readonly scale: number;
    }
  /** What a workload's turn costs more than the same turn without what is added to it, as a share. */
  | { readonly kind: "surcharge"; readonly system: string; readonly workload: string };

/** Something to reach, as a figure of one run. */
export interface Goal {
  readonly text: string;
  readonly measure: Measure;
  readonly is: "at least" | "at most";
  readonly bound: number;
  /** What the measure comes to with LangGraph alone in our place: where that misses the bound, no code of ours can meet it. */
  readonly floor?: Floor;
}

/** A system without our code, in the place of ours. */
export interface Floor {
  readonly system: "trivial-graph" | "naive-graph";
  readonly measure: Measure;
}

const LANGGRAPH_SWARMS = ["langgraph-swarm-react", "langgraph-swarm-agent"];

const PEERS = ["openai-agents", "google-adk", "ai-sdk"];

const TURNS = [1, 10, 50].flatMap((handoffs) => [`turn/h${handoffs}`, `turn/h${handoffs}-tools`]);

/** What this library wants to reach, in the order of the page. */
export const goals: readonly Goal[] = [
  ...LANGGRAPH_SWARMS.flatMap((peer): Goal[] => [
    {
      text: `${peer}: a hop costs it 5 × ours, stepped`,
      measure: { kind: "slopes", of: peer, over: STEPPED },
      is: "at least",
      bound: 5,
      floor: { system: "naive-graph", measure: { kind: "slopes", of: peer, over: "naive-graph" } },
    },
    {
      text: `${peer}: a hop costs it 20 × ours`,
      measure: { kind: "slopes", of: peer, over: OURS },
      is: "at least",
      bound: 20,
    },
  ]),
  ...PEERS.flatMap((peer) =>
    TURNS.map((workload): Goal => ({
      text: `${peer}: ahead on ${workload}`,
      measure: { kind: "ratio", of: peer, over: OURS, workload },
      is: "at least",
      bound: 1,
    })),
  ),
  {
    text: "openai-agents: not behind at 10 handoffs, stepped",
    measure: { kind: "ratio", of: "openai-agents", over: STEPPED, workload: "turn/h10" },
    is: "at least",
    bound: 1,
    floor: {
      system: "trivial-graph",
      measure: { kind: "ratio", of: "openai-agents", over: "trivial-graph", workload: "turn/h10" },
    },
  },
  {
    text: "a hop over LangGraph's trivial step, stepped",
    measure: { kind: "slopes", of: STEPPED, over: "trivial-graph" },
    is: "at most",
    bound: 1,
    floor: { system: "naive-graph", measure: { kind: "slopes", of: "naive-graph", over: "trivial-graph" } },
  },
  {
    text: "a hop over a hand-written LangChain loop's",
    measure: { kind: "slopes", of: OURS, over: "hand-loop" },
    is: "at most",
    bound: 3,
  },
  ...[OURS, STEPPED].map((system): Goal => ({
    text: `${system}: linear in handoffs (exponent from 10 to 50)`,
    measure: { kind: "exponent", system },
    is: "at most",
    bound: 1.05,
  })),
  ...[OURS, STEPPED].map((system): Goal => ({
    text: `${system}: µs per message of history and hop`,
    measure: { kind: "per-message", system },
    is: "at most",
    bound: 0.2,
  })),
  ...[0, 1_000, 10_000].map((history): Goal => ({
    text: `KB of checkpoint a hop, after ${history} messages`,
    measure: {
      kind: "metric",
      system: OURS,
      workload: `checkpoint/swarm-memory-n${history}`,
      metric: "bytesPerHop",
      scale: 1 / 1_024,
    },
    is: "at most",
    bound: 1.5,
  })),
  {
    text: "500 fully connected agents: seconds to compile",
    measure: { kind: "metric", system: OURS, workload: "build/a500-full", metric: "buildMs", scale: 1 / 1_000 },
    is: "at most",
    bound: 0.3,
  },
  {
    text: "500 fully connected agents: MB of heap",
    measure: { kind: "metric", system: OURS, workload: "build/a500-full", metric: "heapBytes", scale: 1 / 2 ** 20 },
    is: "at most",
    bound: 32,
  },
  {
    text: "openai-agents: throughput at 1,000 runs at once, ours over its",
    measure: { kind: "ratio", of: "openai-agents", over: OURS, workload: "concurrent/c1000" },
    is: "at least",
    bound: 1.5,
  },
  {
    text: "the event stream's surcharge on a stepped turn",
    measure: { kind: "surcharge", system: STEPPED, workload: "surcharge/events" },
    is: "at most",
    bound: 0.15,
  },
  {
    text: "the surcharge of events and their recording on a stepped turn",
    measure: { kind: "surcharge", system: STEPPED, workload: "surcharge/recording" },
    is: "at most",
    bound: 0.2,
  },
  {
    text: "OpenTelemetry's surcharge where it is not used",
    measure: { kind: "surcharge", system: OURS, workload: "surcharge/otel-unused" },
    is: "at most",
    bound: 0.01,
  },
];
