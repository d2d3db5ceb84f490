import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { HttpBindings } from "@hono/node-server";
import { CliError } from "../errors.ts";
import { EXIT } from "../exit.ts";
import { codeOf, messageOf } from "../explain.ts";

/** Answers requests; the bindings say who asks. */
export type Handler = (request: Request, bindings: HttpBindings) => Response | Promise<Response>;

/** A server that listens on this machine. */
export interface Listening {
  /** E.g. `http://127.0.0.1:8787`. */
  readonly url: string;
  /** Takes no more connections, and ends those that there are. */
  close(): Promise<void>;
}

const HOST = "127.0.0.1";

/**
 * Listens on this machine's own address, which no other machine reaches.
 *
 * @throws CliError `PORT_IN_USE`.
 */
export async function listen(handler: Handler, { port }: { readonly port: number }): Promise<Listening> {
  const answer = (request: Request, bindings: unknown) => handler(request, bindings as HttpBindings);
  const server = createServer(getRequestListener(answer, { overrideGlobalObjects: false }));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(listenError(cause, port)));
    server.listen(port, HOST, resolve);
  });
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${taken}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listenError(cause: unknown, port: number): CliError {
  const why =
    codeOf(cause) === "EADDRINUSE" ? `port ${port} is in use` : `port ${port} cannot be used: ${messageOf(cause)}`;
  const hint = "Choose another with --port <port>, or any free one with --port 0.";
  return new CliError("PORT_IN_USE", `${why}.`, { hint, exitCode: EXIT.failed, cause });
}

/** Resolves once the signal is aborted. */
export function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
