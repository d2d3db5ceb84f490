import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { AIMessage, AIMessageChunk, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage, ToolMessage } from "@langchain/core/messages";
import { ChatGenerationChunk } from "@langchain/core/outputs";
import type { ChatResult } from "@langchain/core/outputs";
import { tool } from "@langchain/core/tools";
import { z } from "zod";
import type { Workload } from "../workloads.ts";
import { QUESTION, TOOL, TOOL_DESCRIPTION } from "./script.ts";
import type { Script, Step } from "./script.ts";

let messages = 0;

/** The script as a LangChain chat model: answers at once, and binds tools as the providers' models do. */
export class LangChainScriptModel extends BaseChatModel {
  readonly #script: Script;
  readonly #agent: number;

  constructor(script: Script, agent: number) {
    super({});
    this.#script = script;
    this.#agent = agent;
  }

  override bindTools(tools: BindToolsInput[]) {
    return this.withConfig({ tools } as Partial<this["ParsedCallOptions"]>);
  }

  override _llmType(): string {
    return "script";
  }

  override async _generate(prompt: BaseMessage[]): Promise<ChatResult> {
    const message = new AIMessage(fieldsOf(this.#next(prompt)));
    return { generations: [{ text: "", message }] };
  }

  override async *_streamResponseChunks(
    prompt: BaseMessage[],
    _options: this["ParsedCallOptions"],
    runManager?: { handleLLMNewToken(...fields: unknown[]): Promise<void> },
  ): AsyncGenerator<ChatGenerationChunk> {
    const fields = fieldsOf(this.#next(prompt));
    const parts = fields.tool_calls.length > 0 ? [""] : wordsOf(fields.content);
    for (const text of parts) {
      const message = new AIMessageChunk({ ...fields, content: text });
      const chunk = new ChatGenerationChunk({ text, message });
      await runManager?.handleLLMNewToken(text, undefined, undefined, undefined, undefined, { chunk });
      yield chunk;
    }
  }

  #next(prompt: readonly BaseMessage[]): Step {
    const last = prompt.at(-1);
    const { length } = prompt;
    if (last?.type === "tool") {
      return this.#script.next(this.#agent, { callId: (last as ToolMessage).tool_call_id, length });
    }
    return this.#script.next(this.#agent, { text: last?.type === "human" ? textOf(last) : undefined, length });
  }
}

/** A message's text; LangChain's own getter builds blocks first, which would count as the system's time. */
function textOf(message: BaseMessage): string {
  return typeof message.content === "string" ? message.content : message.text;
}

/** A text in the chunks in which a stream brings it. */
export function wordsOf(text: string): string[] {
  return text.split(/(?<= )/u);
}

function fieldsOf(step: Step) {
  messages += 1;
  const id = `message${messages}`;
  if (step.kind === "say") return { id, content: step.text, tool_calls: [] };
  const isTool = step.kind === "tool";
  const name = isTool ? TOOL : `transfer_to_${step.to}`;
  const args = isTool ? { ...step.args } : {};
  return { id, content: "", tool_calls: [{ name, args, id: step.id, type: "tool_call" as const }] };
}

/** The regular tool for LangChain's systems. */
export function langChainTool(script: Script) {
  return tool((sum: { a: number; b: number }) => script.add(sum), {
    name: TOOL,
    description: TOOL_DESCRIPTION,
    schema: z.object({ a: z.number(), b: z.number() }),
  });
}

/** The conversation before a turn, as LangChain messages with ids. */
export function langChainHistory({ history }: Workload): BaseMessage[] {
  return Array.from({ length: history }, (_, index) =>
    index % 2 === 0
      ? new HumanMessage({ id: `past${index}`, content: `Question ${index}` })
      : new AIMessage({ id: `past${index}`, content: `Answer ${index}` }),
  );
}

/** What the user says in a turn. */
export function langChainQuestion(text: string = QUESTION): HumanMessage {
  messages += 1;
  return new HumanMessage({ id: `question${messages}`, content: text });
}

/** The handoffs that a log's calls came to. */
export function handoffsIn(log: readonly BaseMessage[]): number {
  let count = 0;
  for (const message of log) {
    if (message.type !== "ai") continue;
    for (const { name } of (message as AIMessage).tool_calls ?? []) if (name.startsWith("transfer_to_")) count += 1;
  }
  return count;
}
