import { AIMessage, SystemMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { SwarmError } from "../errors.ts";
import { activationIn } from "../project/activation.ts";
import { project } from "../project/project.ts";
import type { Addressee } from "../project/provenance.ts";
import { callsOf } from "../define/calls.ts";
import type { ChatModel, HandoffRecord, RunContext } from "../types.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import type { AnswerFormat } from "./structured.ts";
import { askModel } from "./ask-model.ts";
import type { Meter } from "./budget.ts";
import { withoutBlocked } from "./guard-input.ts";
import type { FittingPrompts } from "./overflow.ts";
import { assertValid, rejectionOf } from "./rejection.ts";
import { cutReasonOf } from "./reply.ts";
import { isTransient, statusOf, withRetry } from "./retry.ts";
import { modelConfig, threadIdOf } from "./runtime.ts";
import type { NodeConfig, NodeState } from "./runtime.ts";
import { describeThrown } from "./serialise.ts";
import { withTimeout } from "./timeout.ts";
import type { Watched } from "./watch.ts";

/** A prompt, ready for a model. */
export interface Prompt {
  readonly system: string;
  readonly messages: readonly BaseMessage[];
}

/** Makes the prompt for a model: each candidate may be of another provider. */
export type PromptFor = (reader: Addressee, bindsTools: boolean) => Prompt;

/** One model call of an agent's. */
export interface ModelCall {
  readonly runtime: AgentRuntime;
  readonly config: NodeConfig;
  readonly promptFor: PromptFor;
  /** Turns behind the prompt, e.g. a request to give the answer in a format. */
  readonly further?: readonly BaseMessage[] | undefined;
  /** The targets that are offered. */
  readonly targets: readonly string[];
  readonly withTools: boolean;
  /** The format of the answer, asked for natively where the provider can. */
  readonly format?: AnswerFormat | undefined;
  /** `agent#n`: the step's key for a durable engine. */
  readonly key: string;
  /** Makes the prompts shorter where one was too long: see {@link FittingPrompts}. */
  readonly fit: FittingPrompts["fit"];
  /** Counts what a reply took. */
  readonly count: Meter["count"];
  /** Who is told of the call. Default: nobody. */
  readonly watch?: Watched | undefined;
}

/**
 * Makes an agent's prompts from the state: the projection, and the system prompt with the log's instructions and the brief
 * at its end. The agent's own prompt is asked for once; a projection is made once for each kind of reader. A promise only
 * where the agent's prompt is a function.
 */
export function promptsOf(
  runtime: AgentRuntime,
  state: NodeState,
  handoffs: readonly HandoffRecord[],
  run: RunContext,
): PromptFor | Promise<PromptFor> {
  const { spec, name } = runtime.agent;
  const reading: Reading = { runtime, handoffs, log: withoutBlocked(state.messages, name) };
  if (typeof spec.prompt !== "function") return promptsWith(spec.prompt ?? "", reading);
  const entered = activationIn(name, handoffs, reading.log);
  const handoff = entered && { from: entered.from, input: entered.input, reason: entered.reason };
  return Promise.resolve(spec.prompt({ ...run, handoff })).then((own) => promptsWith(own, reading));
}

/** What the prompts are made of. */
interface Reading {
  readonly runtime: AgentRuntime;
  readonly log: readonly BaseMessage[];
  readonly handoffs: readonly HandoffRecord[];
}

/** A prompt, and whom it was made for. */
interface Made {
  readonly reader: Addressee;
  readonly bindsTools: boolean;
  readonly prompt: Prompt;
}

function promptsWith(own: string, { runtime, log, handoffs }: Reading): PromptFor {
  const { spec, name } = runtime.agent;
  const { options } = runtime.definition;
  const edgeOf = (record: HandoffRecord | undefined) =>
    record && runtime.definition.agents.get(record.from)?.edges.find(({ to }) => to === record.to);
  const made: Made[] = [];
  return (reader, bindsTools) => {
    const { profile, model, thinks } = reader;
    const isFor = ({ reader: other, bindsTools: binds }: Made) => {
      return other.profile === profile && other.model === model && other.thinks === thinks && binds === bindsTools;
    };
    const known = made.find(isFor);
    if (known !== undefined) return known.prompt;
    const { messages, instructions, brief } = project(log, {
      agent: name,
      handoffs,
      registry: runtime.registry,
      profile: profile.name,
      model,
      thinks,
      bindsTools,
      view: spec.view ?? options.view,
      history: (record) => edgeOf(record)?.history ?? spec.history ?? options.history,
    });
    const system = [own, instructions, brief].filter((part) => part !== undefined && part !== "").join("\n\n");
    const prompt = { system, messages };
    made.push({ reader, bindsTools, prompt });
    return prompt;
  };
}

/** What an agent said, and the model of its own that said it, where it was one. */
export interface Spoken {
  readonly replies: readonly BaseMessage[];
  readonly maker: Addressee | undefined;
}

/** A model's answer, and who gave it. */
export interface ModelReply extends Spoken {
  readonly replies: readonly [AIMessage];
  readonly maker: Addressee;
}

/**
 * Calls the agent's model, and its fallbacks where it fails for good, each with retries and a timeout. A reply whose tool
 * calls were cut by length is asked for once more, and so is one whose prompt was too long and could be made shorter.
 *
 * @throws SwarmError `MODEL_TRANSIENT`, `MODEL_REJECTED`, `CONTEXT_OVERFLOW`, `STREAM_INTERRUPTED`,
 *   `MODEL_OUTPUT_TRUNCATED` or `MODEL_REFUSED`; the signal's reason.
 */
export async function callModel(call: ModelCall, run: RunContext): Promise<ModelReply> {
  const { runtime, config } = call;
  const { spec, name } = runtime.agent;
  const source = spec.model ?? runtime.definition.options.model;
  const model = typeof source === "function" ? await source(run) : source;
  const models = [model, ...(spec.fallbacks ?? [])].filter((candidate) => candidate !== undefined);
  let failure: unknown;
  for (let index = 0; index < models.length; index += 1) {
    const candidate = models[index] as ChatModel;
    try {
      const key = index === 0 ? call.key : `${call.key}~${index}`;
      const message = await runtime.steps.run(name, key, () => callOne(candidate, call));
      const maker = runtime.addresseeOf(candidate);
      call.count(message, maker);
      return { replies: [message], maker };
    } catch (error) {
      if (config.signal?.aborted) throw error;
      failure = error;
    }
  }
  throw toSwarmError(failure, call);
}

function callOne(model: ChatModel, call: ModelCall): Promise<AIMessage> {
  const whole = (reply: AIMessage) => wholeReply(reply, model, call);
  return attempt(model, call).then(whole, (error: unknown) => shorter(model, call, error).then(whole));
}

/** A reply that nothing was cut from, which another attempt may come to. A promise only where there is one. */
function wholeReply(reply: AIMessage, model: ChatModel, call: ModelCall): AIMessage | Promise<AIMessage> {
  const cut = cutReasonOf(reply);
  if (cut === "refused") {
    throw new SwarmError(
      "MODEL_REFUSED",
      `the provider of agent "${call.runtime.agent.name}" withheld the answer (content filter or refusal). Change the prompt, or tell the user.`,
      { agent: call.runtime.agent.name },
    );
  }
  if (cut !== "truncated" || callsOf(reply).length === 0) return reply;
  call.count(reply, call.runtime.addresseeOf(model));
  return attempt(model, call).then((again) => {
    if (cutReasonOf(again) !== "truncated" || callsOf(again).length === 0) return again;
    throw new SwarmError(
      "MODEL_OUTPUT_TRUNCATED",
      `a tool call of agent "${call.runtime.agent.name}" was cut by the model's output limit twice, so nothing of it ran. Raise the model's maximum of output tokens.`,
      { agent: call.runtime.agent.name },
    );
  });
}

/** Another attempt, where the prompt was too long and can be made shorter. */
async function shorter(model: ChatModel, call: ModelCall, error: unknown): Promise<AIMessage> {
  if (!SwarmError.is(error) || error.code !== "CONTEXT_OVERFLOW") throw error;
  const { runtime, targets, withTools } = call;
  const bindsTools = runtime.bind(model, targets, withTools).tools.length > 0;
  if (!(await call.fit(error, runtime.addresseeOf(model), bindsTools))) throw error;
  return attempt(model, call);
}

async function attempt(model: ChatModel, call: ModelCall): Promise<AIMessage> {
  const { runtime, config, format } = call;
  const { agent, definition } = runtime;
  const reader = runtime.addresseeOf(model);
  const { bound, tools } = runtime.bind(model, call.targets, call.withTools);
  const { system, messages } = call.promptFor(reader, tools.length > 0);
  const opening: BaseMessage[] = system === "" ? [] : [new SystemMessage(system)];
  // A literal with spreads takes eight times as long.
  const prompt = opening.concat(messages, call.further ?? []);
  const request = { messages: prompt, tools };
  if (definition.options.strict) await assertValid(reader, request, agent.name);
  const options = format && reader.profile.responseFormat?.({ name: format.name, schema: format.json });
  const send = (native: Record<string, unknown> | undefined) =>
    withRetry(
      () =>
        withTimeout(
          (signal) => askModel(bound, prompt, { ...modelConfig(config, agent.name, signal), ...native }, call.watch),
          {
            ms: definition.limits.modelTimeoutMs,
            what: `the model of agent "${agent.name}"`,
            signal: config.signal,
          },
        ),
      agent.spec.retry ?? definition.options.retry,
      config.signal,
    );
  let reply: BaseMessage;
  try {
    // OpenAI's client parses the answer itself, and keeps nothing of one that is no JSON: it is asked for as a text.
    reply = await (options === undefined
      ? send(undefined)
      : send(options).catch((error: unknown) => (isParseError(error) ? send(undefined) : Promise.reject(error))));
  } catch (error) {
    throw rejectionOf(error, { reader, request, agent: agent.name, threadId: threadIdOf(config) }) ?? error;
  }
  if (!AIMessage.isInstance(reply)) {
    throw new SwarmError(
      "MODEL_INVALID",
      `the model of agent "${agent.name}" did not answer with an assistant message.`,
      { agent: agent.name },
    );
  }
  return reply;
}

function isParseError(error: unknown): boolean {
  return error instanceof SyntaxError && statusOf(error) === undefined;
}

/** A model's failure as one of ours: with its status and cause, without the request's contents. */
function toSwarmError(error: unknown, call: ModelCall): unknown {
  const { name: agent } = call.runtime.agent;
  const threadId = threadIdOf(call.config);
  if (SwarmError.is(error)) {
    // One of a client's own knows neither.
    if (error.agent !== undefined) return error;
    const { code, message, retryable, resumable, details } = error;
    return new SwarmError(code, message, {
      agent,
      threadId,
      retryable,
      resumable,
      details,
      cause: error.cause ?? error,
    });
  }
  const status = statusOf(error);
  const transient = isTransient(error);
  const reason = `${status === undefined ? "" : `${status} `}${describeThrown(error)}`;
  if (transient) {
    return new SwarmError(
      "MODEL_TRANSIENT",
      `the model of agent "${agent}" failed: ${reason}. Try the run again: it goes on where it stopped.`,
      { agent, threadId, retryable: true, cause: error },
    );
  }
  return new SwarmError(
    "MODEL_REJECTED",
    `the model of agent "${agent}" failed: ${reason}. The same request will fail again.`,
    { agent, threadId, cause: error },
  );
}
