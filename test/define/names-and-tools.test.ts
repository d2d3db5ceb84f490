import { tool } from "@langchain/core/tools";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { createHandoffTool, createRegistry, HandoffToolExecutedError, SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { echo } from "../support.ts";

// Same length, no ASCII letter, and the same 32-bit hash.
const [one, other] = ["偵尴冠", "凧尴为"] as const;

describe("two agents whose handoff tools come out equal in spite of their hashes", () => {
  it("are listed by the registry, and the first keeps the name", () => {
    const registry = createRegistry([one, other]);
    expect(registry.collisions).toEqual([[one, other]]);
    expect(registry.targetOf(registry.toolNameOf(other) ?? "")).toBe(one);
  });

  it("cannot be compiled", () => {
    const model = scriptedModel();
    const swarm = new SwarmAgent({ entry: one, agents: { [one]: { model }, [other]: { model } } });
    expect(swarm.verify()).toMatchObject([{ code: "NAME_COLLISION", path: `agents.${other}`, severity: "error" }]);
  });
});

describe("toolTags", () => {
  const tagged = tool(() => "ok", { name: "refund", description: "Pays back.", schema: z.object({}), tags: ["money"] });
  const build = (spec: object) =>
    new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel(), toolTags: ["money"], ...spec } } });

  it("leave out what carries none, a provider's own tools included", async () => {
    const { tools } = await build({ tools: [tagged, echo, { type: "web_search" }] }).describe("a");
    expect(tools).toMatchObject([{ function: { name: "refund" } }]);
  });

  it("leave nothing of no tools", async () => {
    expect((await build({}).describe("a")).tools).toEqual([]);
  });
});

describe("a handoff tool that something runs all the same", () => {
  it("says how to route it, with the call's id where there is one", async () => {
    const writer = createHandoffTool("writer");
    await expect(writer.invoke({})).rejects.toMatchObject({
      code: "HANDOFF_TOOL_EXECUTED",
      callId: undefined,
      message: expect.stringContaining('"transfer_to_writer" was executed'),
    });
    const error = new HandoffToolExecutedError("writer", "transfer_to_writer", "c1");
    expect(error.message).toContain("(call c1)");
  });
});
