import type { AIMessage, BaseMessage } from "@langchain/core/messages";
import { describe, expect, it } from "vitest";
import { entriesIn, readInputs } from "../src/conversations/to-messages.ts";
import type { AgentSwarm } from "../src/conversations/swarm-of.ts";
import type { ConversationInputs } from "../src/wire/requests.ts";
import { startConversationSchema } from "../src/wire/requests.ts";

const swarm = { nameOf: (id: string) => (id === "ag_web" ? "web" : undefined) } as AgentSwarm;

/** Reads inputs as they come from the wire. */
function read(inputs: unknown) {
  return readInputs(startConversationSchema.parse({ model: "m", inputs }).inputs as ConversationInputs, swarm);
}

const shown = ({ type, name, content }: BaseMessage) => ({ type, ...(name !== undefined && { name }), content });
const user = (content: unknown) => ({ type: "message.input", role: "user", content });

describe("readInputs", () => {
  it("reads nothing, and a text as the user's", () => {
    expect(entriesIn(undefined)).toEqual([]);
    expect(readInputs(undefined, swarm)).toMatchObject({ earlier: [], said: [] });
    expect(read("Hi").said.map(shown)).toEqual([{ type: "human", content: "Hi" }]);
  });

  it("keeps what comes before the user's last turn apart, with its authors", () => {
    const { earlier, said } = read([
      user("a"),
      { type: "message.input", role: "assistant", content: "b" },
      { type: "message.output", content: "c", agent_id: "ag_web" },
      { type: "message.output", content: [{ type: "text", text: "d" }], agent_id: "ag_gone" },
      { type: "message.output", content: "e" },
      user("f"),
    ]);
    expect(earlier.map(shown)).toEqual([
      { type: "human", content: "a" },
      { type: "ai", content: "b" },
      { type: "ai", name: "web", content: "c" },
      { type: "ai", content: "d" },
      { type: "ai", content: "e" },
    ]);
    expect(said.map(shown)).toEqual([{ type: "human", content: "f" }]);
  });

  it.each([
    ['{"a":1}', { a: 1 }],
    [{ a: 1 }, { a: 1 }],
    ["[1]", {}],
    ["null", {}],
    ["{not JSON", {}],
  ])("reads the arguments %j as %j", (given, args) => {
    const { earlier } = read([
      { type: "function.call", name: "rate", tool_call_id: "abcdefghi", arguments: given },
      { type: "function.result", tool_call_id: "abcdefghi", result: "2.5" },
    ]);
    expect((earlier[0] as AIMessage).tool_calls).toMatchObject([{ id: "abcdefghi", name: "rate", args }]);
    expect(earlier[1]).toMatchObject({ content: "2.5", tool_call_id: "abcdefghi" });
  });

  it("pairs a tool of the server with a result, its info or nothing", () => {
    const { earlier } = read([
      { type: "tool.execution", name: "web_search", arguments: "{}", agent_id: "ag_web", info: { found: 1 } },
      { type: "tool.execution", name: "web_search", arguments: "{}" },
    ]);
    const results = earlier.filter(({ type }) => type === "tool");
    expect(earlier[0]?.name).toBe("web");
    expect(results.map(({ content }) => content)).toEqual(['{"found":1}', "{}"]);
  });

  it("gives images with their detail, documents by their address, and other chunks as JSON", () => {
    const url = "https://x.example/i.png";
    const { said } = read([
      user([
        { type: "text", text: "Look" },
        { type: "image_url", image_url: url },
        { type: "image_url", image_url: { url, detail: "low" } },
        { type: "image_url", image_url: { url } },
        { type: "document_url", document_url: "https://x.example/d" },
        { type: "input_audio", input_audio: "abc" },
      ]),
    ]);
    expect(said[0]?.content).toEqual([
      { type: "text", text: "Look" },
      { type: "image_url", image_url: { url } },
      { type: "image_url", image_url: { url, detail: "low" } },
      { type: "image_url", image_url: { url } },
      { type: "text", text: "Document: https://x.example/d" },
      { type: "text", text: '{"type":"input_audio","input_audio":"abc"}' },
    ]);
  });
});
