import { AIMessage, SystemMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { SwarmError } from "../errors.ts";
import { project } from "../project/project.ts";
import type { Projection } from "../project/project.ts";
import { callsOf } from "../define/calls.ts";
import type { ChatModel, HandoffRecord, RunContext } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { cutReasonOf } from "./reply.ts";
import { isTransient, statusOf, withRetry } from "./retry.ts";
import { modelConfig, threadIdOf } from "./runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { describeThrown } from "./serialise.ts";
import { withTimeout } from "./timeout.ts";

/** One model call of an agent's. */
export interface ModelCall {
  readonly runtime: AgentRuntime;
  readonly config: NodeConfig;
  readonly system: string;
  readonly messages: readonly BaseMessage[];
  /** The targets that are offered. */
  readonly targets: readonly string[];
  readonly withTools: boolean;
  /** Further call options, e.g. `response_format`. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** `agent#n`: the step's key for a durable engine. */
  readonly key: string;
}

/** The prompt of an agent, from the state: its projection, and the system prompt with the brief at its end. */
export async function promptOf(
  runtime: AgentRuntime,
  state: NodeState,
  handoffs: readonly HandoffRecord[],
  run: RunContext,
): Promise<{ system: string; messages: BaseMessage[] }> {
  const { spec } = runtime.agent;
  const { options } = runtime.definition;
  const edgeOf = (handoff: HandoffRecord | undefined) =>
    handoff && runtime.definition.agents.get(handoff.from)?.edges.find(({ to }) => to === handoff.to);
  const projection: Projection = project(state.messages, {
    agent: runtime.agent.name,
    handoffs,
    registry: runtime.registry,
    profile: runtime.profile,
    view: spec.view ?? options.view,
    history: (handoff) => edgeOf(handoff)?.history ?? spec.history ?? options.history,
  });
  const entered = projection.handoff;
  const handoff = entered && { from: entered.from, input: entered.input, reason: entered.reason };
  const own = typeof spec.prompt === "function" ? await spec.prompt({ ...run, handoff }) : (spec.prompt ?? "");
  const system = [own, projection.brief].filter((part) => part !== undefined && part !== "").join("\n\n");
  return { system, messages: projection.messages };
}

/**
 * Calls the agent's model, and its fallbacks where it fails for good, each with retries and a timeout. A reply whose tool
 * calls were cut by length is asked for once more.
 *
 * @throws SwarmError `MODEL_TRANSIENT`, `MODEL_REJECTED`, `MODEL_OUTPUT_TRUNCATED` or `MODEL_REFUSED`; the signal's reason.
 */
export async function callModel(call: ModelCall, run: RunContext): Promise<AIMessage> {
  const { runtime, config } = call;
  const { spec, name } = runtime.agent;
  const source = spec.model ?? runtime.definition.options.model;
  const model = typeof source === "function" ? await source(run) : source;
  const models = [model, ...(spec.fallbacks ?? [])].filter((candidate) => candidate !== undefined);
  let failure: unknown;
  for (const [index, candidate] of models.entries()) {
    try {
      const key = index === 0 ? call.key : `${call.key}~${index}`;
      return await runtime.steps.run(name, key, () => callOne(candidate, call));
    } catch (error) {
      if (config.signal?.aborted) throw error;
      failure = error;
    }
  }
  throw toSwarmError(failure, name, threadIdOf(config));
}

async function callOne(model: ChatModel, call: ModelCall): Promise<AIMessage> {
  const reply = await attempt(model, call);
  const cut = cutReasonOf(reply);
  if (cut === "refused") {
    throw new SwarmError(
      "MODEL_REFUSED",
      `the provider of agent "${call.runtime.agent.name}" withheld the answer (content filter or refusal). Change the prompt, or tell the user.`,
      { agent: call.runtime.agent.name },
    );
  }
  if (cut !== "truncated" || callsOf(reply).length === 0) return reply;
  const again = await attempt(model, call);
  if (cutReasonOf(again) !== "truncated" || callsOf(again).length === 0) return again;
  throw new SwarmError(
    "MODEL_OUTPUT_TRUNCATED",
    `a tool call of agent "${call.runtime.agent.name}" was cut by the model's output limit twice, so nothing of it ran. Raise the model's maximum of output tokens.`,
    { agent: call.runtime.agent.name },
  );
}

async function attempt(model: ChatModel, call: ModelCall): Promise<AIMessage> {
  const { runtime, config } = call;
  const { agent, definition } = runtime;
  const bound = runtime.bind(model, call.targets, call.withTools);
  const prompt = call.system === "" ? [...call.messages] : [new SystemMessage(call.system), ...call.messages];
  const reply = await withRetry(
    () =>
      withTimeout((signal) => bound.invoke(prompt, { ...modelConfig(config, agent.name, signal), ...call.options }), {
        ms: definition.limits.modelTimeoutMs,
        what: `the model of agent "${agent.name}"`,
        signal: config.signal,
      }),
    agent.spec.retry ?? definition.options.retry,
    config.signal,
  );
  if (!AIMessage.isInstance(reply)) {
    throw new SwarmError(
      "MODEL_INVALID",
      `the model of agent "${agent.name}" did not answer with an assistant message.`,
      { agent: agent.name },
    );
  }
  return reply;
}

/** A model's failure as one of ours: with its status and cause, without the request's contents. */
function toSwarmError(error: unknown, agent: string, threadId: string | undefined): unknown {
  if (SwarmError.is(error)) return error;
  const status = statusOf(error);
  const transient = isTransient(error);
  const reason = `${status === undefined ? "" : `${status} `}${describeThrown(error)}`;
  return new SwarmError(
    transient ? "MODEL_TRANSIENT" : "MODEL_REJECTED",
    `the model of agent "${agent}" failed: ${reason}. ${transient ? "Try the run again: it goes on where it stopped." : "The same request will fail again."}`,
    { agent, threadId, retryable: transient, cause: error },
  );
}
