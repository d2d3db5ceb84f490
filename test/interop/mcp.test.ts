import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { mcpTools } from "@swarmgraph/tools/mcp";
import { createAgent } from "langchain";
import { SwarmAgent } from "swarmgraph";
import { handoffMiddleware } from "swarmgraph/langchain";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { says, shape } from "../support.ts";

const tools = fileURLToPath(new URL("../../packages/tools", import.meta.url));
const adapters = createRequire(createRequire(`${tools}/package.json`).resolve("@langchain/mcp-adapters"));
const sdk = ["server/index.js", "server/stdio.js", "types.js"].map(
  (file) => pathToFileURL(adapters.resolve(`@modelcontextprotocol/sdk/${file}`)).href,
);
const server = { command: process.execPath, args: [`${tools}/test/mcp-server.mjs`, ...sdk, "desk"] };

describe("MCP tools", () => {
  it("serve an agent of the swarm's and one of LangChain's in the same run", async () => {
    const mcp = await mcpTools({ servers: { desk: server } });
    try {
      // The server's fifth tool is called as the handoff is: one that is not offered cannot be mistaken for it.
      const offered = mcp.tools.filter(({ name }) => name === "echo");
      const canHandoffTo = ["billing"] as const;
      const model = scriptedModel().callAll([{ handoff: "billing" }, { tool: "echo", args: { text: "first" } }]);
      const swarm = new SwarmAgent({
        entry: "front",
        agents: {
          front: {
            graph: createAgent({ model, tools: offered, middleware: [handoffMiddleware({ canHandoffTo })] }),
            canHandoffTo,
          },
          billing: {
            model: scriptedModel().tool("echo", { text: "second" }).say("Done."),
            tools: offered,
            canHandoffTo: [],
          },
        },
      });
      const { messages } = await swarm.compile().invoke(says());
      expect(shape(messages)).toEqual([
        "human: Hello",
        "ai: [echo]",
        "tool: desk echo: first",
        "ai: [transfer_to_billing]",
        "ai: [echo]",
        "tool: desk echo: second",
        "ai: Done.",
      ]);
    } finally {
      await mcp.close();
    }
  });
});
