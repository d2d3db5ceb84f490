import type { BaseMessage } from "@langchain/core/messages";
import type { BaseCheckpointSaver } from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import type { Workload } from "../workloads.ts";
import { Reader } from "./consumer.ts";
import {
  handoffsIn,
  langChainHistory,
  langChainQuestion,
  LangChainScriptModel,
  langChainTool,
} from "./langchain-model.ts";
import { loadPeer } from "./load-peer.ts";
import { openSaver } from "./savers.ts";
import { agentNames, REMEMBER, Script, targetsOf } from "./script.ts";
import type { Prepared, System, Turn } from "./system.ts";

interface Graph {
  invoke(input: unknown, options: unknown): Promise<{ messages: BaseMessage[] }>;
  stream(input: unknown, options: unknown): Promise<AsyncIterable<unknown>>;
}

interface SwarmPackage {
  createHandoffTool(options: { agentName: string; description: string }): unknown;
  createSwarm(options: { agents: unknown[]; defaultActiveAgent: string }): {
    compile(options: { checkpointer?: BaseCheckpointSaver }): Graph;
  };
}

/** Makes one agent of a swarm, with a model that is not bound to its tools yet. */
type MakeAgent = (options: { name: string; model: LangChainScriptModel; tools: unknown[]; prompt: string }) => unknown;

function langGraphSwarm(maker: () => Promise<MakeAgent>): System {
  const compile = async (workload: Workload, script: Script, checkpointer?: BaseCheckpointSaver): Promise<Graph> => {
    const { createHandoffTool, createSwarm } = await loadPeer<SwarmPackage>("@langchain/langgraph-swarm");
    const make = await maker();
    const regular = workload.tools ? [langChainTool(script)] : [];
    const agents = agentNames(workload).map((agentName, index) =>
      make({
        name: agentName,
        model: new LangChainScriptModel(script, index),
        prompt: `You are agent ${index}.`,
        tools: [
          ...regular,
          ...targetsOf(workload, index).map((to) => createHandoffTool({ agentName: to, description: `Agent ${to}.` })),
        ],
      }),
    );
    return createSwarm({ agents, defaultActiveAgent: "agent0" }).compile(checkpointer ? { checkpointer } : {});
  };
  return {
    build: (workload) => compile(workload, new Script(workload)),
    async prepare(workload) {
      const script = new Script(workload);
      const saver = workload.saver === "none" ? undefined : await openSaver(workload.saver);
      const graph = await compile(workload, script, saver?.saver);
      return {
        ...turnsOf(graph, workload),
        tally: script.tally,
        ...(saver && { written: saver.written, close: saver.close }),
      };
    },
  };
}

export const react = langGraphSwarm(
  async () =>
    ({ model, tools, ...rest_ }) =>
      createReactAgent({ llm: model, tools: tools as never, ...rest_ }),
);

export const agent = langGraphSwarm(async () => {
  const { createAgent } = await loadPeer<{ createAgent(options: unknown): { graph: unknown } }>("langchain");
  return ({ prompt, ...options }) => {
    const { graph } = createAgent({ ...options, systemPrompt: prompt });
    return graph;
  };
});

function turnsOf(graph: Graph, workload: Workload): Pick<Prepared, "run" | "threads"> {
  const history = langChainHistory(workload);
  const limit = { recursionLimit: 10 * workload.handoffs + 50 };
  const turn = async (earlier: readonly BaseMessage[], options: object): Promise<Turn> => {
    const reader = new Reader(workload);
    const question = langChainQuestion();
    const input = { messages: [...earlier, question] };
    const messages = workload.consumer
      ? await streamed(graph, input, { reader, options: limit })
      : (await graph.invoke(input, { ...limit, ...options })).messages;
    const added = messages.slice(messages.findLastIndex(({ id }) => id === question.id));
    return { handoffs: handoffsIn(added), text: added.at(-1)?.text ?? "", chunks: reader.chunks };
  };
  return {
    run: () => turn(history, {}),
    async threads(count) {
      const turns: (() => Promise<Turn>)[] = [];
      for (let index = 0; index < count; index += 1) {
        const options = { configurable: { thread_id: `thread${index}` } };
        if (history.length > 0) {
          await graph.invoke({ messages: [...history, langChainQuestion(REMEMBER)] }, options);
        }
        turns.push(() => turn([], options));
      }
      return turns;
    },
  };
}

async function streamed(
  graph: Graph,
  input: unknown,
  { reader, options }: { reader: Reader; options: object },
): Promise<BaseMessage[]> {
  const modes = { streamMode: ["messages", "values"], subgraphs: true };
  let last: BaseMessage[] = [];
  for await (const chunk of await graph.stream(input, { ...modes, ...options })) {
    const [path, kind, value] = chunk as [string[], string, { messages: BaseMessage[] }];
    if (kind === "messages") await reader.take();
    else if (path.length === 0) last = value.messages;
  }
  return last;
}
