import { toJsonl } from "swarmgraph";
import type { InspectableGraph, ResolvedOptions } from "./options.ts";
import { keepsThreads } from "./threads.ts";

/** What `/graph` answers: the swarm as data, its drawing, and what the page may do. */
export interface GraphData {
  /** The header of a recording: the swarm's name, and its agents, tools and edges where the definition is known. */
  readonly header: unknown;
  /** Which version of the swarm it is; `null` where nothing tells two apart. */
  readonly version: string | null;
  /** The drawing, where there is one. */
  readonly svg: string | null;
  readonly layout: unknown;
  readonly readOnly: boolean;
  /** Whether there is a graph to run. */
  readonly canRun: boolean;
  /** Whether it keeps threads. */
  readonly hasThreads: boolean;
  /** Whether `/recording` has one. */
  readonly hasRecording: boolean;
}

/** Collects {@link GraphData}. */
export function graphData(graph: InspectableGraph | undefined, options: ResolvedOptions): GraphData {
  const definition = graph?.definition;
  const [line = "{}"] = toJsonl([], { definition });
  const header = JSON.parse(line) as { readonly hash?: string };
  return {
    header,
    version: options.version ?? header.hash ?? null,
    svg: options.svg ?? (definition === undefined ? null : (options.draw?.(definition) ?? null)),
    layout: options.layout ?? null,
    readOnly: options.readOnly,
    canRun: graph !== undefined && !options.readOnly,
    hasThreads: keepsThreads(graph),
    hasRecording: options.recording !== undefined,
  };
}
