import type { BaseMessageLike } from "@langchain/core/messages";
import type { BaseCheckpointSaver, BaseStore } from "@langchain/langgraph";
import { graphOf } from "./worker.ts";
import type { Worker } from "./worker.ts";

/** LangGraph's own options of a pattern's graph. */
export interface PatternCompileOptions {
  /** Where threads are kept. Default: nowhere. */
  readonly checkpointer?: BaseCheckpointSaver | boolean | undefined;
  /** LangGraph's store for what lasts over threads. */
  readonly store?: BaseStore | undefined;
  /** Nodes before which a run stops. */
  readonly interruptBefore?: readonly string[] | undefined;
  /** Nodes after which a run stops. */
  readonly interruptAfter?: readonly string[] | undefined;
  /** The graph's name in traces. */
  readonly name?: string | undefined;
}

/** What a pattern's graph is invoked with. */
export interface MessagesInput {
  readonly messages: BaseMessageLike | readonly BaseMessageLike[];
}

/** The options as LangGraph's builder takes them. */
export function compileOptions(options: PatternCompileOptions, name: string): { name: string } {
  const { checkpointer, store, interruptBefore, interruptAfter } = options;
  const given = Object.entries({ checkpointer, store, interruptBefore, interruptAfter });
  return { name: options.name ?? name, ...Object.fromEntries(given.filter(([, value]) => value !== undefined)) };
}

/** Node options that show a worker's graph to LangGraph: for drawings, and for state and interrupts inside of it. */
export function subgraphsOf(worker: Worker): { subgraphs?: never[] } {
  const graph: unknown = graphOf(worker);
  return typeof graph === "object" && graph !== null && "channels" in graph ? { subgraphs: [graph as never] } : {};
}
