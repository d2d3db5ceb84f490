import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { MemorySaver } from "@langchain/langgraph";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Session, SwarmAgent } from "../../src/index.ts";
import { scriptedModel, swarmMatchers } from "../../src/testing/index.ts";
import { addTool, echo, says } from "../support.ts";

expect.extend(swarmMatchers);

const ticket = z.object({ invoice: z.string(), urgent: z.boolean() });

function helpdesk() {
  const triage = scriptedModel()
    .handoff("admin")
    .callAll([
      { tool: "echo", args: { text: "looking" } },
      { handoff: "billing", input: { invoice: "A-1", urgent: true } },
    ]);
  const billing = scriptedModel()
    .callAll([
      { tool: "add", args: { a: 1, b: 2 } },
      { tool: "refund", args: { order: { id: 7, lines: [1, 2] } } },
    ])
    .say("Done.")
    .say("Anything else?");
  const refund = tool(() => Promise.reject(new Error("no connection")), {
    name: "refund",
    schema: z.object({ order: z.unknown() }),
  });
  return new SwarmAgent({
    entry: "triage",
    agents: {
      triage: { model: triage, tools: [echo], canHandoffTo: ["billing"] },
      billing: { model: billing, tools: [addTool().add, refund], canHandoffTo: [], input: ticket },
      admin: { model: scriptedModel() },
    },
  });
}

const run = () => helpdesk().compile().invoke(says());

/** What a matcher that must fail says. */
function failure(check: () => void): string {
  try {
    check();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("the matcher did not fail");
}

const RUN = `path of the last turn: triage -> billing
handoffs:
  triage -> admin: refused (HANDOFF_NOT_ALLOWED)
  triage -> billing: done, input {"invoice": "A-1", "urgent": true}
tool calls:
  echo({"text": "looking"}): success
  add({"a": 1, "b": 2}): success
  refund({"order": {"id": 7, "lines": [1, 2]}}): error`;

describe("toHandOff", () => {
  it("finds a handoff that was taken, and compares its input", async () => {
    const result = await run();
    expect(result).toHandOff("triage", "billing");
    expect(result).toHandOff("triage", "billing", { urgent: true, invoice: "A-1" });
    expect(result).toHandOff("triage", "billing", { urgent: true, invoice: expect.stringMatching(/^A-/) });
    expect(result).toHandOff("triage", "billing", expect.objectContaining({ urgent: true }));
    expect(result).not.toHandOff("billing", "triage");
    expect(result).not.toHandOff("triage", "admin");
    expect(result).not.toHandOff("triage", "billing", { invoice: "A-1" });
    expect(result).not.toHandOff("triage", "billing", undefined);
  });

  it("compares by the custom equality testers of the project as well", () => {
    class Money {
      readonly cents: number;

      constructor(cents: number) {
        this.cents = cents;
      }
    }
    const handoffs = [{ id: "1:c1", from: "a", to: "b", status: "done", input: { amount: new Money(101) } }];
    const wanted = { amount: new Money(100) };
    expect({ messages: [], handoffs }).not.toHandOff("a", "b", wanted);
    expect.addEqualityTesters([
      (one, other) =>
        one instanceof Money && other instanceof Money ? Math.abs(one.cents - other.cents) < 2 : undefined,
    ]);
    expect({ messages: [], handoffs }).toHandOff("a", "b", wanted);
  });

  it("says what happened instead", async () => {
    const result = await run();
    expect(failure(() => expect(result).toHandOff("triage", "admin"))).toBe(
      `expected the run to hand off from "triage" to "admin"\n\n${RUN}`,
    );
    const wanted = { invoice: expect.any(Number) };
    expect(failure(() => expect(result).toHandOff("triage", "billing", wanted))).toContain(
      'expected the run to hand off from "triage" to "billing" with the input {"invoice": Any<Number>}\n',
    );
    expect(failure(() => expect(result).not.toHandOff("triage", "billing"))).toBe(
      `expected the run not to hand off from "triage" to "billing"\n\n${RUN}`,
    );
  });

  it("looks at a session's turn, and at the thread's ledger in a swarm's result", async () => {
    const graph = helpdesk().compile({ checkpointer: new MemorySaver() });
    const session = new Session(graph);
    expect(await session.run("I was charged twice")).toHandOff("triage", "billing");
    expect(await session.run("Thanks")).not.toHandOff("triage", "billing");
    const { values } = await graph.getState({ configurable: { thread_id: session.threadId } });
    expect(values).toHandOff("triage", "billing");
  });
});

describe("toFollowPath", () => {
  it("compares the agents of the last turn exactly", async () => {
    const result = await run();
    expect(result).toFollowPath(["triage", "billing"]);
    expect(result).not.toFollowPath(["triage"]);
    expect(result).not.toFollowPath(["billing", "triage"]);
    const session = new Session(helpdesk().compile());
    expect(await session.run("I was charged twice")).toFollowPath(["triage", "billing"]);
    expect(await session.run("Thanks")).toFollowPath(["billing"]);
  });

  it("says which path was taken", async () => {
    const result = await run();
    expect(failure(() => expect(result).toFollowPath(["triage", "admin"]))).toBe(
      `expected the run to follow the path triage -> admin\n\n${RUN}`,
    );
    expect(failure(() => expect(result).not.toFollowPath(["triage", "billing"]))).toBe(
      `expected the run not to follow the path triage -> billing\n\n${RUN}`,
    );
  });

  it("gives both paths to the reporter, for its diff", async () => {
    const result = await run();
    expect(() => expect(result).toFollowPath(["triage"])).toThrow(
      expect.objectContaining({ actual: ["triage", "billing"], expected: ["triage"] }),
    );
  });
});

describe("toEndAt", () => {
  it("compares the agent that has the conversation, in either result", async () => {
    const result = await run();
    expect(result).toEndAt("billing");
    expect(result).not.toEndAt("triage");
    expect(await new Session(helpdesk().compile()).run("Hi")).toEndAt("billing");
    const { messages, outcome } = result;
    expect({ messages, outcome }).toEndAt("billing");
  });

  it("says where it ended", async () => {
    const result = await run();
    expect(failure(() => expect(result).toEndAt("triage"))).toBe(
      `expected the run to end at "triage", but it ended at "billing"\n\n${RUN}`,
    );
    expect(failure(() => expect(result).not.toEndAt("billing"))).toContain('expected the run not to end at "billing"');
  });

  it("is an asymmetric matcher as well", async () => {
    expect({ result: await run() }).toEqual({ result: expect.toEndAt("billing") });
    expect({ result: await run() }).toEqual({ result: expect.not.toEndAt("triage") });
  });
});

describe("toHaveExecutedTool", () => {
  it("finds a regular call that a tool has answered, and compares its arguments deeply", async () => {
    const result = await run();
    expect(result).toHaveExecutedTool("add");
    expect(result).toHaveExecutedTool("add", { b: 2, a: 1 });
    expect(result).toHaveExecutedTool("add", { a: expect.any(Number), b: 2 });
    expect({ messages: result.messages }).toHaveExecutedTool("echo", { text: "looking" });
    expect(result).not.toHaveExecutedTool("add", { a: 1 });
    expect(result).not.toHaveExecutedTool("multiply");
  });

  it("does not take a tool that failed, or a handoff, for executed", async () => {
    const result = await run();
    expect(result).not.toHaveExecutedTool("refund");
    expect(result).not.toHaveExecutedTool("transfer_to_billing");
    const answered = [
      new AIMessage({ content: "", tool_calls: [{ name: "transfer_to_b", args: {}, id: "c1" }] }),
      new ToolMessage({ content: "Transferred.", tool_call_id: "c1" }),
    ];
    expect({ messages: answered }).not.toHaveExecutedTool("transfer_to_b");
  });

  it("says which calls were made", async () => {
    const result = await run();
    const wanted = { order: expect.anything() };
    expect(failure(() => expect(result).toHaveExecutedTool("refund", wanted))).toBe(
      `expected the run to have executed the tool "refund" with the arguments {"order": Anything}\n\n${RUN}`,
    );
    expect(failure(() => expect(result).not.toHaveExecutedTool("add"))).toBe(
      `expected the run not to have executed the tool "add"\n\n${RUN}`,
    );
  });

  it("shows calls that were malformed, not answered, or not there at all", () => {
    const open = new AIMessage({
      content: "",
      tool_calls: [{ name: "add", args: { a: 1 }, id: "c1" }],
      invalid_tool_calls: [{ name: "add", args: "{oops", id: "c2", type: "invalid_tool_call" }],
    });
    expect(failure(() => expect({ messages: [open] }).toHaveExecutedTool("add"))).toMatch(
      /tool calls:\n {2}add\(\{"a": 1\}\): not answered\n {2}add\(malformed\): not answered$/,
    );
    expect(failure(() => expect({ messages: [] }).toHaveExecutedTool("add"))).toMatch(/tool calls: none$/);
  });
});

const call = (id: string, name = "add") => ({ name, args: {}, id });
const ai = (id: string, ...calls: ReturnType<typeof call>[]) => new AIMessage({ id, content: "", tool_calls: calls });
const answer = (callId: string, id?: string) =>
  new ToolMessage({ content: "3", tool_call_id: callId, ...(id !== undefined && { id }) });

describe("toHaveCleanHistory", () => {
  it("holds for what a swarm leaves behind, with refused handoffs and calls beside a handoff", async () => {
    const result = await run();
    expect(result).toHaveCleanHistory();
    expect({ messages: result.messages }).toHaveCleanHistory();
    const session = new Session(helpdesk().compile());
    await session.run("I was charged twice");
    expect(await session.run("Thanks")).toHaveCleanHistory();
    expect(failure(() => expect(result).not.toHaveCleanHistory())).toBe(
      `expected the run not to have a clean history\n\n${RUN}`,
    );
  });

  it("holds for an ordinary tool whose name looks like a handoff, and for handoffs under another prefix", async () => {
    const account = tool(() => "sent", { name: "transfer_to_account", schema: z.object({}) });
    const a = scriptedModel().callAll([{ tool: "transfer_to_account" }, { handoff: "go_to_b" }]);
    const swarm = new SwarmAgent({
      entry: "a",
      prefix: "go_to_",
      agents: { a: { model: a, tools: [account] }, b: { model: scriptedModel().handoff("go_to_a").say("Hello!") } },
      limits: { maxHandoffs: 1 },
    });
    const result = await swarm.compile().invoke(says());
    expect(result).toHandOff("a", "b");
    expect(result).toHaveExecutedTool("transfer_to_account");
    expect(result).toHaveCleanHistory();
  });

  it("holds for a handoff that a model called when its turn had no budget left", async () => {
    const a = scriptedModel().handoff("b");
    const swarm = new SwarmAgent({
      entry: "a",
      agents: { a: { model: a }, b: { model: scriptedModel() } },
      limits: { maxTurns: 1 },
    });
    const result = await swarm.compile().invoke(says());
    expect(result.handoffs).toEqual([]);
    expect(result).toHaveCleanHistory();
  });

  it("holds for the earlier turns of a session, by the prefix of their handoffs or the ledger of its last turn", async () => {
    const model = scriptedModel().handoff("go_to_b").say("Back.").say("Hello again.").handoff("go_to_b").say("Back.");
    const swarm = new SwarmAgent({
      entry: "a",
      prefix: "go_to_",
      agents: {
        a: { model, canHandoffTo: [{ to: "b", returns: true }] },
        b: { model: scriptedModel().say("Hello!").repeat() },
      },
    });
    const session = new Session(swarm.compile());
    expect(await session.run("Hi")).toHaveCleanHistory();
    const second = await session.run("Hi again");
    expect(second).toHaveCleanHistory({ prefix: "go_to_" });
    expect(second).not.toHaveCleanHistory();
    expect({ messages: second.messages }).toHaveCleanHistory({ prefix: "go_to_" });
    expect(await session.run("Once more")).toHaveCleanHistory();
  });

  it("holds for an ordinary tool of an earlier turn whose name looks like a handoff", async () => {
    const account = tool(() => "sent", { name: "transfer_to_account", schema: z.object({}) });
    const a = scriptedModel().tool("transfer_to_account").say("Sent.").say("Bye.");
    const session = new Session(
      new SwarmAgent({ entry: "a", agents: { a: { model: a, tools: [account] } } }).compile(),
    );
    await session.run("Send it");
    expect(await session.run("Thanks")).toHaveCleanHistory();
  });

  it.each<[string, BaseMessage[], string]>([
    ["a call without an answer", [ai("1", call("c1"))], 'messages[0]: the call of "add" (call c1) is not answered'],
    [
      "a call with two answers",
      [ai("1", call("c1")), answer("c1"), answer("c1")],
      'messages[0]: the call of "add" (call c1) is answered 2 times',
    ],
    [
      "an answer that stands apart",
      [ai("1", call("c1")), new HumanMessage("Well?"), answer("c1")],
      'messages[0]: the call of "add" (call c1) is answered by messages[2], which does not follow it directly',
    ],
    ["an answer to nothing", [answer("c9")], "messages[0]: a tool message answers no call (call c9)"],
    [
      "an answer to a handoff",
      [ai("1", call("c1", "transfer_to_b")), answer("c1")],
      'messages[1]: a tool message answers the handoff call of "transfer_to_b" (call c1)',
    ],
    ["an id twice", [ai("1"), ai("1")], 'messages[1]: it has the id of messages[0], "1"'],
    ["a system message", [new SystemMessage("Be kind.")], "messages[0]: a system message is stored"],
    [
      "a call without an id",
      [new AIMessage({ content: "", tool_calls: [{ name: "add", args: {} }] })],
      'messages[0]: the call of "add" (it has no id) is not answered',
    ],
  ])("names %s", (_what, messages, fault) => {
    expect({ messages }).not.toHaveCleanHistory();
    expect(failure(() => expect({ messages }).toHaveCleanHistory())).toContain(
      `expected the run to have a clean history, but it has these faults:\n  ${fault}\n\n`,
    );
  });

  it("names all faults in the order of the log", () => {
    const messages = [new SystemMessage("Be kind."), ai("1", call("c1"), call("c2")), answer("c2"), answer("c3")];
    expect(failure(() => expect({ messages }).toHaveCleanHistory())).toContain(
      [
        "faults:",
        "  messages[0]: a system message is stored",
        '  messages[1]: the call of "add" (call c1) is not answered',
        "  messages[3]: a tool message answers no call (call c3)",
        "",
      ].join("\n"),
    );
  });

  it("takes ids that a later message uses again, and messages in OpenAI's form", () => {
    const twice = [ai("1", call("c1")), answer("c1", "2"), ai("3", call("c1")), answer("c1", "4")];
    expect({ messages: twice }).toHaveCleanHistory();
    const wire = [
      { role: "user", content: "Hi" },
      { role: "assistant", tool_calls: [{ id: "c1", function: { name: "add", arguments: '{"a":1}' } }] },
      { role: "tool", tool_call_id: "c1", content: "1" },
    ];
    expect({ messages: wire }).toHaveCleanHistory();
    expect({ messages: wire }).toHaveExecutedTool("add", { a: 1 });
    expect({ messages: [{ role: "developer", content: "Be kind." }] }).not.toHaveCleanHistory();
  });

  it("tells an answered handoff by the ledger, where there is one", async () => {
    const result = await run();
    const [, , message] = result.messages;
    const handoff = (message as AIMessage).tool_calls?.find(({ name }) => name === "transfer_to_billing");
    const messages = [...result.messages];
    messages.splice(4, 0, answer(handoff?.id ?? ""));
    expect(failure(() => expect({ ...result, messages }).toHaveCleanHistory())).toContain(
      `messages[4]: a tool message answers the handoff call of "transfer_to_billing" (call ${handoff?.id})\n`,
    );
  });
});

describe("a matcher that is given something else", () => {
  it.each<[string, unknown, string]>([
    ["undefined", undefined, "undefined"],
    ["null", null, "null"],
    ["a number", 7, "a number"],
    ["a text", "Done.", 'the string "Done."'],
    ["a promise", Promise.resolve({}), "a promise: await it first"],
    ["an array", [], "an array: pass { messages }"],
    ["an empty object", {}, "an object without keys"],
    ["another object", { output: "Done.", messages: 1 }, "an object with the keys output, messages"],
    ["messages that are none", { messages: ["Hi", null] }, "an object with the keys messages"],
  ])("says so: %s", (_what, given, named) => {
    const expected = new TypeError(
      `toHaveCleanHistory takes a swarm's result, a session's result or { messages }, and was given ${named}.`,
    );
    expect(() => expect(given).toHaveCleanHistory()).toThrow(expected);
    expect(() => expect(given).not.toHaveCleanHistory()).toThrow(expected);
  });

  it("says so where plain messages are not enough, negated or not", () => {
    const takes = "takes the result of a swarm or of a session, with its messages, handoffs, agent and outcome";
    const plain = { messages: [] };
    const was = "and was given an object with the keys messages.";
    expect(() => expect(plain).toHandOff("a", "b")).toThrow(new TypeError(`toHandOff ${takes}, ${was}`));
    expect(() => expect(plain).not.toHandOff("a", "b")).toThrow(new TypeError(`toHandOff ${takes}, ${was}`));
    expect(() => expect(plain).not.toFollowPath([])).toThrow(new TypeError(`toFollowPath ${takes}, ${was}`));
    expect(() => expect(plain).not.toEndAt("a")).toThrow(new TypeError(`toEndAt ${takes}, ${was}`));
  });

  it("says so where a run was interrupted before its outcome", async () => {
    const swarm = new SwarmAgent({
      entry: "a",
      agents: {
        a: { model: scriptedModel().handoff("b"), canHandoffTo: [{ to: "b", requiresApproval: true }] },
        b: { model: scriptedModel() },
      },
    });
    const graph = swarm.compile({ checkpointer: new MemorySaver() });
    const result = await graph.invoke(says(), { configurable: { thread_id: "t" } });
    expect(() => expect(result).toFollowPath(["a"])).toThrow(/has none: the run was interrupted or broke off/);
    expect(result).toEndAt("a");
    expect(result).not.toHandOff("a", "b");
    expect(result).toHaveCleanHistory();
  });
});

describe("swarmgraph/testing", () => {
  it("can be imported where vitest is not installed", async () => {
    const entry = new URL("../../src/testing/index.ts", import.meta.url).href;
    const hook =
      'export const resolve = (name, context, next) => { if (/^(@vitest\\/|vitest$|vitest\\/)/.test(name)) throw new Error("not installed"); return next(name, context); };';
    const code = `
      import { register } from "node:module";
      register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});
      const vitest = await import("vitest").then(() => "there", (error) => error.message);
      const names = Object.keys(await import(${JSON.stringify(entry)})).sort();
      console.log(JSON.stringify({ vitest, names }));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", code],
      { cwd: fileURLToPath(new URL("../..", import.meta.url)) },
    );
    expect(JSON.parse(stdout)).toEqual({
      vitest: "not installed",
      names: [
        "CassetteError",
        "ScriptError",
        "ScriptedError",
        "ScriptedModel",
        "cassette",
        "encodePrompt",
        "evaluateTrajectory",
        "judge",
        "scoreRubric",
        "scriptedModel",
        "swarmMatchers",
        "validateWire",
      ],
    });
  }, 30_000);
});
