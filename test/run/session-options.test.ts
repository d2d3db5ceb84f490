import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { tool } from "@langchain/core/tools";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { Session, SwarmAgent } from "../../src/index.ts";
import type { RunSignal } from "../../src/index.ts";
import type { NodeConfig } from "../../src/run/runtime.ts";
import { scriptedModel } from "../../src/testing/index.ts";

const assistant = (model = scriptedModel().say("Hello!")) =>
  new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile();

describe("a session's run", () => {
  it("calls the callbacks that it is given", async () => {
    const texts: string[] = [];
    const handler = BaseCallbackHandler.fromMethods({
      handleLLMEnd: (output) => void texts.push(output.generations[0]?.[0]?.text ?? ""),
    });
    await new Session(assistant()).run("Hi", { callbacks: [handler] });
    expect(texts).toEqual(["Hello!"]);
  });

  it("ends with the signal that it is given, and the session goes on", async () => {
    const model = scriptedModel().hang().say("Here again.");
    const session = new Session(assistant(model));
    const controller = new AbortController();
    const running = session.run("Hi", { signal: controller.signal });
    await vi.waitFor(() => expect(model.calls).toHaveLength(1));
    controller.abort(new Error("the user left"));
    await expect(running).rejects.toThrow("the user left");
    await expect(session.run("Hello?")).resolves.toMatchObject({ output: "Here again." });
  });
});

describe("a session's stream", () => {
  it("holds the swarm's events alone, also where a tool writes to LangGraph's stream", async () => {
    const noisy = tool(
      (_input: unknown, config: unknown) => {
        (config as NodeConfig).writer?.({ percent: 50 });
        return "ok";
      },
      { name: "noisy", description: "Writes.", schema: z.object({}) },
    );
    const model = scriptedModel().tool("noisy").say("Done.");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [noisy] } } });
    const events: RunSignal[] = [];
    for await (const event of new Session(swarm.compile()).stream("Hi")) events.push(event);
    expect(events.map(({ type }) => type)).toEqual([
      "agent.started",
      "message.done",
      "tool.started",
      "tool.done",
      "agent.started",
      "message.done",
    ]);
  });
});
