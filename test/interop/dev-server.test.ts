import { Client } from "@langchain/langgraph-sdk";
import { useStream } from "@langchain/langgraph-sdk/react";
import { createElement } from "react";
import { act, create } from "react-test-renderer";
import type { ReactTestRenderer } from "react-test-renderer";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { startDevServer } from "./dev-server.ts";

interface DeskState extends Record<string, unknown> {
  messages: { type: "human" | "ai"; id?: string; name?: string; content: string }[];
  activeAgent?: string;
}

const REFUND: DeskState = { messages: [{ type: "human", content: "My money!" }] };

let url: string;
let client: Client;

beforeAll(async () => {
  const server = await startDevServer();
  url = server.url;
  client = new Client({ apiUrl: url, apiKey: null });
  return () => server.stop();
});

describe("LangGraph's dev server, through its own client", () => {
  it("serves every graph of langgraph.json", async () => {
    const assistants = await client.assistants.search();
    expect(assistants.map(({ graph_id }) => graph_id).toSorted()).toEqual([
      "assistant",
      "desk",
      "finance",
      "hand-rolled",
      "research-desk",
    ]);
    const [assistant] = await client.assistants.search({ graphId: "desk" });
    const { nodes } = await client.assistants.getGraph(assistant?.assistant_id ?? "");
    expect(nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(["triage", "refunds"]));
  });

  it("runs a shipped swarm on a thread, and keeps who has the conversation", async () => {
    const { thread_id: thread } = await client.threads.create();
    const input = { messages: [{ type: "human", content: "Write an article on coffee." }] };
    const streamed: string[] = [];
    for await (const { event } of client.runs.stream(thread, "research-desk", {
      input,
      streamMode: ["updates", "custom"],
    }))
      streamed.push(event);
    expect(streamed).toEqual(expect.arrayContaining(["metadata", "updates", "custom"]));
    expect(streamed).not.toContain("error");
    const { values, next } = await client.threads.getState<{ activeAgent: string; handoffs: { to: string }[] }>(thread);
    expect(next).toEqual([]);
    expect(values.activeAgent).toBe("writer");
    expect(values.handoffs.map(({ to }) => to)).toEqual(["researcher", "writer"]);
  });

  it("streams tokens that say which agent speaks, stops for a person, and goes on with the answer", async () => {
    const { thread_id: thread } = await client.threads.create();
    const speakers = new Map<string, string>();
    const run = async (payload: object): Promise<void> => {
      for await (const { event, data } of client.runs.stream(thread, "desk", {
        ...payload,
        streamMode: "messages-tuple",
      })) {
        if (event !== "messages") continue;
        const [chunk, metadata] = data as unknown as [{ content: string }, { lc_agent_name: string }];
        speakers.set(metadata.lc_agent_name, (speakers.get(metadata.lc_agent_name) ?? "") + chunk.content);
      }
    };
    await run({ input: REFUND });
    const waiting = await client.threads.getState(thread);
    expect(waiting.next).toEqual(["handoff.approval"]);
    expect(waiting.tasks[0]?.interrupts[0]?.value).toMatchObject({ type: "handoff.approval", to: "refunds" });
    await run({ command: { resume: { approve: true } } });
    expect(Object.fromEntries(speakers)).toEqual({
      triage: "A colleague will see to it.",
      refunds: "Your money is on its way.",
    });
    const { values, next } = await client.threads.getState(thread);
    expect(next).toEqual([]);
    expect(values).toMatchObject({ activeAgent: "refunds", handoffs: [{ status: "done", approval: "granted" }] });
    expect((await client.threads.getHistory(thread)).length).toBeGreaterThan(3);
  });

  it("does not let its client say who has the conversation", async () => {
    const { thread_id: thread } = await client.threads.create();
    const input = { ...REFUND, activeAgent: "refunds" };
    await expect(client.runs.wait(thread, "desk", { input })).rejects.toThrow(/activeAgent/u);
  });
});

describe("useStream", () => {
  it("renders a swarm's messages, its interrupt, and what comes after the answer", async () => {
    vi.stubGlobal("IS_REACT_ACT_ENVIRONMENT", true);
    // Else React's renderer without a page prints that it will go one day.
    vi.stubGlobal("IS_REACT_NATIVE_TEST_ENVIRONMENT", true);
    const seen: { stream?: ReturnType<typeof useDesk>; page?: ReactTestRenderer } = {};
    const Chat = () => {
      seen.stream = useDesk(url);
      return null;
    };
    try {
      await act(async () => {
        seen.page = create(createElement(Chat));
      });
      await act(async () => seen.stream?.submit(REFUND));
      await expectSettled(() => seen.stream?.interrupt);
      expect(seen.stream?.interrupt?.value).toMatchObject({ type: "handoff.approval", to: "refunds" });
      await act(async () => seen.stream?.submit(null, { command: { resume: { approve: true } } }));
      await expectSettled(() => seen.stream?.values.activeAgent === "refunds");
      expect(seen.stream?.error).toBeUndefined();
      expect(seen.stream?.messages.map(({ type, name, content }) => [type, name, content])).toEqual([
        ["human", undefined, "My money!"],
        ["ai", "triage", "A colleague will see to it."],
        ["ai", "refunds", "Your money is on its way."],
      ]);
    } finally {
      await act(async () => seen.page?.unmount());
      vi.unstubAllGlobals();
    }
  });
});

function useDesk(apiUrl: string) {
  return useStream<DeskState>({ apiUrl, assistantId: "desk", messagesKey: "messages" });
}

/** Waits until a rendering shows it. */
async function expectSettled(isSettled: () => unknown): Promise<void> {
  await vi.waitFor(
    async () => {
      await act(async () => new Promise((wake) => setTimeout(wake, 20)));
      expect(isSettled()).toBeTruthy();
    },
    { timeout: 30_000, interval: 20 },
  );
}
