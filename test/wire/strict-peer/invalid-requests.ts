import { expect } from "vitest";
import type { WireRule } from "../../../src/project/wire/problem.ts";
import type { ProfileName } from "../../../src/types.ts";

/** A request that a provider refuses, and its whole answer. */
export interface InvalidRequest {
  readonly title: string;
  readonly profile: ProfileName;
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly rule: WireRule;
  readonly answer: { readonly status: number; readonly json: unknown };
}

type Case = readonly [title: string, rule: WireRule, body: InvalidRequest["body"], ...answer: unknown[]];

const hi = { role: "user", content: "Hi" };
const call = { id: "c1", type: "function", function: { name: "f", arguments: "{}" } };

const chat: readonly Case[] = [
  [
    "an unanswered call",
    "O1",
    { model: "gpt-4.1", messages: [hi, { role: "assistant", content: null, tool_calls: [call] }, hi] },
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: c1",
    "messages.[2].role",
  ],
  [
    "a result without a call",
    "O2",
    { model: "gpt-4.1", messages: [hi, { role: "tool", tool_call_id: "c1", content: "3" }] },
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.",
    "messages.[1].role",
  ],
  [
    "an unknown role",
    "O9",
    { model: "gpt-4.1", messages: [{ ...hi, role: "boss" }] },
    "Invalid value: 'boss'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
    "messages[0].role",
    "invalid_value",
  ],
];

const responses: readonly Case[] = [
  [
    "an unanswered call",
    "P1",
    { model: "gpt-4.1", input: [hi, { type: "function_call", call_id: "c1", name: "f", arguments: "{}" }] },
    "No tool output found for function call c1.",
    "input",
  ],
  [
    "a result without a call",
    "P2",
    { model: "gpt-4.1", input: [hi, { type: "function_call_output", call_id: "c1", output: "3" }] },
    "No tool call found for function call output with call_id c1.",
    "input",
  ],
  [
    "a thought without what followed it",
    "P3",
    { model: "gpt-5", input: [hi, { type: "reasoning", id: "rs_1", summary: [] }] },
    "Item 'rs_1' of type 'reasoning' was provided without its required following item.",
    "input",
  ],
];

const claude = { model: "claude-sonnet-4-5", max_tokens: 9 };

const anthropic: readonly Case[] = [
  [
    "an unanswered call",
    "A1",
    {
      ...claude,
      messages: [hi, { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "f", input: {} }] }, hi],
    },
    "messages.1: `tool_use` ids were found without `tool_result` blocks immediately after: toolu_1. Each `tool_use` block must have a corresponding `tool_result` block in the next message.",
  ],
  [
    "a result without a call",
    "A2",
    {
      ...claude,
      messages: [hi, { role: "user", content: [{ type: "tool_result", tool_use_id: "toolu_1", content: "3" }] }],
    },
    "messages.1.content.0: unexpected `tool_use_id` found in `tool_result` blocks: toolu_1. Each `tool_result` block must have a corresponding `tool_use` block in the previous message.",
  ],
  ["no limit of tokens", "A6", { model: "claude-sonnet-4-5", messages: [hi] }, "max_tokens: Field required"],
];

const mistral: readonly Case[] = [
  [
    "an assistant's turn at the end",
    "M4",
    { model: "mistral-large-latest", messages: [hi, { role: "assistant", content: "Yes?" }] },
    "Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant",
    "invalid_request_message_order",
    "3230",
  ],
  [
    "an id of another form",
    "M5",
    {
      model: "mistral-large-latest",
      messages: [
        hi,
        { role: "assistant", content: "", tool_calls: [call] },
        { role: "tool", content: "3", tool_call_id: "c1" },
      ],
    },
    "Tool call id was c1 but must be a-z, A-Z, 0-9, with a length of 9.",
    "invalid_function_call",
    "3280",
  ],
];

const user = { role: "user", parts: [{ text: "Hi" }] };

const gemini: readonly Case[] = [
  [
    "no contents",
    "G19",
    { contents: [] },
    "* GenerateContentRequest.contents: contents is not specified",
    "gemini-2.5-flash",
  ],
  [
    "a model's turn at the end",
    "G4",
    { contents: [user, { role: "model", parts: [{ text: "Yes?" }] }] },
    "Please ensure that single turn requests end with a user role or the role field is empty.",
    "gemini-2.5-flash",
  ],
  [
    "a call without its signature, by the model in the URL",
    "G3",
    {
      contents: [
        user,
        { role: "model", parts: [{ functionCall: { name: "f", args: {} } }] },
        { role: "user", parts: [{ functionResponse: { name: "f", response: { sum: 3 } } }] },
      ],
    },
    expect.stringContaining("Function call is missing a thought_signature in functionCall parts."),
    "gemini-3-pro-preview",
  ],
];

const bedrock: readonly Case[] = [
  [
    "an unanswered call",
    "B1",
    {
      messages: [
        { role: "user", content: [{ text: "Hi" }] },
        { role: "assistant", content: [{ toolUse: { toolUseId: "t1", name: "f", input: {} } }] },
        { role: "user", content: [{ text: "Hi" }] },
      ],
    },
    "Expected toolResult blocks at messages.2.content for the following Ids: t1",
  ],
  [
    "no messages",
    "B5",
    { messages: [] },
    "A conversation must start with a user message. Try again with a conversation that starts with a user message.",
  ],
];

/** OpenAI's error: message, parameter, code. */
function openai(message: unknown, param: unknown = null, code: unknown = null) {
  return { error: { message, type: "invalid_request_error", param, code } };
}

/** At least two per API. */
export const invalidRequests: readonly InvalidRequest[] = [
  ...chat.map(([title, rule, body, ...said]) => ({
    title,
    rule,
    body,
    profile: "openai-chat" as const,
    path: "/v1/chat/completions",
    answer: { status: 400, json: openai(...(said as [unknown])) },
  })),
  ...responses.map(([title, rule, body, ...said]) => ({
    title,
    rule,
    body,
    profile: "openai-responses" as const,
    path: "/v1/responses",
    answer: { status: 400, json: openai(...(said as [unknown])) },
  })),
  ...anthropic.map(([title, rule, body, message]) => ({
    title,
    rule,
    body,
    profile: "anthropic" as const,
    path: "/v1/messages",
    answer: {
      status: 400,
      json: {
        type: "error",
        error: { type: "invalid_request_error", message },
        request_id: expect.stringMatching(/^req_/),
      },
    },
  })),
  ...mistral.map(([title, rule, body, message, type, code]) => ({
    title,
    rule,
    body,
    profile: "mistral" as const,
    path: "/v1/chat/completions",
    answer: { status: 400, json: { object: "error", message, type, param: null, code } },
  })),
  {
    title: "a value of another kind",
    rule: "M13",
    profile: "mistral",
    path: "/v1/chat/completions",
    body: { model: "mistral-large-latest", messages: [{ role: "user" }] },
    answer: {
      status: 422,
      json: {
        object: "error",
        message: { detail: [{ loc: ["body", "messages", 0, "content"], msg: "Field required" }] },
        type: "invalid_request_error",
        param: null,
        code: null,
        raw_status_code: 422,
      },
    },
  },
  ...gemini.map(([title, rule, body, message, model]) => ({
    title,
    rule,
    body,
    profile: "gemini" as const,
    path: `/v1beta/models/${String(model)}:generateContent`,
    answer: { status: 400, json: { error: { code: 400, message, status: "INVALID_ARGUMENT" } } },
  })),
  ...bedrock.map(([title, rule, body, message]) => ({
    title,
    rule,
    body,
    profile: "bedrock" as const,
    path: "/model/anthropic.claude-3-haiku/converse",
    answer: { status: 400, json: { message } },
  })),
];
