/**
 * What the savers of SQLite and PostgreSQL share.
 *
 * @module @swarmgraph/persist-core
 */
export { PersistError } from "./errors.ts";
export type { PersistErrorCode, PersistErrorOptions } from "./errors.ts";
export { assertFence, fenceOf } from "./fence.ts";
export { placeOf } from "./place.ts";
export type { Place } from "./place.ts";
export { assertPruneOptions, planRetention } from "./retention.ts";
export type { CheckpointKey, LogGap, PruneOptions, PruneResult, Retention } from "./retention.ts";
