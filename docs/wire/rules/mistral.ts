import type { RuleTable } from "./rule-row.ts";

type Json = Readonly<Record<string, unknown>>;

const ID = "abcDEF123";
const user = { role: "user", content: "Hi" };
const said = { role: "assistant", content: "Yes?" };
const call = (id: string = ID, name = "lookup"): Json => ({ id, function: { name, arguments: "{}" } });
const calls = (...list: Json[]): Json => ({ role: "assistant", content: "", tool_calls: list });
const result = (id: string = ID): Json => ({ role: "tool", tool_call_id: id, content: "3" });
const tool = { type: "function", function: { name: "lookup", parameters: { type: "object" } } };
const body = (messages: readonly unknown[], more: Json = {}): Json => ({ model: "mistral-large", messages, ...more });

/** Mistral's chat completions. */
export const mistralRules: RuleTable = {
  profile: "mistral",
  title: "Mistral's chat completions",
  rows: [
    {
      rule: "M1",
      demands: "The user does not speak directly after a result",
      breaks: body([user, calls(call()), result(), user]),
    },
    { rule: "M2", demands: "A result comes after calls or another result", breaks: body([user, result()]) },
    {
      rule: "M3",
      demands: "Calls are followed directly by as many results",
      breaks: body([user, calls(call()), said, user]),
    },
    { rule: "M4", demands: "The last message is the user's or a result", breaks: body([user, said]) },
    {
      rule: "M5",
      demands: "The id of a call has nine letters and digits",
      breaks: body([user, calls(call("c1")), result("c1")]),
    },
    {
      rule: "M6",
      demands: "An assistant's message has content or calls; the cautious side: not both",
      breaks: body([user, { role: "assistant", content: "" }, user]),
    },
    {
      rule: "M7",
      demands: "A conversation holds a message, and begins with the user's or a system's",
      breaks: body([]),
    },
    {
      rule: "M8",
      demands: "No system message comes after the assistant's or a tool's",
      breaks: body([user, said, { role: "system", content: "Be kind." }, user]),
    },
    {
      rule: "M9",
      demands: "The calls of a message have ids of their own, and each result answers one of them, once",
      breaks: body([user, calls(call(), call()), result(), result()]),
    },
    {
      rule: "M10",
      demands: "A prefix for the model to go on with is the last message",
      breaks: body([user, { ...said, prefix: true }, user]),
    },
    { rule: "M11", demands: "A message has a role that Mistral knows", breaks: body([{ ...user, role: "developer" }]) },
    {
      rule: "M12",
      demands: "Nothing has a field that the schema does not know, not an author's name",
      breaks: body([{ ...user, name: "Ann" }]),
    },
    {
      rule: "M13",
      demands: "Content is a text or chunks of a known kind; only an assistant's may be missing",
      breaks: body([{ role: "user", content: [{ type: "tool_use" }] }]),
    },
    {
      rule: "M14",
      demands: "A call has a function with a name and arguments",
      breaks: body([user, calls({ id: ID, function: { name: "lookup" } }), result()]),
    },
    {
      rule: "M15",
      demands: "A name is 1 to 64 letters, digits, `_` and `-`, bound or called",
      breaks: body([user, calls(call(ID, "look up")), result()]),
    },
    {
      rule: "M16",
      demands: "A result says which call it answers",
      breaks: body([user, calls(call()), { role: "tool", content: "3" }]),
    },
    { rule: "M17", demands: "A request names a model and has a list of messages", breaks: { messages: [user] } },
    {
      rule: "M18",
      demands: "A tool is a function with a name and an object as schema",
      breaks: body([user], { tools: [{ type: "function", function: { name: "lookup" } }] }),
    },
    { rule: "M19", demands: "No two tools share a name", breaks: body([user], { tools: [tool, tool] }) },
  ],
};
