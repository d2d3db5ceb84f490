import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { MistralError } from "../wire/errors.ts";
import { createApp } from "./app.ts";
import type { AppOptions } from "./app.ts";
import { isLoopback, keysOf } from "./auth.ts";

/** Options of {@link serve}. */
export interface ServeOptions extends Omit<AppOptions, "stop" | "closing"> {
  /** Default: 8787. 0 takes any that is free. */
  readonly port?: number | undefined;
  /** Where it listens. Default: `127.0.0.1`; anything that other machines reach needs an `apiKey` or `authenticate`. */
  readonly hostname?: string | undefined;
  /** How many milliseconds runs may go on once the server is closed. Default: 10,000. */
  readonly graceMs?: number | undefined;
}

/** A server that listens. */
export interface RunningServer {
  /** E.g. `http://127.0.0.1:8787`. */
  readonly url: string;
  /**
   * Stops: no new connection is taken, runs may end in the time of grace, what still runs is aborted and answered with
   * 503 `server_stopping`. What is stored stays. Resolves once every connection is closed.
   */
  close(): Promise<void>;
}

/** How long an aborted run has to say so to its client before the connection is cut. */
const LAST_WORDS_MS = 1_000;

/**
 * Serves swarms, and Mistral's Agents and Conversations, on Node.
 *
 * @throws MistralError `loopback_only` where other machines could reach it and there is neither `apiKey` nor `authenticate`, `cannot_listen` where
 * the address is taken or not this machine's.
 *
 * @example
 * ```ts
 * import { Agents, Conversations, serve } from "@swarmgraph/server";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const agents = new Agents();
 * const conversations = new Conversations({ agents, modelFor: () => scriptedModel().say("Hello!") });
 * const server = await serve({ agents, conversations, port: 0 });
 * (await fetch(`${server.url}/v1/agents`)).status; // 200
 * await server.close();
 * ```
 */
export async function serve(options: ServeOptions): Promise<RunningServer> {
  const { port = 8787, hostname = "127.0.0.1", graceMs = 10_000, ...rest } = options;
  const isOpen = keysOf(options.apiKey).length === 0 && options.authenticate === undefined;
  if (!isLoopback(hostname) && isOpen) {
    const message = `Other machines could reach a server at "${hostname}": give it an apiKey or authenticate, or let it listen at 127.0.0.1.`;
    throw new MistralError(message, { status: 403, code: "loopback_only" });
  }
  const stop = new AbortController();
  const begun = new AbortController();
  const { fetch } = createApp({ ...rest, stop: stop.signal, closing: begun.signal });
  // Clients in this process must keep the platform's own Request and Response: they check by instanceof.
  const server = createServer(getRequestListener(fetch, { overrideGlobalObjects: false }));
  let closed: Promise<void> | undefined;
  server.on("request", ({ socket }, response) => {
    // A connection that its client keeps for later would hold the server open after its last answer.
    response.once("close", () => closed && socket.end());
  });
  await listening(server, { port, hostname });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${hostname.includes(":") ? `[${hostname}]` : hostname}:${taken}`,
    close: () => {
      begun.abort();
      return (closed ??= closing(server, { stop, graceMs }));
    },
  };
}

async function listening(server: Server, { port, hostname }: { port: number; hostname: string }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `The server cannot listen at ${hostname}, port ${port}: choose another one.`;
      reject(new MistralError(message, { status: 500, code: "cannot_listen", cause }));
    });
    server.listen(port, hostname, resolve);
  });
}

async function closing(server: Server, { stop, graceMs }: { stop: AbortController; graceMs: number }): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  const abort = setTimeout(() => stop.abort(), graceMs);
  const cut = setTimeout(() => server.closeAllConnections(), graceMs + LAST_WORDS_MS);
  await closed;
  clearTimeout(abort);
  clearTimeout(cut);
}
