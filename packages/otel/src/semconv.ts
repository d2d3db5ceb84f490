/**
 * Every name that goes out, in one place: OpenTelemetry's GenAI conventions are still in development, and say nothing of
 * handoffs, which stand under `swarmgraph.*`.
 */
export const GEN_AI = {
  operation: "gen_ai.operation.name",
  provider: "gen_ai.provider.name",
  conversation: "gen_ai.conversation.id",
  workflow: "gen_ai.workflow.name",
  agent: "gen_ai.agent.name",
  requestModel: "gen_ai.request.model",
  responseModel: "gen_ai.response.model",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  tokenType: "gen_ai.token.type",
  tool: "gen_ai.tool.name",
  toolCall: "gen_ai.tool.call.id",
  toolType: "gen_ai.tool.type",
  toolArguments: "gen_ai.tool.call.arguments",
  toolResult: "gen_ai.tool.call.result",
  inputMessages: "gen_ai.input.messages",
  outputMessages: "gen_ai.output.messages",
} as const;

/** What an operation is called in {@link GEN_AI}'s `operation`, and at the beginning of its span's name. */
export type Operation = "invoke_workflow" | "invoke_agent" | "chat" | "execute_tool";

/** The attribute that says why something failed. */
export const ERROR_TYPE = "error.type";

/** Attributes and names of span events of our own. */
export const SWARM = {
  run: "swarmgraph.run.id",
  resumed: "swarmgraph.run.resumed",
  outcome: "swarmgraph.run.outcome",
  activation: "swarmgraph.agent.activation",
  replaced: "swarmgraph.message.replaced",
  prompt: "swarmgraph.prompt",
  handoff: "swarmgraph.handoff",
  handoffCount: "swarmgraph.handoff.count",
  from: "swarmgraph.handoff.from",
  to: "swarmgraph.handoff.to",
  status: "swarmgraph.handoff.status",
  code: "swarmgraph.handoff.code",
  reason: "swarmgraph.handoff.reason",
  input: "swarmgraph.handoff.input",
  answered: "swarmgraph.tool.answered",
  isError: "swarmgraph.tool.is_error",
  asked: "swarmgraph.approval.requested",
  settled: "swarmgraph.approval.settled",
  approval: "swarmgraph.approval.kind",
  approvalName: "swarmgraph.approval.name",
  decision: "swarmgraph.approval.decision",
  human: "swarmgraph.human.requested",
  humanName: "swarmgraph.human.name",
  guardrail: "swarmgraph.guardrail",
  guardrailName: "swarmgraph.guardrail.name",
  guardrailStage: "swarmgraph.guardrail.stage",
  guardrailAction: "swarmgraph.guardrail.action",
  guardrailReason: "swarmgraph.guardrail.reason",
  limit: "swarmgraph.limit",
  limitKind: "swarmgraph.limit.kind",
  limitPath: "swarmgraph.limit.path",
} as const;

/** Arize's OpenInference, which Phoenix draws agents from. */
export const OPEN_INFERENCE = {
  kind: "openinference.span.kind",
  session: "session.id",
  agent: "agent.name",
  node: "graph.node.id",
  parentNode: "graph.node.parent_id",
  model: "llm.model_name",
  promptTokens: "llm.token_count.prompt",
  completionTokens: "llm.token_count.completion",
  totalTokens: "llm.token_count.total",
  tool: "tool.name",
  input: "input.value",
  output: "output.value",
} as const;

/** The metrics: names, units, and what they are. */
export const METRICS = {
  tokens: {
    name: "gen_ai.client.token.usage",
    unit: "{token}",
    description: "Tokens that a model call took and gave.",
    boundaries: [1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304],
  },
  duration: {
    name: "gen_ai.client.operation.duration",
    unit: "s",
    description: "How long a run, an agent's activation, a model call or a tool call took.",
    boundaries: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  },
  handoffs: { name: "swarmgraph.handoffs", unit: "{handoff}", description: "Handoffs by how they ended." },
  limits: { name: "swarmgraph.limits", unit: "{limit}", description: "Turns that a budget ended." },
} as const;
