import { listOf, objectOf, textOf } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { callProblem, nameFault, requestProblem, schemaProblem, unknownTag } from "./problems.ts";

/** The roles of a message and the fields that each may have. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  system: ["role", "content"],
  user: ["role", "content"],
  assistant: ["role", "content", "tool_calls", "prefix"],
  tool: ["role", "content", "tool_call_id", "name"],
};

/** The kinds of content that a message may be made of. */
const CHUNKS = ["text", "image_url", "document_url", "reference", "file", "thinking", "input_audio"];

/** The kinds that a system prompt may be made of. */
const SYSTEM_CHUNKS = ["text", "thinking"];

/** The problems of one message by itself. */
export function messageProblems(message: JsonObject, path: string): WireProblem[] {
  const { role } = message;
  if (typeof role !== "string" || !Object.hasOwn(FIELDS, role)) {
    return [
      schemaProblem({ rule: "M11", path: `${path}.role`, message: unknownTag("role", role, Object.keys(FIELDS)) }),
    ];
  }
  return [
    ...extraFields(message, FIELDS[role] ?? [], path),
    ...badContent(message, role, path),
    ...(role === "assistant" ? assistantProblems(message, path) : []),
    ...(role === "tool" ? toolMessageProblems(message, path) : []),
  ];
}

/**
 * M12: no field that the schema does not know, e.g. a `name` on a user or an assistant message, or another provider's
 * `reasoning_content` (langchainjs#5144, crush#1590).
 */
export function extraFields(value: JsonObject, known: readonly string[], path: string): WireProblem[] {
  const extra = Object.keys(value).filter((key) => !known.includes(key));
  return extra.map((key) =>
    schemaProblem({
      rule: "M12",
      path: path === "" ? key : `${path}.${key}`,
      message: "Extra inputs are not permitted",
    }),
  );
}

/**
 * M13: content is a text or a list of chunks of a kind that Mistral knows; only an assistant's may be missing. From the
 * schemas of the API reference (`ContentChunk`); a foreign `tool_use` or `reasoning` block ends here.
 */
function badContent(message: JsonObject, role: string, path: string): WireProblem[] {
  const { content } = message;
  const at = `${path}.content`;
  if (content === undefined || content === null) {
    if (role === "assistant") return [];
    const text = content === null ? "Input should be a valid string" : "Field required";
    return [schemaProblem({ rule: "M13", path: at, message: text })];
  }
  if (typeof content === "string") return [];
  if (!Array.isArray(content)) {
    return [schemaProblem({ rule: "M13", path: at, message: "Input should be a valid string" })];
  }
  const kinds = role === "system" ? SYSTEM_CHUNKS : CHUNKS;
  return content.flatMap((chunk, index) => badChunk(objectOf(chunk), kinds, `${at}[${index}]`));
}

function badChunk(chunk: JsonObject, kinds: readonly string[], path: string): WireProblem[] {
  const { type, text } = chunk;
  if (typeof type !== "string" || !kinds.includes(type)) {
    return [schemaProblem({ rule: "M13", path: `${path}.type`, message: unknownTag("type", type, kinds) })];
  }
  if (type !== "text" || typeof text === "string") return [];
  const message = text === undefined ? "Field required" : "Input should be a valid string";
  return [schemaProblem({ rule: "M13", path: `${path}.text`, message })];
}

function assistantProblems(message: JsonObject, path: string): WireProblem[] {
  const calls = message["tool_calls"];
  if (calls !== undefined && calls !== null && !Array.isArray(calls)) {
    return [schemaProblem({ rule: "M14", path: `${path}.tool_calls`, message: "Input should be a valid list" })];
  }
  return [
    ...contentOrCalls(message, path),
    ...listOf(calls).flatMap((call, index) => callProblems(objectOf(call), `${path}.tool_calls[${index}]`)),
  ];
}

/** M6: an assistant message has content or calls: never neither, and, on the cautious side, never both. */
function contentOrCalls(message: JsonObject, path: string): WireProblem[] {
  const { content } = message;
  const hasContent = Array.isArray(content) ? content.length > 0 : textOf(content) !== "";
  const hasCalls = listOf(message["tool_calls"]).length > 0;
  if (hasContent !== hasCalls) return [];
  const fault = hasCalls ? "both" : "none";
  const text = `Assistant message must have either content or tool_calls, but not ${fault}.`;
  return [requestProblem({ rule: "M6", path, message: text })];
}

/** M14: a call is an object with a function, its name and its arguments (a text or an object). From the API reference. */
function callProblems(call: JsonObject, path: string): WireProblem[] {
  const fn = objectOf(call["function"]);
  const { name, arguments: args } = fn;
  const isLegal = typeof args === "string" || (typeof args === "object" && args !== null && !Array.isArray(args));
  const fault = typeof name === "string" ? nameFault(name) : undefined;
  return [
    ...extraFields(call, ["id", "type", "function", "index"], path),
    ...extraFields(fn, ["name", "arguments"], `${path}.function`),
    ...badId(call["id"], `${path}.id`),
    ...(typeof name === "string" ? [] : [missing(name, `${path}.function.name`)]),
    ...(fault === undefined ? [] : [callProblem({ rule: "M15", path: `${path}.function.name`, message: fault })]),
    ...(isLegal ? [] : [missing(args, `${path}.function.arguments`)]),
  ];
}

function missing(value: unknown, path: string): WireProblem {
  const message = value === undefined ? "Field required" : "Input should be a valid string";
  return schemaProblem({ rule: "M14", path, message });
}

/** M5: an id of nine letters and digits; a call or a result without one has `null`, which is none. */
function badId(id: unknown, path: string): WireProblem[] {
  if (typeof id === "string" && /^[a-zA-Z0-9]{9}$/.test(id)) return [];
  const given = typeof id === "string" ? id : "null";
  const message = `Tool call id was ${given} but must be a-z, A-Z, 0-9, with a length of 9.`;
  return [callProblem({ rule: "M5", path, message })];
}

/** M5 and M15 on a result; M16: a result says which call it answers (langflow#5335). */
function toolMessageProblems(message: JsonObject, path: string): WireProblem[] {
  const { tool_call_id: id, name } = message;
  const fault = typeof name === "string" ? nameFault(name) : undefined;
  const text = "Tool call id has to be defined.";
  return [
    ...(typeof id === "string"
      ? badId(id, `${path}.tool_call_id`)
      : [requestProblem({ rule: "M16", path: `${path}.tool_call_id`, message: text })]),
    ...(fault === undefined ? [] : [callProblem({ rule: "M15", path: `${path}.name`, message: fault })]),
  ];
}
