import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { BaseChatModelCallOptions } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk } from "@langchain/core/messages";
import type { AIMessageFields, BaseMessage, UsageMetadata } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import type { ChatResult } from "@langchain/core/outputs";
import { toolNameFor } from "../define/tool-name.ts";
import { callsStep, say, ScriptedError, ScriptError } from "./script.ts";
import type { RecordedCall, ScriptedCall, ScriptedStep } from "./script.ts";

/** What a scripted model and its bound copies share. */
interface Script {
  readonly id: number;
  readonly steps: ScriptedStep[];
  readonly calls: RecordedCall[];
  /** How often the last step may still be repeated. */
  repeats: number;
}

/** Characters of text and arguments per streamed chunk. */
const CHUNK = 12;

let scripts = 0;

/**
 * A chat model that plays a script: one step for each model call, in order. It streams, calls tools, fails and cuts as
 * real ones do, costs nothing, and records what it was asked. Message ids are unique in the process.
 *
 * @example
 * ```ts
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const model = scriptedModel().tool("search", { query: "coffee" }).say("Coffee is a drink.");
 * ```
 */
export function scriptedModel(): ScriptedModel {
  scripts += 1;
  return new ScriptedModel({ id: scripts, steps: [], calls: [], repeats: 0 }, []);
}

/** See {@link scriptedModel}. */
export class ScriptedModel extends BaseChatModel {
  readonly #script: Script;
  readonly #tools: readonly unknown[];

  constructor(script: Script, tools: readonly unknown[]) {
    super({});
    this.#script = script;
    this.#tools = tools;
  }

  /** Every call so far, of this model and its bound copies. */
  get calls(): readonly RecordedCall[] {
    return this.#script.calls;
  }

  /** Says something: a final answer. */
  say(text: string): this {
    return this.#add(say(text));
  }

  /** Calls a handoff tool, with a payload and a text where given. */
  handoff(to: string, input?: Readonly<Record<string, unknown>>, options: { text?: string; id?: string } = {}): this {
    return this.#add(callsStep([{ handoff: to, input, id: options.id }], options.text));
  }

  /** Calls a tool. */
  tool(name: string, args: Readonly<Record<string, unknown>> = {}, options: { text?: string; id?: string } = {}): this {
    return this.#add(callsStep([{ tool: name, args, id: options.id }], options.text));
  }

  /** Makes several calls in one message. */
  callAll(calls: readonly ScriptedCall[], text = ""): this {
    return this.#add(callsStep(calls, text));
  }

  /** Answers with a message of your own; a missing id is made. */
  raw(message: AIMessage): this {
    return this.#add({ kind: "raw", message });
  }

  /** Throws: an error of yours, or one with an HTTP status. */
  fail(error: unknown, headers: Readonly<Record<string, string>> = {}): this {
    const thrown =
      typeof error === "number" ? new ScriptedError(`scripted failure with status ${error}`, error, headers) : error;
    return this.#add({ kind: "fail", error: thrown });
  }

  /** Makes the previous step end by the output limit. */
  truncate(): this {
    return this.#finishLast("length");
  }

  /** Ends by the provider's content filter, with nothing said. */
  refuse(): this {
    this.#add(say(""));
    return this.#finishLast("content_filter");
  }

  /** Says something and then breaks off with an error. */
  cut(text: string, error: unknown = new ScriptedError("scripted break of the stream")): this {
    return this.#add({ kind: "cut", text, error });
  }

  /** Never answers; ends with the run's signal. */
  hang(): this {
    return this.#add({ kind: "hang" });
  }

  /** Decides when it is asked. */
  reply(reply: (call: RecordedCall) => ScriptedStep | string): this {
    return this.#add({ kind: "reply", reply });
  }

  /** Repeats the last step so many more times, or forever. */
  repeat(times: number = Number.POSITIVE_INFINITY): this {
    this.#script.repeats = times;
    return this;
  }

  /** @throws ScriptError if a step was never asked for. */
  assertComplete(): void {
    const { steps, calls } = this.#script;
    if (steps.length > calls.length) {
      throw new ScriptError(`the script has ${steps.length} steps, and only ${calls.length} of them were asked for`);
    }
  }

  /** The same script with tools: calls of both are recorded together. */
  override bindTools(tools: readonly unknown[]): this {
    return new ScriptedModel(this.#script, tools) as this;
  }

  /** `"scripted"`: LangChain's name for the kind of model. */
  override _llmType(): string {
    return "scripted";
  }

  /** Plays the next step, whole. LangChain calls it for `invoke`. */
  override async _generate(messages: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    const step = this.#next(messages, options);
    if (step.kind === "fail" || step.kind === "cut") throw step.error;
    if (step.kind === "hang") return untilAborted(options.signal);
    const message = this.#message(step);
    return { generations: [{ text: message.text, message }] };
  }

  /** Plays the next step piece by piece. LangChain calls it for `stream`. */
  override async *_streamResponseChunks(
    messages: BaseMessage[],
    options: this["ParsedCallOptions"],
    runManager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const step = this.#next(messages, options);
    if (step.kind === "fail") throw step.error;
    if (step.kind === "hang") return await untilAborted(options.signal);
    const message = step.kind === "cut" ? this.#message(say(step.text)) : this.#message(step);
    for (const chunk of chunksOf(message)) {
      const generation = new ChatGenerationChunk({ text: chunk.text, message: chunk });
      await runManager?.handleLLMNewToken(chunk.text, undefined, undefined, undefined, undefined, {
        chunk: generation,
      });
      yield generation;
    }
    if (step.kind === "cut") throw step.error;
  }

  #add(step: ScriptedStep): this {
    this.#script.steps.push(step);
    return this;
  }

  #finishLast(finish: "length" | "content_filter"): this {
    const last = this.#script.steps.pop();
    if (last?.kind !== "message")
      throw new ScriptError("only a message can end early: put say, tool or handoff before it");
    return this.#add({ ...last, finish });
  }

  #next(messages: BaseMessage[], options: BaseChatModelCallOptions): Exclude<ScriptedStep, { kind: "reply" }> {
    const { steps, calls, repeats } = this.#script;
    const call: RecordedCall = {
      call: calls.length + 1,
      messages: [...messages],
      tools: this.#tools.map(nameOfTool),
      toolDefinitions: this.#tools,
      options: { ...options },
    };
    calls.push(call);
    const step = steps[call.call - 1] ?? (call.call - steps.length <= repeats ? steps.at(-1) : undefined);
    if (step === undefined) {
      const shape = messages.map((message) => message.type).join(", ");
      throw new ScriptError(
        `the script holds ${steps.length} steps, and this is call ${call.call} (prompt: ${shape}). Add a step, or repeat().`,
      );
    }
    if (step.kind !== "reply") return step;
    const decided = step.reply(call);
    if (typeof decided === "string") return say(decided);
    if (decided.kind === "reply") throw new ScriptError("a reply function must not answer with another one");
    return decided;
  }

  #message(step: Exclude<ScriptedStep, { kind: "reply" | "fail" | "cut" | "hang" }>): AIMessage {
    const id = `scripted-${this.#script.id}-${this.#script.calls.length}`;
    if (step.kind === "raw") {
      return step.message.id === undefined
        ? new AIMessage({ ...step.message, id } as unknown as AIMessageFields)
        : step.message;
    }
    const finish = step.finish ?? (step.calls.length > 0 ? "tool_calls" : "stop");
    const calls = step.calls.map((call, index) => ({ ...this.#wireCall(call), id: call.id ?? `${id}-call-${index}` }));
    const valid = calls.filter((call) => call.args !== undefined);
    const invalid = calls.filter((call) => call.args === undefined);
    const fields: AIMessageFields = {
      id,
      content: step.text,
      tool_calls: valid.map(({ id: callId, name, args }) => ({
        type: "tool_call",
        id: callId,
        name,
        args: { ...args },
      })),
      invalid_tool_calls: invalid.map(({ id: callId, name, raw }) => ({
        type: "invalid_tool_call",
        id: callId,
        name,
        args: raw,
        error: "Malformed args.",
      })),
      response_metadata: { finish_reason: finish, model_name: "scripted" },
      // LangChain types this field by a generic that has no value here.
      usage_metadata: usageOf((this.#script.calls.at(-1) as RecordedCall).messages, step.text) as never,
    };
    return new AIMessage(fields);
  }

  #wireCall(call: ScriptedCall): { name: string; args: Readonly<Record<string, unknown>> | undefined; raw: string } {
    if ("handoff" in call) {
      const name = this.#tools.map(nameOfTool).find((tool) => tool === call.handoff) ?? toolNameFor(call.handoff);
      return { name, args: call.input ?? {}, raw: JSON.stringify(call.input ?? {}) };
    }
    if ("rawArgs" in call) return { name: call.tool, args: undefined, raw: call.rawArgs };
    return { name: call.tool, args: call.args ?? {}, raw: JSON.stringify(call.args ?? {}) };
  }
}

function nameOfTool(tool: unknown): string {
  const { name, function: inner } = tool as { name?: unknown; function?: { name?: unknown } };
  return String(name ?? inner?.name ?? "");
}

/** Words stand for tokens. */
function usageOf(prompt: readonly BaseMessage[], text: string): UsageMetadata {
  const words = (value: string) => value.split(/\s+/).filter(Boolean).length;
  const input = prompt.reduce((sum, message) => sum + words(message.text), 0);
  return { input_tokens: input, output_tokens: words(text), total_tokens: input + words(text) };
}

/** A message as a provider streams it: text in pieces, each call's name first and its arguments in pieces after it. */
function* chunksOf(message: AIMessage): Generator<AIMessageChunk> {
  const { id } = message;
  const common = { ...(id !== undefined && { id }) };
  for (const content of pieces(message.text)) yield new AIMessageChunk({ ...common, content });
  const calls = [
    ...(message.tool_calls ?? []).map((call) => ({ id: call.id, name: call.name, args: JSON.stringify(call.args) })),
    ...(message.invalid_tool_calls ?? []).map((call) => ({ id: call.id, name: call.name, args: call.args ?? "" })),
  ];
  for (const [index, call] of calls.entries()) {
    const start = {
      type: "tool_call_chunk" as const,
      index,
      ...(call.name !== undefined && { name: call.name }),
      ...(call.id !== undefined && { id: call.id }),
      args: "",
    };
    yield new AIMessageChunk({ ...common, content: "", tool_call_chunks: [start] });
    for (const args of pieces(call.args)) {
      yield new AIMessageChunk({
        ...common,
        content: "",
        tool_call_chunks: [{ type: "tool_call_chunk", index, args }],
      });
    }
  }
  yield new AIMessageChunk({
    ...common,
    content: "",
    response_metadata: message.response_metadata,
    ...(message.usage_metadata !== undefined && { usage_metadata: message.usage_metadata }),
  });
}

function pieces(text: string): string[] {
  return Array.from({ length: Math.ceil(text.length / CHUNK) }, (_, index) =>
    text.slice(index * CHUNK, (index + 1) * CHUNK),
  );
}

function untilAborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
  });
}
