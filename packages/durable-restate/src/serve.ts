import { createServer } from "node:http2";
import type { ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { createEndpointHandler } from "@restatedev/restate-sdk";
import type { LoggerTransport } from "@restatedev/restate-sdk";
import { RestateSwarmError } from "./errors.ts";
import type { DurableSwarm } from "./service.ts";

/** Where a worker listens. */
export interface ServeOptions {
  /** Default: `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Default: 9080; 0 for any that is free. */
  readonly port?: number | undefined;
  /** The public keys of the server, so that requests of others are refused. */
  readonly identityKeys?: readonly string[] | undefined;
  /** Takes what the SDK has to say. Default: the console. */
  readonly logger?: LoggerTransport | undefined;
}

/** A worker that serves swarms. */
export interface Worker {
  /** To be registered with the server: see `registerWorker`. */
  readonly url: string;
  /** Ends the connections; runs go on elsewhere, or when the worker is back. */
  close(): Promise<void>;
}

const OLDEST_NODE = 22;

/**
 * Serves swarms to the engine over HTTP/2; {@link durableSwarm} makes them.
 *
 * @throws RestateSwarmError `NODE_VERSION`; what listening throws.
 */
export async function serveSwarms(
  swarms: readonly DurableSwarm[],
  { host = "127.0.0.1", port = 9080, identityKeys, logger }: ServeOptions = {},
): Promise<Worker> {
  assertNode(process.versions.node);
  const services = swarms.flatMap((swarm) => [...swarm.services]);
  const server = createServer(
    createEndpointHandler({
      services,
      ...(identityKeys && { identityKeys: [...identityKeys] }),
      ...(logger && { logger }),
    }),
  );
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${own}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const session of sessions) session.destroy();
      }),
  };
}

/** @throws RestateSwarmError `NODE_VERSION` */
export function assertNode(version: string): void {
  if (Number.parseInt(version, 10) >= OLDEST_NODE) return;
  throw new RestateSwarmError(
    "NODE_VERSION",
    `Restate's SDK needs Node ${OLDEST_NODE} or newer, and this is Node ${version}. Run the worker on a newer one; callers may stay where they are.`,
  );
}
