import { AIMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { cutReasonOf } from "../../src/run/reply.ts";

type Fields = Record<string, unknown>;

describe("why a reply was cut", () => {
  it.each<[what: string, kwargs: Fields, metadata: Fields, expected?: string]>([
    ["by its length, in its metadata", {}, { finish_reason: "length" }, "truncated"],
    ["by its length, where its client keeps it", { stop_reason: "max_tokens" }, {}, "truncated"],
    [
      "by its length, in its metadata, beside other words",
      { refusal: null },
      { stop_reason: "max_tokens" },
      "truncated",
    ],
    ["by its provider, in its metadata", { function_call: {} }, { finish_reason: "content_filter" }, "refused"],
    [
      "not at all, where both speak and the metadata goes first",
      { finish_reason: "length" },
      { finish_reason: "stop" },
    ],
    ["not at all, where nobody says", {}, {}],
  ])("%s", (_what, kwargs, metadata, expected) => {
    const reply = new AIMessage({ content: "", additional_kwargs: kwargs, response_metadata: metadata });
    expect(cutReasonOf(reply)).toBe(expected);
  });
});
