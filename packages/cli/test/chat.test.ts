import { readFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { fromJsonl } from "swarmgraph";
import type { SwarmDefinition, SwarmEvent } from "swarmgraph";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Printer } from "../src/chat/printer.ts";
import { outputOf } from "../src/io.ts";
import { runHere, testIo } from "./in-process.ts";
import { DESK, workspace } from "./workspace.ts";
import type { Workspace } from "./workspace.ts";

/** Asks for everything that a run may ask for: a result from outside, a person's words, and a question of a tool's. */
const ASKS = `import { tool } from "@langchain/core/tools";
import { interrupt } from "@langchain/langgraph";
import { human, SwarmAgent } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { z } from "zod";

const stock = { type: "function", function: { name: "stock", description: "Asks the ERP.", parameters: { type: "object", properties: {} } } };
const size = tool(() => "Size " + interrupt("Which size?"), { name: "size", description: "Asks.", schema: z.object({}) });

export default new SwarmAgent({
  name: "asks",
  entry: "clerk",
  agents: {
    clerk: {
      model: scriptedModel().tool("stock").tool("size").handoff("manager", { reason: "Too hard." }).say("All sold."),
      tools: [stock, size],
      canHandoffTo: [{ to: "manager", requiresApproval: true }],
    },
    manager: human({ name: "Ada", canHandoffTo: ["clerk"] }),
  },
});
`;

let here: Workspace;
beforeAll(async () => {
  const hanging = 'tool(() => new Promise(() => undefined), {\n  name: "look"';
  const hangs = DESK.replace('tool(() => "Order A-1.", { name: "look"', hanging).replace('"money"', '"hang"');
  here = await workspace({ "desk.ts": DESK, "asks.ts": ASKS, "hangs.ts": hangs.replace('"money")', '"hang")') });
});
afterAll(() => here.remove());

const chat = (lines: readonly string[], file = "desk.ts") =>
  runHere(["chat", file], { cwd: here.directory, input: `${lines.join("\n")}\n` });

describe("chat, over a pipe", () => {
  it("says who speaks, who hands off to whom, and what tools come to", async () => {
    const { code, out } = await chat(["money please", "", "thanks", "/quit", "never said"]);
    expect(out.split("\n")).toEqual([
      "  triage → billing: It is about money.",
      "  = look({}) Order A-1.",
      "billing › Done: Order A-1.",
      "billing › What else?",
      "",
    ]);
    expect(code).toBe(0);
  });

  it("asks for approvals until it understands the answer, and tells the agent why not", async () => {
    const granted = await chat(["money back", "perhaps", "yes"]);
    expect(granted.out).toContain('? "billing" wants to call pay({"amount":49})');
    expect(granted.out).toContain('Answer "y" or "n"');
    expect(granted.out).toContain("billing › Done: Paid 49.");
    const denied = await chat(["money back", "n too much"]);
    expect(denied.out).toContain("was denied: too much");
    const unanswered = await chat(["money back"]);
    expect(unanswered).toMatchObject({ code: 0, out: expect.stringContaining("left unanswered") });
  });

  it("asks for results, for a person's words, and for whatever else a run wants to know", async () => {
    const { code, out } = await chat(
      ["Do you have it?", "12 left", "", "XL", "y", "/to clerk you do it", "/agents"],
      "asks.ts",
    );
    expect(out).toContain('? "clerk" wants to call stock({})');
    expect(out).toContain("? The run asks: Which size?");
    expect(out).toContain('? "clerk" wants to hand off to "manager": Too hard.');
    expect(out).toContain("? The conversation is with Ada now");
    expect(out).toContain("manager → clerk");
    expect(out).toContain("clerk › All sold.");
    expect(out).toContain("* clerk");
    expect(code).toBe(0);
  });

  it("tells a person what was wrong with an answer, and leaves a question open where the input ends", async () => {
    const before = ["Do you have it?", "12 left", "XL", "y"];
    let copies = 0;
    // Its script plays once, and a file is loaded once in a process.
    const asks = async (lines: readonly string[]) => {
      copies += 1;
      await here.write({ [`asks-${copies}.ts`]: ASKS });
      return chat(lines, `asks-${copies}.ts`);
    };
    const { out } = await asks([...before, "/to nobody", "I will look."]);
    expect(out).toContain('you cannot hand off to "nobody"');
    expect(out).toContain("manager › I will look.");
    for (const given of [before.slice(0, 1), before.slice(0, 2), before.slice(0, 3), before]) {
      expect((await asks(given)).out).toContain("The question was left unanswered.");
    }
  });

  it("takes back the last turn with /undo, down to the first", async () => {
    const { out } = await chat(["/undo", "Hi", "money please", "/undo", "/agents", "/undo", "/undo", "Hi"]);
    const lines = out.split("\n");
    expect(lines.filter((line) => line === "There is nothing to undo.")).toHaveLength(2);
    expect(lines.filter((line) => line === "Undone. triage has the conversation.")).toHaveLength(2);
    expect(lines.filter((line) => line === "triage › Hello!")).toHaveLength(2);
    expect(out).toContain("* triage Finds out. → billing");
  });

  it("draws the swarm with /graph, saves what was said with /save, and knows its commands", async () => {
    const file = here.path("chat.jsonl");
    const { out } = await chat([
      "Hi",
      "gone",
      "/undo",
      `/save ${file}`,
      "/save none/x.jsonl",
      "/graph",
      "/help",
      "/dance",
    ]);
    expect(out).toContain(`Saved to ${file}.`);
    expect(out).toContain("It could not be saved: ");
    expect(out).toContain("[triage] *");
    expect(out).toContain("There is no command /dance.");
    const { header, events } = fromJsonl(await readFile(file, "utf8"));
    expect(header.swarm).toBe("desk");
    expect(events.filter(({ type }) => type === "run.started")).toHaveLength(1);
  });

  it("goes on after a turn that failed, and says so by its exit code", async () => {
    const { code, out } = await chat(["please fail", "Hi"]);
    expect(out).toMatch(/^! .*the model broke/mu);
    expect(out).toContain("triage › Hello!");
    expect(code).toBe(1);
  });
});

describe("chat, on a terminal", () => {
  /** Types a line each time that it is asked for one. */
  function typing(keys: readonly string[], cwd: string): Promise<{ code: number; out: string }> {
    const input = new PassThrough();
    const left = [...keys];
    const onOutput = (text: string): void => {
      if (text.includes("you › ")) setImmediate(() => input.write(left.shift() ?? "\u0003"));
    };
    return runHere(["chat", "desk.ts"], { cwd, keys: input, onOutput });
  }

  it("asks with a prompt, colours the agents, and ends with 130 at Ctrl-C", async () => {
    const { code, out } = await typing(["money please\r"], here.directory);
    expect(out).toContain("/help for commands");
    expect(out).toContain("\u001b[33m  triage → billing: It is about money.");
    expect(out).toContain("\u001b[35mbilling\u001b[39m");
    expect(out).toContain(" › Done: Order A-1.");
    expect(code).toBe(130);
  });

  it("stops a turn that hangs at Ctrl-C, and stays", async () => {
    const input = new PassThrough();
    let isStopped = false;
    const stages = ["please hang\r", "/quit\r"];
    const onOutput = (text: string): void => {
      if (text.includes("you › ")) setImmediate(() => input.write(stages.shift() ?? ""));
      // The line of the spinner comes again and again.
      if (!text.includes("look(") || isStopped) return;
      isStopped = true;
      setImmediate(() => input.write("\u0003"));
    };
    const { code, out } = await runHere(["chat", "hangs.ts"], { cwd: here.directory, keys: input, onOutput });
    expect(out).toContain("! stopped.");
    expect(code).toBe(0);
  });

  it("ends with 0 at Ctrl-D", async () => {
    expect((await typing(["\u0004"], here.directory)).code).toBe(0);
  });
});

describe("what a chat shows on a terminal", () => {
  const definition = {
    agents: new Map([
      ["a", {}],
      ["b", {}],
    ]),
  } as unknown as SwarmDefinition;
  const shown = (events: readonly object[], isTerminal = true): string => {
    const { io, out } = testIo({ cwd: here.directory, isTerminal });
    const printer = new Printer(io, outputOf(io, { color: false }), definition);
    for (const event of events) printer.push({ agent: "a", ts: 1, ...event } as SwarmEvent);
    printer.end();
    return out();
  };
  const message = { type: "message.done", id: "m", text: "Hello you" };

  it("is each text as it is written, once", () => {
    const deltas = ["Hello ", "you"].map((text) => ({ type: "message.delta", id: "m", text }));
    expect(shown([...deltas, message])).toBe("a › Hello you\n");
    expect(shown([...deltas, message], false)).toBe("a › Hello you\n");
    expect(shown([deltas[0] ?? {}])).toBe("a › Hello \n");
    expect(shown([deltas[0] ?? {}, { type: "message.error", id: "m", reason: "replaced" }])).toBe(
      "a › Hello  (taken back)\n",
    );
  });

  it("is a line that moves while tools run, and goes away", () => {
    const started = { type: "tool.started", callId: "c", tool: "look", args: { n: 1 } };
    const out = shown([started, { type: "tool.done", callId: "c", tool: "look", result: "two\nlines", ts: 4 }]);
    expect(out).toContain('look({"n":1})');
    expect(out.endsWith('\r\u001b[K  = look({"n":1}) two lines (3 ms)\n')).toBe(true);
    expect(shown([started], false)).toBe("");
    expect(shown([{ type: "tool.error", callId: "d", tool: "look", result: "no" }], false)).toBe(
      "  ! look failed: no\n",
    );
  });

  it("never holds what steers the terminal", () => {
    const nasty = "\u001b[2J\u0007\u202eevil";
    const out = shown([
      { ...message, text: nasty },
      { type: "handoff.refused", from: nasty, to: "b", code: "X" },
      { type: "handoff.returned", from: "b", to: "a" },
      { type: "tool.answered", tool: nasty, result: nasty, isError: true },
      { type: "limit.reached", limit: "handoffs", path: [] },
      { type: "guardrail.tripped", guardrail: nasty, stage: "input", reason: nasty },
    ]);
    expect(out.replace(/\n/gu, "")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(out.split("\n")).toHaveLength(7);
  });

  it("is a turn's output where no message said it", () => {
    const done = { type: "run.done", lastAgent: "b", outcome: null };
    expect(shown([{ type: "run.started" }, { ...done, output: { total: 3 } }])).toBe('b › {"total":3}\n');
    expect(shown([{ ...done, output: "ended" }])).toBe("b › ended\n");
    expect(shown([{ ...done, output: "" }])).toBe("");
    expect(shown([message, { ...done, output: "Hello you" }])).toBe("a › Hello you\n");
  });
});
