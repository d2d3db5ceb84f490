import { AIMessage, HumanMessage } from "@langchain/core/messages";
import { describe, expect, it, vi } from "vitest";
import { textOf } from "../../src/define/text-of.ts";

describe("a message's text", () => {
  it("is its content where that is a text, without LangChain's translations", () => {
    const read = vi.spyOn(HumanMessage.prototype, "text", "get");
    expect(textOf(new HumanMessage("Hello"))).toBe("Hello");
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
  });

  it("is that of its blocks", () => {
    const content = [
      { type: "text" as const, text: "Hel" },
      { type: "text" as const, text: "lo" },
    ];
    expect(textOf(new HumanMessage({ content }))).toBe("Hello");
  });

  it("is as LangChain has it of Groq's models, which think within it", () => {
    const message = new AIMessage({
      content: "<think>Who is it?</think>Hello",
      response_metadata: { model_provider: "groq" },
    });
    expect(textOf(message)).toBe(message.text);
    expect(textOf(message)).not.toContain("Who");
  });
});
