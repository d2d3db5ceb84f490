import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import pg from "pg";
import type { Backend } from "./backends.ts";
import type { Saver } from "./savers.ts";

/** A row of a table, by its columns. */
export type Row = Readonly<Record<string, unknown>>;

/** The rows of every table. */
export async function rowsOf(
  saver: Saver,
  { address }: Pick<Backend, "address">,
): Promise<ReadonlyMap<string, readonly Row[]>> {
  if (!(saver instanceof PostgresSwarmSaver)) {
    const tables = saver.db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[];
    return new Map(tables.map(({ name }) => [name, saver.db.prepare(`SELECT * FROM ${name}`).all() as Row[]]));
  }
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public'",
    );
    const found = new Map<string, readonly Row[]>();
    for (const { name } of rows) found.set(name, (await client.query<Row>(`SELECT * FROM ${name}`)).rows);
    return found;
  } finally {
    await client.end();
  }
}

/** Everything that is stored, as text. */
export async function dump(saver: Saver, backend: Pick<Backend, "address">): Promise<string> {
  const tables = await rowsOf(saver, backend);
  return [...tables.values()].flatMap((rows) => rows.flatMap((row) => Object.values(row).map(textOf))).join("\n");
}

/** A column's value as text: bytes as what they say, all else as JSON. */
export function textOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString() : (JSON.stringify(value) ?? "");
}
