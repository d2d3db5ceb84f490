import { expect, it } from "vitest";
import { Agents, Conversations, serve } from "../../../packages/server/src/index.ts";
import { scriptedModel } from "../../../src/testing/index.ts";
import { runBoth } from "./seed-requests.ts";
import { builtIn, files } from "./stand-ins.ts";

it("[B146][B147] the migration page's program runs whole against a server", async () => {
  const model = scriptedModel()
    .handoff("websearch-agent")
    .tool("web_search", { query: "US bank interest rate" })
    .handoff("calculator-agent", undefined, { text: "It is 4.50 percent [1]." })
    .say('{"result":"$1,552.97","reasoning":"1000 * 1.045^10"}')
    .handoff("ecb-interest-rate-agent")
    .tool("get_european_central_bank_interest_rate", { date: "2025-01-01" })
    .handoff("graph-drawing-agent")
    .tool("code_interpreter", { code: "chart.draw(spec)" })
    .say("Here is the graph.");
  const agents = new Agents();
  const conversations = new Conversations({ agents, modelFor: () => model, builtIn });
  const server = await serve({ agents, conversations, files, port: 0, graceMs: 0 });
  const dates: string[] = [];
  try {
    const responses = await runBoth(server.url, (date) => {
      dates.push(date);
      return "3.00 percent";
    });
    expect(responses.map(({ outputs }) => outputs.map(({ type }) => type))).toEqual([
      ["agent.handoff", "tool.execution", "message.output", "agent.handoff", "message.output"],
      ["agent.handoff", "function.call"],
      ["agent.handoff", "tool.execution", "message.output"],
    ]);
    expect(dates).toEqual(["2025-01-01"]);
    expect(JSON.stringify(model.calls[6]?.messages)).toContain("3.00 percent");
    model.assertComplete();
  } finally {
    await server.close();
  }
});
