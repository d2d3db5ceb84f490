import assert from "node:assert/strict";
import type { BaseMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { Annotation, Command, MemorySaver } from "@langchain/langgraph";
import { z } from "zod";
import { SwarmAgent } from "../../src/index.ts";
import type { SwarmOptions } from "../../src/index.ts";
import { scriptedModel, validateWire, encodePrompt } from "../../src/testing/index.ts";
import type { ScriptedModel, WirePrompt } from "../../src/testing/index.ts";
import { toolMessages } from "../support.ts";
import type { Fault } from "./fault.ts";

const thread = { configurable: { thread_id: "t" } };
const question = { messages: [{ role: "user" as const, content: "Go" }] };

/** A tool that answers whatever `body` gives. */
function giving(body: (args: { note?: string | undefined }, config: { signal?: AbortSignal }) => unknown) {
  return tool(body as () => string, {
    name: "work",
    description: "Works.",
    schema: z.object({ note: z.string().optional(), list: z.array(z.number()).optional() }),
  });
}

/** An agent that calls the tool once and then says "done". */
function agentWith(work: ReturnType<typeof giving>, options: Partial<SwarmOptions> = {}, args = {}) {
  const model = scriptedModel().tool("work", args).say("done");
  const swarm = new SwarmAgent({ ...options, entry: "a", agents: { a: { model, tools: [work] } } } as SwarmOptions);
  return { model, swarm };
}

/** The tool's answer, after the run has gone on to its end. */
async function messageOf(work: ReturnType<typeof giving>, options?: Partial<SwarmOptions>): Promise<ToolMessage> {
  const { model, swarm } = agentWith(work, options);
  const { messages } = await swarm.compile().invoke(question);
  assert.equal(messages.at(-1)?.text, "done");
  assertValid(model);
  const [message] = toolMessages(messages);
  assert.ok(message !== undefined, "no tool answered");
  return message;
}

/** The answer as the model reads it. */
async function answerOf(...given: Parameters<typeof messageOf>): Promise<string> {
  return (await messageOf(...given)).text;
}

/** What the model was asked last is what each provider takes. */
function assertValid(model: ScriptedModel): void {
  const { messages = [], toolDefinitions = [] } = model.calls.at(-1) ?? {};
  for (const profile of ["openai-chat", "anthropic"] as const) {
    const body = encodePrompt(profile, { messages: [...messages], tools: [...toolDefinitions] } as WirePrompt);
    assert.deepEqual(validateWire(profile, body), []);
  }
}

/** Dies once before the checkpoint whose last message is so: after the writes that lead to it. */
class DyingSaver extends MemorySaver {
  #dieAt: string | undefined;

  constructor(dieAt: string) {
    super();
    this.#dieAt = dieAt;
  }

  override async put(...given: Parameters<MemorySaver["put"]>) {
    const messages = given[1].channel_values["messages"] as readonly BaseMessage[] | undefined;
    if (this.#dieAt !== undefined && messages?.at(-1)?.text === this.#dieAt) {
      this.#dieAt = undefined;
      throw new Error("power cut");
    }
    return super.put(...given);
  }
}

/** The process dies after its tool has run; the next one is given a message. */
async function assertKept(checkpointer: MemorySaver, model: ScriptedModel): Promise<void> {
  let runs = 0;
  const work = giving(() => `run ${(runs += 1)}`);
  const swarm = new SwarmAgent({ entry: "a", retry: false, agents: { a: { model, tools: [work] } } });
  const sync = { ...thread, durability: "sync" as const };
  await assert.rejects(swarm.compile({ checkpointer }).invoke(question, sync));
  const { messages } = await swarm.compile({ checkpointer }).invoke(question, sync);
  assert.equal(runs, 1);
  assert.deepEqual(
    toolMessages(messages).map(({ text }) => text),
    ["run 1"],
  );
  assertValid(model);
}

/** Faults of tools: the model reads about them, and the run goes on. */
export const toolFaults: readonly Fault[] = [
  {
    id: "F20",
    family: "tools",
    fault: "a tool throws an Error",
    expected: "the model reads the error and goes on",
    run: async () => {
      const text = await answerOf(
        giving(() => {
          throw new Error("the printer is out of paper");
        }),
      );
      assert.match(text, /^Error: .*out of paper/);
    },
  },
  {
    id: "F21",
    family: "tools",
    fault: "a tool throws null",
    expected: "an error that says so, and no crash",
    run: async () => {
      const text = await answerOf(
        giving(() => {
          // eslint-disable-next-line no-throw-literal
          throw null;
        }),
      );
      assert.match(text, /^Error: /);
    },
  },
  {
    id: "F22",
    family: "tools",
    fault: "a tool returns undefined",
    expected: "an answer all the same",
    run: async () => assert.equal(typeof (await answerOf(giving(() => undefined))), "string"),
  },
  {
    id: "F23",
    family: "tools",
    fault: "a tool returns a cycle",
    expected: "the rest of it, readable",
    run: async () => {
      const loop: Record<string, unknown> = { name: "loop" };
      loop["self"] = loop;
      assert.match(await answerOf(giving(() => loop)), /loop/);
    },
  },
  {
    id: "F24",
    family: "tools",
    fault: "a tool returns a BigInt",
    expected: "its digits",
    run: async () => assert.match(await answerOf(giving(() => ({ id: 9007199254740993n }))), /9007199254740993/),
  },
  {
    id: "F25",
    family: "tools",
    fault: "a tool returns binary data",
    expected: "a note of its size, not its numbers",
    run: async () => {
      const text = await answerOf(giving(() => new Uint8Array(100_000)));
      assert.ok(text.length < 1000);
      assert.match(text, /100[,_]?000/);
    },
  },
  {
    id: "F26",
    family: "tools",
    fault: "a tool hangs and ignores its signal",
    expected: "its time is up, the model reads so, and the run goes on",
    run: async () => {
      const text = await answerOf(
        giving(() => new Promise(() => {})),
        { limits: { toolTimeoutMs: 50 } },
      );
      assert.match(text, /^Error: .*50/);
    },
  },
  {
    id: "F27",
    family: "tools",
    fault: "the run is aborted while a tool ignores its signal",
    expected: "the run rejects at once, and the thread is usable",
    run: async () => {
      const abort = new AbortController();
      const work = giving(() => {
        abort.abort();
        return new Promise(() => {});
      });
      const { model, swarm } = agentWith(work);
      const graph = swarm.compile({ checkpointer: new MemorySaver() });
      await assert.rejects(graph.invoke(question, { ...thread, signal: abort.signal }), /abort/i);
      const { messages } = await graph.invoke(question, thread);
      assert.equal(messages.at(-1)?.text, "done");
      assertValid(model);
    },
  },
  {
    id: "F28",
    family: "tools",
    fault: "the process dies after a tool ran, and a new message comes",
    expected: "the tool's result is kept, it is not run again, and the request is valid",
    run: async () => {
      await assertKept(new MemorySaver(), scriptedModel().tool("work").fail(new Error("power cut")).say("done"));
      await assertKept(new DyingSaver("run 1"), scriptedModel().tool("work").say("done"));
    },
  },
  {
    id: "F54",
    family: "tools",
    fault: "a tool returns five megabytes",
    expected: "its beginning and its end, and how much was left out; the whole text as the message's artifact",
    run: async () => {
      const whole = `start${"x".repeat(5_000_000)}end`;
      const { text, artifact } = await messageOf(giving(() => whole));
      assert.ok(text.length <= 100_500);
      assert.ok(text.startsWith("start") && text.endsWith("end"));
      assert.deepEqual(artifact, { fullText: whole });
    },
  },
  {
    id: "F61",
    family: "tools",
    fault: "reading a tool's output throws: a getter, a proxy, toJSON",
    expected: "an answer or an error to the model, and no crash",
    run: async () => {
      const fail = () => {
        throw new Error("do not read me");
      };
      const outputs = [
        Object.defineProperty({ fine: 1 }, "bad", { enumerable: true, get: fail }),
        new Proxy({}, { ownKeys: fail, get: fail }),
        { toJSON: fail },
      ];
      for (const output of outputs) assert.equal(typeof (await answerOf(giving(() => output))), "string");
    },
  },
  {
    id: "F62",
    family: "tools",
    fault: "a tool returns lone surrogates and NUL",
    expected: "well-formed text",
    run: async () => {
      const text = await answerOf(giving(() => "half \uD83D and \u0000 nothing"));
      assert.ok(text.isWellFormed());
    },
  },
  {
    id: "F63",
    family: "tools",
    fault: "a tool changes its arguments and the state that it is given",
    expected: "the log is as it was",
    run: async () => {
      const work = giving((args, config) => {
        args.note = "changed";
        const { state } = config as { state?: { messages?: unknown[] } };
        try {
          state?.messages?.splice(0);
        } catch {
          // A frozen state is as good.
        }
        return "ok";
      });
      const { swarm } = agentWith(work, {}, { note: "original" });
      const { messages } = await swarm.compile().invoke(question);
      const call = (messages[1] as { tool_calls?: { args: unknown }[] }).tool_calls?.[0];
      assert.deepEqual(call?.args, { note: "original" });
      assert.equal(messages[0]?.text, "Go");
      assert.equal(messages.length, 4);
    },
  },
  {
    id: "F64",
    family: "tools",
    fault: "a tool returns a Command with a destination, or one that writes who is active",
    expected: "an error to the model; nobody is entered",
    run: async () => {
      const commands = [new Command({ goto: "b" }), new Command({ update: { activeAgent: "b" } })];
      for (const command of commands) {
        const model = scriptedModel().tool("work").say("done");
        const other = scriptedModel();
        const swarm = new SwarmAgent({
          entry: "a",
          state: Annotation.Root({ city: Annotation<string>() }),
          agents: { a: { model, tools: [giving(() => command)], canHandoffTo: [] }, b: { model: other } },
        });
        const result = await swarm.compile().invoke(question);
        assert.equal(result.activeAgent, "a");
        assert.equal(other.calls.length, 0);
        assert.match(toolMessages(result.messages)[0]?.text ?? "", /^Error: /);
      }
    },
  },
];
