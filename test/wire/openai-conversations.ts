import { AIMessage, ChatMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import type { BindToolsInput } from "@langchain/core/language_models/chat_models";
import { z } from "zod";

/** What a model is asked, and with which tools. */
export interface Conversation {
  readonly messages: readonly BaseMessage[];
  readonly tools?: readonly BindToolsInput[];
  readonly model?: string;
}

/** A red pixel. */
const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

export const lookup = tool(() => "42", {
  name: "lookup",
  description: "Looks a thing up.",
  schema: z.object({ thing: z.string(), deep: z.boolean().optional() }),
});

export const transfer = {
  type: "function",
  function: {
    name: "transfer_to_writer",
    description: "Hand over to the writer.",
    parameters: { type: "object", properties: {} },
  },
};

export function call(id: string, name = "lookup", args: Record<string, unknown> = { thing: "tea" }) {
  return { id, name, args, type: "tool_call" as const };
}

const invalid = {
  id: "call_bad",
  name: "lookup",
  args: '{"thing": "te',
  error: "cut",
  type: "invalid_tool_call" as const,
};

/** Calls that only `additional_kwargs` holds, as a program may leave them that edits `tool_calls`. */
function rawCalls(): AIMessage {
  const message = new AIMessage("");
  const body = { name: "lookup", arguments: '{"thing":"tea"}' };
  message.additional_kwargs["tool_calls"] = [{ id: "call_1", type: "function", function: body }];
  return message;
}

/** Histories that a swarm may have, as both APIs' clients are given them. */
export const conversations: Readonly<Record<string, Conversation>> = {
  "a plain question": { messages: [new HumanMessage("Hello")] },
  "a system prompt and tools": {
    messages: [new SystemMessage("Be brief."), new HumanMessage("Hello")],
    tools: [lookup, transfer],
  },
  "a system prompt for a reasoning model": {
    messages: [new SystemMessage("Be brief."), new HumanMessage("Hello")],
    model: "gpt-5.2",
  },
  "parallel calls and their results": {
    messages: [
      new HumanMessage("Tea and cake?"),
      new AIMessage({ content: "", tool_calls: [call("call_1"), call("call_2", "lookup", { thing: "cake" })] }),
      new ToolMessage({ content: "tea", tool_call_id: "call_1", name: "lookup" }),
      new ToolMessage({ content: "cake", tool_call_id: "call_2" }),
    ],
    tools: [lookup],
  },
  "a result that is an error": {
    messages: [
      new HumanMessage("Tea?"),
      new AIMessage({ content: "Let me see.", tool_calls: [call("call_1")] }),
      new ToolMessage({ content: "Error: no tea", tool_call_id: "call_1", status: "error" }),
    ],
    tools: [lookup],
  },
  "a history with a handoff that is answered": {
    messages: [
      new SystemMessage("You are the writer."),
      new HumanMessage("Write me a poem."),
      new AIMessage({ content: "", name: "triage", tool_calls: [call("call_1", "transfer_to_writer", {})] }),
      new ToolMessage({ content: "Transferred to writer.", tool_call_id: "call_1", name: "transfer_to_writer" }),
    ],
    tools: [transfer],
  },
  "names, legal and not": {
    messages: [
      new HumanMessage({ content: "Hi", name: "Ann" }),
      new AIMessage({ content: "Hi.", name: "Billing Agent" }),
      new HumanMessage("Go on"),
    ],
  },
  "images and texts of a user": {
    messages: [
      new HumanMessage({
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: `data:image/png;base64,${PIXEL}`, detail: "low" } },
          { type: "image_url", image_url: "https://example.test/cat.png" },
        ],
      }),
    ],
  },
  "an assistant's text and call blocks": {
    messages: [
      new HumanMessage("Tea?"),
      new AIMessage({
        content: [
          { type: "text", text: "One moment." },
          { type: "tool_use", id: "call_1", name: "lookup", input: { thing: "tea" } },
        ],
        tool_calls: [call("call_1")],
      }),
      new ToolMessage({ content: [{ type: "text", text: "tea" }], tool_call_id: "call_1" }),
    ],
    tools: [lookup],
  },
  "another provider's thoughts": {
    messages: [
      new HumanMessage("Tea?"),
      new AIMessage({
        content: [
          { type: "thinking", thinking: "Hm.", signature: "c2ln" },
          { type: "text", text: "Yes." },
        ],
      }),
      new HumanMessage("Sure?"),
    ],
  },
  "a malformed call beside a good one": {
    messages: [
      new HumanMessage("Tea?"),
      new AIMessage({ content: "", tool_calls: [call("call_1")], invalid_tool_calls: [invalid] }),
      new ToolMessage({ content: "tea", tool_call_id: "call_1" }),
    ],
    tools: [lookup],
  },
  "a malformed call alone": {
    messages: [
      new HumanMessage("Tea?"),
      new AIMessage({ content: "", tool_calls: [], invalid_tool_calls: [invalid] }),
      new HumanMessage("Well?"),
    ],
    tools: [lookup],
  },
  "raw calls that were never parsed": {
    messages: [new HumanMessage("Tea?"), rawCalls(), new ToolMessage({ content: "tea", tool_call_id: "call_1" })],
  },
  "calls whose blocks have outlived them": {
    messages: [
      new HumanMessage("Tea?"),
      new AIMessage({ content: [{ type: "tool_use", id: "call_1", name: "lookup", input: {} }], tool_calls: [] }),
      new HumanMessage("Well?"),
    ],
  },
  "two system prompts and a developer's": {
    messages: [
      new SystemMessage("One."),
      new HumanMessage("Hi"),
      new SystemMessage("Two."),
      new ChatMessage("Three.", "developer"),
    ],
  },
  "LangChain's older data blocks": {
    messages: [
      new HumanMessage({
        content: [
          { type: "text", source_type: "text", text: "Look:" },
          { type: "image", source_type: "url", url: "https://example.test/cat.png", metadata: { detail: "high" } },
          { type: "image", source_type: "base64", mime_type: "image/png", data: PIXEL },
        ],
      }),
    ],
  },
  "LangChain's standard blocks": {
    messages: [
      new SystemMessage({ contentBlocks: [{ type: "text", text: "Be brief." }] }),
      new HumanMessage({
        contentBlocks: [
          { type: "text", text: "What is this?" },
          { type: "image", url: "https://example.test/cat.png" },
          { type: "image", data: PIXEL, mimeType: "image/png" },
          { type: "image", fileId: "file_1" },
          { type: "file", data: PIXEL, mimeType: "application/pdf", metadata: { filename: "cat.pdf" } },
          { type: "file", fileId: "file_2" },
        ],
      }),
      new AIMessage({
        contentBlocks: [
          { type: "reasoning", reasoning: "Hm." },
          { type: "text", text: "One moment." },
          { type: "tool_call", id: "call_1", name: "lookup", args: { thing: "cat" } },
        ],
      }),
      new ToolMessage({ contentBlocks: [{ type: "text", text: "a cat" }], tool_call_id: "call_1" }),
    ],
    tools: [lookup],
  },
  "standard image blocks in a message that is not marked as such": {
    messages: [new HumanMessage({ content: [{ type: "image", url: "https://example.test/cat.png" }] })],
  },
};
