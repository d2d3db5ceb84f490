/**
 * A supervisor, a router, and validators of messages.
 *
 * @module swarmgraph/patterns
 */
export { INJECTION_PATTERNS } from "./injection-patterns.ts";
export type { InjectionPattern } from "./injection-patterns.ts";
export { messageValidator } from "./message-validator.ts";
export type { MessageValidator } from "./message-validator.ts";
export { FINISH, parseDecision } from "./parse-decision.ts";
export type { Decision } from "./parse-decision.ts";
export type { MessagesInput, PatternCompileOptions } from "./pattern-graph.ts";
export { createRouter } from "./router.ts";
export type { RouterGraph, RouterOptions, RouterResult } from "./router.ts";
export type { SupervisorPrompt, SupervisorPromptContext } from "./supervisor-prompt.ts";
export type { SupervisorOutcome } from "./supervisor-state.ts";
export { createSupervisor } from "./supervisor.ts";
export type { SupervisorGraph, SupervisorOptions, SupervisorResult } from "./supervisor.ts";
export { MessageValidationError, validateMessages } from "./validate-messages.ts";
export type { MessageFinding, MessageFindingCode, MessageRole, ValidateMessagesOptions } from "./validate-messages.ts";
export type { Worker, Workers } from "./worker.ts";
