import { tool } from "@langchain/core/tools";
import { interrupt } from "@langchain/langgraph";
import { SwarmAgent } from "swarmgraph";
import type { SwarmOptions } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { cutOff } from "../support.ts";
import { ownEngines } from "./own-engines.ts";

const place = ownEngines();

/** A tool that pays at once, and one that never ends; it tells when it has begun. */
function toolsOf(onSlow: () => void) {
  const schema = z.object({});
  return [
    tool(async () => "paid", { name: "pay", description: "Pays.", schema }),
    tool(
      (_input, config) =>
        new Promise<string>((_resolve, reject) => {
          config.signal?.addEventListener("abort", () => reject(new Error("aborted")));
          // By then the other call has its result.
          setTimeout(onSlow, 100);
        }),
      { name: "slow", description: "Never ends.", schema },
    ),
  ];
}

type Plugs = Pick<SwarmOptions, "stepRunner" | "toolLedger">;

/** A desk whose tools are called once, both at a time. */
function desk(onSlow: () => void = () => {}) {
  const model = scriptedModel()
    .callAll([
      { tool: "pay", id: "call-pay" },
      { tool: "slow", id: "call-slow" },
    ])
    .say("I do not know what came of it.")
    .say("You are welcome.");
  const tools = toolsOf(onSlow);
  const swarm = (plugs: Plugs = {}) => new SwarmAgent({ entry: "a", agents: { a: { model, tools } }, ...plugs });
  return { model, swarm };
}

const linesOf = ({ messages }: { readonly messages?: unknown }): readonly string[] =>
  (messages as { type: string; text: string }[]).map(({ type, text }) => `${type}: ${text}`);

describe("a message on a thread whose last run was cut off within its tools", () => {
  it("by the plain checkpointer: finds what came of each call, and is answered once", async () => {
    const stop = new AbortController();
    const { model, swarm } = desk(() => stop.abort());
    const thread = { configurable: { thread_id: "t" }, signal: stop.signal };
    await expect(
      swarm().compile({ checkpointer: place.checkpointer }).invoke({ messages: "Pay!" }, thread),
    ).rejects.toThrow(/abort/iu);
    expect(model.calls).toHaveLength(1);
    const values = await (await place.start(swarm)).run({ messages: "And?" }, { threadId: "t", runId: "r" });
    expect(linesOf(values)).toEqual([
      "human: Pay!",
      "ai: ",
      "tool: paid",
      cutOff("slow"),
      "human: And?",
      "ai: I do not know what came of it.",
    ]);
    expect(model.calls).toHaveLength(2);
  });

  it("by its caller: finds what came of each call, and is answered once", async () => {
    const stop = new AbortController();
    const { model, swarm } = desk(() => stop.abort());
    const own = await place.start(swarm);
    const cancelled = own.run({ messages: "Pay!" }, { threadId: "t", runId: "r", signal: stop.signal });
    await expect(cancelled).rejects.toMatchObject({ code: "RUN_CANCELLED" });
    const values = await own.run({ messages: "And?" }, { threadId: "t", runId: "s" });
    expect(linesOf(values).slice(2)).toEqual([
      "tool: paid",
      cutOff("slow"),
      "human: And?",
      "ai: I do not know what came of it.",
    ]);
    expect(model.calls).toHaveLength(2);
  });

  it("which waits for an answer: keeps what the calls beside it came to, and is answered once", async () => {
    const schema = z.object({});
    const tools = [
      tool(async () => "paid", { name: "pay", description: "Pays.", schema }),
      tool(async () => String(interrupt("Which one?")), { name: "ask", description: "Asks.", schema }),
    ];
    const calls = [
      { tool: "pay", id: "call-pay" },
      { tool: "ask", id: "call-ask" },
    ];
    const model = scriptedModel().callAll(calls).say("Never mind.");
    const own = await place.start((plugs) => new SwarmAgent({ entry: "a", agents: { a: { model, tools } }, ...plugs }));
    const asked = await own.run({ messages: "Pay!" }, { threadId: "t", runId: "r" });
    expect(asked["__interrupt__"]).toMatchObject([{ value: "Which one?" }]);
    const values = await own.run({ messages: "And?" }, { threadId: "t", runId: "s" });
    const lines = ["human: Pay!", "ai: ", "tool: paid", "human: And?", "ai: Never mind."];
    expect(linesOf(values)).toEqual(lines);
    expect(model.calls).toHaveLength(2);
  });
});
