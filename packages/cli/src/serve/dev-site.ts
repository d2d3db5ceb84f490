import { createApp } from "@swarmgraph/server";
import { drawSwarm, layoutSwarm } from "@swarmgraph/draw";
import { inspector } from "@swarmgraph/inspector";
import type { EventFeed, SwarmGraph } from "swarmgraph";
import { causesOf, messageOf } from "../explain.ts";
import type { Handler } from "./listen.ts";

/** What a swarm is served with. */
export interface DevSiteOptions {
  /** The secret part of the page's address: the same for every version of a swarm that changes. */
  readonly token: string;
  /** Tells which version it is: a page that comes back to another one loads itself anew. */
  readonly version: string;
  /** What happens in the runs, for the page. Outlives a version. */
  readonly feed: EventFeed;
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
  /** Lets go of the pages: they come back to the version that is served then. Runs go on. */
  retire(): void;
}

/** Serves one version of a swarm. */
export function devSite(graph: SwarmGraph, { token, version, feed, stop, onFailure }: DevSiteOptions): DevSite {
  const { definition } = graph;
  const retired = new AbortController();
  const page = inspector(graph, {
    token,
    version,
    feed,
    stop: retired.signal,
    svg: drawSwarm(definition, { format: "svg" }),
    layout: layoutSwarm(definition),
  });
  const app = createApp({
    swarms: { [definition.name]: graph },
    stop,
    publish: feed.publish,
    onFailure: ({ method, path, error }) =>
      onFailure?.(`${method} ${path}: ${[...causesOf(error)].map(messageOf).join(" ")}`),
  });
  return {
    handler: (request, bindings) =>
      new URL(request.url).pathname.startsWith(page.path) ? page(request) : app.fetch(request, bindings),
    page: page.path,
    events: `/events/${encodeURIComponent(definition.name)}`,
    retire: () => retired.abort(),
  };
}
