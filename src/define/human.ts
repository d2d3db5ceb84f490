import type { AgentSpec, HandoffEntry, HistoryPolicy, PayloadSchema } from "../types.ts";

/** Options of {@link human}. */
export interface HumanOptions {
  /** What the person is called in requests. Default: the agent's name. */
  readonly name?: string | undefined;
  /** What other agents' models read when they choose whom to hand off to. */
  readonly description?: string | undefined;
  /** Whom the person may hand off to. Absent: every other agent. `[]`: nobody. */
  readonly canHandoffTo?: readonly HandoffEntry[] | undefined;
  /** What has to come along when the conversation is handed to the person: a zod object. */
  readonly input?: PayloadSchema | undefined;
  /** What of the earlier conversation the person sees. */
  readonly history?: HistoryPolicy | undefined;
}

/** The mark of a person. Registered, so that two copies of the package in one process know each other's. */
const HUMAN = Symbol.for("swarmgraph.human");

/** A person, in the place of an agent's graph. */
export interface Human {
  /** What the person is called, where that is not the agent's name. */
  readonly name: string | undefined;
  /** Always rejects: a person is asked by an interrupt, never called. */
  invoke(): Promise<never>;
}

/** An agent that is a person. */
export type HumanAgent<H extends HumanOptions = HumanOptions> = Omit<H, "name"> & { readonly graph: Human };

/**
 * A person as an agent of a swarm. Where the conversation gets to them the run stops with a `HumanRequest` as its interrupt,
 * and goes on with `new Command({ resume })`: a text is the person's answer to the user, `{ handoffTo, reason?, input? }`
 * hands the conversation on, judged as a model's handoff is. What cannot be taken is asked for again, with the `problem`.
 * The run needs a checkpointer, or it ends with `CHECKPOINTER_MISSING`.
 *
 * @example
 * ```ts
 * import { Command, MemorySaver } from "@langchain/langgraph";
 * import { human, SwarmAgent } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({
 *   entry: "triage",
 *   agents: {
 *     triage: { model: scriptedModel().handoff("clerk"), canHandoffTo: ["clerk"] },
 *     clerk: human({ description: "A person who may grant refunds.", canHandoffTo: ["triage"] }),
 *   },
 * });
 * const graph = swarm.compile({ checkpointer: new MemorySaver() });
 * const thread = { configurable: { thread_id: "1" } };
 * await graph.invoke({ messages: [{ role: "user", content: "My money back!" }] }, thread);
 * const { messages } = await graph.invoke(new Command({ resume: "You will have it tomorrow." }), thread);
 * messages.at(-1)?.name; // "clerk"
 * ```
 */
export function human<const H extends HumanOptions>(options: H): HumanAgent<H> {
  const { name, ...spec } = options;
  const person: Human = Object.freeze({
    [HUMAN]: true,
    name,
    invoke: () => Promise.reject(new TypeError("a person is asked by a swarm, and cannot be called")),
  });
  return Object.freeze({ ...spec, graph: person }) as unknown as HumanAgent<H>;
}

/** The person that an agent is; `undefined` where it is none. */
export function humanOf(spec: Pick<AgentSpec, "graph">): Human | undefined {
  const { graph } = spec;
  return typeof graph === "object" && HUMAN in graph ? (graph as unknown as Human) : undefined;
}
