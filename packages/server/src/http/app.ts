import { Hono } from "hono";
import type { Context } from "hono";
import type { Agents } from "../agents/agents.ts";
import type { Conversations } from "../conversations/conversations.ts";
import { agUiRoutes } from "../swarms/ag-ui-routes.ts";
import { chatRoutes } from "../swarms/chat-routes.ts";
import { eventRoutes } from "../swarms/event-routes.ts";
import { SwarmHost } from "../swarms/hosted-swarm.ts";
import type { ContextFor } from "../swarms/options.ts";
import type { PublishRun } from "../swarms/publish-run.ts";
import type { ServedSwarms } from "../swarms/served-swarm.ts";
import { MistralError } from "../wire/errors.ts";
import { agentRoutes } from "./agents.ts";
import { authenticate, keysOnly } from "./auth.ts";
import type { Authenticate } from "./auth.ts";
import { conversationRoutes } from "./conversations.ts";
import { allowOrigins } from "./cors.ts";
import { errorResponse, report } from "./errors.ts";
import type { OnFailure } from "./errors.ts";
import { fileRoutes } from "./files.ts";
import type { FileSource } from "./files.ts";
import { healthRoutes } from "./health.ts";
import { DEFAULT_MAX_BODY_BYTES, limitBody } from "./limits.ts";
import { limitRate } from "./rate-limit.ts";
import type { RateLimit } from "./rate-limit.ts";

/** Options of {@link createApp}. */
export interface AppOptions {
  /** Default: no routes below `/v1/agents`. */
  readonly agents?: Agents | undefined;
  /** Default: no routes below `/v1/conversations`. */
  readonly conversations?: Conversations | undefined;
  /** Default: no routes below `/v1/files`. */
  readonly files?: FileSource | undefined;
  /**
   * Compiled swarms by name: models of `/v1/models` and `/v1/chat/completions`, agents of `/ag-ui/{name}`, and
   * `/events/{name}`. Those with a checkpointer have threads that last. Default: none of these routes.
   */
  readonly swarms?: ServedSwarms | undefined;
  /** Makes the `context` of a swarm's run. Default: none. */
  readonly contextFor?: ContextFor | undefined;
  /** The keys that are let in. Without any, and without `authenticate`, only programs on this machine are. */
  readonly apiKey?: string | readonly string[] | undefined;
  /**
   * Who is let in without a key, and whose threads they reach. Tenants reach the swarms alone: agents, conversations and
   * files belong to whoever has a key.
   */
  readonly authenticate?: Authenticate | undefined;
  /** The origins whose pages may use the server, e.g. `https://app.example.com`. Default: none, so no CORS. */
  readonly cors?: readonly string[] | undefined;
  /** How many requests each tenant, and each key, may make. Default: any number. */
  readonly rateLimit?: RateLimit | undefined;
  /** What `/readyz` says. Default: ready until `stop`. */
  readonly ready?: (() => boolean | Promise<boolean>) | undefined;
  /** The largest body of a request, in bytes. Default: 1,000,000. */
  readonly maxBodyBytes?: number | undefined;
  /** Told of what went wrong on the server, which its client is not told. Default: nobody is. */
  readonly onFailure?: OnFailure | undefined;
  /** Who is told each event of each run of the swarms, beside its client: a log, or an inspector's feed. */
  readonly publish?: PublishRun | undefined;
  /** Ends the streams of `GET /events/{swarm}` when it is aborted; runs go on. Default: `stop`. */
  readonly closing?: AbortSignal | undefined;
  /** Ends what still runs when it is aborted: such a run is answered with 503 `server_stopping`. */
  readonly stop?: AbortSignal | undefined;
}

/**
 * The HTTP server of swarms, and of Mistral's Agents and Conversations, as a Hono app; `app.fetch` answers a request. The
 * peer's address is known behind `@hono/node-server` only, so other runtimes need an `apiKey` or `authenticate`.
 *
 * @throws MistralError `cors_invalid` or `rate_limit_invalid` for options that make no sense.
 *
 * @example
 * ```ts
 * import { Agents, createApp } from "@swarmgraph/server";
 *
 * const app = createApp({ agents: new Agents(), apiKey: "secret" });
 * const headers = { authorization: "Bearer secret" };
 * (await app.request("/v1/agents", { headers })).status; // 200
 * ```
 */
export function createApp(options: AppOptions): Hono {
  const { agents, conversations, files, swarms, stop, onFailure } = options;
  const app = new Hono();
  if (options.cors !== undefined && options.cors.length > 0) app.use(allowOrigins(options.cors));
  app.route("/", healthRoutes({ ready: options.ready, stop }));
  app.use(authenticate(options), limitBody(options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES));
  if (options.rateLimit !== undefined) app.use(limitRate(options.rateLimit));
  for (const path of ["/v1/agents", "/v1/conversations", "/v1/files"]) app.use(`${path}/*`, keysOnly());
  if (agents !== undefined) app.route("/v1/agents", agentRoutes(agents));
  if (conversations !== undefined) {
    app.route("/v1/conversations", conversationRoutes(conversations, { stop, onFailure }));
  }
  if (files !== undefined) app.route("/v1/files", fileRoutes(files));
  if (swarms !== undefined) {
    const host = new SwarmHost(swarms);
    const { contextFor, publish, closing } = options;
    const run = { stop, closing, onFailure, contextFor, publish };
    app.route("/v1", chatRoutes(host, run));
    app.route("/ag-ui", agUiRoutes(host, run));
    app.route("/events", eventRoutes(host, run));
  }
  app.notFound((context) => errorResponse(context, unknownRoute(app, context)));
  app.onError((error, context) => {
    report(context, error, onFailure);
    return errorResponse(context, error);
  });
  return app;
}

function unknownRoute(app: Hono, context: Context): MistralError {
  const { method, path } = context.req;
  const allowed = app.routes.filter((route) => route.method !== "ALL" && fits(route.path, path));
  if (allowed.length === 0) {
    return new MistralError("There is no such route.", { status: 404, code: "route_not_found" });
  }
  const methods = [...new Set(allowed.map((route) => route.method))].join(", ");
  context.header("allow", methods);
  return new MistralError(`This route does not take ${method}, but ${methods}.`, {
    status: 405,
    code: "method_not_allowed",
  });
}

function fits(pattern: string, path: string): boolean {
  const parts = pattern.split("/");
  const given = path.split("/");
  return parts.length === given.length && parts.every((part, i) => part.startsWith(":") || part === given[i]);
}
