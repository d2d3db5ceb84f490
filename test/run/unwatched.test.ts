import { InMemoryCache } from "@langchain/core/caches";
import { BaseCallbackHandler } from "@langchain/core/callbacks/base";
import { CallbackManager } from "@langchain/core/callbacks/manager";
import { registerConfigureHook, setContextVariable } from "@langchain/core/context";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import type { RunnableConfig } from "@langchain/core/runnables";
import { AsyncLocalStorageProviderSingleton } from "@langchain/core/singletons";
import { MemorySaver } from "@langchain/langgraph";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { SwarmAgent } from "../../src/index.ts";
import { beginQuietly, isQuiet } from "../../src/run/quiet-store.ts";
import { generated, isUntouched, isUnwatched } from "../../src/run/unwatched.ts";

// LangGraph sets LangChain's storage up.
void MemorySaver;

type Result = Omit<ChatResult, "generations"> & {
  readonly generations: readonly { info?: Record<string, unknown>; own?: Record<string, unknown> }[];
};

/** Generates what it is made with, and keeps what it is asked. */
class Giving extends BaseChatModel {
  readonly asked: unknown[] = [];
  readonly #result: Result;

  constructor(result: Result = { generations: [{}] }, fields: object = {}) {
    super(fields);
    this.#result = result;
  }

  override _llmType(): string {
    return "giving";
  }

  override async _generate(prompt: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    this.asked.push([prompt, options]);
    const { generations, ...others } = this.#result;
    return {
      ...others,
      generations: generations.map(({ info, own = {} }, index) => ({
        text: `answer ${index}`,
        message: new AIMessage({ id: `m${index}`, content: `answer ${index}`, response_metadata: { ...own } }),
        ...(info && { generationInfo: info }),
      })),
    };
  }
}

const prompt = [new HumanMessage("hi")];
const { signal } = new AbortController();

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("a call that nobody watches", () => {
  it("comes to what `invoke` does: the same request, and the same message", async () => {
    const facts = fc.dictionary(fc.constantFrom("model", "finish_reason", "usage", "id"), fc.integer(), { maxKeys: 3 });
    const result = fc.record<Result>(
      {
        generations: fc.array(fc.record({ info: facts, own: facts }, { requiredKeys: [] }), {
          minLength: 1,
          maxLength: 3,
        }),
        llmOutput: facts,
      },
      { requiredKeys: ["generations"] },
    );
    const options = fc.record(
      {
        tools: fc.constant([{ name: "pay" }]),
        tool_choice: fc.constant("any"),
        promptIndex: fc.constant(3),
        stop: fc.constant(undefined),
        tags: fc.constant(["one"]),
        metadata: fc.constant({ a: 1 }),
        configurable: fc.constant({ thread_id: "t" }),
        recursionLimit: fc.constant(7),
        runName: fc.constant("named"),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(result, options, async (given, own) => {
        const model = new Giving(given);
        const asked: RunnableConfig = Object.assign({}, own as object, { signal });
        expect(isUnwatched(model, asked)).toBe(true);
        const direct = await generated(model, prompt, asked);
        const invoked = await model.invoke(prompt, asked);
        expect(direct?.toDict()).toEqual(invoked.toDict());
        expect(Object.keys(direct?.response_metadata ?? {})).toEqual(Object.keys(invoked.response_metadata));
        expect(model.asked[0]).toStrictEqual(model.asked[1]);
        const [[seen, options]] = model.asked as [[unknown, RunnableConfig]];
        expect(seen).not.toBe(prompt);
        expect(options.signal).toBe(signal);
      }),
    );
  });

  it("is nothing where nothing is generated, and the model's own error where it fails", async () => {
    expect(await generated(new Giving({ generations: [] }), prompt, { signal })).toBeUndefined();
    class Broken extends Giving {
      override async _generate(): Promise<never> {
        throw new TypeError("out of order");
      }
    }
    await expect(generated(new Broken(), prompt)).rejects.toThrow(new TypeError("out of order"));
  });
});

class Hearing extends BaseCallbackHandler {
  override readonly name = "hearing";
}

describe("a swarm's model", () => {
  /** Counts how often LangChain asks what a trace would say. */
  class Traced extends Giving {
    asks = 0;

    override invocationParams(options?: this["ParsedCallOptions"]): unknown {
      this.asks += 1;
      return super.invocationParams(options);
    }
  }

  it("is asked LangChain's way where a run is given a callback of any kind", async () => {
    const model = new Traced();
    const graph = new SwarmAgent({ entry: "a", agents: { a: { model } } }).compile();
    await graph.invoke({ messages: prompt });
    expect([model.asked.length, model.asks]).toEqual([1, 0]);
    await graph.invoke({ messages: prompt }, { callbacks: [new Hearing()] });
    expect([model.asked.length, model.asks]).toEqual([2, 1]);
  });
});

// A handler that a context variable holds, as LangChain's own tracers are set.
registerConfigureHook({ contextVar: "handler" });

describe("a call is watched", () => {
  const listener = [{ handleLLMEnd: () => undefined }];

  it.each<[string, BaseChatModel, RunnableConfig | undefined]>([
    ["by callbacks of the run's", new Giving(), { signal, callbacks: listener }],
    ["by callbacks of the model's", new Giving(undefined, { callbacks: listener }), { signal }],
    ["by a model that is verbose", new Giving(undefined, { verbose: true }), { signal }],
    ["by a cache", new Giving(undefined, { cache: new InMemoryCache() }), { signal }],
    ["where LangChain casts the answer", new Giving(undefined, { outputVersion: "v1" }), { signal }],
    [
      "where LangChain casts what no option says",
      new Giving(undefined, { outputVersion: "v1" }),
      { signal, outputVersion: null } as RunnableConfig,
    ],
    ["where it casts this one", new Giving(), { signal, outputVersion: "v1" } as RunnableConfig],
    ["where LangChain limits its time", new Giving(), { signal, timeout: 1000 }],
    ["where LangChain looks for a signal", new Giving(), {}],
    ["where it has no options", new Giving(), undefined],
    [
      "by a `generate` of its own",
      Object.assign(new Giving(), { generate: (): Promise<never> => Promise.reject(new Error("never asked")) }),
      { signal },
    ],
  ])("%s", (_what, model, options) => {
    expect(isUnwatched(model, options)).toBe(false);
  });

  it.each([
    "_generateUncached",
    "_separateRunnableConfigFromCallOptions",
    "_separateRunnableConfigFromCallOptionsCompat",
  ])("by a %s of its own", (method) => {
    expect(isUnwatched(Object.assign(new Giving(), { [method]: () => undefined }), { signal })).toBe(false);
  });

  it("by a tracer that has written itself into LangChain's files", () => {
    const text = String(BaseChatModel.prototype.generate);
    expect(isUntouched(BaseChatModel.prototype.generate, "generations")).toBe(true);
    expect(isUntouched({ toString: () => "function () { return traced.apply(this) }" }, "generations")).toBe(false);
    const nested = `async generate(messages) { const __apm$wrapped = ${text.replace("async generate", "async function ")}; }`;
    expect(isUntouched({ toString: () => nested }, "generations")).toBe(false);
    const passing = `async generate() { const inner = async () => "generations"; return inner.apply(this, arguments); }`;
    expect(isUntouched({ toString: () => passing }, "generations")).toBe(false);
  });

  it.each(["LANGSMITH_TRACING", "LANGCHAIN_TRACING_V2", "LANGCHAIN_VERBOSE"])("by the environment: %s", (name) => {
    expect(isUnwatched(new Giving(), { signal })).toBe(true);
    vi.stubEnv(name, "true");
    expect(isUnwatched(new Giving(), { signal })).toBe(false);
  });

  it("by callbacks around it", () => {
    const inside = (config: RunnableConfig) =>
      AsyncLocalStorageProviderSingleton.runWithConfig(config, () => isUnwatched(new Giving(), { signal }));
    expect(inside({ callbacks: listener })).toBe(false);
    expect(inside({})).toBe(true);
  });

  it("in a run that nobody heard of, by itself or by who joins it", async () => {
    const storage = AsyncLocalStorageProviderSingleton;
    const configured = vi.spyOn(CallbackManager, "configure");
    await storage.runWithConfig({}, async () => {
      expect(isUnwatched(new Giving(), { signal })).toBe(true);
      expect(configured).toHaveBeenCalledTimes(1);
      beginQuietly();
      expect(isUnwatched(new Giving(), { signal })).toBe(true);
      expect(configured).toHaveBeenCalledTimes(1);
      expect(isUnwatched(new Giving(undefined, { verbose: true }), { signal })).toBe(false);
      expect(isUnwatched(new Giving(undefined, { callbacks: listener }), { signal })).toBe(false);
      expect(isUnwatched(new Giving(), { signal, callbacks: listener })).toBe(false);
      await storage.runWithConfig({ callbacks: listener }, async () => {
        expect(isUnwatched(new Giving(), { signal })).toBe(false);
      });
      setContextVariable("handler", new Hearing());
      expect(isUnwatched(new Giving(), { signal })).toBe(false);
    });
    expect(isQuiet()).toBe(false);
  });

  it("by what somebody has put around `generate`, before and after this is loaded", async () => {
    const { generate } = BaseChatModel.prototype;
    vi.spyOn(BaseChatModel.prototype, "generate").mockImplementation(function (this: BaseChatModel, ...given) {
      return generate.apply(this, given);
    });
    expect(isUnwatched(new Giving(), { signal })).toBe(false);
    vi.resetModules();
    const late = await import("../../src/run/unwatched.ts");
    expect(late.isUnwatched(new Giving(), { signal })).toBe(false);
  });
});

/** Fails before it waits for anything. */
class Rash extends Giving {
  override _generate(): Promise<ChatResult> {
    throw Object.assign(new Error("no connection"), { status: 503 });
  }
}

describe("a model that throws at once", () => {
  it("is asked again, and gives way to a fallback", async () => {
    const model = new Rash();
    const asked = vi.spyOn(model, "_generate");
    const agents = { a: { model, fallbacks: [new Giving()], retry: { maxAttempts: 2, initialDelayMs: 0 } } };
    const graph = new SwarmAgent({ entry: "a", agents }).compile();
    const { messages } = await graph.invoke({ messages: [{ role: "user", content: "Hi" }] });
    expect(messages.at(-1)?.text).toBe("answer 0");
    expect(asked).toHaveBeenCalledTimes(2);
    asked.mockRestore();
  });
});
