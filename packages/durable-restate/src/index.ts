export { durableSwarm } from "./service.ts";
export type { DurableOptions, DurableSwarm } from "./service.ts";
export { serveSwarms } from "./serve.ts";
export type { ServeOptions, Worker } from "./serve.ts";
export type { StepRetry } from "./steps.ts";
export { RestateSwarmError } from "./errors.ts";
export type { RestateErrorCode } from "./errors.ts";
