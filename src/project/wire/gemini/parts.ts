import { listOf, objectOf, textOf } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { field, isObject, nameFault, problem, snake, unknownFields } from "./problems.ts";

/** The fields of a part of which it has exactly one. */
const DATA = [
  "text",
  "inlineData",
  "functionCall",
  "functionResponse",
  "fileData",
  "executableCode",
  "codeExecutionResult",
] as const;

const PART_FIELDS = new Set<string>([
  ...DATA,
  "thought",
  "thoughtSignature",
  "videoMetadata",
  "mediaResolution",
  "partMetadata",
]);
const CONTENT_FIELDS = new Set(["role", "parts"]);

/** The problems of one content and its parts; `path` is ours, e.g. `contents[0]`, and so is Gemini's. */
export function contentProblems(content: JsonObject, path: string): WireProblem[] {
  const parts = listOf(content["parts"]);
  const at = snake(path);
  return [
    ...unknownFields(content, CONTENT_FIELDS, at).map((message) => problem("G13", path, message)),
    ...(parts.length > 0 ? [] : [noParts(path)]),
    ...parts.flatMap((part, index) => partProblems(objectOf(part), `${path}.parts[${index}]`)),
  ];
}

/** G6: a content has parts; an empty text makes none at LangChain's adapter (vercel/ai#3775, chatwise#250). */
function noParts(path: string): WireProblem {
  const name = path.replace(/\[\d+\]$/, "");
  const message = `* GenerateContentRequest.${snake(path)}.parts: ${snake(name)}.parts must not be empty.`;
  return problem("G6", `${path}.parts`, message);
}

function partProblems(part: JsonObject, path: string): WireProblem[] {
  const call = field(part, "functionCall");
  const response = field(part, "functionResponse");
  return [
    ...unknownFields(part, PART_FIELDS, snake(path)).map((message) => problem("G13", path, message)),
    ...dataProblems(part, path),
    ...(call === undefined ? [] : callProblems(call, `${path}.functionCall`)),
    ...(response === undefined ? [] : responseProblems(response, `${path}.functionResponse`)),
  ];
}

/**
 * G7: a part has one kind of data, and an empty text is none. `required oneof field` is the text for none; two are the
 * JSON reader's complaint. From the API reference (`Part`); seen in the field for empty assistant texts.
 */
function dataProblems(part: JsonObject, path: string): WireProblem[] {
  const kinds = DATA.filter((name) => field(part, name) !== undefined);
  const [kind, second] = kinds;
  if (second !== undefined) {
    const message = `Invalid value at '${snake(path)}' (oneof), oneof field 'data' is already set. Cannot set '${second}'`;
    return [problem("G7", path, message)];
  }
  if (kind === "text" && typeof part["text"] !== "string") {
    return [problem("G7", `${path}.text`, `Invalid value at '${snake(path)}.text' (TYPE_STRING)`)];
  }
  if (kind !== undefined && part["text"] !== "") return [];
  const message = `* GenerateContentRequest.${snake(path)}.data: required oneof field 'data' must have one initialized field`;
  return [problem("G7", path, message)];
}

/** G2 and G8: a call has a legal name, and arguments that are an object. From the API reference (`FunctionCall`). */
function callProblems(call: unknown, path: string): WireProblem[] {
  return [...named(call, path), ...struct(objectOf(call)["args"], `${path}.args`)];
}

/** G2 and G8: a result has the name of its call, and a response that is an object (`FunctionResponse`). */
function responseProblems(response: unknown, path: string): WireProblem[] {
  const value = objectOf(response)["response"];
  const missing = problem(
    "G8",
    `${path}.response`,
    `* GenerateContentRequest.${snake(path)}.response: response is not specified`,
  );
  return [...named(response, path), ...(value === undefined ? [missing] : struct(value, `${path}.response`))];
}

/** G9: a call and a result have a name (CLIProxyAPI#2104); G2: a legal one. */
function named(value: unknown, path: string): WireProblem[] {
  const name = textOf(objectOf(value)["name"]);
  const at = `* GenerateContentRequest.${snake(path)}.name`;
  if (name === "") return [problem("G9", `${path}.name`, `${at}: Name cannot be empty.`)];
  const fault = nameFault(name);
  return fault === undefined ? [] : [problem("G2", `${path}.name`, `${at}: ${fault}`)];
}

function struct(value: unknown, path: string): WireProblem[] {
  if (value === undefined || value === null || isObject(value)) return [];
  const message = `Invalid value at '${snake(path)}' (type.googleapis.com/google.protobuf.Struct), ${JSON.stringify(value)}`;
  return [problem("G8", path, message)];
}
