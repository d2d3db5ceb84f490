import type { Result } from "./conversation.ts";
import type { ToolSpec } from "./tool-spec.ts";
import { wordsOf } from "./tool-spec.ts";

/** Characters of a tool's result that are passed on. */
const MAX_RESULT = 4_000;

/** The results of tools as an answer: texts as they are, JSON as lines, failures named as such. */
export function answerFrom(results: readonly Result[]): string {
  return results.map((result) => (result.isError ? failure(result) : readable(result.text))).join("\n\n");
}

/** What a model says that finds no tool for a request: that it cannot help, and what it can do. */
export function cannotHelp(specs: readonly ToolSpec[]): string {
  const abilities = specs.map(abilityOf);
  const can = abilities.length === 0 ? "" : ` I can help with: ${[...new Set(abilities)].join("; ")}.`;
  return `I cannot help with that.${can}`;
}

/** The answer to a greeting. */
export function greeting(specs: readonly ToolSpec[]): string {
  return cannotHelp(specs).replace(/^I cannot help with that\./, "Hello!");
}

/** The question that a model asks whose tool lacks required arguments. */
export function askFor(missing: readonly string[], { name }: ToolSpec): string {
  const fields = missing.map((field) => wordsOf(field).join(" "));
  const list = fields.length > 1 ? `${fields.slice(0, -1).join(", ")} and ${fields.at(-1)}` : fields[0];
  return `To do that (${wordsOf(name).join(" ")}) I need the ${list}. Please say it in your next message.`;
}

/** A tool in a few words: the first clause of its description, else its name's words. */
function abilityOf({ name, description, target }: ToolSpec): string {
  const [clause = ""] = description.trim().split(/(?<=[^.]{12})\.(?:\s|$)|\n/);
  const words =
    clause === "" || /^transfer the conversation to/i.test(clause) ? wordsOf(target ?? name).join(" ") : clause;
  return words.charAt(0).toLowerCase() + words.slice(1);
}

function failure({ tool, text }: Result): string {
  return `That did not work${tool === "" ? "" : ` (${wordsOf(tool).join(" ")})`}: ${text}`;
}

function readable(text: string): string {
  const cut = text.length <= MAX_RESULT ? text : `${text.slice(0, MAX_RESULT).toWellFormed()}…`;
  if (!/^\s*[[{]/.test(text) || cut !== text) return cut;
  try {
    return lines(JSON.parse(text)).join("\n");
  } catch {
    return text;
  }
}

function lines(value: unknown): string[] {
  if (Array.isArray(value)) return value.map((item) => `- ${inline(item)}`);
  return Object.entries(value as Record<string, unknown>).map(
    ([key, item]) => `${wordsOf(key).join(" ")}: ${inline(item)}`,
  );
}

function inline(value: unknown): string {
  if (Array.isArray(value)) return value.map(inline).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, item]) => `${wordsOf(key).join(" ")} ${inline(item)}`)
    .join(", ");
}
