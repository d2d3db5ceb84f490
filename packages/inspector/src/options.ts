import { createEventFeed } from "swarmgraph";
import type { EventFeed, EventSource, SwarmDefinition, SwarmEventsConfig } from "swarmgraph";
import { InspectorError } from "./inspector-error.ts";

/** How LangGraph names a thread, or one checkpoint of it. */
export interface ThreadConfig {
  /** LangGraph's: `thread_id`, and `checkpoint_id` where one is meant. */
  readonly configurable: Readonly<Record<string, string>>;
}

/** What is inspected: every `SwarmGraph` fits. The methods on threads are used where the graph keeps checkpoints. */
export interface InspectableGraph extends EventSource {
  getState?(config: ThreadConfig): Promise<unknown>;
  getStateHistory?(config: ThreadConfig, options?: { readonly limit?: number }): AsyncIterable<unknown>;
  updateState?(config: ThreadConfig, values: never, asNode?: string): Promise<unknown>;
}

/** Options of `inspector`. */
export interface InspectorOptions {
  /** The secret part of the page's address: 16 to 128 letters, digits, `-` and `_`. Default: a random one. */
  readonly token?: string | undefined;
  /** Where the handler is mounted, e.g. `"/debug"`. Default `"/"`. */
  readonly basePath?: string | undefined;
  /** Nothing can be run and nothing forked: for a look at production. Default false. */
  readonly readOnly?: boolean | undefined;
  /**
   * Hosts, with or without a port, under which the page may be opened and called beside `localhost` and the loopback
   * addresses. Default: none.
   */
  readonly hosts?: readonly string[] | undefined;
  /** The swarm's drawing as an SVG text, e.g. from `@swarmgraph/draw`. Default: the page draws the agents itself. */
  readonly svg?: string | undefined;
  /** Makes the drawing, once, where `svg` is not given. */
  readonly draw?: ((definition: SwarmDefinition) => string) | undefined;
  /** Places of nodes and edges as plain data, handed on as they are by `/graph`. */
  readonly layout?: unknown;
  /** A recording to replay: the text that `toJsonl` or `recordEvents` wrote, or what reads it anew each time. */
  readonly recording?: string | (() => string | Promise<string>) | undefined;
  /** What each run gets beside its thread: `context`, `callbacks`, `hooks`, ... */
  readonly run?: ((request: Request) => SwarmEventsConfig | Promise<SwarmEventsConfig>) | undefined;
  /**
   * Runs that are made elsewhere: the page follows them as they happen. Their events are published to it, e.g. by
   * `swarmEvents(graph, input, { publish: [feed.publish] })`; the page's own are too. Default: one of its own, so that pages
   * show each other's runs.
   */
  readonly feed?: EventFeed | undefined;
  /** Which version of the swarm is served: a page that comes back to another one loads itself anew. Default: its hash. */
  readonly version?: string | undefined;
  /** Ends the pages' connections when it is aborted: they come back to whatever is served then. */
  readonly stop?: AbortSignal | undefined;
  /** The largest body of a request, in bytes. Default 1,000,000. */
  readonly maxBodyBytes?: number | undefined;
}

/** Options with defaults filled in. */
export interface ResolvedOptions extends InspectorOptions {
  readonly token: string;
  /** Begins and ends with `/`, and holds the token. */
  readonly path: string;
  readonly readOnly: boolean;
  readonly hosts: readonly string[];
  readonly feed: EventFeed;
  readonly maxBodyBytes: number;
}

/** @throws InspectorError `OPTION_INVALID`. */
export function resolveOptions(options: InspectorOptions): ResolvedOptions {
  const { token = randomToken(), basePath = "/", hosts = [], readOnly = false, maxBodyBytes = 1_000_000 } = options;
  const { feed = createEventFeed() } = options;
  if (!/^[\w-]{16,128}$/u.test(token)) {
    throw new InspectorError(
      "OPTION_INVALID",
      'the inspector\'s token has to be 16 to 128 letters, digits, "-" and "_"; leave it out to get a random one.',
    );
  }
  if (!/^\/(?:[\w.~-]+\/?)*$/u.test(basePath)) {
    throw new InspectorError(
      "OPTION_INVALID",
      `basePath ${JSON.stringify(basePath)} is no path to mount at; write it like "/debug".`,
    );
  }
  if (!(maxBodyBytes > 0)) {
    throw new InspectorError("OPTION_INVALID", `maxBodyBytes ${maxBodyBytes} lets nothing in; give a positive number.`);
  }
  const path = `${basePath.replace(/\/$/u, "")}/${token}/`;
  return { ...options, token, path, readOnly, hosts: hosts.map((host) => host.toLowerCase()), feed, maxBodyBytes };
}

function randomToken(): string {
  return globalThis.crypto.randomUUID().replaceAll("-", "");
}
