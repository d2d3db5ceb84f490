import { Hono } from "hono";

/** Options of {@link healthRoutes}. */
export interface HealthOptions {
  /** Whether requests can be answered now. Default: yes. Throwing means no. */
  readonly ready?: (() => boolean | Promise<boolean>) | undefined;
  readonly stop?: AbortSignal | undefined;
}

/** `/healthz`: the process lives. `/readyz`: it takes requests; 503 where it does not. Both tell nothing else, to anybody. */
export function healthRoutes({ ready = () => true, stop }: HealthOptions): Hono {
  const isReady = async (): Promise<boolean> => {
    try {
      return stop?.aborted !== true && (await ready());
    } catch {
      return false;
    }
  };
  return new Hono()
    .get("/healthz", (c) => c.json({ status: "ok" }))
    .get("/readyz", async (c) => ((await isReady()) ? c.json({ status: "ok" }) : c.json({ status: "unready" }, 503)));
}
