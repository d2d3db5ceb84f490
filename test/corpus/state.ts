import assert from "node:assert/strict";
import { AIMessage, HumanMessage, RemoveMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Command, interrupt, MemorySaver } from "@langchain/langgraph";
import { z } from "zod";
import { SwarmAgent, SwarmError } from "../../src/index.ts";
import type { AgentSpec, ProfileName, SwarmOptions } from "../../src/index.ts";
import { encodePrompt, scriptedModel, validateWire } from "../../src/testing/index.ts";
import type { ScriptedModel, WirePrompt } from "../../src/testing/index.ts";
import { addTool, toolMessages } from "../support.ts";
import type { Fault } from "./fault.ts";

const thread = { configurable: { thread_id: "t" } };
const question = { messages: [{ role: "user" as const, content: "Go" }] };

const PROFILES = ["openai-chat", "openai-responses", "anthropic", "mistral", "gemini", "bedrock"] as const;

/** Agents by name, as data; the first is the entry. */
function swarmOf(agents: Record<string, AgentSpec>, options: Partial<SwarmOptions> = {}) {
  return new SwarmAgent({ ...options, entry: Object.keys(agents)[0] ?? "", agents } as SwarmOptions);
}

function assertValid(model: ScriptedModel, profile: ProfileName = "openai-chat"): void {
  const { messages = [], toolDefinitions = [] } = model.calls.at(-1) ?? {};
  assert.ok(messages.length > 0);
  const body = encodePrompt(profile, { messages: [...messages], tools: [...toolDefinitions] } as WirePrompt);
  assert.deepEqual(validateWire(profile, body), []);
}

/** A thread whose log lost half of a pair by hand: it stays as it is, and what the model is sent is whole. */
async function assertRepaired(change: readonly BaseMessage[]): Promise<void> {
  for (const profile of PROFILES) await assertRepairedFor(profile, change);
}

async function assertRepairedFor(profile: ProfileName, change: readonly BaseMessage[]): Promise<void> {
  const { add } = addTool();
  const model = scriptedModel().tool("add", { a: 1, b: 2 }, { id: "call_1" }).say("3").say("hello again");
  const graph = swarmOf({ a: { model, tools: [add] } }, { profile }).compile({ checkpointer: new MemorySaver() });
  const first = await graph.invoke(question, thread);
  const ids = first.messages.map(({ id }) => id ?? "");
  const made = change.map((message) =>
    message.type === "remove" ? new RemoveMessage({ id: ids[Number(message.id)] ?? "" }) : message,
  );
  await graph.updateState(thread, { messages: made }, "a");
  const before = ((await graph.getState(thread)).values as { messages: BaseMessage[] }).messages;
  const { messages } = await graph.invoke(question, thread);
  assert.equal(messages.at(-1)?.text, "hello again");
  assert.deepEqual(
    messages.slice(0, before.length).map(({ id }) => id),
    before.map(({ id }) => id),
  );
  assertValid(model, profile);
}

/** Faults of stored threads: of what is in them, of who writes them, and of what becomes of a run that stops. */
export const stateFaults: readonly Fault[] = [
  {
    id: "F31",
    family: "state",
    fault: "a thread's active agent was renamed or removed by a deploy",
    expected: "it goes on with the new name, or at the entry, or with an error that names the agent",
    run: async () => {
      const checkpointer = new MemorySaver();
      const before = swarmOf({
        a: { model: scriptedModel().handoff("old") },
        old: { model: scriptedModel().say("hi") },
      });
      await before.compile({ checkpointer }).invoke(question, thread);
      const after = (options: Partial<SwarmOptions>) =>
        swarmOf({ a: { model: scriptedModel().say("a") }, renamed: { model: scriptedModel().say("r") } }, options)
          .compile({ checkpointer })
          .invoke(question, thread);
      await assert.rejects(after({ onUnknownAgent: "error" }), (error) => {
        return (
          SwarmError.is(error) &&
          error.code === "ACTIVE_AGENT_UNKNOWN" &&
          /"old" is not in the swarm.*"renamed"/.test(error.message)
        );
      });
      assert.equal((await after({ aliases: { old: "renamed" } })).activeAgent, "renamed");
    },
  },
  {
    id: "F32",
    family: "state",
    fault: "two runs on one thread at once",
    expected: "one of them is refused as busy, and nothing of the other is lost",
    run: async () => {
      const model = scriptedModel().say("one").say("two").repeat();
      const graph = swarmOf({ a: { model } }).compile({ checkpointer: new MemorySaver() });
      const runs = await Promise.allSettled(
        ["1", "2", "3"].map((content) => graph.invoke({ messages: [new HumanMessage(content)] }, thread)),
      );
      const refused = runs.filter((run) => run.status === "rejected");
      assert.ok(
        refused.every(({ reason }) => SwarmError.is(reason) && reason.code === "THREAD_BUSY" && reason.retryable),
      );
      const { messages } = (await graph.getState(thread)).values as { messages: BaseMessage[] };
      const fulfilled = runs.length - refused.length;
      assert.equal(messages.filter(({ type }) => type === "human").length, fulfilled);
      assert.ok(fulfilled >= 1);
    },
  },
  {
    id: "F33",
    family: "state",
    fault: "the checkpointer fails after a tool had its effect",
    expected: "the run rejects; the resumed one has the same idempotency key, so the effect happens once",
    run: async () => {
      const effects = new Set<string>();
      const keys: string[] = [];
      const pay = tool(
        (_args, runtime) => {
          const config = runtime as { idempotencyKey?: string };
          keys.push(config.idempotencyKey ?? "");
          effects.add(config.idempotencyKey ?? "");
          return "paid";
        },
        { name: "pay", description: "Pays.", schema: z.object({}) },
      );
      const saver = new MemorySaver();
      const model = scriptedModel().tool("pay", {}, { id: "call_1" }).say("done").repeat();
      const graph = swarmOf({ a: { model, tools: [pay] } }).compile({ checkpointer: saver });
      const putWrites = saver.putWrites.bind(saver);
      saver.putWrites = async (...args) => {
        if (keys.length > 0) throw new Error("the disk is full");
        return putWrites(...args);
      };
      await assert.rejects(graph.invoke(question, thread), /disk is full/);
      saver.putWrites = putWrites;
      const { messages } = await graph.invoke(null, thread);
      assert.equal(messages.at(-1)?.text, "done");
      assert.equal(effects.size, 1);
      assert.ok(!effects.has(""));
    },
  },
  {
    id: "F55",
    family: "state",
    fault: "a resume with the id of an interrupt that is not pending",
    expected: "INTERRUPT_MISMATCH, nothing runs, and the right one still works",
    run: async () => {
      const other = scriptedModel().say("hello from b");
      const agents: Record<string, AgentSpec> = {
        a: { model: scriptedModel().handoff("b"), canHandoffTo: [{ to: "b", requiresApproval: true }] },
        b: { model: other },
      };
      const graph = swarmOf(agents).compile({ checkpointer: new MemorySaver() });
      await graph.invoke(question, thread);
      const wrong = new Command({ resume: { [`${"0".repeat(32)}`]: { approve: true } } });
      await assert.rejects(graph.invoke(wrong, thread), { code: "INTERRUPT_MISMATCH" });
      assert.equal(other.calls.length, 0);
      const [pending] = (await graph.getState(thread)).tasks.flatMap(({ interrupts }) => interrupts);
      const right = new Command({ resume: { [pending?.id ?? ""]: { approve: true } } });
      assert.equal((await graph.invoke(right, thread)).activeAgent, "b");
    },
  },
  {
    id: "F67",
    family: "state",
    fault: "updateState leaves a tool call without its answer",
    expected: "the request is repaired; the log is as it was written",
    run: () =>
      assertRepaired([
        new AIMessage({
          id: "x",
          content: "",
          tool_calls: [{ id: "call_9", name: "add", args: {}, type: "tool_call" }],
        }),
      ]),
  },
  {
    id: "F68",
    family: "state",
    fault: "one half of a pair is removed",
    expected: "the request is repaired; the log is as it was written",
    run: async () => {
      await assertRepaired([new RemoveMessage({ id: "1" })]);
      await assertRepaired([new RemoveMessage({ id: "2" })]);
    },
  },
  {
    id: "F69",
    family: "state",
    fault: "a trim cuts through a pair, and leaves answers to calls that are gone",
    expected: "the request is repaired; the log is as it was written",
    run: async () => {
      await assertRepaired([new RemoveMessage({ id: "0" }), new RemoveMessage({ id: "1" })]);
      await assertRepaired([new ToolMessage({ id: "y", content: "late", tool_call_id: "call_gone" })]);
    },
  },
  {
    id: "F70",
    family: "state",
    fault: "an interrupt inside a tool, beside a handoff and another tool in one message",
    expected: "no handoff before the answer; each tool has its effect once",
    run: async () => {
      const effects: string[] = [];
      const ask = tool(
        () => {
          const answer = interrupt("May I?") as string;
          effects.push(`ask ${answer}`);
          return answer;
        },
        { name: "ask", description: "Asks.", schema: z.object({}) },
      );
      const work = tool(() => `worked ${effects.push("work")}`, {
        name: "work",
        description: "Works.",
        schema: z.object({}),
      });
      const model = scriptedModel().callAll([{ tool: "work" }, { tool: "ask" }, { handoff: "b" }]);
      const other = scriptedModel().say("hello from b");
      const graph = swarmOf({ a: { model, tools: [ask, work] }, b: { model: other } }).compile({
        checkpointer: new MemorySaver(),
      });
      await graph.invoke(question, thread);
      assert.equal(other.calls.length, 0);
      const result = await graph.invoke(new Command({ resume: "yes" }), thread);
      assert.equal(result.activeAgent, "b");
      assert.deepEqual(effects.toSorted(), ["ask yes", "work"]);
      assert.equal(toolMessages(result.messages).length, 2);
      assertValid(other);
    },
  },
];
