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
  await onServer(server, (client) => client.query(`CREATE DATABASE ${name}${like}`));
  const address = new URL(server);
  address.pathname = `/${name}`;
  return { address: address.href, drop: () => onServer(server, (client) => drop(client, name)) };
}

/** How often a drop looks whether connections are still closing, 10 ms apart. */
const LOOKS = 200;

/**
 * Waits for connections that are closing, and breaks off what is still open: a pool is given as ended before its
 * connections are, and one that the server breaks off is an error in the middle of another test.
 */
async function drop(client: pg.Client, name: string): Promise<void> {
  for (let looks = 0; looks < LOOKS && (await isConnectedTo(client, name)); looks++) {
    await client.query("SELECT pg_sleep(0.01)");
  }
  await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
}

async function isConnectedTo(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query(
    "SELECT pid FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'",
    [name],
  );
  return rows.length > 0;
}

/** A pool of a test's own. It is given as ended before its connections are: the drop of their database may reach them. */
export function openPool(config: pg.PoolConfig): pg.Pool {
  return new pg.Pool(config).on("error", () => undefined);
}

async function onServer(server: string, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
