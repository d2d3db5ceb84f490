import { objectOf, textOf } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { MAX_ITEM_ID } from "../openai/limits.ts";
import { checkText, report, wrongType } from "../openai/report.ts";
import { isSealed, typeOf } from "./item.ts";
import type { ItemAt } from "./item.ts";

/** How the server's ids begin, by the type of the item. */
const PREFIX: Readonly<Record<string, string>> = {
  message: "msg",
  function_call: "fc",
  function_call_output: "fc",
  reasoning: "rs",
  custom_tool_call: "ctc",
};

/** Items that a model has written, beside its reasoning. */
const WRITTEN: ReadonlySet<string> = new Set([
  "function_call",
  "custom_tool_call",
  "computer_call",
  "file_search_call",
  "web_search_call",
  "code_interpreter_call",
  "image_generation_call",
  "local_shell_call",
  "shell_call",
  "apply_patch_call",
  "mcp_call",
  "mcp_list_tools",
  "mcp_approval_request",
  "tool_search_call",
]);

/** Rule P4: an item's id is one of the server's own, by its prefix, and not too long; most items need none. */
export function checkId({ item, path }: ItemAt): WireProblem[] {
  const { id } = item;
  if (id === undefined || id === null) return [];
  const place = `${path}.id`;
  if (typeof id !== "string") return [wrongType("P4", place, "a string", id)];
  const prefix = PREFIX[typeOf(item)];
  const problems = checkText(id, { rule: "P4", path: place, max: MAX_ITEM_ID });
  if (id === "" || prefix === undefined || id.startsWith(prefix)) return problems;
  const text = `Invalid '${place}': '${id}'. Expected an ID that begins with '${prefix}'.`;
  return [report("P4", place, text, { code: "invalid_value" }), ...problems];
}

/** Rule P11: no item is there twice (vercel/ai#13307). */
export function checkDuplicates(input: readonly unknown[]): WireProblem[] {
  const seen = new Set<string>();
  return input.flatMap((item, index) => {
    const id = textOf(objectOf(item)["id"]);
    const isNew = id === "" || !seen.has(id);
    seen.add(id);
    if (isNew) return [];
    const text = `Duplicate item found with id ${id}. Remove duplicate items from your input and try again.`;
    return [report("P11", `input[${index}].id`, text, { param: "input" })];
  });
}

/**
 * Rule P3, first half: a reasoning item is followed by what the model wrote after it: further reasoning, or a message or
 * a call. Where the server keeps the thoughts and the item only names them, that one has its own id too
 * (openai-node#1567).
 */
export function checkFollowed({ item, index, path }: ItemAt, input: readonly unknown[]): WireProblem[] {
  if (typeOf(item) !== "reasoning") return [];
  let after = index + 1;
  while (typeOf(objectOf(input[after])) === "reasoning") after += 1;
  const next = objectOf(input[after]);
  if (isWritten(next) && (isSealed(item) || textOf(item["id"]) === "" || textOf(next["id"]) !== "")) return [];
  const text = `Item '${textOf(item["id"])}' of type 'reasoning' was provided without its required following item.`;
  return [report("P3", path, text, { param: "input" })];
}

/**
 * Rule P3, second half: what the model wrote after a thought comes after that thought again. A request alone does not
 * tell which thought that was; `reasoningOf` does, by the id of the item.
 */
export function checkReasoned(
  { item, index, path }: ItemAt,
  input: readonly unknown[],
  reasoningOf: ReadonlyMap<string, string>,
): WireProblem[] {
  const id = textOf(item["id"]);
  const needed = reasoningOf.get(id);
  if (needed === undefined) return [];
  let before = index - 1;
  while (isWritten(objectOf(input[before]))) before -= 1;
  for (; typeOf(objectOf(input[before])) === "reasoning"; before -= 1) {
    if (objectOf(input[before])["id"] === needed) return [];
  }
  const text = `Item '${id}' of type '${typeOf(item)}' was provided without its required 'reasoning' item: '${needed}'.`;
  return [report("P3", path, text, { param: "input" })];
}

/**
 * Which reasoning item each item of the responses' `output` lists needs beside it, by their ids: the one before it in its
 * own response.
 */
export function reasoningIn(outputs: readonly (readonly unknown[])[]): ReadonlyMap<string, string> {
  const pairs = new Map<string, string>();
  for (const output of outputs) {
    let thought = "";
    for (const item of output.map(objectOf)) {
      const id = textOf(item["id"]);
      if (typeOf(item) === "reasoning") thought = id;
      else if (id !== "" && thought !== "") pairs.set(id, thought);
    }
  }
  return pairs;
}

/** Rule P14: what the server was told not to keep cannot be named (vercel/ai#7543). The server answers 404 to it. */
export function checkStored({ item, path }: ItemAt, body: JsonObject): WireProblem[] {
  const type = typeOf(item);
  const id = textOf(item["id"]);
  const isNamed = type === "item_reference" || (type === "reasoning" && !isSealed(item));
  if (body["store"] !== false || !isNamed || id === "") return [];
  const text = `Item with id '${id}' not found. Items are not persisted when \`store\` is set to false. Try again with \`store\` set to true, or remove this item from your input.`;
  return [report("P14", path, text, { param: "input" })];
}

function isWritten(item: JsonObject): boolean {
  return WRITTEN.has(typeOf(item)) || (typeOf(item) === "message" && item["role"] === "assistant");
}
