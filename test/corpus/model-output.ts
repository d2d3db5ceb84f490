import assert from "node:assert/strict";
import { AIMessage } from "@langchain/core/messages";
import { MemorySaver } from "@langchain/langgraph";
import { z } from "zod";
import { SwarmAgent, SwarmError } from "../../src/index.ts";
import type { AgentSpec, SwarmErrorCode, SwarmOptions } from "../../src/index.ts";
import { encodePrompt, ScriptedError, scriptedModel, validateWire } from "../../src/testing/index.ts";
import type { ScriptedModel, WirePrompt } from "../../src/testing/index.ts";
import { addTool, toolMessages } from "../support.ts";
import type { Fault } from "./fault.ts";

const thread = { configurable: { thread_id: "t" } };
const question = { messages: [{ role: "user" as const, content: "Go" }] };
const quick = { retry: { initialDelayMs: 1 } } as const;

interface Played {
  readonly model: ScriptedModel;
  readonly billing: ScriptedModel;
  readonly runs: { count: number };
  readonly result: Awaited<ReturnType<ReturnType<SwarmAgent<Record<string, AgentSpec>>["compile"]>["invoke"]>>;
  /** What the first tool message says. */
  readonly answer: string;
}

/** Triage with a tool and one way out, to billing; the admin is out of its reach. */
function swarmOf(model: ScriptedModel, options: Partial<SwarmOptions> & { readonly triage?: Partial<AgentSpec> } = {}) {
  const { add, runs } = addTool();
  const { triage, ...rest } = options;
  const billing = scriptedModel().say("billing here").repeat();
  const agents: Record<string, AgentSpec> = {
    triage: { model, tools: [add], canHandoffTo: ["billing"], ...triage },
    billing: { model: billing, canHandoffTo: [] },
    admin: { model: scriptedModel(), canHandoffTo: [] },
  };
  return { billing, runs, swarm: new SwarmAgent({ ...quick, ...rest, entry: "triage", agents } as SwarmOptions) };
}

/** Runs one turn, and holds every request on the way against two providers' rules. */
async function play(model: ScriptedModel, options?: Parameters<typeof swarmOf>[1]): Promise<Played> {
  const { billing, runs, swarm } = swarmOf(model, options);
  const result = await swarm.compile().invoke(question);
  assertValid(model);
  assertValid(billing);
  return { model, billing, runs, result, answer: toolMessages(result.messages)[0]?.text ?? "" };
}

function assertValid(model: ScriptedModel): void {
  for (const { messages, toolDefinitions } of model.calls) {
    for (const profile of ["openai-chat", "anthropic"] as const) {
      const body = encodePrompt(profile, { messages: [...messages], tools: [...toolDefinitions] } as WirePrompt);
      assert.deepEqual(validateWire(profile, body), []);
    }
  }
}

async function assertEnds(model: ScriptedModel, code: SwarmErrorCode, options?: Parameters<typeof swarmOf>[1]) {
  const { runs, swarm } = swarmOf(model, options);
  const graph = swarm.compile({ checkpointer: new MemorySaver() });
  await assert.rejects(graph.invoke(question, thread), (error) => SwarmError.is(error) && error.code === code);
  return { graph, runs };
}

/** Nobody was entered, the model read why, and it went on to its last word. */
async function assertToldOff(model: ScriptedModel, pattern: RegExp): Promise<void> {
  const { result, billing, answer } = await play(model.say("sorry"));
  assert.match(answer, pattern);
  assert.equal(result.activeAgent, "triage");
  assert.equal(billing.calls.length, 0);
  assert.equal(result.messages.at(-1)?.text, "sorry");
}

/** Faults of what models say. */
export const modelFaults: readonly Fault[] = [
  {
    id: "F01",
    family: "model output",
    fault: "the provider of the second agent is overloaded after a handoff",
    expected: "tried again; then MODEL_TRANSIENT, and a resumed run does not run the first agent again",
    run: async () => {
      const first = scriptedModel().handoff("b");
      const busy = new ScriptedError("overloaded", 529);
      const second = scriptedModel().fail(busy).fail(busy).fail(busy).say("done");
      const agents = { a: { model: first }, b: { model: second } };
      const graph = new SwarmAgent({ ...quick, entry: "a", agents }).compile({ checkpointer: new MemorySaver() });
      await assert.rejects(graph.invoke(question, thread), {
        code: "MODEL_TRANSIENT",
        retryable: true,
        resumable: true,
      });
      const { messages } = await graph.invoke(null, thread);
      assert.equal(messages.at(-1)?.text, "done");
      assert.equal(first.calls.length, 1);
      assert.equal(second.calls.length, 4);
    },
  },
  {
    id: "F02",
    family: "model output",
    fault: "the same, and then a new message of the user",
    expected: "it goes to the agent that was handed to, in a valid request",
    run: async () => {
      const first = scriptedModel().handoff("b");
      const second = scriptedModel().fail(new Error("down")).say("done");
      const agents = { a: { model: first }, b: { model: second } };
      const graph = new SwarmAgent({ retry: false, entry: "a", agents }).compile({ checkpointer: new MemorySaver() });
      await assert.rejects(graph.invoke(question, thread));
      const result = await graph.invoke(question, thread);
      assert.equal(result.activeAgent, "b");
      assert.equal(first.calls.length, 1);
      assertValid(second);
    },
  },
  {
    id: "F03",
    family: "model output",
    fault: "a tool that is not there",
    expected: "the model reads which tools there are",
    run: () => assertToldOff(scriptedModel().tool("subtract"), /has no tool "subtract".*"add"/),
  },
  {
    id: "F04",
    family: "model output",
    fault: "a handoff to an agent outside canHandoffTo",
    expected: "refused, and the agent never runs",
    run: async () => {
      const { result } = await play(scriptedModel().handoff("admin").say("sorry"));
      assert.equal(result.activeAgent, "triage");
      assert.equal(result.handoffs[0]?.code, "HANDOFF_NOT_ALLOWED");
    },
  },
  {
    id: "F05",
    family: "model output",
    fault: "a handoff to an agent that is made up",
    expected: "refused as unknown",
    run: async () => {
      const { result } = await play(scriptedModel().handoff("sales").say("sorry"));
      assert.equal(result.handoffs[0]?.code, "HANDOFF_UNKNOWN_TARGET");
      assert.equal(result.activeAgent, "triage");
    },
  },
  {
    id: "F06",
    family: "model output",
    fault: "a handoff to itself",
    expected: "the model reads that it is that agent",
    run: async () => {
      const { result } = await play(scriptedModel().handoff("triage").say("sorry"));
      assert.equal(result.handoffs[0]?.code, "HANDOFF_TO_SELF");
    },
  },
  {
    id: "F07",
    family: "model output",
    fault: "several handoffs in one message",
    expected: "the first is taken, the others are in the ledger as dropped",
    run: async () => {
      const { result } = await play(scriptedModel().callAll([{ handoff: "billing" }, { handoff: "admin" }]));
      assert.equal(result.activeAgent, "billing");
      assert.deepEqual(
        result.handoffs.map(({ status }) => status),
        ["done", "dropped"],
      );
    },
  },
  ...(["F08", "F09"] as const).map((id): Fault => ({
    id,
    family: "model output",
    fault: id === "F08" ? "a handoff before a tool call in one message" : "a tool call before a handoff in one message",
    expected: "the tool runs, its result is kept, then the handoff is taken",
    run: async () => {
      const calls = [{ handoff: "billing" }, { tool: "add", args: { a: 1, b: 2 } }];
      const { result, runs } = await play(scriptedModel().callAll(id === "F08" ? calls : calls.toReversed()));
      assert.equal(runs.count, 1);
      assert.equal(result.activeAgent, "billing");
      assert.ok(toolMessages(result.messages).some(({ text }) => text === "3"));
    },
  })),
  ...(["F10", "F11"] as const).map((id): Fault => ({
    id,
    family: "model output",
    fault: id === "F10" ? "a handoff's name in the wrong case" : "a handoff's name with a space, or a homoglyph",
    expected: "never routed by likeness; the model reads what was meant",
    run: async () => {
      for (const name of id === "F10" ? ["transfer_to_Billing"] : ["transfer_to_billing ", "transfer_to_bіlling"]) {
        const { billing, model, result } = await play(scriptedModel().tool(name).say("sorry"));
        assert.equal(result.activeAgent, "triage");
        assert.equal(billing.calls.length, 0);
        assert.match(toolMessages(model.calls[1]?.messages ?? [])[0]?.text ?? "", /transfer_to_billing/);
      }
    },
  })),
  {
    id: "F12",
    family: "model output",
    fault: "nothing at all: no text, no calls",
    expected: "the turn ends, and says so",
    run: async () => {
      const { result } = await play(scriptedModel().say("").say("").say(""));
      assert.equal(result.activeAgent, "triage");
      assert.ok(result.outcome.kind !== undefined);
    },
  },
  {
    id: "F13",
    family: "model output",
    fault: "content as blocks with a tool_use among them",
    expected: "the call runs once, and blocks and calls agree in the next request",
    run: async () => {
      const call = { id: "toolu_1", name: "add", args: { a: 1, b: 2 } };
      const message = new AIMessage({
        content: [
          { type: "text", text: "Let me see." },
          { type: "tool_use", id: call.id, name: call.name, input: call.args },
        ],
        tool_calls: [{ ...call, type: "tool_call" }],
      });
      const { runs, result } = await play(scriptedModel().raw(message).say("3"));
      assert.equal(runs.count, 1);
      assert.equal(result.messages.at(-1)?.text, "3");
    },
  },
  {
    id: "F14",
    family: "model output",
    fault: "arguments that are no JSON",
    expected: "the model reads so, the tool does not run, and the next request is valid",
    run: async () => {
      const { runs, answer } = await play(
        scriptedModel()
          .callAll([{ tool: "add", rawArgs: '{"a": 1, "b"' }])
          .say("sorry"),
      );
      assert.equal(runs.count, 0);
      assert.match(answer, /JSON/);
    },
  },
  {
    id: "F15",
    family: "model output",
    fault: "broken arguments of a handoff, without a payload and with one",
    expected: "without a payload it is taken; with one the model reads what is wrong",
    run: async () => {
      const broken = [{ tool: "transfer_to_billing", rawArgs: "{" }];
      const { result } = await play(scriptedModel().callAll(broken));
      assert.equal(result.activeAgent, "billing");
      const input = z.object({ invoice: z.string() });
      const typed = await play(scriptedModel().callAll(broken).say("sorry"), {
        triage: { canHandoffTo: [{ to: "billing", input }] },
      });
      assert.equal(typed.result.handoffs[0]?.code, "HANDOFF_INPUT_INVALID");
      assert.equal(typed.billing.calls.length, 0);
    },
  },
  {
    id: "F16",
    family: "model output",
    fault: "arguments that do not fit the schema",
    expected: "the model reads which ones, and not their values",
    run: async () => {
      const { runs, answer } = await play(scriptedModel().tool("add", { a: "secret-value", b: 2 }).say("sorry"));
      assert.equal(runs.count, 0);
      assert.match(answer, /\ba\b/);
      assert.doesNotMatch(answer, /secret-value/);
    },
  },
  {
    id: "F17",
    family: "model output",
    fault: "two calls with one id",
    expected: "both run once, under ids of their own",
    run: async () => {
      const add = (a: number) => ({ tool: "add", args: { a, b: 1 }, id: "same" });
      const { runs, result } = await play(
        scriptedModel()
          .callAll([add(1), add(2)])
          .say("done"),
      );
      assert.equal(runs.count, 2);
      const ids = toolMessages(result.messages).map(({ tool_call_id: id }) => id);
      assert.equal(new Set(ids).size, 2);
    },
  },
  ...(["F18", "F19"] as const).map((id): Fault => ({
    id,
    family: "model output",
    fault: id === "F18" ? "a tool call without an id" : "a handoff call without an id",
    expected: "it gets one, and the request after it is valid",
    run: async () => {
      const name = id === "F18" ? "add" : "transfer_to_billing";
      const message = new AIMessage({ content: "", tool_calls: [{ name, args: { a: 1, b: 2 }, type: "tool_call" }] });
      const { runs, result } = await play(scriptedModel().raw(message).say("done"));
      assert.equal(id === "F18" ? runs.count : result.activeAgent, id === "F18" ? 1 : "billing");
    },
  })),
  {
    id: "F52",
    family: "model output",
    fault: "a stream that breaks in the middle of a call",
    expected: "nothing runs; an error that may be tried again, and the thread can go on",
    run: async () => {
      const broken = Object.assign(new TypeError("terminated"), { cause: { code: "UND_ERR_SOCKET" } });
      const { runs, swarm } = swarmOf(scriptedModel().cut("Let me", broken).say("done"), { retry: false });
      const graph = swarm.compile({ checkpointer: new MemorySaver() });
      const read = async () => {
        for await (const _chunk of await graph.stream(question, { ...thread, streamMode: "messages" }));
      };
      await assert.rejects(read(), (error) => SwarmError.is(error) && error.retryable && error.resumable);
      assert.equal(runs.count, 0);
      const { messages } = await graph.invoke(question, thread);
      assert.equal(messages.at(-1)?.text, "done");
    },
  },
  {
    id: "F53",
    family: "model output",
    fault: "an answer that was cut off at its length",
    expected: "asked once more; then MODEL_OUTPUT_TRUNCATED, and nothing of the partial call runs",
    run: async () => {
      const model = scriptedModel().tool("add", { a: 1, b: 2 }).truncate().tool("add", { a: 1, b: 2 }).truncate();
      const { runs } = await assertEnds(model, "MODEL_OUTPUT_TRUNCATED");
      assert.equal(runs.count, 0);
    },
  },
  {
    id: "F56",
    family: "model output",
    fault: "a refusal by the provider's content filter",
    expected: "MODEL_REFUSED, and the thread is usable",
    run: async () => {
      const { graph } = await assertEnds(scriptedModel().refuse().say("hello"), "MODEL_REFUSED");
      const { messages } = await graph.invoke(question, thread);
      assert.equal(messages.at(-1)?.text, "hello");
    },
  },
  {
    id: "F57",
    family: "model output",
    fault: "two hundred tool calls in one message",
    expected: 'as many run as may, the others are answered "not run"',
    run: async () => {
      const calls = Array.from({ length: 200 }, (_, a) => ({ tool: "add", args: { a, b: 1 } }));
      const { runs, result } = await play(scriptedModel().callAll(calls).say("done"), { limits: { maxToolCalls: 20 } });
      assert.equal(runs.count, 20);
      assert.equal(toolMessages(result.messages).length, 200);
    },
  },
  {
    id: "F58",
    family: "model output",
    fault: "arguments of a megabyte, and JSON ten thousand levels deep",
    expected: "refused by their size, before they are read",
    run: async () => {
      const raws = [`{"a":1,"b":"${"x".repeat(1_100_000)}"}`, `{"a":${"[".repeat(10_000)}${"]".repeat(10_000)}}`];
      for (const rawArgs of raws) {
        const { runs, answer } = await play(
          scriptedModel()
            .callAll([{ tool: "add", rawArgs }])
            .say("sorry"),
        );
        assert.equal(runs.count, 0);
        assert.match(answer, /Error/);
      }
    },
  },
  {
    id: "F59",
    family: "model output",
    fault: "a final answer that does not fit its schema",
    expected: "asked again; then OUTPUT_SCHEMA",
    run: async () => {
      const responseFormat = z.object({ total: z.number() });
      const fine = await play(scriptedModel().say('{"total":"no"}').say('{"total":3}'), { triage: { responseFormat } });
      assert.deepEqual(fine.result.structuredResponse, { total: 3 });
      await assertEnds(scriptedModel().say('{"total":"no"}').repeat(), "OUTPUT_SCHEMA", { triage: { responseFormat } });
    },
  },
  {
    id: "F60",
    family: "model output",
    fault: "a handoff's name as text",
    expected: "text is text: nobody is entered",
    run: async () => {
      const { result } = await play(scriptedModel().say("transfer_to_billing"));
      assert.equal(result.activeAgent, "triage");
      assert.equal(result.handoffs.length, 0);
    },
  },
];
