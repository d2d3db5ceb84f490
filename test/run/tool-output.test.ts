import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { CallbackManager } from "@langchain/core/callbacks/manager";
import { ToolMessage } from "@langchain/core/messages";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { DynamicStructuredTool, StructuredTool, tool } from "@langchain/core/tools";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { SwarmAgent } from "../../src/index.ts";
import type { AgentTool } from "../../src/index.ts";
import { settled } from "../../src/run/call-place.ts";
import { withTimeout } from "../../src/run/timeout.ts";
import { scriptedModel } from "../../src/testing/index.ts";
import { addTool, says, toolMessages } from "../support.ts";

const FIELDS = { name: "give", description: "Gives.", schema: z.object({}) };

/** A swarm of one agent whose model calls its tool this often, each time with these arguments. */
function calling(given: AgentTool, times = 1, args: Record<string, unknown> = {}) {
  let model = scriptedModel();
  for (let index = 0; index < times; index += 1) model = model.tool(given.name as string, args);
  const agents = { a: { model: model.say("Done."), tools: [given] } };
  return new SwarmAgent({ entry: "a", agents, limits: { maxTurns: times + 2 } });
}

/** What one call more adds to a count. */
async function perCall(
  count: () => number,
  graphOf: (times: number) => ReturnType<ReturnType<typeof calling>["compile"]>,
) {
  const counts: number[] = [];
  for (const times of [2, 2, 7]) {
    const graph = graphOf(times);
    const before = count();
    await graph.invoke(says());
    counts.push(count() - before);
  }
  const [, few = 0, many = 0] = counts;
  return (many - few) / 5;
}

/** Counts the messages that tools' answers are made as, by what LangChain asks each new message for. */
function countingMessages() {
  const made = { count: 0 };
  Object.defineProperty(ToolMessage.prototype, "lc_serializable_keys", {
    configurable: true,
    get: () => {
      made.count += 1;
      return undefined;
    },
  });
  return { made, restore: () => Reflect.deleteProperty(ToolMessage.prototype, "lc_serializable_keys") };
}

/** Hears what a tool ended with. */
class Ends extends BaseCallbackHandler {
  override readonly name = "ends";
  override awaitHandlers = true;
  readonly heard: unknown[] = [];

  override handleToolEnd(output: unknown): void {
    this.heard.push(output);
  }
}

describe("a tool call and the model call after it", () => {
  it.each([
    // LangChain's own, around what `tool()` is given.
    ["wrap one runnable", AsyncLocalStorageProviderSingleton, "runWithConfig", 1],
    // The wrapped one's: of the tool and the model nobody hears.
    ["configure one callback manager", CallbackManager, "_configureSync", 1],
    // The run keeps one for its tools, and one for its models.
    ["make no timers", globalThis, "setTimeout", 0],
    ["copy no arguments the long way", globalThis, "structuredClone", 0],
  ] as const)("%s", async (_what, owner, method, bound) => {
    const spy = vi.spyOn(owner as unknown as Record<string, () => unknown>, method);
    const { add } = addTool();
    const added = await perCall(
      () => spy.mock.calls.length,
      (times) => calling(add, times, { a: 1, b: 2 }).compile(),
    );
    spy.mockRestore();
    expect(added).toBe(bound);
  });

  it("make one message of what the tool says", async () => {
    const { made, restore } = countingMessages();
    const { add } = addTool();
    const added = await perCall(
      () => made.count,
      (times) => calling(add, times, { a: 1, b: 2 }).compile(),
    );
    restore();
    expect(added).toBe(1);
  });

  it("read an answer's text without LangChain's translations, also for those who listen", async () => {
    const text = vi.spyOn(ToolMessage.prototype, "text", "get");
    const graph = () => calling(addTool().add, 1, { a: 1, b: 2 }).compile();
    await graph().invoke(says());
    // The scripted model reads its prompt, to say what it cost.
    expect(text).toHaveBeenCalledTimes(1);
    const signals: unknown[] = [];
    for await (const signal of await graph().stream(says(), { streamMode: "custom" })) signals.push(signal);
    expect(text).toHaveBeenCalledTimes(2);
    text.mockRestore();
    expect(signals).toContainEqual(expect.objectContaining({ type: "tool.done", result: "3" }));
  });
});

describe("what a tool says", () => {
  it("is the same answer whether somebody listens or not", async () => {
    const given = () => tool(() => ({ rows: 3, cells: [1, 2] }), { ...FIELDS, metadata: { sideEffect: "none" } });
    const quiet = await calling(given()).compile().invoke(says());
    const ends = new Ends();
    const heard = await calling(given())
      .compile()
      .invoke(says(), { callbacks: [ends] });
    const [one] = toolMessages(quiet.messages);
    const [other] = toolMessages(heard.messages);
    const fields = { ...one?.toDict().data, id: "", tool_call_id: "" };
    expect(fields).toEqual({ ...other?.toDict().data, id: "", tool_call_id: "" });
    expect(fields).toMatchObject({ content: '{"rows":3,"cells":[1,2]}', name: "give", status: "success" });
    expect(ends.heard).toEqual([expect.objectContaining({ content: one?.content, metadata: { sideEffect: "none" } })]);
  });

  it("is LangChain's message for a class with a `call` of its own", async () => {
    const seen: unknown[] = [];
    class Watched extends DynamicStructuredTool<typeof FIELDS.schema> {
      override async call(...given: Parameters<StructuredTool["call"]>) {
        const said = await super.call(...(given as [never]));
        seen.push(said);
        return said;
      }
    }
    const watched = new Watched({ ...FIELDS, func: async () => "Given.", metadata: { of: "the tool" } });
    const { messages } = await calling(watched as unknown as AgentTool)
      .compile()
      .invoke(says());
    expect(seen).toEqual([expect.objectContaining({ content: "Given.", metadata: { of: "the tool" } })]);
    expect(toolMessages(messages)).toMatchObject([{ content: "Given.", status: "success", metadata: undefined }]);
  });

  it("is cut, with the whole beside it", async () => {
    const agents = {
      a: { model: scriptedModel().tool("give").say("Done."), tools: [tool(() => "x".repeat(5000), FIELDS)] },
    };
    const swarm = new SwarmAgent({ entry: "a", agents, limits: { maxToolResultChars: 1000 } });
    const { messages } = await swarm.compile().invoke(says());
    const [answer] = toolMessages(messages);
    expect(answer?.content).toHaveLength(1000);
    expect(answer?.artifact).toEqual({ fullText: "x".repeat(5000) });
  });

  it("is an error where it is text, and was to be content and artifact", async () => {
    const text = tool(() => "no pair" as never, { ...FIELDS, responseFormat: "content_and_artifact" });
    const { messages } = await calling(text as AgentTool)
      .compile()
      .invoke(says());
    expect(toolMessages(messages)).toMatchObject([
      { status: "error", content: expect.stringContaining("was not a two-tuple") },
    ]);
  });

  it("is taken from a function of a plain class too, also where it is given at once", async () => {
    class Plain extends StructuredTool {
      override readonly name = "give";
      override readonly description = "Gives.";
      override readonly schema = z.object({});
      protected override _call() {
        return "At once." as unknown as Promise<string>;
      }
    }
    const { messages } = await calling(new Plain() as unknown as AgentTool)
      .compile()
      .invoke(says());
    expect(toolMessages(messages)).toMatchObject([{ status: "success", content: "At once.", name: "give" }]);
  });
});

describe("the arguments of a call", () => {
  const schema = {
    type: "object",
    additionalProperties: true,
  } as const;

  it.each([
    ["flat", { city: "Lund" }],
    ["with a list", { city: "Lund", days: ["Monday"] }],
    ["with an object", { city: "Lund", more: { of: { it: true } } }],
    ["with nothing", { city: null, days: undefined }],
    ["with a key that objects have", JSON.parse('{"__proto__":"a","city":"Lund"}') as Record<string, unknown>],
  ])("are the tool's to change, and stay as they were said: %s", async (_what, args) => {
    const seen: unknown[] = [];
    const changing = tool(
      (input: unknown) => {
        const own = input as Record<string, unknown>;
        seen.push(structuredClone(own));
        own["city"] = "Changed";
        for (const value of Object.values(own)) if (Array.isArray(value)) value.push("Changed");
        if (typeof own["more"] === "object") Object.assign(own["more"] as object, { changed: true });
        return "Done.";
      },
      { ...FIELDS, schema },
    );
    const before = structuredClone(args);
    const { messages } = await calling(changing as unknown as AgentTool, 1, args)
      .compile()
      .invoke(says());
    const said = messages.flatMap((message) => (message as { tool_calls?: { args: unknown }[] }).tool_calls ?? []);
    expect(seen).toEqual([before]);
    expect(Object.keys(seen[0] as object)).toEqual(Object.keys(before));
    expect(said.map((call) => call.args)).toEqual([before]);
  });
});

describe("tasks side by side", () => {
  it("that are one give what it gives, or throw what it throws", async () => {
    await expect(settled([async () => 1], {})).resolves.toEqual([1]);
    const failure = new Error("it failed");
    await expect(settled([() => Promise.reject(failure)], {})).rejects.toBe(failure);
    await expect(settled([], {})).resolves.toEqual([]);
  });
});

describe("a limit of time", () => {
  const throwing = () => {
    throw new Error("it never began");
  };

  it.each([0, 1000])("rejects with what is thrown at once: %d ms", async (ms) => {
    await expect(withTimeout(throwing, { ms, what: "it" })).rejects.toThrow("it never began");
  });

  it("begins nothing where the run is aborted already", async () => {
    const fn = vi.fn<() => Promise<string>>(async () => "done");
    const signal = AbortSignal.abort(new Error("the user left"));
    await expect(withTimeout(fn, { ms: 0, what: "it", signal })).rejects.toThrow("the user left");
    expect(fn).not.toHaveBeenCalled();
  });
});
