import type { Attributes, AttributeValue } from "@opentelemetry/api";
import type { HandoffCode, SaidCall, SwarmEventOf, SwarmEventType, TokenCount } from "swarmgraph";
import type { ModelIdentity, TelemetryOptions } from "./options.ts";
import { GEN_AI, OPEN_INFERENCE, SWARM } from "./semconv.ts";
import type { Operation } from "./semconv.ts";

const KINDS: Readonly<Record<Operation, string>> = {
  invoke_workflow: "CHAIN",
  invoke_agent: "AGENT",
  chat: "LLM",
  execute_tool: "TOOL",
};

/** A handoff's event that says how it ended. */
export interface EndedHandoff {
  readonly type: SwarmEventType;
  readonly from: string;
  readonly to: string;
  readonly code?: HandoffCode;
  readonly reason?: string;
  readonly input?: unknown;
}

/** Attributes of spans, their events and metrics, with contents and OpenInference's names only where they are asked for. */
export class AttributeMaker {
  readonly #options: TelemetryOptions;

  constructor(options: TelemetryOptions) {
    this.#options = options;
  }

  /** What every span has. */
  base(operation: Operation, threadId: string | undefined): Attributes {
    return {
      ...this.#options.attributes,
      [GEN_AI.operation]: operation,
      ...(threadId !== undefined && { [GEN_AI.conversation]: threadId }),
      ...this.#inference({
        [OPEN_INFERENCE.kind]: KINDS[operation],
        ...(threadId !== undefined && { [OPEN_INFERENCE.session]: threadId }),
      }),
    };
  }

  /** Who acts, and in OpenInference's graph, who handed over. */
  agent(name: string, from?: string): Attributes {
    return {
      [GEN_AI.agent]: name,
      ...this.#inference({
        [OPEN_INFERENCE.agent]: name,
        [OPEN_INFERENCE.node]: name,
        ...(from !== undefined && { [OPEN_INFERENCE.parentNode]: from }),
      }),
    };
  }

  /** The model that is asked. */
  model(agent: string): Attributes {
    const { name, provider }: ModelIdentity = this.#options.modelOf?.(agent) ?? {};
    return {
      ...(name !== undefined && { [GEN_AI.requestModel]: name }),
      ...(provider !== undefined && { [GEN_AI.provider]: provider }),
    };
  }

  tokens({ input, output, total }: TokenCount): Attributes {
    return {
      [GEN_AI.inputTokens]: input,
      [GEN_AI.outputTokens]: output,
      ...this.#inference({
        [OPEN_INFERENCE.promptTokens]: input,
        [OPEN_INFERENCE.completionTokens]: output,
        [OPEN_INFERENCE.totalTokens]: total,
      }),
    };
  }

  modelName(name: AttributeValue | undefined): Attributes {
    return name === undefined ? {} : this.#inference({ [OPEN_INFERENCE.model]: name });
  }

  tool({ tool, callId, args }: SwarmEventOf<"tool.started">): Attributes {
    return {
      [GEN_AI.tool]: tool,
      [GEN_AI.toolCall]: callId,
      [GEN_AI.toolType]: "function",
      ...this.#inference({ [OPEN_INFERENCE.tool]: tool }),
      ...this.#content(GEN_AI.toolArguments, OPEN_INFERENCE.input, () => asText(args)),
    };
  }

  toolResult(result: string): Attributes {
    return this.#content(GEN_AI.toolResult, OPEN_INFERENCE.output, () => result);
  }

  /** What the user said. */
  question(text: string): Attributes {
    const message = { role: "user", parts: [{ type: "text", content: text }] };
    return {
      ...this.#content(GEN_AI.inputMessages, undefined, () => JSON.stringify([message])),
      ...this.#content(undefined, OPEN_INFERENCE.input, () => text),
    };
  }

  /** What a model was asked: a text for each message. */
  prompt(lines: readonly string[]): Attributes {
    if (this.#options.captureContent !== true) return {};
    return { [SWARM.prompt]: [...lines], ...this.#inference({ [OPEN_INFERENCE.input]: lines.join("\n") }) };
  }

  /** What a model said. */
  answer(text: string, calls: readonly SaidCall[]): Attributes {
    const message = () => ({
      role: "assistant",
      parts: [
        ...(text === "" ? [] : [{ type: "text", content: text }]),
        ...calls.map((call) => ({
          type: "tool_call",
          id: call.id,
          name: call.name,
          arguments: "args" in call ? call.args : call.rawArgs,
        })),
      ],
      finish_reason: calls.length === 0 ? "stop" : "tool_call",
    });
    return {
      ...this.#content(GEN_AI.outputMessages, undefined, () => JSON.stringify([message()])),
      ...this.#content(undefined, OPEN_INFERENCE.output, () => text),
    };
  }

  /** What a guardrail did; its reason may quote what it looked at. */
  guardrail({ guardrail, stage, action, callId, reason }: SwarmEventOf<"guardrail.tripped">): Attributes {
    return {
      [SWARM.guardrailName]: guardrail,
      [SWARM.guardrailStage]: stage,
      [SWARM.guardrailAction]: action,
      ...(callId !== undefined && { [GEN_AI.toolCall]: callId }),
      ...this.#content(SWARM.guardrailReason, undefined, () => reason),
    };
  }

  /** How a handoff ended, for a metric: nothing in it that a model made up. */
  handoffLabels(event: EndedHandoff): Attributes {
    const isReal = event.code !== "HANDOFF_UNKNOWN_TARGET";
    return {
      [SWARM.from]: event.from,
      ...(isReal && { [SWARM.to]: event.to }),
      [SWARM.status]: event.type.slice("handoff.".length),
      ...(event.code !== undefined && { [SWARM.code]: event.code }),
    };
  }

  /** How a handoff ended, for spans. */
  handoff(event: EndedHandoff): Attributes {
    const labels = this.handoffLabels(event);
    if (this.#options.captureContent !== true) return labels;
    const reason = event.type === "handoff.error" ? undefined : event.reason;
    return {
      ...labels,
      [SWARM.to]: event.to,
      ...(reason !== undefined && { [SWARM.reason]: reason }),
      ...(event.input !== undefined && { [SWARM.input]: asText(event.input) }),
    };
  }

  /** The message of an error, where it may go out. */
  message(text: string): { readonly message?: string } {
    return this.#options.captureContent === true ? { message: text } : {};
  }

  #inference(attributes: Attributes): Attributes {
    return this.#options.openInference === true ? attributes : {};
  }

  #content(name: string | undefined, inference: string | undefined, value: () => string): Attributes {
    if (this.#options.captureContent !== true) return {};
    return {
      ...(name !== undefined && { [name]: value() }),
      ...(inference !== undefined && this.#options.openInference === true && { [inference]: value() }),
    };
  }
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}
