import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import type { CallbackManagerForLLMRun } from "@langchain/core/callbacks/manager";
import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import { describe, expect, it } from "vitest";
import { askModel } from "../../src/run/ask-model.ts";

/** Streams within its own `_generate` where it is told to, as clients do, and gives the reason of its end to callbacks alone. */
class OwnClient extends BaseChatModel {
  streaming = false;
  /** For each call, whether somebody listened. */
  readonly heard: boolean[] = [];

  override _llmType(): string {
    return "own";
  }

  override bindTools(): ReturnType<NonNullable<BaseChatModel["bindTools"]>> {
    return this.withConfig({ stop: ["now"] });
  }

  override async *_streamResponseChunks(): AsyncGenerator<never> {
    // A client that can stream, and does so by itself only.
  }

  override async _generate(
    _prompt: BaseMessage[],
    _options: unknown,
    runManager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    this.heard.push(runManager !== undefined);
    const message = new AIMessage("hello");
    if (!this.streaming) return { generations: [{ text: "hello", message }] };
    await runManager?.handleLLMNewToken("hello");
    return { generations: [{ text: "hello", message, generationInfo: { finish_reason: "length" } }] };
  }
}

describe("a model that nobody else listens to", () => {
  it("is listened to until it has given a whole answer, also under what is bound to it", async () => {
    const model = new OwnClient({});
    for (const one of [model, model.bindTools(), model]) await askModel(one, [], {});
    expect(model.heard).toEqual([true, false, false]);
  });

  it("[F53] is listened to again once it streams, so that a cut answer is known as one", async () => {
    const model = new OwnClient({});
    await askModel(model, [], {});
    model.streaming = true;
    const cut = await askModel(model, [], {});
    expect(cut.response_metadata).toMatchObject({ finish_reason: "length" });
    await askModel(model, [], {});
    expect(model.heard).toEqual([true, true, true]);
  });
});
