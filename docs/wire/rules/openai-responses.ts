import type { RuleTable } from "./rule-row.ts";

type Json = Readonly<Record<string, unknown>>;

const user = { role: "user", content: "Hi" };
const call = { type: "function_call", call_id: "c1", name: "lookup", arguments: "{}" };
const answer = { type: "function_call_output", call_id: "c1", output: "3" };
const thought = { type: "reasoning", id: "rs_1", summary: [] };
const said = { type: "message", id: "msg_1", role: "assistant", content: "Yes?" };
const tool = { type: "function", name: "lookup" };
const body = (input: readonly unknown[], more: Json = {}): Json => ({ model: "gpt-5-mini", input, ...more });

/** OpenAI's Responses. */
export const openaiResponsesRules: RuleTable = {
  profile: "openai-responses",
  title: "OpenAI's Responses",
  rows: [
    { rule: "P1", demands: "Every call is answered later in the input", breaks: body([user, call]) },
    { rule: "P2", demands: "Every answer has its call earlier in the input", breaks: body([user, answer]) },
    {
      rule: "P3",
      demands: "A thought is followed by what the model wrote after it, and that comes after its thought",
      breaks: body([user, thought, user]),
    },
    {
      rule: "P4",
      demands: "The id of an item is the server's own: `msg…`, `fc…`, `rs…`, 64 characters at most",
      breaks: body([user, { ...call, id: "c1" }, answer]),
    },
    { rule: "P5", demands: "A request names a model and has input, or goes on from a stored one", breaks: body([]) },
    {
      rule: "P6",
      demands: "An item is of a known type, and a message of a known role",
      breaks: body([{ ...user, role: "tool" }]),
    },
    {
      rule: "P7",
      demands: "A message has content: a text, or parts that its role may hold",
      breaks: body([{ role: "user", content: [{ type: "text", text: "Hi" }] }]),
    },
    {
      rule: "P8",
      demands: "A call has an id, a legal name and arguments; an answer has its id and an output",
      breaks: body([user, { ...call, name: "look up" }, answer]),
    },
    {
      rule: "P9",
      demands: "A function has a legal name, and a description of 1,024 characters at most",
      breaks: body([user], { tools: [{ ...tool, name: "look up" }] }),
    },
    {
      rule: "P10",
      demands: "A function's parameters are the schema of an object, and a closed one in strict mode",
      breaks: body([user], { tools: [{ ...tool, parameters: { type: "string" } }] }),
    },
    { rule: "P11", demands: "No item is there twice", breaks: body([user, said, user, said, user]) },
    {
      rule: "P12",
      demands: "No call and no answer is there twice under one `call_id`",
      breaks: body([user, call, answer, call, answer]),
    },
    {
      rule: "P13",
      demands: "An item has none of the fields that only Chat Completions knows",
      breaks: body([{ ...user, name: "Ann" }]),
    },
    {
      rule: "P14",
      demands: "A thought has a summary, and an id that the server has kept or its encrypted content",
      breaks: body([user, thought, { ...said, content: "Yes?" }, user], { store: false }),
    },
    {
      rule: "P15",
      demands: "A tool that is chosen is among the tools",
      breaks: body([user], { tools: [tool], tool_choice: { type: "function", name: "search" } }),
    },
    {
      rule: "P16",
      demands: "No text holds half of a surrogate pair, as a cut emoji leaves it",
      breaks: body([{ role: "user", content: "\ud83d" }]),
    },
    {
      rule: "P17",
      demands: "Arguments are the JSON of an object",
      breaks: body([user, { ...call, arguments: "{" }, answer]),
    },
  ],
};
