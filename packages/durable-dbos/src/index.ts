export { startDbosEngine } from "./engine.ts";
export type { DbosEngine, DbosEngineOptions, DbosRunOptions, Plugs, RunValues } from "./engine.ts";
export { DbosSwarmError } from "./errors.ts";
export type { DbosErrorCode, DbosSwarmErrorOptions } from "./errors.ts";
export type { ModelLimit } from "./limits.ts";
export type { DurableSwarm } from "./workflow.ts";
