import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatResult, LLMResult } from "@langchain/core/outputs";
import { RunnableBinding } from "@langchain/core/runnables";
import { describe, expect, it, vi } from "vitest";
import { SwarmAgent } from "../../src/index.ts";
import { boundDirectly, replyOf } from "../../src/run/bound.ts";
import type { BoundModel } from "../../src/run/bound.ts";

/** Keeps the options of each call. */
class Keeping extends BaseChatModel {
  readonly calls: Record<string, unknown>[] = [];

  override _llmType(): string {
    return "keeping";
  }

  override async _generate(_prompt: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    this.calls.push({ ...options });
    return { generations: [{ text: "hello", message: new AIMessage("hello") }] };
  }
}

const prompt = [new HumanMessage("hi")];
const run = { tags: ["one"], metadata: { a: 1 }, configurable: { thread_id: "t" }, tool_choice: "any" };

describe("a model with tools bound", () => {
  it("is asked with what LangChain's binding would ask it with", async () => {
    const model = new Keeping({});
    const binding = model.withConfig({ tools: [{ name: "pay" }], tool_choice: "auto" } as object);
    const direct = boundDirectly(binding as BoundModel);
    expect(direct).not.toBe(binding);
    for (const one of [binding, direct]) for (const options of [run, {}, undefined]) await one.invoke(prompt, options);
    expect(model.calls.slice(3)).toEqual(model.calls.slice(0, 3));
    expect(model.calls[3]).toMatchObject({ tools: [{ name: "pay" }], tool_choice: "any" });
  });

  it("stays as it is where more is bound than call options, or by a class of somebody's own", () => {
    const model = new Keeping({});
    class Own extends RunnableBinding<BaseMessage[], AIMessage> {}
    const others = [
      model.withConfig({ tags: ["bound"] }),
      model.withConfig({ callbacks: [] }),
      new RunnableBinding({ bound: model, config: {}, kwargs: { stop: ["now"] } as object }),
      new RunnableBinding({ bound: model, config: {}, configFactories: [() => ({ tags: ["late"] })] }),
      new Own({ bound: model as never, config: {} }),
      model
        .withConfig({ stop: ["now"] })
        .withConfig({})
        .withRetry(),
      model,
    ];
    for (const other of others) expect(boundDirectly(other as unknown as BoundModel)).toBe(other);
  });
});

/** Keeps what each way into a model is given. */
class OnTheWay extends Keeping {
  readonly prompts: BaseMessage[][] = [];

  override _generate(given: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    this.prompts.push(given);
    return super._generate(given, options);
  }
}

class OwnInvoke extends Keeping {
  override async invoke(): ReturnType<Keeping["invoke"]> {
    return new AIMessage("from its own invoke") as Awaited<ReturnType<Keeping["invoke"]>>;
  }
}

class OwnPrompt extends Keeping {
  override generatePrompt(...[, options, callbacks]: Parameters<Keeping["generatePrompt"]>) {
    return super.generate([[new HumanMessage("its own prompt")]], options, callbacks);
  }
}

describe("what a model answers", () => {
  it("is what its `invoke` gives: the same prompt, options, callbacks and reply", async () => {
    const model = new OnTheWay({});
    const heard: unknown[][] = [];
    const callbacks = [
      {
        handleChatModelStart: (
          _model: unknown,
          messages: BaseMessage[][],
          _id: string,
          _parent: unknown,
          extra: unknown,
        ) => void heard.push(["start", messages, extra]),
        handleLLMEnd: ({ generations }: LLMResult) =>
          void heard.push(["end", generations.flat().map(({ text }) => text)]),
      },
    ];
    for (const options of [undefined, {}, run, { ...run, callbacks }]) {
      const [direct, invoked] = [await replyOf(model, prompt, options), await model.invoke(prompt, options)];
      expect([direct.text, direct.id?.slice(0, 4)]).toEqual([invoked.text, invoked.id?.slice(0, 4)]);
      expect(model.calls.at(-2)).toEqual(model.calls.at(-1));
      expect(model.prompts.at(-2)).toEqual(model.prompts.at(-1));
      // What a model does to its list is its own.
      expect(model.prompts.at(-2)).not.toBe(prompt);
    }
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(heard).toHaveLength(4);
    expect(heard.slice(0, 2)).toEqual(heard.slice(2));
  });

  it("is asked for by what a class has of its own on the way", async () => {
    const own = { invoke: async () => new AIMessage("from no class") } as BoundModel;
    const spied = Object.assign(new Keeping({}), own);
    expect((await replyOf(own, prompt, {})).text).toBe("from no class");
    expect((await replyOf(spied as unknown as BoundModel, prompt, {})).text).toBe("from no class");
    expect((await replyOf(new OwnInvoke({}), prompt, {})).text).toBe("from its own invoke");
    const other = new OwnPrompt({});
    await replyOf(other, prompt, {});
    expect(other.calls).toHaveLength(1);
  });

  it("is heard once, before whoever waits for it, whichever way the model is asked", async () => {
    const { signal } = new AbortController();
    const bound = boundDirectly(new Keeping({}).withConfig({ tool_choice: "auto" } as object) as BoundModel);
    const own = { invoke: async () => new AIMessage("from no class") } as BoundModel;
    for (const model of [new Keeping({}), bound, own, new OwnInvoke({})]) {
      for (const options of [{ signal }, { signal, callbacks: [{}] }, {}]) {
        const told: unknown[] = [];
        const asked = replyOf(model, prompt, options, (reply) => void told.push("heard", reply));
        const reply = await asked.finally(() => told.push("there"));
        expect(told).toEqual(["heard", reply, "there"]);
      }
    }
  });

  it("is nothing where the model generates nothing", async () => {
    class Silent extends Keeping {
      override async _generate(): Promise<ChatResult> {
        return { generations: [] };
      }
    }
    expect(await replyOf(new Silent({}), prompt, {})).toBeUndefined();
    const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: new Silent({}) } } });
    await expect(swarm.compile().invoke({ messages: prompt })).rejects.toMatchObject({ code: "MODEL_INVALID" });
  });

  it("is an error of the model's, as its `invoke` throws it", async () => {
    class Broken extends Keeping {
      override async _generate(): Promise<never> {
        throw new TypeError("out of order");
      }
    }
    const model = new Broken({});
    const error = await model.invoke(prompt).catch((thrown: unknown) => thrown);
    await expect(replyOf(model, prompt, {})).rejects.toThrow(error as Error);
  });

  it("is asked for by an `invoke` that somebody watches, before and after this is loaded", async () => {
    const { invoke } = BaseChatModel.prototype;
    const seen: unknown[] = [];
    const watch = () =>
      vi.spyOn(BaseChatModel.prototype, "invoke").mockImplementation(function (this: BaseChatModel, ...given) {
        seen.push(given[0]);
        return invoke.apply(this, given);
      });
    try {
      watch();
      await replyOf(new Keeping({}), prompt, {});
      expect(seen).toEqual([prompt]);
      vi.resetModules();
      const late = await import("../../src/run/bound.ts");
      await late.replyOf(new Keeping({}), prompt, {});
      expect(seen).toEqual([prompt, prompt]);
    } finally {
      vi.restoreAllMocks();
    }
    await replyOf(new Keeping({}), prompt, {});
    expect(seen).toHaveLength(2);
  });
});
