import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { setImmediate } from "node:timers/promises";
import type { Refusal } from "./refusals.ts";
import type { Answer, Written } from "./reply.ts";

/** A request of either version of HTTP. */
export type Incoming = IncomingMessage | Http2ServerRequest;

/** A response of either version of HTTP. */
export type Outgoing = ServerResponse | Http2ServerResponse;

/** A port of 127.0.0.1 at which HTTP/1.1 and, since Amazon's client speaks nothing else, plain HTTP/2 are heard. */
export interface Door {
  readonly origin: string;
  /** Cuts every connection and closes the port. */
  close(): Promise<void>;
}

/** Opens a port; the first bytes of a connection tell which version it is. */
export async function openDoor(listener: (request: Incoming, response: Outgoing) => void): Promise<Door> {
  const http1 = createHttpServer(listener);
  const http2 = createHttp2Server(listener);
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    // A client that has been cut off may say so; there is nothing to do about it.
    socket.on("error", () => socket.destroy());
    socket.once("readable", () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      socket.unshift(first);
      (first.toString("latin1").startsWith("PRI ") ? http2 : http1).emit("connection", socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** The whole body of a request. */
export async function bodyOf(request: Incoming): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString();
}

/** Sends a whole body with its status. */
export function sendJson(response: Outgoing, { status, headers = {}, json }: Refusal): void {
  (response as ServerResponse).writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(json));
}

/**
 * Sends an answer; with `cutAfter` the connection ends after so many events, or in the middle of the body. With `endAfter`
 * the stream ends there as if it were whole.
 */
export async function sendAnswer(
  response: Outgoing,
  written: Written,
  { cutAfter, endAfter }: Pick<Answer, "cutAfter" | "endAfter">,
): Promise<void> {
  if ("json" in written) {
    if (cutAfter === undefined) return sendJson(response, { status: 200, json: written.json });
    const text = JSON.stringify(written.json);
    (response as ServerResponse).writeHead(200, { "content-type": "application/json", "content-length": text.length });
    await write(response, text.slice(0, Math.floor(text.length / 2)));
    return cut(response);
  }
  (response as ServerResponse).writeHead(200, { "content-type": written.type ?? "text/event-stream" });
  for (const event of written.events.slice(0, cutAfter ?? endAfter)) {
    await write(response, event);
    // Each event by itself, as it comes from a model, and not all of them in one packet.
    await setImmediate();
  }
  if (cutAfter === undefined) response.end();
  else cut(response);
}

/** Resolves once the bytes have left: whatever still waits when a connection is cut, the client never sees. */
function write(response: Outgoing, chunk: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    (response as ServerResponse).write(chunk, (error) => (error ? reject(error) : resolve()));
  });
}

function cut(response: Outgoing): void {
  response.socket?.destroy();
}
