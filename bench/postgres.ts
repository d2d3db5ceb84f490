import type { Cell } from "./cells.ts";
import { projectFile } from "./paths.ts";

/** The variable that says where PostgreSQL is, as a connection string. */
export const POSTGRES = "SWARMGRAPH_BENCH_POSTGRES";

interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts a PostgreSQL of the run's own where one of its cells asks for it and none is named, as the tests of the savers do.
 * Where that cannot be, the cells say so. Gives the function that ends it.
 */
export async function openPostgres(
  cells: readonly Cell[],
  log: (line: string) => void,
): Promise<() => Promise<void> | undefined> {
  const isAsked = cells.some(({ workload }) => workload.saver === "postgres");
  if (!isAsked || process.env[POSTGRES] !== undefined) return () => undefined;
  try {
    const { startPostgres } = (await import(projectFile("test/persist/postgres.ts").href)) as {
      startPostgres(): Promise<Server>;
    };
    const { url, stop } = await startPostgres();
    process.env[POSTGRES] = url;
    for (const signal of ["SIGINT", "SIGTERM"] as const) {
      process.once(signal, () => void stop().finally(() => process.exit(1)));
    }
    return async () => {
      delete process.env[POSTGRES];
      await stop();
    };
  } catch (error) {
    log(`there is no PostgreSQL: ${error instanceof Error ? error.message : String(error)}`);
    return () => undefined;
  }
}
