export { appendMessages, SwarmState } from "./compile/state.ts";
export type { MessagesUpdate } from "./compile/state.ts";
export type { CompileOptions } from "./compile/compile.ts";
export { SwarmGraph } from "./compile/swarm-graph.ts";
export type { SwarmInput, SwarmResult } from "./compile/swarm-graph.ts";
export type { HandoffEvent, OnHandoff, StepRunner, SwarmDefinition, SwarmOptions } from "./define/definition.ts";
export { createHandoffTool, isHandoffTool } from "./define/handoff-tool.ts";
export type { HandoffTool, HandoffToolOptions, IsHandoffToolOptions } from "./define/handoff-tool.ts";
export { injectArguments } from "./define/inject-arguments.ts";
export type { Limits } from "./define/limits.ts";
export { createRegistry } from "./define/registry.ts";
export type { HandoffRegistry } from "./define/registry.ts";
export { toolNameFor } from "./define/tool-name.ts";
export type { ToolNameOptions } from "./define/tool-name.ts";
export { HandoffToolExecutedError, SwarmDefinitionError, SwarmError } from "./errors.ts";
export type { Diagnostic, Severity, SwarmErrorCode, SwarmErrorOptions } from "./errors.ts";
export { isSwarmEvent } from "./observe/events.ts";
export type { SwarmEvent } from "./observe/events.ts";
export { history } from "./project/history.ts";
export { project } from "./project/project.ts";
export type { Projection, ProjectOptions } from "./project/project.ts";
export { findHandoff } from "./route/find-handoff.ts";
export type { FindHandoffOptions, HandoffMatch } from "./route/find-handoff.ts";
export { routeHandoffs } from "./route/route-handoffs.ts";
export type { RoutableState, RouteHandoffsOptions } from "./route/route-handoffs.ts";
export type { AgentToolOptions } from "./run/agent-tool.ts";
export type { ApprovalDecision, ApprovalRequest } from "./run/approval-node.ts";
export { createAgentNode } from "./run/create-agent-node.ts";
export type { AgentNodeOptions, AgentNodes } from "./run/create-agent-node.ts";
export type { AgentDescription } from "./run/describe.ts";
export { Session } from "./run/session.ts";
export type { RunOptions, SessionOptions, SessionResult } from "./run/session.ts";
export { SwarmAgent } from "./swarm-agent.ts";
export type {
  AgentGraph,
  AgentReply,
  Agents,
  AgentSpec,
  AgentTool,
  Awaitable,
  ChatModel,
  HandoffCode,
  HandoffEdge,
  HandoffEntry,
  HandoffRecord,
  HandoffStatus,
  HistoryContext,
  HistoryPolicy,
  LimitKind,
  ModelSource,
  Outcome,
  OutputOf,
  PayloadOf,
  PayloadSchema,
  PendingCall,
  ProfileName,
  PromptContext,
  PromptSource,
  RetryPolicy,
  RouteContext,
  RouteFunction,
  RunContext,
  ToolReplies,
  ToolRequest,
  View,
} from "./types.ts";
