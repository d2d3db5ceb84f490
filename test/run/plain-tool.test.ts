import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { ToolMessage, ToolMessageChunk } from "@langchain/core/messages";
import type { RunnableConfig } from "@langchain/core/runnables";
import { DynamicStructuredTool, DynamicTool, StructuredTool, tool } from "@langchain/core/tools";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { Command } from "@langchain/langgraph";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { isPlainTool, quietConfig } from "../../src/run/plain-tool.ts";
import type { PlainTool } from "../../src/run/plain-tool.ts";
import { invokeTool } from "../../src/run/tool-output.ts";

const FIELDS = { name: "give", description: "Gives." };

class Listening extends BaseCallbackHandler {
  override readonly name = "listening";
  override awaitHandlers = true;
  readonly heard: string[] = [];

  override handleToolStart(): void {
    this.heard.push("start");
  }
}

const toMessage = (content: string) =>
  new ToolMessage({ content, tool_call_id: "c1", name: "give", status: "success" });

const calling = (args: Record<string, unknown>) => ({ type: "tool_call", id: "c1", name: "give", args }) as const;

/** What a call comes to, as values that can be compared. */
async function outcome(given: StructuredToolInterface, args: Record<string, unknown>, config: RunnableConfig) {
  try {
    const value = await invokeTool(given, calling(args), { toolCall: calling(args), ...config } as object, toMessage);
    if (!ToolMessage.isInstance(value)) return value;
    // What LangChain says of itself is taken off later.
    const { content, status, name, tool_call_id } = value;
    return { content, status, name, tool_call_id };
  } catch (error) {
    return { thrown: String(error) };
  }
}

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("a tool that nobody listens to", () => {
  const schema = z.object({ city: z.string().trim().min(2), days: z.number().int().default(1) });

  it("gives what it gives where somebody does, and is given the same", async () => {
    const outputs = fc.oneof(
      fc.string(),
      fc.jsonValue(),
      fc.constant(undefined),
      fc.constant([{ type: "text", text: "a block" }]),
      fc.constant(new Command({ update: { topic: "x" } })),
      fc.constant(new ToolMessage({ content: "its own", tool_call_id: "other" })),
      // What only looks like an answer: nobody's data may become a command by the way that it takes.
      fc.constant(new Command({ update: { topic: "x" } }).toJSON()),
      fc.constant(new ToolMessageChunk({ content: "a piece", tool_call_id: "other" })),
      fc.constant(new Error("out of order")),
    );
    const args = fc.oneof(
      fc.record({ city: fc.string() }),
      fc.record({ city: fc.constant(" Lund "), days: fc.integer(), more: fc.boolean() }, { requiredKeys: ["city"] }),
      fc.dictionary(fc.string(), fc.jsonValue()),
      fc.constant({ type: "tool_call", args: { city: "Lund" }, city: "Oslo" }),
    );
    await fc.assert(
      fc.asyncProperty(outputs, args, fc.boolean(), async (output, given, isGenerator) => {
        const seen: unknown[] = [];
        const make = () => {
          const body = (input: unknown) => {
            seen.push(input);
            if (output instanceof Error) throw output;
            return output;
          };
          async function* steps(input: unknown) {
            yield "a step";
            return body(input);
          }
          return tool((isGenerator ? steps : body) as (input: unknown) => unknown, { ...FIELDS, schema });
        };
        const quiet = make() as StructuredToolInterface;
        expect(isPlainTool(quiet)).toBe(true);
        const unheard = await outcome(quiet, given, {});
        const listening = new Listening();
        const heard = await outcome(make() as StructuredToolInterface, given, { callbacks: [listening] });
        expect(unheard).toEqual(heard);
        expect(seen.slice(0, seen.length / 2)).toEqual(seen.slice(seen.length / 2));
        expect(listening.heard).toHaveLength(seen.length / 2);
      }),
    );
  });

  it("is given the config that LangChain would give it", async () => {
    const seen: unknown[] = [];
    const keeping = tool((_input, config) => void seen.push({ ...config }), { ...FIELDS, schema: z.object({}) });
    const { signal } = new AbortController();
    const run = { thread_id: "t", model: "large" };
    const configs: object[] = [
      {},
      { tags: ["a", "a"], metadata: { of: "run" }, configurable: run, recursionLimit: 9, signal },
      { runName: "node", runId: "id", state: { messages: [] }, emit: undefined, timeout: 5000 },
    ];
    for (const config of configs) {
      const given = { toolCall: calling({}), ...config } as RunnableConfig;
      await invokeTool(keeping as StructuredToolInterface, calling({}), given, toMessage);
      await keeping.invoke(calling({}), given);
      const [own, theirs] = seen.splice(0) as Record<string, unknown>[];
      const isLimited = "timeout" in config;
      expect(own?.["signal"]).toEqual(isLimited ? expect.any(AbortSignal) : theirs?.["signal"]);
      if (!isLimited) expect(own?.["signal"]).toBe(theirs?.["signal"]);
      expect({ ...own, signal: undefined }).toStrictEqual({ ...theirs, signal: undefined });
    }
  });

  it("is aborted as LangChain's would be", async () => {
    const waiting = tool(() => new Promise<string>(() => undefined), { ...FIELDS, schema: z.object({}) });
    const controller = new AbortController();
    const config = { signal: controller.signal, toolCall: calling({}) };
    const ours = invokeTool(waiting as StructuredToolInterface, calling({}), config, toMessage);
    const theirs = waiting.invoke(calling({}), config);
    // Both are on their way.
    await new Promise((resolve) => setTimeout(resolve, 0));
    controller.abort(new Error("the user left"));
    const [own, other] = await Promise.allSettled([ours, theirs]);
    expect(own).toEqual({ status: "rejected", reason: new Error("the user left") });
    expect(own).toEqual(other);
  });

  it("has refused arguments checked once, and LangChain says why", async () => {
    let checks = 0;
    const refine = async () => {
      checks += 1;
      return false;
    };
    const refusing = tool(() => "Done.", {
      ...FIELDS,
      schema: z.object({ city: z.string().refine(refine, "nobody lives there") }),
    });
    const said = await outcome(refusing as unknown as StructuredToolInterface, { city: "Lund" }, {});
    expect(checks).toBe(1);
    const theirs = await refusing.invoke(calling({ city: "Lund" })).catch(String);
    expect(said).toEqual({ thrown: theirs });
    expect(theirs).toContain("nobody lives there");
  });

  it("leaves the run's config as it is", async () => {
    const changing = tool((_input, config) => void Object.assign(config.metadata, { changed: true }), {
      ...FIELDS,
      schema: z.object({}),
    });
    const config = { metadata: { of: "run" }, configurable: { model: "large" }, toolCall: calling({}) };
    await invokeTool(changing as StructuredToolInterface, calling({}), config, toMessage);
    expect(config.metadata).toEqual({ of: "run" });
  });

  it("runs once, whatever it does to its arguments", async () => {
    let runs = 0;
    const changing = tool(
      async function* (input: { items: unknown }) {
        runs += 1;
        yield "a step";
        (input.items as unknown[]).length = 0;
        return "Done.";
      },
      { ...FIELDS, schema: z.object({ items: z.any().refine((items: unknown[]) => items.length > 0) }) },
    );
    const said = await outcome(changing as unknown as StructuredToolInterface, { items: [1] }, {});
    expect([runs, said]).toEqual([1, expect.objectContaining({ content: "Done.", status: "success" })]);
  });
});

describe("a tool", () => {
  const schema = z.object({});
  const plain = () => tool(() => "Done.", { ...FIELDS, schema });

  const SAID = { content: "Done.", status: "success", name: "give", tool_call_id: "c1" };

  class Own extends StructuredTool {
    override readonly name = "give";
    override readonly description = "Gives.";
    override readonly schema = schema;
    protected override async _call() {
      return "Done.";
    }
  }

  class Watched extends DynamicStructuredTool<typeof schema> {
    protected override _call(...given: Parameters<DynamicStructuredTool["_call"]>) {
      return super._call(...(given as [never]));
    }
  }

  it.each<[string, unknown, unknown]>([
    ["of a class of its own", new Own(), SAID],
    ["with a `_call` of its own", new Watched({ ...FIELDS, schema, func: async () => "Done." }), SAID],
    ["with an `invoke` of its own", Object.assign(plain(), { invoke: async () => "Watched." }), "Watched."],
    ["with a `call` of its own", Object.assign(plain(), { call: async () => "Watched." }), "Watched."],
    ["with a config of its own", Object.assign(plain(), { defaultConfig: { tags: ["own"] } }), SAID],
    [
      "that gives an artifact",
      tool(() => ["Done.", 1], { ...FIELDS, schema, responseFormat: "content_and_artifact" }),
      SAID,
    ],
    ["with a JSON schema", tool(() => "Done.", { ...FIELDS, schema: { type: "object", properties: {} } }), SAID],
    ["that takes a text", new DynamicTool({ ...FIELDS, func: async () => "Done." }), SAID],
  ])("goes LangChain's way: %s", async (_what, given, said) => {
    expect(isPlainTool(given as StructuredToolInterface)).toBe(false);
    expect(await outcome(given as StructuredToolInterface, {}, {})).toEqual(said);
  });

  it("is heard of by its own callbacks, and by the environment's", () => {
    const config = { configurable: {} };
    expect(quietConfig(plain() as PlainTool, config)).toMatchObject({ runName: "give" });
    const listener = [new Listening()];
    expect(quietConfig(plain() as PlainTool, { callbacks: listener })).toBeUndefined();
    expect(quietConfig(Object.assign(plain(), { callbacks: listener }) as PlainTool, config)).toBeUndefined();
    expect(quietConfig(Object.assign(plain(), { verbose: true }) as PlainTool, config)).toBeUndefined();
    vi.stubEnv("LANGSMITH_TRACING", "true");
    expect(quietConfig(plain() as PlainTool, config)).toBeUndefined();
  });

  it.each([
    [StructuredTool, "invoke"],
    [StructuredTool, "call"],
    [DynamicStructuredTool, "call"],
    [DynamicStructuredTool, "_call"],
  ] as const)("goes the way that somebody watches, before and after this is loaded: %o %s", async (owner, method) => {
    const prototype = owner.prototype as unknown as Record<string, (...given: unknown[]) => unknown>;
    const original = prototype[method] as (...given: unknown[]) => unknown;
    vi.spyOn(prototype, method).mockImplementation(function (this: unknown, ...given) {
      return Reflect.apply(original, this, given);
    });
    const given = plain() as StructuredToolInterface;
    expect(isPlainTool(given)).toBe(false);
    vi.resetModules();
    const late = await import("../../src/run/plain-tool.ts");
    expect(late.isPlainTool(given)).toBe(false);
  });
});
