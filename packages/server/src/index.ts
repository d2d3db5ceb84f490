/**
 * Swarms over HTTP: Mistral's Agents and Conversations, OpenAI's chat completions, AG-UI, events.
 *
 * @module @swarmgraph/server
 */
export { memoryAgentStore } from "./agents/agent-store.ts";
export type { AgentRecord, AgentStore, AgentVersion } from "./agents/agent-store.ts";
export { Agents } from "./agents/agents.ts";
export type { AgentsOptions, VersionOptions } from "./agents/agents.ts";
export { langGraphAgentStore } from "./agents/langgraph-agent-store.ts";
export type { LangGraphAgentStoreOptions } from "./agents/langgraph-agent-store.ts";
export type { ListAgentsOptions } from "./agents/list.ts";
export { Conversations } from "./conversations/conversations.ts";
export type {
  ConversationRun,
  ConversationsOptions,
  ListConversationsOptions,
  PageOptions,
  RunOptions,
} from "./conversations/options.ts";
export { conversationStoreOn, memoryConversationStore } from "./conversations/store.ts";
export type { ConversationRecord, ConversationStore, KeyValueStore } from "./conversations/store.ts";
export type { AgentSource, BuiltInTools, ModelFor } from "./conversations/swarm-of.ts";
export { mistralEventsMapper, toMistralEvents } from "./conversations/to-events.ts";
export type { MistralEventsOptions } from "./conversations/to-events.ts";
export { createApp } from "./http/app.ts";
export type { AppOptions } from "./http/app.ts";
export type { Authenticate } from "./http/auth.ts";
export type { Caller } from "./http/caller.ts";
export type { OnFailure, ServerFailure } from "./http/errors.ts";
export type { FileSource, ServedFile } from "./http/files.ts";
export type { RateLimit } from "./http/rate-limit.ts";
export { serve } from "./http/serve.ts";
export type { RunningServer, ServeOptions } from "./http/serve.ts";
export type { ContextFor } from "./swarms/options.ts";
export type { PublishRun, WatchedRun } from "./swarms/publish-run.ts";
export type { ServedSwarm, ServedSwarms } from "./swarms/served-swarm.ts";
export type {
  BuiltInTool,
  Chunk,
  Content,
  DocumentUrlChunk,
  ImageUrlChunk,
  ReferenceChunk,
  TextChunk,
  ThinkingChunk,
  ToolFileChunk,
  ToolReferenceChunk,
} from "./wire/chunks.ts";
export type { Clock } from "./wire/clock.ts";
export type { CompletionArgs, ResponseFormat } from "./wire/completion-args.ts";
export type {
  AgentHandoffEntry,
  ConfirmationStatus,
  Entry,
  EntryInput,
  FunctionCallEntry,
  FunctionResultEntry,
  InputEntry,
  MessageEntry,
  MessageInputEntry,
  MessageOutputEntry,
  OutputEntry,
  ToolExecutionEntry,
} from "./wire/entries.ts";
export { MistralError } from "./wire/errors.ts";
export type { ErrorDetail, Location, MistralErrorBody, MistralErrorOptions } from "./wire/errors.ts";
export { encodeEvent } from "./wire/events.ts";
export type { ConversationEvent } from "./wire/events.ts";
export type {
  AppendConversationBody,
  ConversationInputs,
  CreateAgentRequest,
  HandoffExecution,
  RestartConversationBody,
  StartConversationBody,
  ToolConfirmation,
  UpdateAgentRequest,
} from "./wire/requests.ts";
export type {
  Agent,
  AgentAlias,
  AgentConversation,
  Conversation,
  ConversationHistory,
  ConversationMessages,
  ConversationResponse,
  ModelConversation,
  Usage,
} from "./wire/responses.ts";
export type { BuiltInToolSpec, ConnectorTool, FunctionTool, ToolConfiguration, ToolSpec } from "./wire/tools.ts";
