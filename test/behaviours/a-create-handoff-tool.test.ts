import { convertToOpenAITool } from "@langchain/core/utils/function_calling";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createHandoffTool, HandoffToolExecutedError, isHandoffTool, SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo, says } from "../support.ts";

describe("createHandoffTool", () => {
  it("[B1] names the tool after its target, keeps the description and marks it", () => {
    const tool = createHandoffTool("researcher", { description: "For web searches." });
    expect(tool.name).toBe("transfer_to_researcher");
    expect(tool.description).toBe("For web searches.");
    expect(isHandoffTool(tool)).toEqual([true, "researcher"]);
    expect(tool.metadata).toEqual({ handoff: true, target: "researcher" });
  });

  it("[B2] describes itself where no description is given", () => {
    const { description } = createHandoffTool("researcher");
    expect(description.toLowerCase()).toContain("transfer");
    expect(description).toContain("researcher");
  });

  it("[B3] refuses an empty name, and anything that is not a string as a type error", () => {
    expect(() => createHandoffTool("")).toThrow(/must not be empty/);
    for (const wrong of [0, null, undefined, 7, {}]) {
      expect(() => createHandoffTool(wrong as unknown as string)).toThrow(TypeError);
    }
  });

  it("[B4] refuses a blank name", () => {
    expect(() => createHandoffTool("  \t")).toThrow(/blank/);
  });

  it.each(["AgentWithCapsAndNumbers123", "data_processor", "a-b"])("[B5][B6] keeps %s as it is", (name) => {
    expect(createHandoffTool(name).name).toBe(`transfer_to_${name}`);
    expect(isHandoffTool(createHandoffTool(name).name)).toEqual([true, name]);
  });

  it("[B7] has an object schema without properties, never an empty one", () => {
    const { parameters } = convertToOpenAITool(createHandoffTool("researcher")).function;
    expect(parameters).toMatchObject({ type: "object", properties: {} });
    expect((parameters as { required?: unknown }).required ?? []).toEqual([]);
  });

  it("[B8] throws when it is run after all, and names the target and the call", async () => {
    const tool = createHandoffTool("researcher");
    const run = tool.invoke({ type: "tool_call", id: "call_7", name: tool.name, args: {} });
    await expect(run).rejects.toBeInstanceOf(HandoffToolExecutedError);
    await expect(run).rejects.toMatchObject({ code: "HANDOFF_TOOL_EXECUTED", target: "researcher", callId: "call_7" });
    await expect(run).rejects.toThrow(/"transfer_to_researcher".*call_7.*"researcher"/s);
  });

  it("[B9] gives three targets three schemas", () => {
    const names = ["a", "b", "c"].map((name) => convertToOpenAITool(createHandoffTool(name)).function.name);
    expect(new Set(names).size).toBe(3);
  });

  it("[B10] can be told from regular tools in one list, with its target", () => {
    const list = [echo, createHandoffTool("a"), createHandoffTool("b")];
    expect(list.map((tool) => isHandoffTool(tool)).filter(([is]) => is)).toEqual([
      [true, "a"],
      [true, "b"],
    ]);
  });

  it("[B11] stands beside regular tools, which keep their parameters", async () => {
    const model = scriptedModel().say("hi");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [echo] }, b: { model } } });
    const { tools } = await swarm.describe("a");
    expect(tools).toMatchObject([
      { function: { name: "echo", parameters: { required: ["text"] } } },
      { function: { name: "transfer_to_b" } },
    ]);
  });

  it("[B12] takes a payload: its schema is the parameters, its parsed value reaches onHandoff, the ledger and the event", async () => {
    const input = z.object({ orderId: z.string(), amount: z.coerce.number() });
    const { parameters } = convertToOpenAITool(createHandoffTool("b", { input })).function;
    expect(parameters).toMatchObject({ required: ["orderId", "amount"] });
    const seen: unknown[] = [];
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: scriptedModel().handoff("b", { orderId: "o1", amount: "12" }) },
        b: { model: scriptedModel().say("ok"), input },
      },
      onHandoff: (event) => void seen.push(event.input),
    });
    const events: unknown[] = [];
    for await (const [, event] of await swarm.compile().stream(says(), { streamMode: ["custom"] })) events.push(event);
    expect(seen).toEqual([{ orderId: "o1", amount: 12 }]);
    expect(events).toContainEqual(
      expect.objectContaining({ type: "handoff.done", from: "a", to: "b", input: { orderId: "o1", amount: 12 } }),
    );
  });

  it("[B13] cuts a description over 1,024 characters, or refuses it; instructions only where they are asked for", async () => {
    const long = "x".repeat(2_000);
    expect(createHandoffTool("a", { description: long }).description).toHaveLength(1_024);
    expect(() => createHandoffTool("a", { description: long, longDescription: "error" })).toThrow(/2000 characters/);
    const model = scriptedModel();
    const agents = { a: { model }, b: { model, description: "Does b.", prompt: "Secret instructions." } };
    const plain = await new SwarmAgent({ entry: "a", agents }).describe("a");
    expect(JSON.stringify(plain.tools)).not.toContain("Secret");
    const parity = await new SwarmAgent({ entry: "a", agents, describe: "instructions" }).describe("a");
    expect(JSON.stringify(parity.tools)).toContain("Does b. Secret instructions.");
  });
});
