import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import { inspector } from "../src/index.ts";
import type { InspectableGraph, InspectorOptions } from "../src/index.ts";

/** An inspector behind a real server on this machine. */
export interface Served {
  /** The page's address, token included. */
  readonly url: string;
  readonly origin: string;
  readonly close: () => Promise<void>;
}

/** Serves an inspector on a free port of 127.0.0.1. */
export async function serveInspector(
  graph: InspectableGraph | undefined,
  options: InspectorOptions = {},
): Promise<Served> {
  const page = inspector(graph, options);
  const { origin, close } = await serveHandler(page);
  return { url: `${origin}${page.path}`, origin, close };
}

/** Serves any handler there. */
export async function serveHandler(
  handler: (request: Request) => Promise<Response>,
): Promise<Pick<Served, "origin" | "close">> {
  const server = serve({ fetch: handler, hostname: "127.0.0.1", port: 0 });
  if (!server.listening) await once(server, "listening");
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}
