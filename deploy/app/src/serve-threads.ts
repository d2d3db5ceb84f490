import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { createApp } from "@swarmgraph/server";
import type { Settings } from "./settings.ts";

/** A turn that a client asks for. */
export interface Turn {
  readonly threadId: string;
  /** The client's own: asked for again under it, it is the same run. */
  readonly runId: string;
  readonly input: string;
}

/** What {@link serveThreads} takes. */
export interface ThreadsOptions {
  readonly settings: Settings;
  /** Whether runs can be taken now; throwing means no. */
  readonly ready: () => Promise<boolean>;
  /** Runs a turn, and gives the last thing that was said. */
  readonly run: (turn: Turn) => Promise<string>;
}

/** A server that listens. */
export interface ThreadsServer {
  readonly url: string;
  /** Takes no new connection; resolves when what is under way is answered, or the time of grace is over. */
  close(): Promise<void>;
}

/** `PUT /threads/{threadId}/runs/{runId}` with `{ "input": "…" }`: runs of an engine, for clients with a key. */
export async function serveThreads({ settings, ready, run }: ThreadsOptions): Promise<ThreadsServer> {
  let isStopping = false;
  const app = createApp({
    apiKey: settings.value("SWARMGRAPH_API_KEY"),
    ready: async () => !isStopping && (await ready()),
    onFailure: ({ method, path, error }) => process.stderr.write(`${method} ${path}: ${String(error)}\n`),
  });
  app.put("/threads/:threadId/runs/:runId", async (context) => {
    const { threadId, runId } = context.req.param();
    const body: unknown = await context.req.json().catch(() => undefined);
    const input = typeof body === "object" && body !== null && "input" in body ? body.input : undefined;
    if (typeof input !== "string") return context.json({ message: 'Send {"input": "…"}.' }, 422);
    return context.json({ threadId, runId, answer: await run({ threadId, runId, input }) });
  });
  const server = createServer(getRequestListener(app.fetch, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(settings.port, "0.0.0.0", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://0.0.0.0:${port}`,
    close: async () => {
      isStopping = true;
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeIdleConnections();
      const cut = setTimeout(() => server.closeAllConnections(), settings.graceMs);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** The text of the last message of a run's values. */
export function lastText(values: { readonly messages?: unknown }): string {
  const messages = (values.messages ?? []) as readonly { readonly text: string }[];
  return messages.at(-1)?.text ?? "";
}
