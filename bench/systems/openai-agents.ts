import { z } from "zod";
import type { Workload } from "../workloads.ts";
import { Reader } from "./consumer.ts";
import { wordsOf } from "./langchain-model.ts";
import { loadPeer } from "./load-peer.ts";
import { agentNames, QUESTION, Script, targetsOf, TOOL, TOOL_DESCRIPTION } from "./script.ts";
import type { Step } from "./script.ts";
import type { System } from "./system.ts";

type Item = Readonly<Record<string, unknown>>;

interface Request {
  readonly input: string | readonly Item[];
}

interface Result {
  readonly finalOutput: unknown;
  readonly newItems: readonly { readonly type: string }[];
}

interface StreamedResult extends Result, AsyncIterable<{ readonly type: string }> {
  readonly completed: Promise<void>;
}

interface AgentOptions {
  readonly name: string;
  readonly handoffDescription: string;
  readonly instructions: string;
  readonly model: ScriptModel;
  readonly tools: unknown[];
}

interface OpenAiAgents {
  readonly Agent: new (options: AgentOptions) => { handoffs: unknown[] };
  readonly Runner: new (options: { tracingDisabled: boolean }) => {
    run(agent: unknown, input: unknown, options: { maxTurns: number }): Promise<Result>;
    run(agent: unknown, input: unknown, options: { maxTurns: number; stream: true }): Promise<StreamedResult>;
  };
  readonly Usage: new () => unknown;
  tool(options: Readonly<Record<string, unknown>>): unknown;
}

export const system: System = {
  refuses: ({ kind, agents, topology }) =>
    kind === "build" && topology === "full" && agents > 100
      ? "it does not come to an end with this many edges"
      : undefined,
  build: (workload) => agentsOf(workload, new Script(workload)),
  async prepare(workload) {
    const script = new Script(workload);
    const { entry, runner } = await agentsOf(workload, script);
    const history = historyOf(workload);
    const options = { maxTurns: 3 * workload.handoffs + 10 };
    return {
      tally: script.tally,
      async run() {
        const reader = new Reader(workload);
        const input = [...history, { role: "user", content: QUESTION }];
        const result = workload.consumer
          ? await streamed(await runner.run(entry, input, { ...options, stream: true }), reader)
          : await runner.run(entry, input, options);
        const handoffs = result.newItems.filter(({ type }) => type === "handoff_output_item").length;
        return { handoffs, text: String(result.finalOutput), chunks: reader.chunks };
      },
    };
  },
};

async function agentsOf(workload: Workload, script: Script) {
  const peer = await loadPeer<OpenAiAgents>("@openai/agents");
  const add = peer.tool({
    name: TOOL,
    description: TOOL_DESCRIPTION,
    parameters: z.object({ a: z.number(), b: z.number() }),
    execute: async (sum: { a: number; b: number }) => script.add(sum),
  });
  const agents = agentNames(workload).map(
    (name, index) =>
      new peer.Agent({
        name,
        handoffDescription: `Agent number ${index}.`,
        instructions: `You are agent ${index}.`,
        model: new ScriptModel(script, index, peer.Usage),
        tools: workload.tools ? [add] : [],
      }),
  );
  const byName = new Map(agentNames(workload).map((name, index) => [name, agents[index]]));
  for (const [index, agent] of agents.entries()) {
    agent.handoffs = targetsOf(workload, index).map((name) => byName.get(name));
  }
  return { entry: agents[0], runner: new peer.Runner({ tracingDisabled: true }) };
}

function historyOf({ history }: Workload): Item[] {
  return Array.from({ length: history }, (_, index) =>
    index % 2 === 0
      ? { role: "user", content: `Question ${index}` }
      : { role: "assistant", status: "completed", content: [{ type: "output_text", text: `Answer ${index}` }] },
  );
}

async function streamed(result: StreamedResult, reader: Reader): Promise<Result> {
  for await (const event of result) if (event.type === "raw_model_stream_event") await reader.take();
  await result.completed;
  return result;
}

/** The script as a model of the Agents SDK. */
class ScriptModel {
  readonly #script: Script;
  readonly #agent: number;
  readonly #usage: new () => unknown;

  constructor(script: Script, agent: number, usage: new () => unknown) {
    this.#script = script;
    this.#agent = agent;
    this.#usage = usage;
  }

  async getResponse(request: Request) {
    return { usage: new this.#usage(), output: [this.#answer(request)], responseId: "response" };
  }

  async *getStreamedResponse(request: Request) {
    const item = this.#answer(request);
    yield { type: "response_started" };
    if (item["type"] === "message") {
      const [{ text }] = item["content"] as [{ text: string }];
      for (const delta of wordsOf(text)) yield { type: "output_text_delta", delta };
    }
    const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
    yield { type: "response_done", response: { id: "response", usage, output: [item] } };
  }

  #answer({ input }: Request): Item {
    const last = typeof input === "string" ? { content: input } : (input.at(-1) as Item);
    const callId = last["type"] === "function_call_result" ? String(last["callId"]) : undefined;
    const text = typeof last["content"] === "string" ? last["content"] : undefined;
    return itemOf(this.#script.next(this.#agent, { callId, text, length: input.length }));
  }
}

function itemOf(step: Step): Item {
  if (step.kind === "say") {
    const content = [{ type: "output_text", text: step.text }];
    return { type: "message", id: "message", role: "assistant", status: "completed", content };
  }
  const [name, args] = step.kind === "tool" ? [TOOL, step.args] : [`transfer_to_${step.to}`, {}];
  return {
    type: "function_call",
    id: step.id,
    callId: step.id,
    name,
    status: "completed",
    arguments: JSON.stringify(args),
  };
}
