export { handoffMiddleware } from "./handoff-middleware.ts";
export type {
  HandoffMiddleware,
  HandoffMiddlewareHook,
  HandoffMiddlewareOptions,
  HandoffMiddlewareState,
  HandoffMiddlewareUpdate,
} from "./handoff-middleware.ts";
