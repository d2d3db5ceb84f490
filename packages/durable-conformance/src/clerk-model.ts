import { randomUUID } from "node:crypto";
import { BaseChatModel } from "@langchain/core/language_models/chat_models";
import { AIMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { ChatResult } from "@langchain/core/outputs";
import type { Surroundings } from "./swarm.ts";

/**
 * Does what it was told last, by its tools, and says what came of it. Its calls have ids of their own each time that it is
 * asked, as providers give them: a call of the model that was lost and is made again makes other calls of tools.
 */
export class ClerkModel extends BaseChatModel {
  readonly #place: Surroundings;

  constructor(place: Surroundings) {
    super({});
    this.#place = place;
  }

  override _llmType(): string {
    return "clerk";
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(prompt: BaseMessage[]): Promise<ChatResult> {
    const { world, hold, thinkMs } = this.#place;
    const asked = prompt.findLastIndex(({ type }) => type === "human");
    const { text: order = "", id: ask = "" } = prompt[asked] ?? {};
    const [name = "", number = "", place = ""] = order.split(" ");
    world.begin(ask);
    await new Promise((wake) => setTimeout(wake, thinkMs));
    if (place === "model") await hold(`${ask} model`);
    const results = prompt.slice(asked + 1).filter(({ type }) => type === "tool");
    const names = name === "echo" ? ["echo"] : [name, "echo"];
    const message =
      results.length > 0
        ? new AIMessage({ id: randomUUID(), content: `${order}: ${results.map(({ text }) => text).join(", ")}` })
        : new AIMessage({
            id: randomUUID(),
            content: "",
            tool_calls: names.map((one) => ({
              id: randomUUID(),
              name: one,
              args: { number, hold: one === name && place !== "model" && place !== "" ? `${ask} ${place}` : "" },
              type: "tool_call" as const,
            })),
          });
    return { generations: [{ text: message.text, message }] };
  }
}
