import { isAIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { ToolNode } from "@langchain/langgraph/prebuilt";
import { z } from "zod";
import type { Workload } from "../workloads.ts";
import {
  handoffsIn,
  langChainHistory,
  langChainQuestion,
  LangChainScriptModel,
  langChainTool,
} from "./langchain-model.ts";
import { agentNames, Script, targetsOf } from "./script.ts";
import type { System } from "./system.ts";

/** What one writes by hand with LangGraph: a node per agent, a node for its tools, a conditional edge, a tool per edge. */
export const system: System = {
  async build(workload) {
    return compile(workload, new Script(workload));
  },
  async prepare(workload) {
    const script = new Script(workload);
    const graph = compile(workload, script);
    const history = langChainHistory(workload);
    const options = { recursionLimit: 3 * workload.handoffs + 20 };
    return {
      tally: script.tally,
      async run() {
        const { messages } = await graph.invoke({ messages: [...history, langChainQuestion()] }, options);
        return { handoffs: handoffsIn(messages), text: messages.at(-1)?.text ?? "" };
      },
    };
  },
};

/** LangGraph's builder with names as data. */
interface Builder {
  addNode(name: string, node: unknown): void;
  addEdge(from: string, to: string): void;
  addConditionalEdges(from: string, route: (state: { messages: BaseMessage[] }) => string, to: string[]): void;
}

function compile(workload: Workload, script: Script) {
  const graph = new StateGraph(MessagesAnnotation);
  const builder = graph as unknown as Builder;
  const regular = workload.tools ? [langChainTool(script)] : [];
  for (const [index, name] of agentNames(workload).entries()) {
    const targets = targetsOf(workload, index);
    const handoffs = targets.map((to) =>
      tool(() => "", { name: `transfer_to_${to}`, description: `Agent ${to}.`, schema: z.object({}) }),
    );
    const model = new LangChainScriptModel(script, index).bindTools([...regular, ...handoffs]);
    builder.addNode(name, async (state: { messages: BaseMessage[] }) => ({
      messages: [await model.invoke(state.messages)],
    }));
    const tools = `${name}_tools`;
    if (workload.tools) {
      builder.addNode(tools, new ToolNode(regular));
      builder.addEdge(tools, name);
    }
    builder.addConditionalEdges(name, ({ messages }) => routeOf(messages, tools), [
      ...targets,
      ...(workload.tools ? [tools] : []),
      END,
    ]);
  }
  builder.addEdge(START, "agent0");
  return graph.compile();
}

function routeOf(messages: readonly BaseMessage[], tools: string): string {
  const last = messages.at(-1);
  const call = last && isAIMessage(last) ? last.tool_calls?.[0] : undefined;
  if (call === undefined) return END;
  return call.name.startsWith("transfer_to_") ? call.name.slice("transfer_to_".length) : tools;
}
