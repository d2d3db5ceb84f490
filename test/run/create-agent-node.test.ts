import { AIMessage } from "@langchain/core/messages";
import { END, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createAgentNode, createHandoffTool, isHandoffTool, routeHandoffs, SwarmState } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import type { ScriptedModel } from "../../src/testing/index.ts";
import { addTool, promptOf, says, shape, systemOf } from "../support.ts";

/** The manual example of the AgentFlow seed: an allow-list, a routing function of one's own, an entry point. */
function makeRoute(allowed: readonly string[]) {
  return ({ messages }: typeof MessagesAnnotation.State): string => {
    const last = messages.at(-1);
    if (!AIMessage.isInstance(last)) return END;
    for (const call of last.tool_calls ?? []) {
      const [isHandoff, target] = isHandoffTool(call.name);
      if (isHandoff && allowed.includes(target.toUpperCase())) return target.toUpperCase();
    }
    return END;
  };
}

function manual(researcherModel: ScriptedModel, writerModel: ScriptedModel) {
  const toWriter = createHandoffTool("writer", { description: "Send to the writer when research is done." });
  const researcher = createAgentNode({ name: "researcher", model: researcherModel, handoffs: [toWriter] });
  const writer = createAgentNode({ name: "writer", model: writerModel });
  return new StateGraph(MessagesAnnotation)
    .addNode("RESEARCHER", researcher.agent)
    .addNode("WRITER", writer.agent)
    .addConditionalEdges("RESEARCHER", makeRoute(["WRITER"]), { WRITER: "WRITER", [END]: END })
    .addEdge("WRITER", END)
    .addEdge(START, "RESEARCHER")
    .compile();
}

describe("agent nodes in a graph of one's own", () => {
  it("run the AgentFlow seed's manual example, by invoke and by stream", async () => {
    const writer = () => scriptedModel().say("An article.");
    const researcher = () => scriptedModel().handoff("writer", undefined, { text: "Research is done." });
    const { messages } = await manual(researcher(), writer()).invoke(says("Write about coffee"));
    expect(shape(messages)).toEqual([
      "human: Write about coffee",
      "ai: Research is done. [transfer_to_writer]",
      "ai: An article.",
    ]);
    let last: typeof messages = [];
    for await (const values of await manual(researcher(), writer()).stream(says("Write about coffee"), {
      streamMode: "values",
    }))
      last = values.messages;
    expect(shape(last)).toEqual(shape(messages));
  });

  it("end where the researcher answers itself", async () => {
    const writer = scriptedModel();
    await manual(scriptedModel().say("No need to."), writer).invoke(says());
    expect(writer.calls).toHaveLength(0);
  });

  it("give the writer a prompt that is valid, though the graph keeps no ledger", async () => {
    const writer = scriptedModel().say("ok");
    await manual(scriptedModel().handoff("writer"), writer).invoke(says());
    expect(shape(promptOf(writer))).toEqual(["human: Hello"]);
  });

  it("keep the ledger, run tools and go back with SwarmState and routeHandoffs", async () => {
    const { add } = addTool();
    const input = z.object({ topic: z.string() });
    const researcherModel = scriptedModel()
      .tool("add", { a: 1, b: 2 })
      .handoff("ghost")
      .handoff("writer", { topic: "coffee" });
    const writerModel = scriptedModel().say("An article.");
    const toWriter = createHandoffTool("writer", { description: "Writes.", input });
    const seen: string[] = [];
    const researcher = createAgentNode({
      name: "researcher",
      model: researcherModel,
      tools: [add],
      handoffs: [toWriter],
      onHandoff: ({ to }) => void seen.push(to),
    });
    const writer = createAgentNode({ name: "writer", model: writerModel, prompt: "You write." });
    const graph = new StateGraph(SwarmState)
      .addNode("researcher", researcher.agent)
      .addNode("tools", researcher.tools)
      .addNode("writer", writer.agent)
      .addEdge(START, "researcher")
      .addConditionalEdges("researcher", routeHandoffs({ targets: ["writer"], tools: "tools", self: "researcher" }), [
        "tools",
        "researcher",
        "writer",
        END,
      ])
      .addEdge("tools", "researcher")
      .addEdge("writer", END)
      .compile();
    const { messages, handoffs, activeAgent } = await graph.invoke(says());
    expect(seen).toEqual(["writer"]);
    expect(activeAgent).toBe("writer");
    expect(handoffs).toMatchObject([{ status: "refused" }, { status: "done", input: { topic: "coffee" } }]);
    expect(messages.at(-1)?.text).toBe("An article.");
    expect(systemOf(writerModel)).toContain('Input: {"topic":"coffee"}');
    expect(researcherModel.calls[0]?.toolDefinitions.at(-1)).toMatchObject({ description: "Writes." });
  });

  it("take targets as names and as edges, and limits of their own", async () => {
    const model = scriptedModel().handoff("a").handoff("b");
    const node = createAgentNode({
      name: "me",
      model,
      handoffs: ["a", { to: "b", when: () => true }],
      limits: { maxModelErrors: 0 },
    });
    await node.agent({ messages: says().messages });
    expect(model.calls[0]?.tools).toEqual(["transfer_to_a", "transfer_to_b"]);
    expect(() => createAgentNode({ name: "", model })).not.toThrow();
  });
});
