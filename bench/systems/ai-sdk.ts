import { z } from "zod";
import type { Workload } from "../workloads.ts";
import { Reader } from "./consumer.ts";
import { wordsOf } from "./langchain-model.ts";
import { loadPeer } from "./load-peer.ts";
import { agentNames, QUESTION, Script, targetsOf, TOOL, TOOL_DESCRIPTION } from "./script.ts";
import type { PromptEnd, Step } from "./script.ts";
import type { System } from "./system.ts";

interface StepResult {
  readonly toolCalls: readonly { readonly toolName: string }[];
}

interface Options {
  readonly model: object;
  readonly instructions: string;
  readonly messages: readonly object[];
  readonly tools: Readonly<Record<string, unknown>>;
  readonly stopWhen: unknown;
  prepareStep(given: { readonly steps: readonly StepResult[] }): object;
}

interface AiSdk {
  generateText(options: Options): Promise<{ readonly text: string; readonly steps: readonly StepResult[] }>;
  streamText(options: Options): {
    readonly fullStream: AsyncIterable<{ readonly type: string }>;
    readonly text: PromiseLike<string>;
    readonly steps: PromiseLike<readonly StepResult[]>;
  };
  isStepCount(count: number): unknown;
  tool(options: Readonly<Record<string, unknown>>): unknown;
}

const HANDOFF = "transfer_to_";

export const system: System = {
  async prepare(workload) {
    const peer = await loadPeer<AiSdk>("ai");
    const script = new Script(workload);
    const agents = agentsOf(workload, script);
    const tools = toolsOf(peer, workload, script);
    const history = historyOf(workload);
    const stopWhen = peer.isStepCount(3 * workload.handoffs + 10);
    return {
      tally: script.tally,
      async run() {
        const reader = new Reader(workload);
        let active = 0;
        const [entry] = agents;
        if (entry === undefined) throw new Error("there is no agent");
        const options: Options = {
          ...entry,
          messages: [...history, { role: "user", content: QUESTION }],
          tools,
          stopWhen,
          prepareStep({ steps }) {
            const call = steps.at(-1)?.toolCalls[0]?.toolName;
            if (call?.startsWith(`${HANDOFF}agent`)) active = Number(call.slice(`${HANDOFF}agent`.length));
            return agents[active] as object;
          },
        };
        const { text, steps } = workload.consumer
          ? await streamed(peer, options, reader)
          : await peer.generateText(options);
        const handoffs = steps.filter(({ toolCalls }) => toolCalls[0]?.toolName.startsWith(HANDOFF)).length;
        return { handoffs, text, chunks: reader.chunks };
      },
    };
  },
};

async function streamed(peer: AiSdk, options: Options, reader: Reader) {
  const result = peer.streamText(options);
  for await (const part of result.fullStream) if (part.type === "text-delta") await reader.take();
  return { text: await result.text, steps: await result.steps };
}

function agentsOf(workload: Workload, script: Script) {
  return agentNames(workload).map((_, index) => ({
    model: scriptModel(script, index),
    instructions: `You are agent ${index}.`,
    activeTools: [...(workload.tools ? [TOOL] : []), ...targetsOf(workload, index).map((to) => `${HANDOFF}${to}`)],
  }));
}

function toolsOf(peer: AiSdk, workload: Workload, script: Script): Record<string, unknown> {
  const handoffs = agentNames(workload).map((name) => {
    const handoff = peer.tool({
      description: `Agent ${name}.`,
      inputSchema: z.object({}),
      execute: async () => `Handed over to ${name}.`,
    });
    return [`${HANDOFF}${name}`, handoff] as const;
  });
  const add = peer.tool({
    description: TOOL_DESCRIPTION,
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    execute: async (sum: { a: number; b: number }) => script.add(sum),
  });
  return { ...(workload.tools && { [TOOL]: add }), ...Object.fromEntries(handoffs) };
}

function historyOf({ history }: Workload): object[] {
  return Array.from({ length: history }, (_, index) =>
    index % 2 === 0
      ? { role: "user", content: `Question ${index}` }
      : { role: "assistant", content: `Answer ${index}` },
  );
}

interface Prompt {
  readonly prompt: readonly { readonly role: string; readonly content: unknown }[];
}

const USAGE = {
  inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 0, text: 0, reasoning: 0 },
};

/** The script as a language model of the AI SDK. */
function scriptModel(script: Script, agent: number): object {
  return {
    specificationVersion: "v4",
    provider: "script",
    modelId: `script${agent}`,
    supportedUrls: {},
    async doGenerate({ prompt }: Prompt) {
      const step = script.next(agent, endOf(prompt));
      return { content: [contentOf(step)], finishReason: finishOf(step), usage: USAGE, warnings: [] };
    },
    async doStream({ prompt }: Prompt) {
      const step = script.next(agent, endOf(prompt));
      const parts: object[] = [{ type: "stream-start", warnings: [] }];
      if (step.kind === "say") {
        parts.push({ type: "text-start", id: "text" });
        for (const delta of wordsOf(step.text)) parts.push({ type: "text-delta", id: "text", delta });
        parts.push({ type: "text-end", id: "text" });
      } else parts.push(contentOf(step));
      parts.push({ type: "finish", finishReason: finishOf(step), usage: USAGE });
      return { stream: ReadableStream.from(parts) };
    },
  };
}

function endOf(prompt: Prompt["prompt"]): PromptEnd {
  const last = prompt.at(-1);
  const { length } = prompt;
  if (last?.role === "tool") {
    const [result] = last.content as [{ toolCallId: string }];
    return { callId: result.toolCallId, length };
  }
  if (last?.role !== "user") return { length };
  const [part] = last.content as [{ text: string }];
  return { text: part.text, length };
}

function contentOf(step: Step): object {
  if (step.kind === "say") return { type: "text", text: step.text };
  const toolName = step.kind === "tool" ? TOOL : `${HANDOFF}${step.to}`;
  const input = JSON.stringify(step.kind === "tool" ? step.args : {});
  return { type: "tool-call", toolCallId: step.id, toolName, input };
}

function finishOf(step: Step): { unified: string; raw: undefined } {
  return { unified: step.kind === "say" ? "stop" : "tool-calls", raw: undefined };
}
