import type { RuleTable } from "./rule-row.ts";

type Json = Readonly<Record<string, unknown>>;

const user = { role: "user", content: "Hi" };
const text = (value: string): Json => ({ type: "text", text: value });
const use = (more: Json = {}): Json => ({ type: "tool_use", id: "c1", name: "lookup", input: {}, ...more });
const calls = (...content: Json[]): Json => ({ role: "assistant", content });
const result = (more: Json = {}): Json => ({ type: "tool_result", tool_use_id: "c1", content: "3", ...more });
const results = (...content: Json[]): Json => ({ role: "user", content });
const tool = { name: "lookup", input_schema: { type: "object", properties: {} } };
const body = (messages: readonly unknown[], more: Json = {}): Json => ({
  model: "claude-sonnet-4-5",
  max_tokens: 1_024,
  messages,
  tools: [tool],
  ...more,
});
const marked = { ...text("Hi"), cache_control: { type: "ephemeral" } };

/** Anthropic's Messages. */
export const anthropicRules: RuleTable = {
  profile: "anthropic",
  title: "Anthropic's Messages",
  rows: [
    {
      rule: "A1",
      demands: "Every call is answered at the head of the next message, which is the user's",
      breaks: body([user, calls(use()), user]),
    },
    { rule: "A2", demands: "Every result answers a call of the message before it", breaks: body([results(result())]) },
    { rule: "A3", demands: "No two tools share a name", breaks: body([user], { tools: [tool, tool] }) },
    {
      rule: "A4",
      demands: "The name of a tool is 1 to 64 letters, digits, `_` and `-`",
      breaks: body([user], { tools: [{ ...tool, name: "look up" }] }),
    },
    { rule: "A5", demands: "No text block is empty, in a result neither", breaks: body([results(text(""))]) },
    {
      rule: "A6",
      demands: "A request has a limit of tokens, and ends with the user",
      breaks: body([user], { max_tokens: undefined }),
    },
    { rule: "A7", demands: "A request names a model and holds a message", breaks: body([]) },
    { rule: "A8", demands: "The first message is the user's", breaks: body([calls(text("Yes?")), user]) },
    {
      rule: "A9",
      demands: "A message is the user's or the assistant's; the system prompt is none",
      breaks: body([{ ...user, role: "system" }, user]),
    },
    { rule: "A10", demands: "A message has content, and text in it", breaks: body([{ role: "user", content: "" }]) },
    {
      rule: "A11",
      demands: "A block is of a known type, whole, and in its role's message",
      breaks: body([results(use())]),
    },
    {
      rule: "A12",
      demands: "A call has an id and a name of letters, digits, `_` and `-`, and an object of arguments",
      breaks: body([user, calls(use({ id: "c 1" })), results(result({ tool_use_id: "c 1" }))]),
    },
    {
      rule: "A13",
      demands: "An id is used for one call of the whole request, and answered once",
      breaks: body([user, calls(use()), results(result()), calls(use()), results(result())]),
    },
    {
      rule: "A14",
      demands: "A result names its call, and says something where it is an error",
      breaks: body([user, calls(use()), results(result({ content: "", is_error: true }))]),
    },
    {
      rule: "A15",
      demands: "A request whose messages hold calls or results has tools",
      breaks: body([user, calls(use()), results(result())], { tools: [] }),
    },
    {
      rule: "A16",
      demands: "A thought carries its signature, and is not the last block",
      breaks: body([user, calls({ type: "thinking", thinking: "Hm", signature: "" }, text("Yes?")), user]),
    },
    {
      rule: "A17",
      demands: "A tool has a name, and the schema of an object",
      breaks: body([user], { tools: [{ name: "lookup" }] }),
    },
    {
      rule: "A18",
      demands: "A choice is of a known type, among the tools, and not forced upon a model that thinks",
      breaks: body([user], { tool_choice: { type: "tool", name: "search" } }),
    },
    {
      rule: "A19",
      demands: "The system prompt is a text, or text blocks, and not blank",
      breaks: body([user], { system: " " }),
    },
    {
      rule: "A20",
      demands: "A message and its blocks have no other fields, not an author's name",
      breaks: body([{ ...user, name: "Ann" }]),
    },
    {
      rule: "A21",
      demands: "An assistant's last text does not end with white space",
      breaks: body([user, { role: "assistant", content: "Yes " }]),
    },
    {
      rule: "A22",
      demands: "Four blocks at most are marked for the cache",
      breaks: body([results(...Array.from({ length: 5 }, () => marked))]),
    },
  ],
};
