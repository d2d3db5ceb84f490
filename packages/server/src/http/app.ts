import { Hono } from "hono";
import type { Context } from "hono";
import type { Agents } from "../agents/agents.ts";
import type { Conversations } from "../conversations/conversations.ts";
import { MistralError } from "../wire/errors.ts";
import { agentRoutes } from "./agents.ts";
import { authenticate } from "./auth.ts";
import { conversationRoutes } from "./conversations.ts";
import { errorResponse, report } from "./errors.ts";
import type { OnFailure } from "./errors.ts";
import { fileRoutes } from "./files.ts";
import type { FileSource } from "./files.ts";
import { DEFAULT_MAX_BODY_BYTES, limitBody } from "./limits.ts";

/** Options of {@link createApp}. */
export interface AppOptions {
  readonly agents: Agents;
  /** Default: no routes below `/v1/conversations`. */
  readonly conversations?: Conversations | undefined;
  /** Default: no routes below `/v1/files`. */
  readonly files?: FileSource | undefined;
  /** The keys that are let in. Without any, only programs on this machine are. */
  readonly apiKey?: string | readonly string[] | undefined;
  /** The largest body of a request, in bytes. Default: 1,000,000. */
  readonly maxBodyBytes?: number | undefined;
  readonly onFailure?: OnFailure | undefined;
  /** Ends what still runs when it is aborted: such a run is answered with 503 `server_stopping`. */
  readonly stop?: AbortSignal | undefined;
}

/**
 * The HTTP server of Mistral's Agents and Conversations, as a Hono app; `app.fetch` answers a request. The peer's
 * address is known behind `@hono/node-server` only, so other runtimes need an `apiKey`.
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
  const { conversations, files, stop, onFailure } = options;
  const app = new Hono();
  app.use(authenticate({ apiKey: options.apiKey }), limitBody(options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES));
  app.route("/v1/agents", agentRoutes(options.agents));
  if (conversations !== undefined) {
    app.route("/v1/conversations", conversationRoutes(conversations, { stop, onFailure }));
  }
  if (files !== undefined) app.route("/v1/files", fileRoutes(files));
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
