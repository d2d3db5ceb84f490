import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { interrupt } from "@langchain/langgraph";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { z } from "zod";
import { encodePrompt, ScriptedError, scriptedModel } from "../../../../src/testing/index.ts";
import type { RecordedCall, ScriptedModel, ScriptedStep, WirePrompt } from "../../../../src/testing/index.ts";
import type { Player } from "../player.ts";
import { argumentsOf } from "../script.ts";
import type { CallScript, MessageScript, StepScript, ToolScript } from "../script.ts";
import { ASK } from "../system.ts";

let made = 0;

const nextId = (prefix: string): string => {
  made += 1;
  return `${prefix}_${made}`;
};

/** A scripted agent's model, as a LangChain chat model. */
export function langChainModel(player: Player, index: number): ScriptedModel {
  return scriptedModel()
    .reply((call) => stepOf(player.next(index, bodyOf(call))))
    .repeat();
}

function bodyOf({ messages, toolDefinitions }: RecordedCall): Record<string, unknown> {
  const prompt = { messages: [...messages], tools: [...toolDefinitions] } as WirePrompt;
  return { ...encodePrompt("openai-chat", prompt) };
}

function stepOf(step: StepScript): ScriptedStep {
  if (step.kind === "fail") return { kind: "fail", error: new ScriptedError(step.text, step.status) };
  if (step.kind === "break") {
    const error = Object.assign(new TypeError("terminated"), { cause: { code: "UND_ERR_SOCKET" } });
    return { kind: "cut", text: step.text, error };
  }
  const message = assistant(step.text, step.calls, step.isTruncated ? "length" : undefined);
  if (!step.hasBlocks) return { kind: "raw", message };
  const blocks = (message.tool_calls ?? []).map(({ id, name, args }) => ({
    type: "tool_use",
    id: id ?? "",
    name,
    input: args,
  }));
  message.content = [{ type: "text", text: step.text }, ...blocks];
  return { kind: "raw", message };
}

/** What LangChain's adapters make of a provider's answer: calls whose arguments are no JSON stand apart. */
function assistant(text: string, calls: readonly CallScript[], finish?: string): AIMessage {
  const read = calls.map((call) => {
    const { id = nextId("call"), name } = call;
    return { name, raw: argumentsOf(call), ...(id !== null && { id }) };
  });
  const valid = read.filter(({ raw }) => isJson(raw));
  const invalid = read.filter(({ raw }) => !isJson(raw));
  return new AIMessage({
    id: nextId("message"),
    content: text,
    tool_calls: valid.map(({ raw, ...call }) => ({ ...call, type: "tool_call", args: JSON.parse(raw) })),
    invalid_tool_calls: invalid.map(({ raw, ...call }) => ({
      ...call,
      type: "invalid_tool_call",
      args: raw,
      error: "Malformed args.",
    })),
    response_metadata: { finish_reason: finish ?? (calls.length > 0 ? "tool_calls" : "stop") },
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A message as LangChain has it. */
export function langChainMessage(message: MessageScript): BaseMessage {
  if (message.role === "user") return new HumanMessage({ id: nextId("human"), content: message.text });
  if (message.role === "assistant") return assistant(message.text, message.calls ?? []);
  return new ToolMessage({
    id: nextId("tool"),
    content: message.text,
    tool_call_id: message.callId,
    name: message.name,
  });
}

interface LangChainRuntime {
  readonly idempotencyKey?: string;
  readonly toolCall?: { readonly id?: string };
  readonly configurable?: { readonly secret?: string };
  readonly context?: { readonly secret?: string };
}

/** A scripted tool, as a LangChain one. */
export function langChainTool({ name, fields = {}, run }: ToolScript) {
  const shape = Object.entries(fields).map(([field, type]) => [field, type === "number" ? z.number() : z.string()]);
  const body = (args: Record<string, unknown>, config: LangChainRuntime) => {
    if (name === ASK) args = { ...args, answer: interrupt("May I?") as string };
    return run(args, {
      key: config.idempotencyKey ?? config.toolCall?.id,
      secret: config.context?.secret ?? config.configurable?.secret,
    });
  };
  return tool(body as () => string, {
    name,
    description: `Does ${name}.`,
    schema: z.object(Object.fromEntries(shape) as Record<string, z.ZodType>),
  });
}

/** Makes the writes of a saver fail while something holds. */
export function breakSaver(saver: BaseCheckpointSaver, isBroken: () => boolean): void {
  const putWrites = saver.putWrites.bind(saver);
  saver.putWrites = async (...args) => {
    if (isBroken()) throw new Error("the disk is full");
    return putWrites(...args);
  };
}

/** A saver's memory as text. */
export function storedText(saver: object): string {
  return JSON.stringify(saver, (_key, value: unknown) =>
    value instanceof Uint8Array ? new TextDecoder().decode(value) : value,
  );
}
