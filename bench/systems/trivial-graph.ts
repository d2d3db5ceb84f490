import { MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { langChainHistory, langChainQuestion } from "./langchain-model.ts";
import { agentNames, ANSWER } from "./script.ts";
import type { Tally } from "./script.ts";
import type { System } from "./system.ts";

/** LangGraph with nothing in it: a chain of nodes that return nothing. What a superstep costs as it is shipped. */
export const system: System = {
  refuses: ({ tools }) => (tools ? "it has no tools" : undefined),
  async prepare(workload) {
    const tally: Tally = { modelCalls: 0, toolRuns: 0, longestPrompt: 0 };
    const graph = new StateGraph(MessagesAnnotation);
    const builder = graph as unknown as {
      addNode(name: string, node: () => object): void;
      addEdge(from: string, to: string): void;
    };
    let previous: string = START;
    for (const name of agentNames(workload)) {
      builder.addNode(name, () => {
        tally.modelCalls += 1;
        return {};
      });
      builder.addEdge(previous, name);
      previous = name;
    }
    const compiled = graph.compile();
    const history = langChainHistory(workload);
    const options = { recursionLimit: workload.handoffs + 20 };
    return {
      tally,
      async run() {
        const before = tally.modelCalls;
        await compiled.invoke({ messages: [...history, langChainQuestion()] }, options);
        return { handoffs: tally.modelCalls - before - 1, text: ANSWER };
      },
    };
  },
};
