import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WireProblem } from "../../../src/project/wire/problem.ts";
import { validateGemini } from "../../../src/project/wire/gemini.ts";

type Json = Record<string, unknown>;

const user = { role: "user", parts: [{ text: "Hi" }] };
const said = { role: "model", parts: [{ text: "Yes?" }] };
const call = (name: unknown = "lookup", more: Json = {}): Json => ({ functionCall: { name, args: {} }, ...more });
const answer = (name: unknown = "lookup"): Json => ({ functionResponse: { name, response: { result: "found" } } });
const calling = (...parts: Json[]) => ({ role: "model", parts });
const answering = (...parts: Json[]) => ({ role: "user", parts });
const pair = [calling(call()), answering(answer())];
const body = (contents: unknown, more: Json = {}): Json => ({ contents, ...more });
const declaring = (...functionDeclarations: Json[]) => body([user], { tools: [{ functionDeclarations }] });
const withSchema = (parameters: unknown) => declaring({ name: "f", parameters });
const withArgs = (args: unknown) =>
  body([user, calling({ functionCall: { name: "f", args } }), answering(answer("f"))]);
const withResponse = (response: unknown) =>
  body([user, calling(call("f")), answering({ functionResponse: { name: "f", response } })]);

const CALL =
  "Please ensure that function call turn comes immediately after a user turn or after a function response turn.";
const RESPONSE = "Please ensure that function response turn comes immediately after a function call turn.";
const COUNT =
  "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.";
const NAME =
  "Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.) or dashes (-), with a maximum length of 64.";
const END = "Please ensure that single turn requests end with a user role or the role field is empty.";
const ROLE = "Please use a valid role: user, model.";
const unsigned = (name: string, position: number) =>
  `Function call is missing a thought_signature in functionCall parts. This is required for tools to work correctly, and missing thought_signature may lead to degraded model performance. Additional data, function call \`default_api:${name}\` , position ${position}. Please refer to https://ai.google.dev/gemini-api/docs/thought-signatures for more details.`;
const at = (path: string, text: string) => `* GenerateContentRequest.${path}: ${text}`;
const unknown = (name: string, path: string) =>
  `Invalid JSON payload received. Unknown name "${name}" at '${path}': Cannot find field.`;
const EMPTY = "required oneof field 'data' must have one initialized field";
const STRUCT = "(type.googleapis.com/google.protobuf.Struct)";
const API = "type.googleapis.com/google.ai.generativelanguage.v1beta";
const FN = "tools[0].functionDeclarations[0]";
const PROTO = "tools[0].function_declarations[0]";

type Broken = [title: string, request: unknown, ...found: [rule: string, path: string, message: string][]];

const broken: Broken[] = [
  ["[G1] a call at the start", body(pair), ["G1", "contents[0]", CALL]],
  ["[G1] a call after the model's words", body([user, said, ...pair]), ["G1", "contents[2]", CALL]],
  ["[G1] a result after a user's turn", body([user, answering(answer())]), ["G1", "contents[1]", RESPONSE]],
  ["[G1] a result at the start", body([answering(answer())]), ["G1", "contents[0]", RESPONSE]],
  ["[G1] a result after the model's words", body([user, said, answering(answer())]), ["G1", "contents[2]", RESPONSE]],
  ["[G2] a declared name with a space", declaring({ name: "a b" }), ["G2", `${FN}.name`, at(`${PROTO}.name`, NAME)]],
  ["[G2] a declared name of 65", declaring({ name: "x".repeat(65) }), ["G2", `${FN}.name`, at(`${PROTO}.name`, NAME)]],
  ["[G2] a function without a name", declaring({}), ["G2", `${FN}.name`, at(`${PROTO}.name`, NAME)]],
  [
    "[G2] a digit at the start of a name in the history",
    body([user, calling(call("1a")), answering(answer("1a"))]),
    ["G2", "contents[1].parts[0].functionCall.name", at("contents[1].parts[0].function_call.name", NAME)],
    ["G2", "contents[2].parts[0].functionResponse.name", at("contents[2].parts[0].function_response.name", NAME)],
  ],
  [
    "[G3] an unsigned call of the current turn",
    body([user, ...pair], { model: "models/gemini-3-pro-preview" }),
    ["G3", "contents[1]", unsigned("lookup", 2)],
  ],
  [
    "[G3] an unsigned call of each step",
    body([user, ...pair, ...pair], { model: "gemini-3-flash" }),
    ["G3", "contents[1]", unsigned("lookup", 2)],
    ["G3", "contents[3]", unsigned("lookup", 4)],
  ],
  ["[G4] the model at the end", body([user, said]), ["G4", "contents[1].role", END]],
  ["[G5] a call without a result", body([user, calling(call()), user]), ["G5", "contents[1]", COUNT]],
  [
    "[G4] [G5] a call at the end",
    body([user, calling(call())]),
    ["G5", "contents[1]", COUNT],
    ["G4", "contents[1].role", END],
  ],
  [
    "[G5] [G1] results in contents of their own",
    body([user, calling(call("a"), call("b")), answering(answer("a")), answering(answer("b"))]),
    ["G5", "contents[1]", COUNT],
    ["G1", "contents[3]", RESPONSE],
  ],
  [
    "[G5] more results than calls",
    body([user, calling(call()), answering(answer(), answer())]),
    ["G5", "contents[1]", COUNT],
  ],
  [
    "[G6] a content without parts",
    body([user, { role: "model", parts: [] }, user]),
    ["G6", "contents[1].parts", at("contents[1].parts", "contents.parts must not be empty.")],
  ],
  [
    "[G6] an empty system instruction",
    body([user], { systemInstruction: { parts: [] } }),
    ["G6", "systemInstruction.parts", at("system_instruction.parts", "system_instruction.parts must not be empty.")],
  ],
  [
    "[G7] an empty text",
    body([{ role: "user", parts: [{ text: "" }] }]),
    ["G7", "contents[0].parts[0]", at("contents[0].parts[0].data", EMPTY)],
  ],
  [
    "[G7] a part of nothing",
    body([{ role: "user", parts: [{}] }]),
    ["G7", "contents[0].parts[0]", at("contents[0].parts[0].data", EMPTY)],
  ],
  [
    "[G7] a text that is a number",
    body([{ role: "user", parts: [{ text: 1 }] }]),
    ["G7", "contents[0].parts[0].text", "Invalid value at 'contents[0].parts[0].text' (TYPE_STRING)"],
  ],
  [
    "[G7] two kinds of data in a part",
    body([{ role: "user", parts: [{ text: "a", fileData: {} }] }]),
    [
      "G7",
      "contents[0].parts[0]",
      "Invalid value at 'contents[0].parts[0]' (oneof), oneof field 'data' is already set. Cannot set 'fileData'",
    ],
  ],
  [
    "[G8] arguments in a text",
    withArgs("{}"),
    [
      "G8",
      "contents[1].parts[0].functionCall.args",
      `Invalid value at 'contents[1].parts[0].function_call.args' ${STRUCT}, "{}"`,
    ],
  ],
  [
    "[G8] a response in a list",
    withResponse([1]),
    [
      "G8",
      "contents[2].parts[0].functionResponse.response",
      `Invalid value at 'contents[2].parts[0].function_response.response' ${STRUCT}, [1]`,
    ],
  ],
  [
    "[G8] no response",
    withResponse(undefined),
    [
      "G8",
      "contents[2].parts[0].functionResponse.response",
      at("contents[2].parts[0].function_response.response", "response is not specified"),
    ],
  ],
  [
    "[G9] names that are empty",
    body([user, calling(call("")), answering(answer(null))]),
    [
      "G9",
      "contents[1].parts[0].functionCall.name",
      at("contents[1].parts[0].function_call.name", "Name cannot be empty."),
    ],
    [
      "G9",
      "contents[2].parts[0].functionResponse.name",
      at("contents[2].parts[0].function_response.name", "Name cannot be empty."),
    ],
  ],
  [
    "[G10] a role of another API",
    body([{ role: "assistant", parts: [{ text: "a" }] }, user]),
    ["G10", "contents[0].role", ROLE],
  ],
  ["[G10] no role among several", body([{ parts: [{ text: "a" }] }, user]), ["G10", "contents[0].role", ROLE]],
  ["[G10] a role that is null", body([{ role: null, parts: [{ text: "a" }] }]), ["G10", "contents[0].role", ROLE]],
  [
    "[G11] two functions of one name",
    declaring({ name: "f" }, { name: "f" }),
    ["G11", "tools[0].functionDeclarations[1].name", "Duplicate function declaration found: f"],
  ],
  [
    "[G11] one name in two tools",
    body([user], { tools: [{ functionDeclarations: [{ name: "f" }] }, { function_declarations: [{ name: "f" }] }] }),
    ["G11", "tools[1].functionDeclarations[0].name", "Duplicate function declaration found: f"],
  ],
  [
    "[G12] a choice among no functions",
    body([user], { toolConfig: { functionCallingConfig: { mode: "ANY" } } }),
    ["G12", "toolConfig.functionCallingConfig", "Function calling config is set without function_declarations."],
  ],
  [
    "[G12] a choice of a function that is not declared",
    { ...declaring({ name: "f" }), toolConfig: { functionCallingConfig: { allowedFunctionNames: ["f", "g"] } } },
    [
      "G12",
      "toolConfig.functionCallingConfig.allowedFunctionNames[1]",
      at("tool_config.function_calling_config.allowed_function_names[1]", "function is not declared"),
    ],
  ],
  [
    "[G13] a field of a content",
    body([{ ...user, name: "Ann" }]),
    ["G13", "contents[0]", unknown("name", "contents[0]")],
  ],
  [
    "[G13] a field of a part",
    body([{ role: "user", parts: [{ type: "text", text: "a" }] }]),
    ["G13", "contents[0].parts[0]", unknown("type", "contents[0].parts[0]")],
  ],
  [
    "[G14] a keyword that Gemini has not",
    withSchema({ type: "string", const: "a" }),
    ["G14", `${FN}.parameters`, unknown("const", `${PROTO}.parameters`)],
  ],
  [
    "[G14] keywords deep in a schema",
    withSchema({
      type: "object",
      properties: { a: { type: "array", items: { anyOf: [{ type: "string" }, { $ref: "#" }] } } },
    }),
    [
      "G14",
      `${FN}.parameters.properties.a.items.anyOf[1]`,
      unknown("$ref", `${PROTO}.parameters.properties[0].value.items.any_of[1]`),
    ],
  ],
  [
    "[G14] a list of types",
    withSchema({ type: ["string", "null"] }),
    [
      "G14",
      `${FN}.parameters.type`,
      `Invalid JSON payload received. Unknown name "type" at '${PROTO}.parameters': Proto field is not repeating, cannot start list.`,
    ],
  ],
  [
    "[G14] the type null",
    withSchema({ type: "null" }),
    ["G14", `${FN}.parameters.type`, `Invalid value at '${PROTO}.parameters.type' (${API}.Type), "null"`],
  ],
  [
    "[G14] a schema that is a boolean",
    withSchema(true),
    ["G14", `${FN}.parameters`, `Invalid value at '${PROTO}.parameters' (${API}.Schema), true`],
  ],
  [
    "[G15] a required property that is not there",
    withSchema({ type: "object", properties: { a: { type: "string" } }, required: ["a", "b"] }),
    ["G15", `${FN}.parameters.required[1]`, at(`${PROTO}.parameters.required[1]`, "property is not defined")],
  ],
  [
    "[G16] an object without properties",
    withSchema({ type: "OBJECT" }),
    ["G16", `${FN}.parameters.properties`, at(`${PROTO}.parameters.properties`, "should be non-empty for OBJECT type")],
  ],
  [
    "[G16] an object with no property",
    withSchema({ type: "object", properties: {} }),
    ["G16", `${FN}.parameters.properties`, at(`${PROTO}.parameters.properties`, "should be non-empty for OBJECT type")],
  ],
  [
    "[G17] an empty text among the values",
    withSchema({ type: "string", enum: ["a", ""] }),
    ["G17", `${FN}.parameters.enum[1]`, at(`${PROTO}.parameters.enum[1]`, "cannot be empty")],
  ],
  ["[G18] a field of a function", declaring({ name: "f", strict: true }), ["G18", FN, unknown("strict", PROTO)]],
  [
    "[G18] a description that is no text",
    declaring({ name: "f", description: 1 }),
    ["G18", `${FN}.description`, `Invalid value at '${PROTO}.description' (TYPE_STRING)`],
  ],
  ["[G19] no contents", {}, ["G19", "contents", at("contents", "contents is not specified")]],
  ["[G19] contents of nothing", body([]), ["G19", "contents", at("contents", "contents is not specified")]],
];

const signed = calling(call("lookup", { thoughtSignature: "c2ln" }), call("ping"));
const model = "models/gemini-3-pro-preview";

const sound: [title: string, request: unknown][] = [
  ["[G1] [G5] a call after a user's turn, and one after results", body([user, ...pair, ...pair, said, user])],
  [
    "[G1] [G5] parallel calls with their results in one content",
    body([user, calling(call("a"), call("b")), answering(answer("a"), answer("b"))]),
  ],
  ["[G2] [G9] legal names", body([user, calling(call("_a.b-C9")), answering(answer("_a.b-C9"))])],
  ["[G3] a step whose first call is signed", body([user, signed, answering(answer(), answer("ping"))], { model })],
  ["[G3] an unsigned call of an earlier turn", body([user, ...pair, said, user], { model })],
  ["[G3] an unsigned call at an older model", body([user, ...pair], { model: "models/gemini-2.5-pro" })],
  ["[G3] an unsigned call at a model that nobody has named", body([user, ...pair])],
  ["[G4] a user's turn after another", body([user, said, user, user])],
  [
    "[G6] [G13] a whole system instruction",
    body([user], { system_instruction: { role: "system", parts: [{ text: "Be brief." }] } }),
  ],
  [
    "[G7] [G13] parts of all kinds",
    body([
      {
        role: "user",
        parts: [
          { inline_data: { mime_type: "image/png", data: "AAAA" } },
          { text: "a", thought: true, thoughtSignature: "c2ln" },
        ],
      },
    ]),
  ],
  ["[G8] a call without arguments", withArgs(undefined)],
  ["[G10] a content without a role, alone", body([{ parts: [{ text: "a" }] }])],
  ["[G10] the old role of results", body([user, calling(call()), { role: "function", parts: [answer()] }])],
  ["[G11] [G18] functions of two names", declaring({ name: "f", description: "d" }, { name: "g" })],
  [
    "[G12] a choice among functions",
    { ...declaring({ name: "f" }), tool_config: { function_calling_config: { allowed_function_names: ["f"] } } },
  ],
  [
    "[G14] [G15] [G16] [G17] a whole schema",
    withSchema({ type: "object", properties: { a: { type: "STRING", enum: ["x"], nullable: true } }, required: ["a"] }),
  ],
  [
    "[G14] a function without a schema, and a tool of Google's",
    body([user], { tools: [{ googleSearch: {} }, { functionDeclarations: [{ name: "f" }] }] }),
  ],
];

describe("validateGemini", () => {
  it.each(broken)("refuses %s", (_title, request, ...found) => {
    const expected = found.map(([rule, path, message]) => ({
      rule,
      path,
      message,
      status: 400,
      type: "INVALID_ARGUMENT",
      code: null,
      param: null,
    }));
    expect(validateGemini(request)).toEqual(expected as WireProblem[]);
  });

  it.each(sound)("takes %s", (_title, request) => {
    expect(validateGemini(request)).toEqual([]);
  });

  it("never throws, and names a rule, a place and a sentence for all that it finds", () => {
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom("user", "model", "function", "object", "lookup"));
    const data = fc.dictionary(
      fc.constantFrom("text", "functionCall", "functionResponse", "thoughtSignature", "x_y"),
      odd,
    );
    const content = fc.record({ role: odd, parts: fc.oneof(odd, fc.array(fc.oneof(odd, data))) });
    const schema = fc.dictionary(
      fc.constantFrom("type", "properties", "items", "anyOf", "required", "enum", "const"),
      odd,
    );
    const tools = fc.array(
      fc.record({ functionDeclarations: fc.array(fc.record({ name: odd, parameters: fc.oneof(odd, schema) })) }),
    );
    const whole = fc.record({
      model: odd,
      contents: fc.oneof(odd, fc.array(fc.oneof(odd, content))),
      tools,
      toolConfig: odd,
    });
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), whole), (value) => {
        for (const { rule, path, message } of validateGemini(value)) {
          expect(rule).toMatch(/^G\d+$/);
          expect([path, message]).not.toContain("");
        }
      }),
      { numRuns: 300 },
    );
  });
});
