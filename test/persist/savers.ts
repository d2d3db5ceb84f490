import { PostgresSwarmSaver } from "@swarmgraph/persist-postgres";
import { SqliteSwarmSaver } from "@swarmgraph/persist-sqlite";

/** Either of the savers. */
export type Saver = PostgresSwarmSaver | SqliteSwarmSaver;

/** Which saver, over what. */
export interface Address {
  readonly kind: "postgres" | "sqlite";
  readonly address: string;
}

/** Opens a saver, here or in another process. */
export function openSaver({ kind, address }: Address): Saver {
  return kind === "sqlite" ? SqliteSwarmSaver.fromConnString(address) : PostgresSwarmSaver.fromConnString(address);
}

/** Closes a saver's connections. */
export async function closeSaver(saver: Saver): Promise<void> {
  if (saver instanceof SqliteSwarmSaver) saver.db.close();
  else await saver.end();
}

/** How many checkpoints a thread has. */
export async function countCheckpoints(saver: Saver, threadId: string): Promise<number> {
  let count = 0;
  for await (const _ of saver.list({ configurable: { thread_id: threadId } })) count += 1;
  return count;
}
