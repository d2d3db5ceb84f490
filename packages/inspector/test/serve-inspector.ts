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
  const server = serve({ fetch: page, hostname: "127.0.0.1", port: 0 });
  if (!server.listening) await once(server, "listening");
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}${page.path}`,
    origin,
    close: async () => {
      const closed = once(server, "close");
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await closed;
    },
  };
}
