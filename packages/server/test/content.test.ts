import { AIMessage, ToolMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { contentOf, findingsOf, spokenIn } from "../src/conversations/content.ts";

function found(artifact: unknown, name?: string): ToolMessage {
  return new ToolMessage({ content: "", tool_call_id: "1", artifact, ...(name !== undefined && { name }) });
}

const spoken = (text: string) => ({ text, reasoning: [] });
const none = { references: [], files: [] };
const source = (title: string) => ({
  type: "tool_reference" as const,
  tool: "web_search",
  title,
  url: null,
  favicon: null,
  description: null,
});

describe("findingsOf", () => {
  it("reads sources whole, and gives what they lack as the wire has it", () => {
    const whole = {
      tool: "brave",
      title: "t",
      url: "https://x.example",
      favicon: "https://x.example/i",
      description: "d",
    };
    expect(findingsOf([found({ references: [whole, {}] }, "web_search")]).references).toEqual([
      { type: "tool_reference", ...whole },
      source(""),
    ]);
    expect(findingsOf([found({ references: [{}] })]).references).toMatchObject([{ tool: "" }]);
  });

  it("reads files, and passes over those without an id", () => {
    const files = [
      { fileId: "f", fileName: "a.svg", fileType: "image/svg+xml", tool: "painter" },
      { fileName: "b" },
      { fileId: "g" },
    ];
    expect(findingsOf([found({ files }, "code_interpreter")]).files).toEqual([
      { type: "tool_file", tool: "painter", file_id: "f", file_name: "a.svg", file_type: "image/svg+xml" },
      { type: "tool_file", tool: "code_interpreter", file_id: "g", file_name: null, file_type: null },
    ]);
  });

  it.each([undefined, null, "text", 7, { references: "no list", files: { fileId: "f" } }, { references: [null, 3] }])(
    "finds nothing in an artifact like %j",
    (artifact) => {
      expect(findingsOf([found(artifact)])).toEqual(none);
    },
  );
});

describe("contentOf", () => {
  const references = [source("one"), source("two")];
  const file = { type: "tool_file" as const, tool: "t", file_id: "f", file_name: null, file_type: null };

  it("is the text alone where there is nothing beside it", () => {
    expect(contentOf(spoken("Hello [1]"), none)).toBe("Hello [1]");
  });

  it.each([
    ["[1] and [2]", [references[0], { type: "text", text: " and" }, references[1]]],
    [
      "It is 4.5 [2].",
      [{ type: "text", text: "It is 4.5" }, references[1], { type: "text", text: "." }, references[0]],
    ],
    ["No such source [9]", [{ type: "text", text: "No such source [9]" }, ...references]],
    ["[1][1]", [references[0], references[0], references[1]]],
  ])("puts sources where %j cites them, and the others behind", (text, chunks) => {
    expect(contentOf(spoken(text), { references, files: [] })).toEqual(chunks);
  });

  it("puts thoughts first, with their signature, then files, then the text", () => {
    const message = new AIMessage({
      content: [
        { type: "thinking", thinking: "Hm.", signature: "s" },
        { type: "reasoning", reasoning: "So." },
        { type: "thinking", thinking: "" },
        { type: "thinking", thinking: 7 },
        { type: "text", text: "Done" },
      ],
    });
    const thought = (text: string, more = {}) => ({
      type: "thinking",
      thinking: [{ type: "text", text }],
      closed: true,
      ...more,
    });
    expect(contentOf(spokenIn(message), { references: [], files: [file] })).toEqual([
      thought("Hm.", { signature: "s" }),
      thought("So."),
      file,
      { type: "text", text: "Done" },
    ]);
  });
});
