import { randomUUID } from "node:crypto";
import { SwarmAgent } from "swarmgraph";
import type { AgentSpec, SwarmGraph } from "swarmgraph";
import type { BaseMessage } from "@langchain/core/messages";
import { Skip } from "../skip.ts";
import type { Workload } from "../workloads.ts";
import { Reader } from "./consumer.ts";
import { langChainHistory, langChainQuestion, LangChainScriptModel, langChainTool } from "./langchain-model.ts";
import { halvesOf } from "./pairs.ts";
import { openSaver } from "./savers.ts";
import type { OpenSaver } from "./savers.ts";
import { agentNames, REMEMBER, Script, targetsOf } from "./script.ts";
import type { Prepared, System, Turn } from "./system.ts";

type Compile = NonNullable<Parameters<SwarmAgent<Record<string, AgentSpec>>["compile"]>[0]>;

/** A swarm of this library's, at the speed that it chooses or at a given one. */
function ours(speed?: "stepped"): System {
  return {
    async build(workload) {
      return compile(workload, new Script(workload), speed);
    },
    async prepare(workload) {
      const script = new Script(workload);
      const saver = workload.saver === "none" ? undefined : await openSaver(workload.saver);
      return prepared(workload, script, compile(workload, script, speed, saver), saver);
    },
    async pair(workload) {
      if (workload.surcharge === undefined) throw new Skip("it says not what is to be added");
      const script = new Script(workload);
      const { plain, more, close } = await halvesOf(workload.surcharge, compile(workload, script, speed));
      const told = (run: () => Promise<unknown>) => async () => turnOf((await run()) as Result);
      return { tally: script.tally, plain: told(plain), more: told(more), ...(close && { close }) };
    },
  };
}

export const system = ours();

export const stepped = ours("stepped");

function compile(workload: Workload, script: Script, speed?: "stepped", saver?: OpenSaver): SwarmGraph {
  const tools = workload.tools ? [langChainTool(script)] : [];
  const agents: Record<string, AgentSpec> = {};
  for (const [index, name] of agentNames(workload).entries()) {
    agents[name] = {
      model: new LangChainScriptModel(script, index),
      description: `Agent number ${index}.`,
      prompt: `You are agent ${index}.`,
      tools,
      canHandoffTo: targetsOf(workload, index),
    };
  }
  const swarm = new SwarmAgent({
    entry: "agent0",
    agents,
    limits: { maxHandoffs: workload.handoffs + 1, maxTurns: 3 * workload.handoffs + 10 },
  });
  const options: Compile & { speed?: "stepped" } = {
    ...(speed !== undefined && { speed }),
    ...(saver !== undefined && { checkpointer: saver.saver }),
  };
  return swarm.compile(options);
}

function prepared(workload: Workload, script: Script, graph: SwarmGraph, saver: OpenSaver | undefined): Prepared {
  const history = langChainHistory(workload);
  const turn = async (earlier: readonly BaseMessage[], options?: Parameters<SwarmGraph["invoke"]>[1]) => {
    const input = { messages: [...earlier, langChainQuestion()] };
    if (workload.consumer === undefined) return turnOf(await graph.invoke(input, options));
    const reader = new Reader(workload);
    const result = turnOf(await streamed(graph, input, reader));
    return { ...result, chunks: reader.chunks };
  };
  return {
    tally: script.tally,
    run: () => turn(history),
    async threads(count) {
      const turns: (() => Promise<Turn>)[] = [];
      // A database may hold the threads of other cells.
      const cell = randomUUID();
      for (let index = 0; index < count; index += 1) {
        const options = { configurable: { thread_id: `${cell}/${index}` } };
        if (history.length > 0) {
          await graph.invoke({ messages: [...history, langChainQuestion(REMEMBER)] }, options);
        }
        turns.push(() => turn([], options));
      }
      return turns;
    },
    ...(saver && { written: saver.written, close: saver.close }),
  };
}

async function streamed(graph: SwarmGraph, input: { messages: BaseMessage[] }, reader: Reader): Promise<Result> {
  let last: Result | undefined;
  for await (const chunk of await graph.stream(input, { streamMode: ["messages", "values"] })) {
    const [kind, value] = chunk as unknown as [string, Result];
    if (kind === "values") last = value;
    else await reader.take();
  }
  if (last === undefined) throw new Error("the stream held no state");
  return last;
}

interface Result {
  readonly messages: readonly BaseMessage[];
  readonly handoffs: readonly { readonly status: string }[];
}

function turnOf({ messages, handoffs }: Result): Turn {
  return {
    handoffs: handoffs.filter(({ status }) => status === "done").length,
    text: messages.at(-1)?.text ?? "",
  };
}
