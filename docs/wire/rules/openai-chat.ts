import type { RuleTable } from "./rule-row.ts";

type Json = Readonly<Record<string, unknown>>;

const user = { role: "user", content: "Hi" };
const call = (id = "c1", args = "{}"): Json => ({
  id,
  type: "function",
  function: { name: "lookup", arguments: args },
});
const calls = (...list: Json[]): Json => ({ role: "assistant", content: "", tool_calls: list });
const answer = (id = "c1"): Json => ({ role: "tool", tool_call_id: id, content: "3" });
const body = (messages: readonly unknown[], more: Json = {}): Json => ({ model: "gpt-5-mini", messages, ...more });
const tool = (definition: Json): Json => ({ type: "function", function: { name: "lookup", ...definition } });
const bound = (...tools: Json[]): Json => body([user], { tools });
const LONG_ID = "c".repeat(41);

/** OpenAI's Chat Completions. */
export const openaiChatRules: RuleTable = {
  profile: "openai-chat",
  title: "OpenAI's Chat Completions",
  rows: [
    {
      rule: "O1",
      demands: "Every call is answered by the tool messages directly after it",
      breaks: body([user, calls(call()), user]),
    },
    {
      rule: "O2",
      demands: "A tool message follows the assistant's message with its call",
      breaks: body([user, answer()]),
    },
    {
      rule: "O3",
      demands: "The name of a function is 1 to 64 letters, digits, `_` and `-`, bound or called",
      breaks: bound(tool({ name: "look up" })),
    },
    {
      rule: "O4",
      demands: "A function's description has 1,024 characters at most",
      breaks: bound(tool({ description: "x".repeat(1_025) })),
    },
    {
      rule: "O5",
      demands: "A strict function's schema is closed and requires every key, at every depth",
      breaks: bound(tool({ strict: true, parameters: { type: "object", properties: {} } })),
    },
    { rule: "O6", demands: "`tools` is not empty, and `parallel_tool_calls` goes with tools", breaks: bound() },
    {
      rule: "O7",
      demands: "Two tools may have one name: no fault here, and one elsewhere",
      breaks: bound(tool({}), tool({})),
      isTolerated: true,
    },
    { rule: "O8", demands: "A request names a model and holds a message", breaks: body([]) },
    { rule: "O9", demands: "A message has a role that the API knows", breaks: body([{ ...user, role: "model" }]) },
    {
      rule: "O10",
      demands: "A message has content; only an assistant's goes without, while it has calls or a refusal",
      breaks: body([{ role: "user", content: null }]),
    },
    {
      rule: "O11",
      demands: "The parts of a content are of the API's own types, and of those that the role may hold",
      breaks: body([{ role: "user", content: [{ type: "tool_use" }] }]),
    },
    {
      rule: "O12",
      demands: "An author's name has 1 to 64 characters, none of them a blank or one of `<>\\/` and the bar",
      breaks: body([{ ...user, name: "<c>" }]),
    },
    { rule: "O13", demands: "`tool_calls` is a list of whole calls, and not empty", breaks: body([calls(), user]) },
    {
      rule: "O14",
      demands: "The id of a call is there, on the answer too, and has 40 characters at most",
      breaks: body([user, calls(call(LONG_ID)), answer(LONG_ID)]),
    },
    {
      rule: "O15",
      demands: "The calls of a message have ids of their own, and each is answered once",
      breaks: body([user, calls(call()), answer(), answer()]),
    },
    {
      rule: "O16",
      demands: "`tool_calls` stands on an assistant's message only, `tool_call_id` on a tool's",
      breaks: body([{ ...user, tool_call_id: "c1" }]),
    },
    {
      rule: "O17",
      demands: "There are 128 tools at most, each whole, with the schema of an object",
      breaks: bound({ type: "function" }),
    },
    {
      rule: "O18",
      demands: "`tool_choice` goes with tools, and names one of them",
      breaks: body([user], { tool_choice: "auto" }),
    },
    {
      rule: "O19",
      demands: "No text holds half of a surrogate pair, as a cut emoji leaves it",
      breaks: body([{ role: "user", content: "\ud83d" }]),
    },
    {
      rule: "O20",
      demands: "Arguments are the JSON of an object (OpenAI takes any text, the servers that speak its API parse it)",
      breaks: body([user, calls(call("c1", "{")), answer()]),
    },
  ],
};
