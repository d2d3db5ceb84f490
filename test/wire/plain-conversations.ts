import { AIMessage, HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import type { BaseMessage } from "@langchain/core/messages";
import type { ToolCall } from "@langchain/core/messages/tool";
import { tool } from "@langchain/core/tools";
import { z } from "zod";

/** A tool call. */
export const call = (id: string, name = "lookup", args: Record<string, unknown> = { id: 7 }): ToolCall => ({
  type: "tool_call",
  id,
  name,
  args,
});

/** A tool's result. */
export const result = (id: string, content: ToolMessage["content"] = "found", more: Partial<ToolMessage> = {}) =>
  new ToolMessage({
    content,
    tool_call_id: id,
    ...(more.name !== undefined && { name: more.name }),
    ...(more.status !== undefined && { status: more.status }),
  });

/** A LangChain tool with a schema, one without parameters, and one as OpenAI writes it. */
export const tools = [
  tool(() => "found", {
    name: "lookup",
    description: "Looks an order up.",
    schema: z.object({ id: z.number().describe("The order."), strict: z.boolean().optional() }),
  }),
  tool(() => "", { name: "transfer_to_billing", description: "Hands over.", schema: z.object({}) }),
  {
    type: "function",
    function: {
      name: "ping",
      description: "Pings.",
      parameters: { type: "object", properties: { host: { type: "string" } }, additionalProperties: false },
    },
  },
];

const hi = new HumanMessage("Where is order 7?");

/** Conversations that every provider's client takes. */
export const conversations: Readonly<Record<string, readonly BaseMessage[]>> = {
  "a plain turn": [hi],
  "a system prompt": [new SystemMessage("Be brief."), hi],
  "a second turn": [hi, new AIMessage("In Ulm."), new HumanMessage("And 8?")],
  "an answered call": [hi, new AIMessage({ content: "", tool_calls: [call("call_1")] }), result("call_1")],
  "text before a call": [
    hi,
    new AIMessage({ content: "I look.", tool_calls: [call("Ab3dEf9hI")] }),
    result("Ab3dEf9hI"),
  ],
  "parallel calls": [
    hi,
    new AIMessage({ content: "", tool_calls: [call("call_1"), call("call_2", "ping", { host: "b" })] }),
    result("call_1"),
    result("call_2"),
  ],
  "an error as result": [
    hi,
    new AIMessage({ content: "", tool_calls: [call("call_1")] }),
    result("call_1", "no such order", { status: "error", name: "lookup" }),
  ],
  "a handoff whose call is answered": [
    hi,
    new AIMessage({ content: "", name: "triage", tool_calls: [call("call_1", "transfer_to_billing", {})] }),
    result("call_1", "Transferred to billing.", { name: "transfer_to_billing" }),
    new AIMessage({ content: "Billing here.", name: "billing" }),
    new HumanMessage("Thanks"),
  ],
  "a handoff whose call is not answered": [
    new SystemMessage("You are billing."),
    hi,
    new AIMessage({ content: "", tool_calls: [call("call_1"), call("call_2", "transfer_to_billing", {})] }),
    result("call_1"),
  ],
  "a message with nothing but a dropped call": [
    hi,
    new AIMessage({ content: "", tool_calls: [call("call_1", "transfer_to_billing", {})] }),
  ],
  "authors' names": [
    new HumanMessage({ content: "Hi", name: "Ann B." }),
    new AIMessage({ content: "Yes?", name: "A b" }),
  ],
  "an image": [
    new HumanMessage({
      content: [
        { type: "text", text: "What is it?" },
        { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      ],
    }),
  ],
  "text blocks everywhere": [
    new SystemMessage({ content: [{ type: "text", text: "Be brief." }] }),
    new HumanMessage({ content: [{ type: "text", text: "Hi" }] }),
    new AIMessage({ content: [{ type: "text", text: "I look." }], tool_calls: [call("call_1")] }),
    result("call_1", [{ type: "text", text: "found" }]),
  ],
  "a malformed call": [
    hi,
    new AIMessage({
      content: "",
      invalid_tool_calls: [{ type: "invalid_tool_call", id: "call_1", name: "lookup", args: "{", error: "cut" }],
    }),
    new HumanMessage("Again"),
  ],
};
