import { tool } from "@langchain/core/tools";
import { describe, expect, it } from "vitest";
import { injectArguments, SwarmAgent } from "../../src/index.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { says, toolMessages } from "../support.ts";

describe("injectArguments", () => {
  it("fills in a tool whose schema names no properties, as MCP servers have them", async () => {
    const whoami = tool((input: unknown) => JSON.stringify(input), {
      name: "whoami",
      description: "Says who asks.",
      schema: { type: "object" },
    });
    const own = injectArguments(whoami, { user: ({ context }) => (context as { user: string }).user });
    const model = scriptedModel().tool("whoami", { user: "somebody else" }).say("You are Ada.");
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model, tools: [own] } } });

    const { messages } = await swarm.compile().invoke(says("Who am I?"), { context: { user: "ada" } });

    expect(toolMessages(messages).map(({ text }) => text)).toEqual(['{"user":"ada"}']);
    const { tools } = await swarm.describe("a");
    expect(tools).toMatchObject([{ function: { name: "whoami", parameters: { properties: {}, required: [] } } }]);
  });
});
