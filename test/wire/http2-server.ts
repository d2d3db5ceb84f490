import { once } from "node:events";
import { createServer } from "node:http2";
import type { ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";

/** An HTTP/2 server on 127.0.0.1 that gives every request the same answer and records what it was asked. */
export interface Http2Server {
  readonly url: string;
  /** The bodies of the requests so far. */
  readonly bodies: readonly Record<string, unknown>[];
  close(): Promise<void>;
}

export async function startHttp2Server(reply: unknown): Promise<Http2Server> {
  const bodies: Record<string, unknown>[] = [];
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      bodies.push(JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>);
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(reply));
    });
  });
  server.on("session", (session) => sessions.add(session));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bodies,
    async close() {
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
