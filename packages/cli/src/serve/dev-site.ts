import { createApp } from "@swarmgraph/server";
import { drawSwarm, layoutSwarm } from "@swarmgraph/draw";
import { inspector } from "@swarmgraph/inspector";
import type { SwarmGraph } from "swarmgraph";
import { causesOf, messageOf } from "../explain.ts";
import type { Handler } from "./listen.ts";

/** What a swarm is served with. */
export interface DevSiteOptions {
  /** The secret part of the page's address: the same for every version of a swarm that changes. */
  readonly token: string;
  /** Ends what runs. */
  readonly stop: AbortSignal;
  readonly onFailure?: ((message: string) => void) | undefined;
}

/** A swarm behind HTTP: the inspector's page, and the server's routes. */
export interface DevSite {
  readonly handler: Handler;
  /** The page's path. */
  readonly page: string;
  /** The path of the events. */
  readonly events: string;
}

/** Serves one version of a swarm. */
export function devSite(graph: SwarmGraph, { token, stop, onFailure }: DevSiteOptions): DevSite {
  const { definition } = graph;
  const page = inspector(graph, {
    token,
    svg: drawSwarm(definition, { format: "svg" }),
    layout: layoutSwarm(definition),
  });
  const app = createApp({
    swarms: { [definition.name]: graph },
    stop,
    onFailure: ({ method, path, error }) =>
      onFailure?.(`${method} ${path}: ${[...causesOf(error)].map(messageOf).join(" ")}`),
  });
  return {
    handler: (request, bindings) =>
      new URL(request.url).pathname.startsWith(page.path) ? page(request) : app.fetch(request, bindings),
    page: page.path,
    events: `/events/${encodeURIComponent(definition.name)}`,
  };
}
