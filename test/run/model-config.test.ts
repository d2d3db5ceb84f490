import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { describe, expect, it } from "vitest";
import { modelConfig } from "../../src/run/runtime.ts";
import { SwarmAgent } from "../../src/swarm-agent.ts";

/** Keeps what its calls are given beside the prompt. */
class Keeping extends BaseChatModel {
  readonly calls: object[] = [];

  override _llmType(): string {
    return "keeping";
  }

  override async _generate(_prompt: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    this.calls.push(options);
    return { generations: [{ text: "", message: new AIMessage("hello") }] };
  }
}

describe("the config of a model call", () => {
  it.each(["auto", "stepped"] as const)("leaves no options of LangGraph's to the model: %s", async (speed) => {
    const model = new Keeping({});
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model: model as never } } }).compile({ speed });
    await graph.invoke({ messages: "hi" }, { context: { secret: 1 }, metadata: { own: 1 } } as never);
    expect(model.calls.map((options) => Object.keys(options).toSorted())).toEqual([["promptIndex", "signal"]]);
  });

  it("has what LangChain knows of a config, the agent's name, and the signal of the call", () => {
    const known = {
      callbacks: [],
      configurable: { thread_id: "t" },
      maxConcurrency: 2,
      recursionLimit: 7,
      runId: "run",
      runName: "name",
      tags: ["tag"],
      timeout: 9,
    };
    const { signal } = new AbortController();
    const node = { ...known, metadata: { own: 1 }, signal: new AbortController().signal, store: {}, context: {} };
    const metadata = { own: 1, lc_agent_name: "a" };
    expect(modelConfig(node, "a", signal)).toStrictEqual({ ...known, metadata, signal });
    expect(modelConfig(node, "a", undefined).signal).toBe(node.signal);
    expect(modelConfig({}, "a", undefined)).toStrictEqual({ metadata: { lc_agent_name: "a" } });
  });
});
