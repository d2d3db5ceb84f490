import type { AddressInfo } from "node:net";
import { serve } from "@hono/node-server";
import type { Hono } from "hono";

/** Serves an app on a free port of this machine while `act` runs; `act` is given the port. */
export async function serving<T>(app: Hono, act: (port: number) => Promise<T>): Promise<T> {
  let server: ReturnType<typeof serve> | undefined;
  const { port } = await new Promise<AddressInfo>((resolve) => {
    const where = { hostname: "127.0.0.1", port: 0 };
    // Clients in this process must keep the platform's own Request and Response: they check by instanceof.
    server = serve({ fetch: app.fetch, ...where, overrideGlobalObjects: false }, resolve);
  });
  try {
    return await act(port);
  } finally {
    await new Promise((resolve) => server?.close(resolve));
  }
}
