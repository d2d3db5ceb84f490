import type { JsonObject, WireProblem } from "../problem.ts";

/** The rules of this API. */
type GeminiRule = WireProblem["rule"] & `G${number}`;

/** A problem as Gemini tells it: always 400 with the status INVALID_ARGUMENT, which stands for both type and code. */
export function problem(rule: GeminiRule, path: string, message: string): WireProblem {
  return { rule, path, message, status: 400, type: "INVALID_ARGUMENT", code: null, param: null };
}

/** A field under its own name or under the snake-case one, both of which Gemini reads. */
export function field(value: JsonObject, name: string): unknown {
  return value[name] ?? value[snake(name)];
}

/** A path as Gemini's own texts write it: `functionCall` is `function_call`. */
export function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What Gemini says of fields that the message at `path` has not; `path` in its own spelling. */
export function unknownFields(value: JsonObject, known: ReadonlySet<string>, path: string): string[] {
  const extra = Object.keys(value).filter((key) => !known.has(key) && !known.has(camel(key)));
  return extra.map((key) => `Invalid JSON payload received. Unknown name "${key}" at '${path}': Cannot find field.`);
}

/** What Gemini says of a function's name, `undefined` where the name is legal; without colons, which not all models take. */
export function nameFault(name: string): string | undefined {
  if (/^[a-zA-Z_][a-zA-Z0-9_.-]{0,63}$/.test(name)) return undefined;
  return "Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.) or dashes (-), with a maximum length of 64.";
}

function camel(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
