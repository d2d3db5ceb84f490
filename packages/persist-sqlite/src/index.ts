/**
 * Threads in a SQLite file.
 *
 * @module @swarmgraph/persist-sqlite
 */
export { PersistError } from "@swarmgraph/persist-core";
export type { PersistErrorCode, PruneOptions, PruneResult } from "@swarmgraph/persist-core";
export { SqliteThreadLock } from "./thread-lock.ts";
export { SqliteSwarmSaver } from "./saver.ts";
