export { SwarmThreads } from "./client.ts";
export type { DurableInput, DurableRunOptions, DurableThread, StartedRun, SwarmThreadsOptions } from "./client.ts";
export { assertEngine, drainWorker, registerWorker, runsOn } from "./admin.ts";
export type { Deployment, DeploymentPlace, RegisterOptions } from "./admin.ts";
export { RestateSwarmError } from "./errors.ts";
export type { RestateErrorCode } from "./errors.ts";
export type { RunningRun, RunWait } from "./protocol.ts";
