import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage, HumanMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { RunnableBinding } from "@langchain/core/runnables";
import { describe, expect, it } from "vitest";
import { boundDirectly } from "../../src/run/bound.ts";
import type { BoundModel } from "../../src/run/bound.ts";

/** Keeps the options of each call. */
class Keeping extends BaseChatModel {
  readonly calls: Record<string, unknown>[] = [];

  override _llmType(): string {
    return "keeping";
  }

  override async _generate(_prompt: BaseMessage[], options: this["ParsedCallOptions"]): Promise<ChatResult> {
    this.calls.push({ ...options });
    return { generations: [{ text: "", message: new AIMessage("hello") }] };
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
