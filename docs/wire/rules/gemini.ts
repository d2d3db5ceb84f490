import type { RuleTable } from "./rule-row.ts";

type Json = Readonly<Record<string, unknown>>;

const user = { role: "user", parts: [{ text: "Hi" }] };
const said = { role: "model", parts: [{ text: "Yes?" }] };
const call = (name = "lookup", args: unknown = {}): Json => ({ functionCall: { name, args } });
const calls = (...parts: Json[]): Json => ({ role: "model", parts });
const result = (name = "lookup"): Json => ({ functionResponse: { name, response: { result: "3" } } });
const results = (...parts: Json[]): Json => ({ role: "user", parts });
const body = (contents: readonly unknown[], more: Json = {}): Json => ({ contents, ...more });
const declared = (...functionDeclarations: Json[]): Json => body([user], { tools: [{ functionDeclarations }] });
const schema = (property: Json, more: Json = {}): Json =>
  declared({ name: "lookup", parameters: { type: "object", properties: { q: property }, ...more } });

/** Gemini's generateContent. */
export const geminiRules: RuleTable = {
  profile: "gemini",
  title: "Gemini's generateContent",
  rows: [
    {
      rule: "G1",
      demands: "Calls come directly after the user or after results, and results directly after calls",
      breaks: body([user, said, calls(call()), results(result())]),
    },
    {
      rule: "G2",
      demands: "A name begins with a letter or `_`, and is up to 64 letters, digits, `_`, `.` and `-`",
      breaks: declared({ name: "9lives" }),
    },
    {
      rule: "G3",
      demands: "From Gemini 3 on, the first call of each step of the current turn carries its signature",
      breaks: body([user, calls(call()), results(result())], { model: "gemini-3-pro" }),
    },
    { rule: "G4", demands: "The last content is not the model's", breaks: body([user, said]) },
    {
      rule: "G5",
      demands: "All calls of a content are answered in the next one, all of them in that one",
      breaks: body([user, calls(call("a"), call("b")), results(result("a")), results(result("b"))]),
    },
    { rule: "G6", demands: "A content has parts", breaks: body([{ role: "user", parts: [] }]) },
    {
      rule: "G7",
      demands: "A part has one kind of data, and an empty text is none",
      breaks: body([{ role: "user", parts: [{ text: "" }] }]),
    },
    {
      rule: "G8",
      demands: "Arguments and responses are objects",
      breaks: body([user, calls(call("lookup", "{}")), results(result())]),
    },
    {
      rule: "G9",
      demands: "A call and a result have a name",
      breaks: body([user, calls(call("")), results(result())]),
    },
    { rule: "G10", demands: "A role is `user` or `model`", breaks: body([{ ...user, role: "assistant" }]) },
    {
      rule: "G11",
      demands: "No two functions share a name",
      breaks: declared({ name: "lookup" }, { name: "lookup" }),
    },
    {
      rule: "G12",
      demands: "A choice is made among functions that are there",
      breaks: body([user], { toolConfig: { functionCallingConfig: { mode: "AUTO" } } }),
    },
    {
      rule: "G13",
      demands: "A content and its parts have no other fields",
      breaks: body([{ ...user, name: "Ann" }]),
    },
    {
      rule: "G14",
      demands: "A schema is written in Gemini's part of JSON Schema: one known type, known fields",
      breaks: schema({ type: ["string", "null"] }),
    },
    {
      rule: "G15",
      demands: "What a schema requires is one of its properties",
      breaks: schema({ type: "string" }, { required: ["p"] }),
    },
    { rule: "G16", demands: "An object has properties", breaks: schema({ type: "object" }) },
    { rule: "G17", demands: "No text of an enum is empty", breaks: schema({ type: "string", enum: [""] }) },
    {
      rule: "G18",
      demands: "A function's description is a text, and its fields are those of the reference",
      breaks: declared({ name: "lookup", strict: true }),
    },
    { rule: "G19", demands: "A request has contents", breaks: body([]) },
  ],
};
