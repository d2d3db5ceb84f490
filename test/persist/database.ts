import { randomUUID } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";

/** A new database. */
export interface Database {
  /** Its connection string. */
  readonly address: string;
  drop(): Promise<void>;
}

/**
 * Makes a database on the server of the test run.
 *
 * @param template A database to begin with a copy of, which nobody is connected to. Default: an empty one.
 */
export async function createDatabase(template?: Database): Promise<Database> {
  const server = inject("postgresUrl");
  const name = `t_${randomUUID().replaceAll("-", "")}`;
  const like = template === undefined ? "" : ` TEMPLATE ${new URL(template.address).pathname.slice(1)}`;
  await onServer(server, `CREATE DATABASE ${name}${like}`);
  const address = new URL(server);
  address.pathname = `/${name}`;
  return { address: address.href, drop: () => onServer(server, `DROP DATABASE ${name} WITH (FORCE)`) };
}

/** A pool of a test's own. It is given as ended before its connections are: the drop of their database may reach them. */
export function openPool(config: pg.PoolConfig): pg.Pool {
  return new pg.Pool(config).on("error", () => undefined);
}

async function onServer(server: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
