import type { Kind } from "../workloads.ts";
import type { System } from "./system.ts";

/** What a system is, without loading it. */
export interface SystemInfo {
  /** What readers know it by. */
  readonly name: string;
  /** What is not the same as with the others: in whose favour, and why. */
  readonly note?: string;
  /** The kinds of workload that it can do. */
  readonly kinds: readonly Kind[];
  /** The module that a user imports, for the bundle. */
  readonly entry?: { readonly from: "root" | "peers"; readonly specifier: string };
  /** Loads the system, and nothing of the others. */
  load(): Promise<System>;
}

/** The system that the others are compared with. */
export const OURS = "ours";

/** The same, one superstep a hop. */
export const STEPPED = "ours-stepped";

const ALL_KINDS: readonly Kind[] = [
  "turn",
  "build",
  "history",
  "checkpoint",
  "concurrent",
  "stream",
  "surcharge",
  "profile",
  "cold",
  "bundle",
  "projection",
];

const GRAPH_KINDS: readonly Kind[] = ["turn", "build", "history", "checkpoint", "concurrent", "stream", "cold"];

/** Every system by its id, in the order of the tables. */
export const catalogue: Readonly<Record<string, SystemInfo>> = {
  [OURS]: {
    name: "swarmgraph",
    kinds: ALL_KINDS,
    entry: { from: "root", specifier: "swarmgraph" },
    load: async () => (await import("./ours.ts")).system,
  },
  [STEPPED]: {
    name: "swarmgraph, stepped",
    kinds: ["turn", "build", "history", "concurrent", "stream", "surcharge", "profile"],
    load: async () => (await import("./ours.ts")).stepped,
  },
  "langgraph-swarm-react": {
    name: "langgraph-swarm, createReactAgent",
    kinds: GRAPH_KINDS,
    load: async () => (await import("./langgraph-swarm.ts")).react,
  },
  "langgraph-swarm-agent": {
    name: "langgraph-swarm, createAgent",
    kinds: GRAPH_KINDS,
    load: async () => (await import("./langgraph-swarm.ts")).agent,
  },
  "openai-agents": {
    name: "@openai/agents",
    note: "Measured with its tracing switched off, in its favour.",
    kinds: ["turn", "build", "history", "concurrent", "stream", "cold", "bundle"],
    entry: { from: "peers", specifier: "@openai/agents" },
    load: async () => (await import("./openai-agents.ts")).system,
  },
  "google-adk": {
    name: "@google/adk",
    note: "Its agents are a tree: a chain is one agent inside the other, and a full mesh is siblings. It keeps a session in memory, and emits an event for each step.",
    kinds: ["turn", "build", "concurrent", "stream", "cold"],
    load: async () => (await import("./adk.ts")).system,
  },
  "ai-sdk": {
    name: "ai (AI SDK)",
    note: "It has no handoffs: they are tools, and a hand-written `prepareStep` picks the next agent's model and tools.",
    kinds: ["turn", "history", "concurrent", "stream", "cold", "bundle"],
    entry: { from: "peers", specifier: "ai" },
    load: async () => (await import("./ai-sdk.ts")).system,
  },
  strands: {
    name: "@strands-agents/sdk",
    note: "Each agent gets the handoff's message and not the conversation, which is less work. It knows no edges: every agent may hand off to every other.",
    kinds: ["turn", "build", "stream", "cold"],
    load: async () => (await import("./strands.ts")).system,
  },
  "naive-graph": {
    name: "hand-written StateGraph",
    note: "It keeps unanswered handoff calls in the prompt, which real providers refuse.",
    kinds: ["turn", "build", "history", "concurrent", "cold"],
    load: async () => (await import("./naive-graph.ts")).system,
  },
  "hand-loop": {
    name: "hand-written LangChain loop",
    note: "No state, no limits, no checks, no streaming: the floor of what goes through LangChain's models.",
    kinds: ["turn", "history", "concurrent", "cold"],
    load: async () => (await import("./hand-loop.ts")).system,
  },
  "trivial-graph": {
    name: "LangGraph's trivial step",
    note: "A chain of nodes that call no model and return nothing: what a superstep costs, and no way to hand off.",
    kinds: ["turn", "cold"],
    load: async () => (await import("./trivial-graph.ts")).system,
  },
};
