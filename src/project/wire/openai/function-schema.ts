import { listOf, objectOf } from "../problem.ts";
import type { JsonObject, WireProblem, WireRule } from "../problem.ts";
import { report } from "./report.ts";

/** A function as both APIs define one, and where it stands. */
export interface FunctionAt {
  readonly name: string;
  readonly parameters: unknown;
  readonly strict: unknown;
  /** The path of the parameters, e.g. `tools[0].function.parameters`. */
  readonly path: string;
}

/** The rule that each of the two checks is of. */
export interface SchemaRules {
  readonly objectRule: WireRule;
  readonly strictRule: WireRule;
}

/**
 * A function's parameters: an object's schema, where there are any (public API reference, "parameters"), and with
 * `strict: true` one that is closed and demands every key, at every depth.
 */
export function checkFunctionSchema(at: FunctionAt, { objectRule, strictRule }: SchemaRules): WireProblem[] {
  if (at.parameters === undefined || at.parameters === null) return [];
  const schema = objectOf(at.parameters);
  if (schema["type"] !== "object") {
    const type = typeof schema["type"] === "string" ? schema["type"] : "None";
    const detail = `schema must be a JSON Schema of 'type: "object"', got 'type: "${type}"'.`;
    return [invalidSchema(objectRule, at, detail)];
  }
  if (at.strict !== true) return [];
  return objectsIn(schema).flatMap(({ node, context }) => checkClosed(node, context, at, strictRule));
}

function checkClosed(node: JsonObject, context: string, at: FunctionAt, rule: WireRule): WireProblem[] {
  const problems: WireProblem[] = [];
  if (node["additionalProperties"] !== false) {
    const detail = `In context=${context}, 'additionalProperties' is required to be supplied and to be false.`;
    problems.push(invalidSchema(rule, at, detail));
  }
  const required = listOf(node["required"]);
  const absent = Object.keys(objectOf(node["properties"])).find((key) => !required.includes(key));
  if (absent !== undefined) {
    const detail = `In context=${context}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${absent}'.`;
    problems.push(invalidSchema(rule, at, detail));
  }
  return problems;
}

function invalidSchema(rule: WireRule, { name, path }: FunctionAt, detail: string): WireProblem {
  return report(rule, path, `Invalid schema for function '${name}': ${detail}`, {
    code: "invalid_function_parameters",
  });
}

interface SchemaAt {
  readonly node: JsonObject;
  readonly keys: readonly string[];
}

/** The objects' schemas inside a schema, itself included, in its order. Takes cyclic values. */
function objectsIn(root: JsonObject): { readonly node: JsonObject; readonly context: string }[] {
  const seen = new Set<JsonObject>();
  const waiting: SchemaAt[] = [{ node: root, keys: [] }];
  const found: { node: JsonObject; context: string }[] = [];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, keys } = next;
    if (seen.has(node)) continue;
    seen.add(node);
    if (listOf(node["type"]).includes("object") || node["type"] === "object") {
      found.push({ node, context: contextOf(keys) });
    }
    waiting.push(...childrenOf(next).toReversed());
  }
  return found;
}

function childrenOf({ node, keys }: SchemaAt): SchemaAt[] {
  const named = ["properties", "$defs", "definitions"].flatMap((key) =>
    Object.entries(objectOf(node[key])).map(([name, child]) => ({ node: objectOf(child), keys: [...keys, key, name] })),
  );
  const listed = ["anyOf", "allOf", "oneOf", "prefixItems"].flatMap((key) =>
    listOf(node[key]).map((child, index) => ({ node: objectOf(child), keys: [...keys, key, String(index)] })),
  );
  const items = "items" in node ? [{ node: objectOf(node["items"]), keys: [...keys, "items"] }] : [];
  return [...named, ...listed, ...items];
}

/** The keys as OpenAI writes them: a tuple, with a comma after a single one. */
function contextOf(keys: readonly string[]): string {
  const quoted = keys.map((key) => `'${key}'`).join(", ");
  return keys.length === 1 ? `(${quoted},)` : `(${quoted})`;
}
