import type { AIMessage, BaseMessage, ToolMessage } from "@langchain/core/messages";
import { localModel } from "@swarmgraph/local-model";
import { codeInterpreterTool, memoryFileStore, offlineCollection, webSearchTool } from "@swarmgraph/tools";
import type { CodeInterpreterArtifact } from "@swarmgraph/tools";
import { Session } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { CalcResult, createFinance } from "../finance.ts";

const US_RATE =
  "Fetch the current US bank interest rate and calculate the compounded effect if investing for the next 10y";
const ECB_RATE =
  "Given the interest rate of the European Central Bank as of jan 2025, plot a graph of the compounded interest rate over the next 10 years";

/** The bundled sample, whatever search the environment names. */
const search = webSearchTool({ provider: offlineCollection() });

function callsIn(messages: readonly BaseMessage[]): [string, unknown][] {
  return messages.flatMap((message) =>
    ((message as AIMessage).tool_calls ?? []).map(({ name, args }): [string, unknown] => [name, args]),
  );
}

async function toolsOf(agent: string): Promise<string[]> {
  const { tools } = await createFinance({ model: scriptedModel(), search }).describe(agent as "finance-agent");
  return tools.map((one) => (one["function"] as { name: string }).name);
}

describe("finance: topology", () => {
  it.each([
    ["finance-agent", ["transfer_to_ecb-interest-rate-agent", "transfer_to_websearch-agent"]],
    ["websearch-agent", ["web_search", "transfer_to_graph-drawing-agent", "transfer_to_calculator-agent"]],
    [
      "ecb-interest-rate-agent",
      ["get_european_central_bank_interest_rate", "transfer_to_graph-drawing-agent", "transfer_to_calculator-agent"],
    ],
    ["graph-drawing-agent", ["code_interpreter"]],
    ["calculator-agent", ["calculate"]],
  ])("%s has exactly its own tools and the handoffs of the guide", async (agent, tools) => {
    expect(await toolsOf(agent)).toEqual(tools);
  });
});

describe("finance: a scripted model", () => {
  it("goes finance, web, calculator, and gives the typed CalcResult", async () => {
    const answer = { reasoning: "1000 * 1.045^10", result: "$1,552.97" };
    const model = scriptedModel()
      .handoff("websearch-agent")
      .tool("web_search", { query: "US federal funds rate" })
      .handoff("calculator-agent")
      .tool("calculate", { expression: "1000*1.045^10" })
      .say(JSON.stringify(answer));
    const { outcome, output, messages } = await new Session(createFinance({ model, search }).compile()).run(US_RATE);
    expect(outcome.path).toEqual(["finance-agent", "websearch-agent", "calculator-agent"]);
    expect(CalcResult.parse(output)).toEqual(answer);
    const results = messages.filter(({ type }) => type === "tool").map(({ text }) => text);
    expect(results.find((text) => text.includes("4.50 percent"))).toContain("not a live search");
    expect(results).toContain("1000*1.045^10 = 1552.9694217329");
  });

  it("asks for the schema again where the calculator answers in prose", async () => {
    const model = scriptedModel()
      .handoff("ecb-interest-rate-agent")
      .handoff("calculator-agent")
      .say("It comes to 1.34.")
      .say('{ "reasoning": "1.03^10", "result": "1.34" }');
    const { output } = await new Session(createFinance({ model, search }).compile()).run("ECB, 10 years, compounded?");
    expect(output).toEqual({ reasoning: "1.03^10", result: "1.34" });
  });

  it("gives a bad date back to the model, which mends it", async () => {
    const rate = "get_european_central_bank_interest_rate";
    const model = scriptedModel()
      .handoff("ecb-interest-rate-agent")
      .tool(rate, { date: "whenever" })
      .tool(rate, { date: "2024-07-01" })
      .say("3.75 percent.");
    const { messages, output } = await new Session(createFinance({ model, search }).compile()).run("The ECB's rate?");
    const results = messages.filter(
      (message): message is ToolMessage => message.type === "tool" && message.name === rate,
    );
    expect(results.map(({ status }) => status)).toEqual(["error", "success"]);
    expect(results[0]?.text).toContain('"whenever" is no day');
    expect(results[1]?.text).toContain("3.75 percent");
    expect(output).toBe("3.75 percent.");
  });
});

describe("finance: the local model", () => {
  it("searches the web, then calculates the growth at the rate that it found", async () => {
    const swarm = createFinance({ model: localModel(), search });
    const { outcome, output, messages } = await new Session(swarm.compile()).run(US_RATE);
    expect(outcome.path).toEqual(["finance-agent", "websearch-agent", "calculator-agent"]);
    expect(callsIn(messages)).toEqual([
      ["transfer_to_websearch-agent", {}],
      ["web_search", { query: "Fetch the current US bank interest rate" }],
      ["transfer_to_calculator-agent", {}],
      ["calculate", { expression: "1*(1+4.50/100)^10" }],
    ]);
    expect(output).toEqual({
      reasoning: "From calculate: 1*(1+4.50/100)^10 = 1.5529694217329",
      result: "1*(1+4.50/100)^10 = 1.5529694217329",
    });
  });

  it("looks the ECB's rate up, then draws the growth as a chart", async () => {
    const files = memoryFileStore();
    const swarm = createFinance({ model: localModel(), search, interpreter: codeInterpreterTool({ files }) });
    const { outcome, messages } = await new Session(swarm.compile()).run(ECB_RATE);
    expect(outcome.path).toEqual(["finance-agent", "ecb-interest-rate-agent", "graph-drawing-agent"]);
    const calls = callsIn(messages);
    expect(calls.map(([name]) => name)).toEqual([
      "transfer_to_ecb-interest-rate-agent",
      "get_european_central_bank_interest_rate",
      "transfer_to_graph-drawing-agent",
      "code_interpreter",
    ]);
    expect(calls[1]?.[1]).toEqual({ date: "2025-01-01" });
    const drawn = messages.findLast((message): message is ToolMessage => message.type === "tool");
    const artifact = drawn?.artifact as CodeInterpreterArtifact | undefined;
    const chart = artifact?.files[0];
    const file = await files.get(chart?.fileId ?? "");
    expect(file?.fileType).toBe("image/svg+xml");
    expect(new TextDecoder().decode(file?.data)).toContain("1 at 3 percent, compounded");
  });

  it("goes the other two ways as well: ECB to the calculator, web to the chart", async () => {
    const paths = [];
    for (const request of [
      "Find the European Central Bank's interest rate of June 2024 and calculate compound interest on 5000 euros for 3 years",
      "Look up the Bank of England rate and draw how 1000 pounds grow over 5 years compounded",
    ]) {
      const { outcome } = await new Session(createFinance({ model: localModel(), search }).compile()).run(request);
      paths.push(outcome.path.slice(1));
    }
    expect(paths).toEqual([
      ["ecb-interest-rate-agent", "calculator-agent"],
      ["websearch-agent", "graph-drawing-agent"],
    ]);
  });

  it("stays with the ECB agent where a rate is all that is asked for", async () => {
    const swarm = createFinance({ model: localModel(), search });
    const { outcome, output } = await new Session(swarm.compile()).run("What was the ECB rate in March 2023?");
    expect(outcome.path).toEqual(["finance-agent", "ecb-interest-rate-agent"]);
    expect(output).toContain("2.50 percent");
  });
});
