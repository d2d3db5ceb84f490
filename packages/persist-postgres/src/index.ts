/**
 * Threads in PostgreSQL.
 *
 * @module @swarmgraph/persist-postgres
 */
export { PersistError } from "@swarmgraph/persist-core";
export type { PersistErrorCode, PruneOptions, PruneResult } from "@swarmgraph/persist-core";
export { PostgresThreadLock } from "./thread-lock.ts";
export type { PostgresThreadLockOptions } from "./thread-lock.ts";
export { PostgresSwarmSaver } from "./saver.ts";
export type { PostgresSwarmSaverOptions } from "./saver.ts";
