/**
 * A chat model that needs no key: a learned router.
 *
 * @module @swarmgraph/local-model
 */
export { LOCAL_MODEL_NOTICE, LocalModel, localModel } from "./chat-model.ts";
export type { LocalModelCallOptions, LocalModelOptions } from "./chat-model.ts";
export { LocalModelError } from "./errors.ts";
export type { LocalModelErrorCode } from "./errors.ts";
