import type { TestProject } from "vitest/node";
import { startPostgres } from "../persist/postgres.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** A PostgreSQL server of the test run, as a connection string. */
    readonly postgresUrl: string;
  }
}

/** One server for all files of the project; each file makes databases of its own in it. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres();
  project.provide("postgresUrl", server.url);
  return () => server.stop();
}
