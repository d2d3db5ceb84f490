import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { RunnableLambda } from "@langchain/core/runnables";
import { MemorySaver, MessagesAnnotation, START, StateGraph } from "@langchain/langgraph";
import { createReactAgent } from "@langchain/langgraph/prebuilt";
import { describe, expect, it } from "vitest";
import { createHandoffTool, SwarmAgent } from "../../src/index.ts";
import type { AgentGraph } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, promptOf, says, shape } from "../support.ts";

function swarmWith(graph: AgentGraph, prompt?: string) {
  return new SwarmAgent({
    entry: "a",
    agents: {
      a: { graph, ...(prompt !== undefined && { prompt }) },
      b: { model: scriptedModel().say("b here").repeat() },
    },
  }).compile();
}

const last = async (graph: AgentGraph) => (await swarmWith(graph).invoke(says())).messages.at(-1)?.text;

describe("an agent that is not a model", () => {
  it("finds its name in the run's metadata, as traces do", async () => {
    expect(await last((_messages, config) => String(config.metadata?.["lc_agent_name"]))).toBe("a");
  });

  it.each<[string, AgentGraph]>([
    ["text", () => "from a function"],
    ["a promise", async () => "from a function"],
    ["a message", () => new AIMessage("from a function")],
    ["a list", () => [new AIMessage({ content: "", tool_calls: [] }), new AIMessage("from a function")]],
    ["a state", (messages) => ({ messages: [...messages, new AIMessage("from a function")] })],
    [
      "a Runnable's",
      RunnableLambda.from(
        (messages: BaseMessage[]) => new AIMessage(`from a function${messages.length === 1 ? "" : "?"}`),
      ),
    ],
  ])("may be a function or Runnable that answers with %s", async (_what, graph) => {
    expect(await last(graph)).toBe("from a function");
  });

  it("may be a chat model with its own tools bound", async () => {
    expect(await last(scriptedModel().say("from a model"))).toBe("from a model");
  });

  it("may be a compiled graph, whose inner messages go into the log once", async () => {
    const inner = new StateGraph(MessagesAnnotation)
      .addNode("one", () => ({ messages: [new AIMessage("inner one")] }))
      .addNode("two", () => ({ messages: [new AIMessage("inner two")] }))
      .addEdge(START, "one")
      .addEdge("one", "two")
      .compile();
    const { messages } = await swarmWith(inner).invoke(says());
    expect(shape(messages)).toEqual(["human: Hello", "ai: inner one", "ai: inner two"]);
  });

  it("may be LangGraph's prebuilt agent, and hand off by the last call of its own", async () => {
    const model = scriptedModel().tool("echo", { text: "looked up" }).say("Here is what I found.");
    const react = createReactAgent({ llm: model, tools: [echo], prompt: "You look things up." });
    const { messages, activeAgent } = await swarmWith(react).invoke(says());
    expect(shape(messages)).toEqual(["human: Hello", "ai: [echo]", "tool: looked up", "ai: Here is what I found."]);
    expect(activeAgent).toBe("a");
    const bound = scriptedModel().handoff("b");
    const handing = new StateGraph(MessagesAnnotation)
      .addNode("model", async (state) => ({
        messages: [await bound.bindTools([createHandoffTool("b")]).invoke(state.messages)],
      }))
      .addEdge(START, "model")
      .compile();
    expect((await swarmWith(handing).invoke(says())).activeAgent).toBe("b");
  });

  it("may be another swarm", async () => {
    const inner = new SwarmAgent({
      entry: "x",
      agents: { x: { model: scriptedModel().handoff("y") }, y: { model: scriptedModel().say("inner answer") } },
    });
    const graph = new SwarmAgent({ entry: "a", agents: { a: { graph: inner.compile() } } }).compile({
      checkpointer: new MemorySaver(),
    });
    const { messages, activeAgent } = await graph.invoke(says(), { configurable: { thread_id: "t" } });
    expect(messages.at(-1)?.text).toBe("inner answer");
    expect(activeAgent).toBe("a");
  });

  it("gets its prompt in front and the conversation as its model would", async () => {
    let seen: BaseMessage[] = [];
    const model = scriptedModel().say("thanks");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: scriptedModel().handoff("b") },
        b: {
          prompt: "You are B.",
          graph: (messages) => {
            seen = messages;
            return "ok";
          },
        },
        c: { model },
      },
    });
    await swarm.compile().invoke(says());
    expect(shape(seen)).toEqual([expect.stringMatching(/^system: You are B\.\n\nHanded over by "a"/), "human: Hello"]);
    expect(promptOf(model)).toEqual([]);
  });

  it.each<[string, AgentGraph]>([
    ["nothing", () => [] as BaseMessage[]],
    ["a user message", () => new HumanMessage("me?")],
    ["something else", (() => 7) as never],
  ])("is told when it answers with %s", async (_what, graph) => {
    await expect(swarmWith(graph).invoke(says())).rejects.toMatchObject({ code: "MODEL_INVALID", agent: "a" });
  });

  it("fails by its name, with the cause kept", async () => {
    const failing = swarmWith(() => {
      throw new Error("database is down");
    });
    await expect(failing.invoke(says())).rejects.toMatchObject({
      code: "AGENT_FAILED",
      agent: "a",
      cause: { message: "database is down" },
    });
    const throwing = swarmWith(() => Promise.reject(new Error("later")));
    await expect(throwing.invoke(says())).rejects.toMatchObject({ code: "AGENT_FAILED" });
  });
});
