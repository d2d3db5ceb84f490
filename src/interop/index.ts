/**
 * LangChain's `createAgent` as an agent of a swarm.
 *
 * @module swarmgraph/langchain
 */
export { handoffMiddleware } from "./handoff-middleware.ts";
export type {
  HandoffMiddleware,
  HandoffMiddlewareHook,
  HandoffMiddlewareOptions,
  HandoffMiddlewareState,
  HandoffMiddlewareUpdate,
} from "./handoff-middleware.ts";
