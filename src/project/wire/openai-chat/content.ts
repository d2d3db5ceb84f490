import { listOf, objectOf, textOf } from "../problem.ts";
import type { WireProblem } from "../problem.ts";
import { checkText, emptyList, missing, report, unsupported, wrongType } from "../openai/report.ts";
import type { MessageAt } from "./message.ts";

const PARTS = ["text", "image_url", "input_audio", "refusal", "audio", "file"];

/** Parts that hold something under the name of their type. */
const HOLDERS: ReadonlySet<string> = new Set(PARTS.filter((type) => type !== "audio"));

/** Those of them that hold a text. */
const TEXTS: ReadonlySet<string> = new Set(["text", "refusal"]);

/**
 * Rule O10: every message has content: a text or a list of parts that is not empty. Only an assistant's message may go
 * without, while it has calls, a refusal or an audio (public API reference, "content").
 */
export function checkContent({ message, path, index }: MessageAt): WireProblem[] {
  const { role, content } = message;
  const place = `${path}.content`;
  if (typeof content === "string") return [];
  if (Array.isArray(content)) return content.length === 0 ? [emptyList("O10", place)] : [];
  if (content !== undefined && content !== null) {
    return [wrongType("O10", place, "one of a string or array of objects", content)];
  }
  if (role === "assistant") {
    const speaks = ["tool_calls", "function_call", "refusal", "audio"].some(
      (field) => (message[field] ?? null) !== null,
    );
    if (speaks) return [];
  }
  if (role === "function" && content === null) return [];
  if (content === undefined && role !== "assistant") return [missing("O10", place)];
  const text = "Invalid value for 'content': expected a string, got null.";
  return [report("O10", place, text, { param: `messages.[${index}].content` })];
}

/**
 * Rule O11: the parts of a content are of the API's own types, whole, and those that the message's role may hold: an
 * assistant text and refusals, a user everything else, the others text (public API reference, "content").
 */
export function checkParts(at: MessageAt): WireProblem[] {
  return listOf(at.message["content"]).flatMap((part, index) => checkPart(part, `${at.path}.content[${index}]`, at));
}

function checkPart(value: unknown, path: string, { message, path: messagePath }: MessageAt): WireProblem[] {
  const part = objectOf(value);
  if (part !== value) return [wrongType("O11", path, "an object", value)];
  const { type } = part;
  if (type === undefined) return [missing("O11", `${path}.type`)];
  if (typeof type !== "string") return [wrongType("O11", `${path}.type`, "a string", type)];
  if (!PARTS.includes(type)) return [unsupported("O11", `${path}.type`, type, PARTS)];
  const role = textOf(message["role"]);
  if (type === "image_url" && role !== "user") {
    const text = `Invalid '${messagePath}'. Image URLs are only allowed for messages with role 'user', but this message with role '${role}' contains an image URL.`;
    return [report("O11", path, text, { code: "invalid_value", param: messagePath })];
  }
  const allowed = partsOf(role);
  if (!allowed.includes(type)) return [unsupported("O11", `${path}.type`, type, allowed)];
  if (TEXTS.has(type)) return checkText(part[type], { rule: "O11", path: `${path}.${type}` });
  return HOLDERS.has(type) && part[type] === undefined ? [missing("O11", `${path}.${type}`)] : [];
}

function partsOf(role: string): readonly string[] {
  if (role === "assistant") return ["text", "refusal"];
  if (role === "user") return PARTS.filter((type) => type !== "refusal");
  return ["text"];
}
