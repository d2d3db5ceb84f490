import { listOf, textOf } from "../problem.ts";
import type { JsonObject, WireProblem } from "../problem.ts";
import { isObject, problem, snake, unknownFields } from "./problems.ts";

/** The part of JSON Schema that a function's parameters may be written in: the fields of the reference's `Schema`. */
const FIELDS = new Set(
  "type format title description nullable enum maxItems minItems properties required minProperties maxProperties minLength maxLength pattern example anyOf propertyOrdering default items minimum maximum".split(
    " ",
  ),
);

const TYPES = new Set(["string", "number", "integer", "boolean", "array", "object"]);

/** A schema, its place in the body, and the same place in the words of Gemini's JSON reader. */
interface Place {
  readonly path: string;
  readonly proto: string;
}

/** The problems of a schema and of all that it holds. */
export function schemaProblems(schema: unknown, place: Place): WireProblem[] {
  if (!isObject(schema)) {
    const message = `Invalid value at '${place.proto}' (type.googleapis.com/google.ai.generativelanguage.v1beta.Schema), ${JSON.stringify(schema)}`;
    return [problem("G14", place.path, message)];
  }
  return [
    ...unknownFields(schema, FIELDS, place.proto).map((message) => problem("G14", place.path, message)),
    ...badType(schema["type"], place),
    ...undefinedRequired(schema, place),
    ...emptyObject(schema, place),
    ...emptyEnum(schema, place),
    ...inner(schema, place),
  ];
}

/** G14: one type, of those that Gemini knows: no list of types (zed#53919), no `null` (new-api#766). */
function badType(type: unknown, { path, proto }: Place): WireProblem[] {
  if (type === undefined || TYPES.has(textOf(type).toLowerCase())) return [];
  const message = Array.isArray(type)
    ? `Invalid JSON payload received. Unknown name "type" at '${proto}': Proto field is not repeating, cannot start list.`
    : `Invalid value at '${proto}.type' (type.googleapis.com/google.ai.generativelanguage.v1beta.Type), ${JSON.stringify(type)}`;
  return [problem("G14", `${path}.type`, message)];
}

/** G15: what is required is a property (AIStudioToAPI#154). */
function undefinedRequired(schema: JsonObject, { path }: Place): WireProblem[] {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  return listOf(schema["required"]).flatMap((name, index) => {
    if (typeof name === "string" && Object.hasOwn(properties, name)) return [];
    const message = `* GenerateContentRequest.${snake(path)}.required[${index}]: property is not defined`;
    return [problem("G15", `${path}.required[${index}]`, message)];
  });
}

/** G16: an object has properties; a function without parameters leaves them out. Not all models insist. */
function emptyObject(schema: JsonObject, { path }: Place): WireProblem[] {
  const { type, properties } = schema;
  if (textOf(type).toLowerCase() !== "object" || (isObject(properties) && Object.keys(properties).length > 0))
    return [];
  const message = `* GenerateContentRequest.${snake(path)}.properties: should be non-empty for OBJECT type`;
  return [problem("G16", `${path}.properties`, message)];
}

/** G17: no empty text among the values of an enum; LangChain's adapter throws for it. */
function emptyEnum(schema: JsonObject, { path }: Place): WireProblem[] {
  return listOf(schema["enum"]).flatMap((value, index) => {
    if (value !== "") return [];
    const message = `* GenerateContentRequest.${snake(path)}.enum[${index}]: cannot be empty`;
    return [problem("G17", `${path}.enum[${index}]`, message)];
  });
}

function inner(schema: JsonObject, { path, proto }: Place): WireProblem[] {
  const properties = isObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  return [
    ...properties.flatMap(([name, value], index) =>
      schemaProblems(value, { path: `${path}.properties.${name}`, proto: `${proto}.properties[${index}].value` }),
    ),
    ...(schema["items"] === undefined
      ? []
      : schemaProblems(schema["items"], { path: `${path}.items`, proto: `${proto}.items` })),
    ...listOf(schema["anyOf"]).flatMap((value, index) =>
      schemaProblems(value, { path: `${path}.anyOf[${index}]`, proto: `${proto}.any_of[${index}]` }),
    ),
  ];
}
