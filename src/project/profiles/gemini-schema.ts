import { described, listOf, objectOf, optionsOf, resolved, valuesOf } from "./json-schema.ts";
import type { Schema, Walk } from "./json-schema.ts";

/** What stands for anything at all. */
const ANYTHING: Schema = { type: "string", description: "Any value, as JSON." };

/** How often a reference is followed within itself, at best. */
const FOLLOWS = 3;

/** Schemas that may come of one before its recursion is cut shorter: a tree with many branches grows by powers. */
const MAX_SCHEMAS = 1000;

/** The fields that Gemini takes beside `type`, by type; `enum` and `format` only in part. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  string: ["title", "description", "default", "example", "minLength", "maxLength", "pattern"],
  number: ["title", "description", "default", "example", "minimum", "maximum"],
  integer: ["title", "description", "default", "example", "minimum", "maximum"],
  boolean: ["title", "description", "default", "example"],
  array: ["title", "description", "default", "example", "minItems", "maxItems"],
  object: ["title", "description", "default", "example", "minProperties", "maxProperties", "propertyOrdering"],
};

/** The formats that Gemini takes; every other one it refuses. */
const FORMATS: Readonly<Record<string, readonly unknown[]>> = {
  string: ["date-time"],
  number: ["float", "double"],
  integer: ["int32", "int64"],
};

/**
 * A JSON schema in the part of the language that Gemini takes, so that a value which fits still fits the given schema
 * where the part can say it: one type each, `null` as `nullable`, lists of texts as enums and of numbers in words and
 * bounds, unions as `anyOf` and nothing beside it, references written out, nothing that it does not know. Pure.
 */
export function geminiSchema(schema: Schema): Schema {
  for (let follows = FOLLOWS; ; follows -= 1) {
    const writer = new Writer();
    const made = writer.write(schema, { root: schema, follows, path: [] }, true);
    if (writer.written <= MAX_SCHEMAS || follows === 1) return made;
  }
}

/** Writes schemas, and counts them. */
class Writer {
  written = 0;

  write(schema: Schema, given: Walk, isRoot = false): Schema {
    this.written += 1;
    const found = given.follows > 1 && this.written > MAX_SCHEMAS ? undefined : resolved(schema, given);
    if (found === undefined) return ANYTHING;
    const { whole, walk } = found;
    const { options, nullable } = optionsOf(whole);
    const [only] = options;
    const isUnion = whole["anyOf"] !== undefined || whole["oneOf"] !== undefined;
    const written = options.flatMap((option) => {
      const made =
        isUnion && whole["properties"] === undefined ? this.write(option, walk) : this.#one(option, walk, isRoot);
      return Array.isArray(made["anyOf"]) ? (made["anyOf"] as Schema[]) : [made];
    });
    const made = distinct(written.map((option) => (nullable ? { ...option, nullable: true } : option)));
    if (only === undefined) return { type: "string", ...described(whole), nullable: true };
    return made.length === 1 ? (made[0] as Schema) : { anyOf: made };
  }

  /** A schema of one type. */
  #one(schema: Schema, walk: Walk, isRoot: boolean): Schema {
    const type = String(schema["type"]).toLowerCase();
    const fields = FIELDS[type];
    if (fields === undefined) return { ...ANYTHING, ...described(schema) };
    const kept: Record<string, unknown> = { type };
    for (const field of fields) if (schema[field] !== undefined) kept[field] = schema[field];
    if (FORMATS[type]?.includes(schema["format"])) kept["format"] = schema["format"];
    const values = (valuesOf(schema) ?? []).filter((value) => typeof value === (type === "integer" ? "number" : type));
    if (type === "string") return { ...kept, ...texts(values) };
    if (type === "boolean") return { ...kept, ...inWords(schema, values) };
    if (type === "array") return { ...kept, items: this.write(itemOf(schema), walk) };
    if (type === "object") return this.#object(schema, kept, walk, isRoot);
    return { ...kept, ...bounds(schema), ...inWords(schema, values) };
  }

  #object(schema: Schema, own: Schema, walk: Walk, isRoot: boolean): Schema {
    const given = Object.entries(propertiesOf(schema, isRoot));
    const required = listOf(schema["required"]).filter((name) => given.some(([own]) => own === name));
    const written = given.map(([name, inner]) => [name, this.write(objectOf(inner), walk)] as const);
    // What would be cut and need not be there is better left out: no value that the model gives for it would fit.
    const kept = written.filter(([name, made], index) => index === 0 || made !== ANYTHING || required.includes(name));
    // An adapter that finds no properties declares no parameters at all, as Gemini wants it.
    if (kept.length === 0) return { ...own, properties: {} };
    return { ...own, properties: Object.fromEntries(kept), ...(required.length > 0 && { required }) };
  }
}

/** An object's properties. One whose keys are free gets an example of one, since Gemini wants some. */
function propertiesOf({ properties, propertyNames, additionalProperties }: Schema, isRoot: boolean): Schema {
  const own = objectOf(properties);
  if (Object.keys(own).length > 0 || isRoot) return own;
  const value = objectOf(additionalProperties);
  const keys = listOf(objectOf(propertyNames)["enum"]).filter((key) => typeof key === "string");
  if (keys.length > 0) return Object.fromEntries(keys.map((key) => [key, value]));
  return { key: { ...value, description: "Stands for any key of your choice." } };
}

/** The schema of an array's items; those of a tuple are told apart by nothing but their type. */
function itemOf({ items, prefixItems }: Schema): Schema {
  const first = listOf(prefixItems ?? items);
  return first.length > 0 ? { anyOf: first } : objectOf(items);
}

/** Texts to choose from: Gemini takes no empty ones. */
function texts(values: readonly unknown[]): Schema {
  const chosen = values.filter((value) => value !== "");
  return chosen.length > 0 ? { enum: chosen } : {};
}

/** Values to choose from that are no texts, which an `enum` must not hold. */
function inWords(schema: Schema, values: readonly unknown[]): Schema {
  if (values.length === 0) return {};
  const numbers = values.filter((value) => typeof value === "number");
  const words = `${values.length === 1 ? "Always" : "One of"} ${values.join(", ")}.`;
  return {
    description: [described(schema).description, words].filter(Boolean).join(" "),
    ...(numbers.length > 0 && { minimum: Math.min(...numbers), maximum: Math.max(...numbers) }),
  };
}

/** Bounds; those that a number must not reach are taken for such as it may. */
function bounds({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): Schema {
  const least = [minimum, exclusiveMinimum].find((bound) => typeof bound === "number");
  const most = [maximum, exclusiveMaximum].find((bound) => typeof bound === "number");
  return { ...(least !== undefined && { minimum: least }), ...(most !== undefined && { maximum: most }) };
}

function distinct(schemas: readonly Schema[]): Schema[] {
  return [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
}
