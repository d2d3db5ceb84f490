import { z } from "zod";
import type { Workload } from "../workloads.ts";
import { Reader } from "./consumer.ts";
import { wordsOf } from "./langchain-model.ts";
import { loadPeer } from "./load-peer.ts";
import { agentNames, QUESTION, Script, TOOL, TOOL_DESCRIPTION } from "./script.ts";
import type { Step } from "./script.ts";
import type { System } from "./system.ts";

interface Block {
  readonly type: string;
  readonly text?: string;
  readonly toolUseId?: string;
}

interface Message {
  readonly content: readonly Block[];
}

interface Sdk {
  readonly Model: new () => object;
  readonly Agent: new (options: Readonly<Record<string, unknown>>) => object;
  tool(options: Readonly<Record<string, unknown>>): unknown;
}

interface Result {
  readonly results: readonly { readonly structuredOutput?: { readonly message: string } }[];
}

interface MultiAgent {
  readonly Swarm: new (options: { nodes: object[]; start: string }) => {
    invoke(input: string): Promise<Result>;
    stream(input: string): AsyncGenerator<{ readonly type: string }, Result>;
  };
}

/** The tool by which a Strands agent hands off or ends. */
const DECISION = "strands_structured_output";

export const system: System = {
  refuses: ({ topology, kind }) =>
    kind === "build" && topology === "chain" ? "its swarm knows no edges: see the full mesh" : undefined,
  build: (workload) => swarmOf(workload, new Script(workload)),
  async prepare(workload) {
    const script = new Script(workload);
    const swarm = await swarmOf(workload, script);
    return {
      tally: script.tally,
      async run() {
        const reader = new Reader(workload);
        const { results } = workload.consumer
          ? await streamed(swarm.stream(QUESTION), reader)
          : await swarm.invoke(QUESTION);
        const text = results.at(-1)?.structuredOutput?.message ?? "";
        return { handoffs: results.length - 1, text, chunks: reader.chunks };
      },
    };
  },
};

async function streamed(stream: AsyncGenerator<{ readonly type: string }, Result>, reader: Reader) {
  for (;;) {
    const next = await stream.next();
    if (next.done === true) return next.value;
    if (next.value.type === "nodeStreamUpdateEvent") await reader.take();
  }
}

async function swarmOf(workload: Workload, script: Script) {
  const sdk = await loadPeer<Sdk>("@strands-agents/sdk");
  const { Swarm } = await loadPeer<MultiAgent>("@strands-agents/sdk/multiagent");
  const ScriptModel = modelClass(sdk);
  const add = sdk.tool({
    name: TOOL,
    description: TOOL_DESCRIPTION,
    inputSchema: z.object({ a: z.number(), b: z.number() }),
    callback: (sum: { a: number; b: number }) => script.add(sum),
  });
  const nodes = agentNames(workload).map(
    (name, index) =>
      new sdk.Agent({
        id: name,
        name,
        description: `Agent number ${index}.`,
        systemPrompt: `You are agent ${index}.`,
        model: new ScriptModel(script, index),
        tools: workload.tools ? [add] : [],
        printer: false,
      }),
  );
  return new Swarm({ nodes, start: "agent0" });
}

/** The script as a model of Strands, whose class comes from the package. */
function modelClass({ Model }: Sdk) {
  return class ScriptModel extends Model {
    readonly #script: Script;
    readonly #agent: number;

    constructor(script: Script, agent: number) {
      super();
      this.#script = script;
      this.#agent = agent;
    }

    getConfig(): object {
      return { modelId: "script" };
    }

    updateConfig(): void {}

    async *stream(messages: readonly Message[]) {
      const last = messages.at(-1)?.content.at(-1);
      const step = this.#script.next(this.#agent, {
        callId: last?.type === "toolResultBlock" ? last.toolUseId : undefined,
        text: last?.text,
        length: messages.length,
      });
      const { name, id, input } = callOf(step);
      yield { type: "modelMessageStartEvent", role: "assistant" };
      yield { type: "modelContentBlockStartEvent", start: { type: "toolUseStart", name, toolUseId: id } };
      for (const part of wordsOf(JSON.stringify(input))) {
        yield { type: "modelContentBlockDeltaEvent", delta: { type: "toolUseInputDelta", input: part } };
      }
      yield { type: "modelContentBlockStopEvent" };
      yield { type: "modelMessageStopEvent", stopReason: "toolUse" };
    }
  };
}

function callOf(step: Step): { name: string; id: string; input: object } {
  if (step.kind === "tool") return { name: TOOL, id: step.id, input: step.args };
  if (step.kind === "say") return { name: DECISION, id: "decision", input: { message: step.text } };
  return { name: DECISION, id: step.id, input: { agentId: step.to, message: QUESTION } };
}
