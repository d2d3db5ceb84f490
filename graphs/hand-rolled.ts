import { AIMessage } from "@langchain/core/messages";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createAgentNode, createHandoffTool, isHandoffTool } from "swarmgraph";
import type { ModelSource } from "swarmgraph";
import { chooseModel } from "./model.ts";
import { writeDraft } from "./tools/draft.ts";

type State = typeof MessagesAnnotation.State;

/** A routing function of one's own: the first handoff to a node of an allow-list, tools first, else the end. */
function makeRoute(allowed: readonly string[], toolNode: string) {
  return ({ messages }: State): string => {
    const last = messages.at(-1);
    const calls = AIMessage.isInstance(last) ? (last.tool_calls ?? []) : [];
    if (calls.some(({ name }) => !isHandoffTool(name)[0])) return toolNode;
    for (const { name } of calls) {
      const [isHandoff, target] = isHandoffTool(name);
      if (isHandoff && allowed.includes(target.toUpperCase())) return target.toUpperCase();
    }
    return END;
  };
}

/** AgentFlow's manual example: RESEARCHER hands to WRITER on a `StateGraph` of one's own, with the primitives alone. */
export function createHandRolled({ model }: { readonly model?: ModelSource | undefined } = {}) {
  const chosen = chooseModel(model).model;
  const researcher = createAgentNode({
    name: "researcher",
    model: chosen,
    prompt: "Hand over to the writer as soon as you know what the text is about.",
    handoffs: [
      createHandoffTool("writer", { description: "Writing: writes an article, a draft or a text on a topic" }),
    ],
  });
  const writer = createAgentNode({
    name: "writer",
    model: chosen,
    prompt: "Write the text with write_draft.",
    tools: [writeDraft],
  });
  return new StateGraph(MessagesAnnotation)
    .addNode("RESEARCHER", researcher.agent)
    .addNode("WRITER", writer.agent)
    .addNode("WRITER.tools", writer.tools)
    .addEdge(START, "RESEARCHER")
    .addConditionalEdges("RESEARCHER", makeRoute(["WRITER"], END), ["WRITER", END])
    .addConditionalEdges("WRITER", makeRoute([], "WRITER.tools"), ["WRITER.tools", END])
    .addEdge("WRITER.tools", "WRITER")
    .compile();
}

/** The compiled graph. */
export const graph = createHandRolled();
