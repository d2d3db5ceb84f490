import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clausesOf, namedBy } from "../src/clauses.ts";
import { interestOf } from "../src/expression/interest.ts";
import { programFor } from "../src/fill/program.ts";
import { localModel } from "../src/index.ts";

describe("clausesOf", () => {
  it.each([
    ["Fetch the rate and calculate what it means", ["Fetch the rate", "calculate what it means"]],
    ["Given the rate of today, plot it over time", ["Given the rate of today", "plot it over time"]],
    ["Bring salt and pepper to the table", ["Bring salt pepper to the table"]],
    ["What is 17% of 2,340?", ["What is 17% of 2,340?"]],
    ["Read it now. Then write it down!", ["Read it now", "Then write it down!"]],
    ["", []],
  ])("%j", (request, clauses) => {
    expect(clausesOf(request)).toEqual(clauses);
  });

  it("keeps every word but the seams (property)", () => {
    const words = fc.array(fc.constantFrom("rate", "plot", "draw", "the", "years", "x"), { maxLength: 12 });
    fc.assert(
      fc.property(words, words, (left, right) => {
        const clauses = clausesOf(`${left.join(" ")}, ${right.join(" ")}`);
        expect(clauses.join(" ").split(" ").filter(Boolean)).toEqual([...left, ...right]);
      }),
    );
  });
});

describe("namedBy", () => {
  const spec = (name: string, description: string) => ({ name, description, parameters: {}, target: name });
  const painter = spec("painter", "Plots and draws charts");
  it("finds who a clause's verb names, unless a tool that ran has that verb too", () => {
    expect(namedBy("plot it over time", [painter], [])).toEqual([painter]);
    expect(namedBy("please drawing it", [painter], [])).toEqual([painter]);
    expect(namedBy("explain the charts", [painter], [])).toEqual([]);
    expect(namedBy("of the", [painter], [])).toEqual([]);
    expect(namedBy("plot it over time", [painter], [spec("ruler", "Draws and plots")])).toEqual([]);
  });
});

describe("compound interest", () => {
  it.each([
    ["compounded interest at 3% over 10 years", "1*(1+3/100)^10"],
    ["as of jan 2025, compound interest at 3% over 10 years", "1*(1+3/100)^10"],
    ["compound interest at 3% on 2000 for 10 years", "2000*(1+3/100)^10"],
    ["compounded monthly interest of 5% for 6 months", "1*(1+5/100/12)^(12*(6/12))"],
    ["compound interest at 3%", undefined],
    ["interest at 3% over 10 years", undefined],
  ])("%j is %s", (text, expression) => {
    expect(interestOf(text)).toBe(expression);
  });
});

describe("programFor", () => {
  const draws = "Runs JavaScript. chart.draw(spec) draws a Vega-Lite spec";

  it("writes a program whose rows are the growth, year by year", () => {
    const program = programFor("Plot 1000 compounded at 4% over 3 years", draws) ?? "";
    let drawn: { data: { values: { year: number; value: number }[] } } | undefined;
    const chart = { draw: (spec: typeof drawn) => (drawn = spec) };
    // The program is checked by running it: it has no input but the numbers of the text.
    // oxlint-disable-next-line no-implied-eval -- see above
    new Function("chart", program)(chart);
    expect(drawn?.data.values.map(({ year, value }) => [year, Math.round(value)])).toEqual([
      [0, 1000],
      [1, 1040],
      [2, 1082],
      [3, 1125],
    ]);
  });

  it.each([
    ["no picture is asked for", "1000 compounded at 4% over 3 years", draws],
    ["the tool draws nothing", "Plot 1000 compounded at 4% over 3 years", "Runs JavaScript"],
    ["the rate is missing", "Plot 1000 compounded over 3 years", draws],
    ["the time is missing", "Plot 1000 compounded at 4%", draws],
    ["nothing compounds", "Plot 1000 at 4% over 3 years", draws],
    ["the time is past all reason", "Plot 1000 compounded at 4% over 9000 years", draws],
  ])("is nothing where %s", (_why, text, description) => {
    expect(programFor(text, description)).toBeUndefined();
  });
});

describe("a local model whose request has several parts", () => {
  const search = {
    name: "search",
    description: "Searches for facts and figures on the internet",
    schema: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
  };
  const toPainter = {
    type: "function" as const,
    function: {
      name: "transfer_to_painter",
      description: "Paints pictures",
      parameters: { type: "object", properties: {} },
    },
  };
  const calculate = {
    name: "calculate",
    description: "Evaluate an arithmetic expression",
    schema: { type: "object", properties: { expression: { type: "string" } }, required: ["expression"] },
  };
  const handed = new SystemMessage('Handed over by "desk". The conversation is now yours.');
  const request = "Find figures on the internet about the tides, and paint a picture of the sea";

  function after(
    tool: string,
    content: string,
    text = request,
    status: "success" | "error" = "success",
  ): BaseMessage[] {
    return [
      handed,
      new HumanMessage(text),
      new AIMessage({ content: "", tool_calls: [{ id: "1", name: tool, args: {} }] }),
      new ToolMessage({ content, tool_call_id: "1", name: tool, status }),
    ];
  }

  it("searches with its own part, and hands the rest to whom it names", async () => {
    const bound = localModel().bindTools([search, toPainter]);
    const first = await bound.invoke([handed, new HumanMessage(request)]);
    expect(first.tool_calls?.[0]).toMatchObject({
      name: "search",
      args: { query: "Find figures on the internet about the tides" },
    });
    const second = await bound.invoke(after("search", "Twice a day"));
    expect(second.tool_calls?.[0]?.name).toBe("transfer_to_painter");
  });

  it("answers where no part names another agent", async () => {
    const bound = localModel().bindTools([search, toPainter]);
    const reply = await bound.invoke(after("search", "Twice a day", "Find figures about the tides, and their hours"));
    expect([reply.tool_calls, reply.text]).toEqual([[], "Twice a day"]);
  });

  it("takes the rate that the request lacks from the results, but not from a failure", async () => {
    const text = "Look the rate up and work out compound interest over 10 years";
    const bound = localModel().bindTools([calculate]);
    const found = await bound.invoke(after("look_up", "The rate is 4.5 percent, before it was 5 percent", text));
    expect(found.tool_calls?.[0]?.args).toEqual({ expression: "1*(1+4.5/100)^10" });
    const failed = await bound.invoke(after("look_up", "Error: 500, at 99 % load", text, "error"));
    expect([failed.tool_calls, failed.text]).toEqual([[], expect.stringContaining("I need the expression")]);
    const none = await bound.invoke(after("look_up", "No rate was found", text));
    expect(none.text).toContain("I need the expression");
  });

  it("answers a schema's result and reasoning from the results, and other fields from the request", async () => {
    const json = {
      type: "object",
      properties: {
        result: { type: "string" },
        reasoning: { type: "string" },
        years: { type: "integer" },
        mood: { type: "string", enum: ["calm", "storm"] },
      },
      required: ["result", "reasoning", "years"],
    };
    const options = { response_format: { type: "json_schema", json_schema: { name: "answer", schema: json } } };
    const bound = localModel().bindTools([calculate], options);
    const reply = await bound.invoke(after("calculate", "2 + 2 = 4", "A calm sum of 2 + 2 over 10 years"));
    expect(JSON.parse(reply.text)).toEqual({
      result: "2 + 2 = 4",
      reasoning: "From calculate: 2 + 2 = 4",
      years: expect.any(Number),
      mood: "calm",
    });
  });
});
