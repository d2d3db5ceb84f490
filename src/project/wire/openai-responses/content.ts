import { listOf, objectOf } from "../problem.ts";
import type { WireProblem } from "../problem.ts";
import { checkText, emptyList, missing, unsupported, wrongType } from "../openai/report.ts";
import { typeOf } from "./item.ts";
import type { ItemAt } from "./item.ts";

const PARTS = [
  "input_text",
  "input_image",
  "input_audio",
  "output_text",
  "refusal",
  "input_file",
  "computer_screenshot",
  "summary_text",
  "encrypted_content",
];

/** The parts of an assistant's message. */
const SPOKEN = ["output_text", "refusal"];

/** The parts of everybody else's. */
const HEARD = ["input_text", "input_image", "input_audio", "input_file"];

/** The field with the text of a part. */
const TEXT_FIELD: Readonly<Record<string, string>> = { input_text: "text", output_text: "text", refusal: "refusal" };

/**
 * Rule P7: a message has content: a text or parts that its role may hold; an answer too, where its output is parts. That
 * there has to be a part is inferred (public API reference, "content"; PraisonAI#3934).
 */
export function checkContent({ item, path }: ItemAt): WireProblem[] {
  const type = typeOf(item);
  if (type === "function_call_output") return checkParts(item["output"], `${path}.output`, HEARD);
  if (type !== "message") return [];
  const { content, role } = item;
  const place = `${path}.content`;
  if (content === undefined) return [missing("P7", place)];
  if (typeof content === "string") return [];
  if (!Array.isArray(content)) return [wrongType("P7", place, "one of a string or array of objects", content)];
  if (content.length === 0) return [emptyList("P7", place)];
  return checkParts(content, place, role === "assistant" ? SPOKEN : HEARD);
}

function checkParts(parts: unknown, path: string, allowed: readonly string[]): WireProblem[] {
  return listOf(parts).flatMap((value, index) => {
    const part = objectOf(value);
    const place = `${path}[${index}]`;
    if (part !== value) return [wrongType("P7", place, "an object", value)];
    const { type } = part;
    if (type === undefined) return [missing("P7", `${place}.type`)];
    if (typeof type !== "string") return [wrongType("P7", `${place}.type`, "a string", type)];
    if (!PARTS.includes(type)) return [unsupported("P7", `${place}.type`, type, PARTS)];
    if (!allowed.includes(type)) return [unsupported("P7", place, type, allowed)];
    const field = TEXT_FIELD[type];
    return field === undefined ? [] : checkText(part[field], { rule: "P7", path: `${place}.${field}` });
  });
}
