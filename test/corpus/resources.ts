import assert from "node:assert/strict";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { SwarmAgent } from "../../src/index.ts";
import type { AgentSpec, SwarmOptions } from "../../src/index.ts";
import { encodePrompt, scriptedModel, validateWire } from "../../src/testing/index.ts";
import type { WirePrompt } from "../../src/testing/index.ts";
import type { Fault } from "./fault.ts";

const thread = { configurable: { thread_id: "t" } };
const question = { messages: [{ role: "user" as const, content: "Go" }] };

function pingPong(options: Partial<SwarmOptions> = {}) {
  const agents: Record<string, AgentSpec> = {
    a: { model: scriptedModel().handoff("b").repeat() },
    b: { model: scriptedModel().handoff("a").repeat() },
  };
  return new SwarmAgent({ entry: "a", agents, ...options } as SwarmOptions);
}

/** Faults of size, number and time. */
export const resourceFaults: readonly Fault[] = [
  {
    id: "F29",
    family: "resources",
    fault: "two agents hand a conversation to and fro",
    expected: "the turn ends by a budget of its own, and the outcome shows the path",
    run: async () => {
      const { outcome } = await pingPong().compile().invoke(question);
      assert.ok(outcome.kind === "limit");
      assert.deepEqual(outcome.path.slice(0, 3), ["a", "b", "a"]);
    },
  },
  {
    id: "F30",
    family: "resources",
    fault: "the thread after such a loop",
    expected: "it takes the next message, in a valid request",
    run: async () => {
      const checkpointer = new MemorySaver();
      await pingPong().compile({ checkpointer }).invoke(question, thread);
      const model = scriptedModel().say("back to work").repeat();
      const { messages } = await pingPong({ agents: { a: { model }, b: { model } } })
        .compile({ checkpointer })
        .invoke(question, thread);
      assert.equal(messages.at(-1)?.text, "back to work");
      const { messages: sent = [], toolDefinitions = [] } = model.calls[0] ?? {};
      for (const profile of ["openai-chat", "anthropic"] as const) {
        const body = encodePrompt(profile, { messages: [...sent], tools: [...toolDefinitions] } as WirePrompt);
        assert.deepEqual(validateWire(profile, body), []);
      }
    },
  },
  {
    id: "F50",
    family: "resources",
    fault: "a thousand runs at once",
    expected: "no run sees anything of another",
    run: async () => {
      const reply = scriptedModel()
        .reply(({ messages }) => `echo ${messages.findLast(({ type }) => type === "human")?.text}`)
        .repeat();
      const agents = { a: { model: scriptedModel().handoff("b").repeat() }, b: { model: reply } };
      const graph = new SwarmAgent({ entry: "a", agents }).compile();
      const results = await Promise.all(
        Array.from({ length: 1000 }, (_, index) => graph.invoke({ messages: [new HumanMessage(`n${index}`)] })),
      );
      for (const [index, { messages }] of results.entries()) {
        assert.equal(messages.at(-1)?.text, `echo n${index}`);
        assert.equal(messages.filter(({ type }) => type === "human").length, 1);
      }
    },
  },
  {
    id: "F51",
    family: "resources",
    fault: "a handoff in a history of ten thousand messages",
    expected: "taken, in a request that is valid and holds them all",
    run: async () => {
      const history = Array.from({ length: 10_000 }, (_, index) =>
        index % 2 === 0 ? new HumanMessage(`q${index}`) : new AIMessage(`a${index}`),
      );
      const model = scriptedModel().say("done");
      const agents = { a: { model: scriptedModel().handoff("b") }, b: { model } };
      const graph = new SwarmAgent({ entry: "a", agents }).compile();
      const result = await graph.invoke({ messages: [...history, new HumanMessage("Go")] });
      assert.equal(result.activeAgent, "b");
      const { messages = [], toolDefinitions = [] } = model.calls[0] ?? {};
      assert.ok(messages.length > 10_000);
      const body = encodePrompt("openai-chat", { messages: [...messages], tools: [...toolDefinitions] } as WirePrompt);
      assert.deepEqual(validateWire("openai-chat", body), []);
    },
  },
  {
    id: "F73",
    family: "resources",
    fault: "a consumer leaves the stream in the middle",
    expected: "the run is aborted, the model call too, and the thread is free",
    run: async () => {
      const slow = scriptedModel().hang().say("done");
      const agents = { a: { model: scriptedModel().handoff("b") }, b: { model: slow } };
      const graph = new SwarmAgent({ entry: "a", agents }).compile({ checkpointer: new MemorySaver() });
      for await (const _step of await graph.stream(question, { ...thread, streamMode: "updates" })) break;
      const result = await graph.invoke(question, thread);
      assert.equal(result.activeAgent, "b");
    },
  },
  {
    id: "F76",
    family: "resources",
    fault: "five hundred agents, each of which may hand off to each other",
    expected: "compiled, and each handoff tool made once per target",
    run: async () => {
      const names = Array.from({ length: 500 }, (_, index) => `agent_${index}`);
      const agents = Object.fromEntries(
        names.map((name) => [name, { model: scriptedModel().handoff("agent_499").say("done") }]),
      );
      const graph = new SwarmAgent({ entry: "agent_0", agents }).compile();
      assert.equal((await graph.invoke(question)).activeAgent, "agent_499");
    },
  },
];
