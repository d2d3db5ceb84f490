import { Validator } from "@langchain/core/utils/json_schema";

/** The part of a JSON schema that is filled. */
export interface JsonSchema {
  readonly [key: string]: unknown;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly $ref?: string;
}

/** One property of an object schema. */
export interface Field {
  readonly name: string;
  /** Without references and without the `null` of a nullable field. */
  readonly schema: JsonSchema;
  /** Whether a call without it would be refused: required, without a default, not nullable. */
  readonly required: boolean;
}

/** The properties of an object schema, in order. `root` is where its references point into. */
export function fieldsOf(schema: JsonSchema, root: JsonSchema = schema): Field[] {
  const object = plain(schema, root).schema;
  const required = new Set(object.required);
  return Object.entries(object.properties ?? {}).map(([name, property]) => {
    const { schema: own, nullable } = plain(property, root);
    return { name, schema: own, required: required.has(name) && !nullable && !("default" in own) };
  });
}

/** What a schema refuses in a value, in words, the innermost first; empty where it accepts it. */
export function problemsOf(schema: JsonSchema, value: unknown): string[] {
  const validator = new Validator(schema as ConstructorParameters<typeof Validator>[0], "2020-12", false);
  return validator
    .validate(value)
    .errors.toSorted((a, b) => b.instanceLocation.length - a.instanceLocation.length)
    .map(({ instanceLocation, error }) => `${instanceLocation.slice(1) || "the value"}: ${error.replace(/\.$/, "")}`);
}

/** A schema with its references followed and `null` taken out. Follows at most ten references, so that a cycle ends. */
function plain(schema: JsonSchema, root: JsonSchema, depth = 0): { schema: JsonSchema; nullable: boolean } {
  if (schema.$ref !== undefined && depth < 10) return plain(referenced(schema.$ref, root), root, depth + 1);
  const options = schema.anyOf ?? schema.oneOf;
  if (options !== undefined) {
    const values = options.filter(({ type }) => type !== "null");
    const nullable = values.length < options.length;
    const [only] = values;
    if (only !== undefined && values.length === 1) {
      const inner = plain(only, root, depth + 1);
      const { anyOf: _anyOf, oneOf: _oneOf, ...outer } = schema;
      return { schema: { ...outer, ...inner.schema }, nullable: nullable || inner.nullable };
    }
    return { schema, nullable };
  }
  if (Array.isArray(schema.type)) {
    const types = (schema.type as readonly string[]).filter((type) => type !== "null");
    const nullable = types.length < schema.type.length;
    return { schema: { ...schema, type: types[0] ?? "null" }, nullable };
  }
  return { schema, nullable: false };
}

function referenced(reference: string, root: JsonSchema): JsonSchema {
  let found: unknown = root;
  for (const key of reference.replace(/^#\/?/, "").split("/").filter(Boolean)) {
    found = (found as Record<string, unknown> | undefined)?.[key.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return (found ?? {}) as JsonSchema;
}
