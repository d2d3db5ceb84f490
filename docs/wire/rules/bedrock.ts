import type { RuleTable } from "./rule-row.ts";

type Json = Readonly<Record<string, unknown>>;

const user = { role: "user", content: [{ text: "Hi" }] };
const said = { role: "assistant", content: [{ text: "Yes?" }] };
const use = (more: Json = {}): Json => ({ toolUse: { toolUseId: "c1", name: "lookup", input: {}, ...more } });
const result = (more: Json = {}): Json => ({ toolResult: { toolUseId: "c1", content: [{ text: "3" }], ...more } });
const calls = (...content: Json[]): Json => ({ role: "assistant", content });
const results = (...content: Json[]): Json => ({ role: "user", content });
const tool = { toolSpec: { name: "lookup", inputSchema: { json: { type: "object" } } } };
const body = (messages: readonly unknown[], toolConfig: unknown = { tools: [tool] }): Json => ({
  messages,
  toolConfig,
});
const thought = { reasoningContent: { reasoningText: { text: "Hm" } } };

/** Amazon Bedrock's Converse. */
export const bedrockRules: RuleTable = {
  profile: "bedrock",
  title: "Amazon Bedrock's Converse",
  rows: [
    {
      rule: "B1",
      demands: "Every call is answered in the next message, which is the user's",
      breaks: body([user, calls(use()), user]),
    },
    {
      rule: "B2",
      demands: "A message holds no more results than the one before it holds calls",
      breaks: body([results(result())]),
    },
    {
      rule: "B3",
      demands: "A request whose messages hold calls or results has a `toolConfig`",
      breaks: { messages: [user, calls(use()), results(result())] },
    },
    {
      rule: "B4",
      demands: "Ids and names are 1 to 64 letters, digits, `_` and `-`",
      breaks: body([user, calls(use({ name: "look up" })), results(result())]),
    },
    { rule: "B5", demands: "A conversation starts with the user", breaks: body([said, user]) },
    { rule: "B6", demands: "The user and the assistant take turns", breaks: body([user, user]) },
    { rule: "B7", demands: "A conversation ends with the user", breaks: body([user, said]) },
    {
      rule: "B8",
      demands: "A message has a content with a block in it",
      breaks: body([{ role: "user", content: [] }]),
    },
    {
      rule: "B9",
      demands: "No text is blank, in the system prompt neither",
      breaks: body([{ role: "user", content: [{ text: " " }] }]),
    },
    {
      rule: "B10",
      demands: "Arguments, and a result's JSON, are an object",
      breaks: body([user, calls(use({ input: "{}" })), results(result())]),
    },
    {
      rule: "B11",
      demands: "An id occurs once in a message",
      breaks: body([user, calls(use(), use()), results(result(), result())]),
    },
    {
      rule: "B12",
      demands: "A role is the user's or the assistant's",
      breaks: body([{ ...user, role: "system" }, user]),
    },
    {
      rule: "B13",
      demands: "A block is of one known kind, and in its role's message",
      breaks: body([{ role: "user", content: [{ type: "text", text: "Hi" }] }]),
    },
    {
      rule: "B14",
      demands: "There is a tool at least, each with the schema of an object, and no two of one name",
      breaks: body([user], { tools: [] }),
    },
    {
      rule: "B15",
      demands: "A thought has its signature, or is sealed, and is not the last block",
      breaks: body([user, calls(thought, { text: "Yes?" }), user]),
    },
    {
      rule: "B16",
      demands: "A result has a content of known kinds",
      breaks: body([user, calls(use()), results(result({ content: [] }))]),
    },
    {
      rule: "B17",
      demands: "A document comes with a text beside it",
      breaks: body([{ role: "user", content: [{ document: {} }] }]),
    },
    {
      rule: "B18",
      demands: "Results come before anything else in their message",
      breaks: body([user, calls(use()), results({ text: "Here." }, result())]),
    },
    {
      rule: "B19",
      demands: "A choice is `auto`, `any`, or a tool that is there",
      breaks: body([user], { tools: [tool], toolChoice: { none: {} } }),
    },
  ],
};
