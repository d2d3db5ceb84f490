import { toBaseMessages, toUIMessageStream } from "@ai-sdk/langchain";
import { readUIMessageStream } from "ai";
import type { UIMessage, UIMessageChunk } from "ai";
import { SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { addTool, promptOf, says, shape } from "../support.ts";

function desk() {
  const { add } = addTool();
  const triage = scriptedModel()
    .callAll([{ tool: "add", args: { a: 1, b: 2 } }, { handoff: "sums" }], "One moment.")
    .say("Anything else?");
  const swarm = new SwarmAgent({
    entry: "triage",
    agents: {
      triage: { model: triage, tools: [add] },
      sums: { model: scriptedModel().say("It is 3."), canHandoffTo: [] },
    },
  });
  return { graph: swarm.compile(), triage };
}

async function chunksOf(stream: ReadableStream<UIMessageChunk>): Promise<UIMessageChunk[]> {
  const chunks: UIMessageChunk[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

async function uiStream(graph: ReturnType<typeof desk>["graph"]): Promise<ReadableStream<UIMessageChunk>> {
  return toUIMessageStream(await graph.stream(says("1 + 2?"), { streamMode: ["values", "messages"] }));
}

async function lastOf(stream: ReadableStream<UIMessageChunk>): Promise<UIMessage> {
  let last: UIMessage = { id: "none", role: "assistant", parts: [] };
  for await (const message of readUIMessageStream({ stream })) last = message;
  return { ...last, id: "a1" };
}

const user = (id: string, text: string): UIMessage => ({ id, role: "user", parts: [{ type: "text", text }] });

describe("the AI SDK's UI stream", () => {
  it("is made of the compiled graph's own stream, balanced, with every agent's text", async () => {
    const chunks = await chunksOf(await uiStream(desk().graph));
    const count = (type: UIMessageChunk["type"]): number => chunks.filter((chunk) => chunk.type === type).length;
    expect(chunks.at(0)?.type).toBe("start");
    expect(chunks.at(-1)?.type).toBe("finish");
    expect(count("text-start")).toBe(2);
    expect(count("text-end")).toBe(2);
    expect(count("error")).toBe(0);
    const text = chunks.map((chunk) => (chunk.type === "text-delta" ? chunk.delta : "")).join("");
    expect(text).toBe("One moment.It is 3.");
  });

  it("shows a handoff as a call that nothing answers", async () => {
    const { parts } = await lastOf(await uiStream(desk().graph));
    expect(parts.filter(({ type }) => type === "dynamic-tool")).toMatchObject([
      { toolName: "add", state: "output-available", output: "3" },
      { toolName: "transfer_to_sums", state: "input-available" },
    ]);
  });

  it("comes back as a history with which the next turn can go on", async () => {
    const { graph, triage } = desk();
    const answer = await lastOf(await uiStream(graph));
    const messages = await toBaseMessages([user("u1", "1 + 2?"), answer, user("u2", "Thanks!")]);
    const next = await graph.invoke({ messages });
    expect(next.messages.at(-1)?.text).toBe("Anything else?");
    expect(shape(promptOf(triage, 2))).toEqual([
      "human: 1 + 2?",
      "ai: One moment. [add]",
      "tool: 3",
      "ai: It is 3.",
      "human: Thanks!",
    ]);
  });
});
