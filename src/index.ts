/**
 * Swarms of agents as LangGraph graphs: the swarm itself, sessions, events, and the parts for graphs by hand.
 *
 * @module swarmgraph
 */
export { appendMessages, SwarmState } from "./compile/state.ts";
export type { MessagesUpdate } from "./compile/state.ts";
export type { CompileOptions } from "./compile/compile.ts";
export type { Speed } from "./compile/speed.ts";
export { SwarmGraph } from "./compile/swarm-graph.ts";
export type { RunPolicy, SwarmInput, SwarmResult } from "./compile/swarm-graph.ts";
export { memoryThreadLock } from "./compile/memory-thread-lock.ts";
export { FENCE_KEY } from "./compile/thread-lock.ts";
export type { Lease, LeaseRequest, Takeover, ThreadLock } from "./compile/thread-lock.ts";
export { swarmTransformer } from "./compile/swarm-transformer.ts";
export type { SwarmExtension, SwarmTransformerOptions } from "./compile/swarm-transformer.ts";
export type {
  HandoffEvent,
  OnHandoff,
  StepRunner,
  SwarmDefinition,
  SwarmOptions,
  ToolLedger,
} from "./define/definition.ts";
export { swarmFingerprint } from "./define/fingerprint.ts";
export { createHandoffTool, isHandoffTool } from "./define/handoff-tool.ts";
export type { HandoffTool, HandoffToolOptions, IsHandoffToolOptions } from "./define/handoff-tool.ts";
export { human } from "./define/human.ts";
export type { Human, HumanAgent, HumanOptions } from "./define/human.ts";
export { injectArguments } from "./define/inject-arguments.ts";
export type { CallUsage, CostOf, Limits } from "./define/limits.ts";
export { createRegistry } from "./define/registry.ts";
export type { HandoffRegistry } from "./define/registry.ts";
export { toolEffects } from "./define/tool-effects.ts";
export type { OnUnknownOutcome, SideEffect, ToolEffects } from "./define/tool-effects.ts";
export { RUN_TOOLS } from "./define/tools-of.ts";
export { toolNameFor } from "./define/tool-name.ts";
export type { ToolNameOptions } from "./define/tool-name.ts";
export { HandoffToolExecutedError, SwarmDefinitionError, SwarmError } from "./errors.ts";
export type { Diagnostic, Severity, SwarmErrorCode, SwarmErrorOptions } from "./errors.ts";
export type { AgUiBody, AgUiEvent, AgUiInterrupt, AgUiOutcome, AgUiPatch, AgUiUsage } from "./observe/ag-ui.ts";
export { createEventFeed } from "./observe/event-feed.ts";
export type { EventFeed, EventFeedOptions, FedEvent, FollowOptions } from "./observe/event-feed.ts";
export { isSwarmEvent } from "./observe/events.ts";
export type {
  EventEnvelope,
  HandoffHop,
  PendingInterrupt,
  PlainValues,
  SaidReasoning,
  SwarmEvent,
  SwarmEventBody,
  SwarmEventOf,
  SwarmEventType,
} from "./observe/events.ts";
export { toolFindings } from "./observe/findings.ts";
export type { ToolFile, ToolFindings, ToolReference } from "./observe/findings.ts";
export type { Granularity } from "./observe/granularity.ts";
export type { HookRun, SwarmHooks } from "./observe/hooks.ts";
export { mapEvents } from "./observe/mapper.ts";
export type { EventMapper, Events, Mapped } from "./observe/mapper.ts";
export type { PlainMessage } from "./observe/plain.ts";
export type { EventSink } from "./observe/publish.ts";
export { saidReasoning } from "./observe/reasoning.ts";
export { recordEvents, replay } from "./observe/record.ts";
export type { RecordOptions } from "./observe/record.ts";
export { RECORDING_VERSION } from "./observe/recording.ts";
export type { RecordingHeader } from "./observe/recording.ts";
export { isRunSignal } from "./observe/run-signal.ts";
export type { RunSignal, SaidCall, TokenCount } from "./observe/run-signal.ts";
export { swarmEvents } from "./observe/swarm-events.ts";
export type { EventSource, SwarmEventsConfig, SwarmRun } from "./observe/swarm-events.ts";
export { agUiMapper, toAgUi } from "./observe/to-ag-ui.ts";
export { fromJsonl, jsonlMapper, toJsonl } from "./observe/to-jsonl.ts";
export type { JsonlOptions, Recording } from "./observe/to-jsonl.ts";
export { openAIChunksMapper, toOpenAIChunks } from "./observe/to-open-ai-chunks.ts";
export type {
  OpenAIChunk,
  OpenAIChunksOptions,
  OpenAIDelta,
  OpenAIFinish,
  OpenAIStreamError,
} from "./observe/to-open-ai-chunks.ts";
export { sequenceMapper, toSequence } from "./observe/to-sequence.ts";
export type { SequenceOptions } from "./observe/to-sequence.ts";
export { terminalMapper, toTerminal } from "./observe/to-terminal.ts";
export type { TerminalOptions } from "./observe/to-terminal.ts";
export { ListLog } from "./persist/list-log.ts";
export type { ListLogOptions } from "./persist/list-log.ts";
export type { LogRange } from "./persist/log-ranges.ts";
export { rangesNamed } from "./persist/log-reference.ts";
export type { LogEntry, LogKey, LogStore, Serde } from "./persist/log-store.ts";
export { SwarmMemorySaver } from "./persist/memory-saver.ts";
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
export type { HumanLine, HumanReply, HumanRequest } from "./run/human.ts";
export { runTools } from "./run/run-tools.ts";
export { Session } from "./run/session.ts";
export type { RunOptions, SessionOptions, SessionResult, SessionWait } from "./run/session.ts";
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
  OnBusy,
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
export type {
  GuardedCall,
  GuardrailCheck,
  GuardrailContext,
  Guardrails,
  GuardrailStage,
  InputGuardrail,
  OnContextOverflow,
  OutputGuardrail,
  OverflowContext,
  StandardCheck,
  ToolCallGuardrail,
  Tripwire,
} from "./guard-types.ts";
