import { tool } from "@langchain/core/tools";
import { AIMessage } from "@langchain/core/messages";
import type { ChatModel } from "swarmgraph";
import { scriptedModel } from "swarmgraph/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { callOptionsOf, withCallOptions } from "../src/conversations/completion.ts";

const look = tool(() => "", { name: "look", description: "Looks", schema: z.object({}) });

describe("callOptionsOf", () => {
  it("is nothing where nothing is set", () => {
    expect([undefined, null, {}].map((args) => callOptionsOf(args))).toEqual([{}, {}, {}]);
  });

  it("names each setting as LangChain's and OpenAI's clients do", () => {
    const json = { type: "json_object" as const };
    expect(
      callOptionsOf({
        temperature: 0,
        top_p: 0.5,
        max_tokens: 9,
        random_seed: 3,
        presence_penalty: 1,
        frequency_penalty: -1,
        stop: "END",
        tool_choice: "any",
        reasoning_effort: "high",
        response_format: json,
      }),
    ).toEqual({
      temperature: 0,
      top_p: 0.5,
      max_tokens: 9,
      maxTokens: 9,
      seed: 3,
      presence_penalty: 1,
      frequency_penalty: -1,
      stop: ["END"],
      tool_choice: "any",
      reasoning_effort: "high",
      response_format: json,
    });
  });

  it("leaves out null, keeps a list of stops, and asks for no format where it is text", () => {
    expect(callOptionsOf({ temperature: null, stop: ["a", "b"], response_format: { type: "text" } })).toEqual({
      stop: ["a", "b"],
    });
  });
});

describe("withCallOptions", () => {
  it("is the model itself where nothing is set", () => {
    const model = scriptedModel();
    expect(withCallOptions(model, {})).toBe(model);
  });

  it("sends tool_choice with tools alone, and the rest always", async () => {
    const model = scriptedModel().say("a").say("b").say("c");
    const wrapped = withCallOptions(model, { temperature: 0.3, tool_choice: "any" }) as ChatModel;
    await wrapped.invoke([], {});
    await wrapped.bindTools?.([look] as never).invoke([] as never, { temperature: 0.9 } as never);
    const plain = withCallOptions(model, { temperature: 0.3 }) as ChatModel;
    await plain.bindTools?.([look] as never).invoke([] as never, {});
    const [first, second, third] = model.calls.map(({ options }) => options);
    expect(first).toMatchObject({ temperature: 0.3 });
    expect(first).not.toHaveProperty("tool_choice");
    expect(second).toMatchObject({ temperature: 0.9, tool_choice: "any" });
    expect(third).not.toHaveProperty("tool_choice");
  });

  it("binds no tools where the model cannot", async () => {
    const bare: ChatModel = { invoke: () => Promise.resolve(new AIMessage("x")) };
    const wrapped = withCallOptions(bare, { temperature: 1 }) as ChatModel;
    expect(wrapped.bindTools).toBeUndefined();
    expect((await wrapped.invoke([], {})).text).toBe("x");
  });

  it("finds a model that a function gives", async () => {
    const model = scriptedModel().say("x");
    const source = withCallOptions(() => model, { seed: 7 });
    const found = typeof source === "function" ? await source({} as never) : source;
    await found.invoke([], {});
    expect(model.calls[0]?.options).toMatchObject({ seed: 7 });
  });
});
