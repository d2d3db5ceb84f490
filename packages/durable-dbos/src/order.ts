import type pg from "pg";
import { turns } from "./turns.ts";

/** Lets a run into its thread's queue with its place there. */
export type InOrder = <T>(threadId: string, enqueue: (place: number) => Promise<T>) => Promise<T>;

/** The sequence that the places come from. */
export const PLACES = "CREATE SEQUENCE IF NOT EXISTS swarm_run_places AS integer CYCLE";

/** How many runs are let in at a time: of the pool's three connections one is left for the ledger. */
const AT_ONCE = 2;

/** Milliseconds after which a process that is frozen while it lets a run in holds nobody up any more. */
const FROZEN_MS = 10_000;

/**
 * Numbers the runs of a thread in the order in which they are accepted. By DBOS' own time of creation one that was accepted
 * late may be the older one: it would come before a run that had begun when its executor died, and that one, whose journal
 * tells of the thread as it was, could not be ended any more.
 */
export function ordering(pool: pg.Pool): InOrder {
  const turn = turns(AT_ONCE);
  const letIn: InOrder = async (threadId, enqueue) => {
    const client = await pool.connect();
    // A connection that breaks meanwhile fails the next query; without a listener it ends the process.
    const onBreak = (): void => {};
    client.on("error", onBreak);
    let isBroken = true;
    try {
      await client.query(`BEGIN; SET LOCAL idle_in_transaction_session_timeout = ${FROZEN_MS}`);
      // With the lock before the number: of two that come at once the one with the lower number is let in first.
      await client.query("SELECT pg_advisory_xact_lock(hashtext('swarm_run_places'), hashtext($1))", [threadId]);
      const { rows } = await client.query<{ place: number }>("SELECT nextval('swarm_run_places')::integer AS place");
      const accepted = await enqueue(rows[0]?.place ?? 0);
      await client.query("COMMIT");
      isBroken = false;
      return accepted;
    } catch (error) {
      // One that is refused costs no connection.
      isBroken = await client.query("ROLLBACK").then(
        () => false,
        () => true,
      );
      throw error;
    } finally {
      client.off("error", onBreak);
      client.release(isBroken);
    }
  };
  return (threadId, enqueue) => turn(() => letIn(threadId, enqueue));
}
