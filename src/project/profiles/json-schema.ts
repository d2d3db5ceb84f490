/** A JSON schema. */
export type Schema = Readonly<Record<string, unknown>>;

/** Where in a schema a walk is. */
export interface Walk {
  readonly root: Schema;
  /** How often one reference is followed within itself. */
  readonly follows: number;
  /** The references that led here. */
  readonly path: readonly string[];
}

/** A schema with its references and its `allOf` written out; `undefined` where it leads into itself too often. */
export function resolved(schema: Schema, walk: Walk): { readonly whole: Schema; readonly walk: Walk } | undefined {
  const { $ref: reference, allOf, ...own } = schema;
  let whole: Schema = {};
  let here = walk;
  const parts = [...(typeof reference === "string" ? [reference] : []), ...listOf(allOf)];
  for (const part of parts) {
    if (typeof part === "string" && here.path.filter((seen) => seen === part).length >= here.follows) return undefined;
    const found =
      typeof part === "string"
        ? resolved(referenced(part, here.root), { ...here, path: [...here.path, part] })
        : resolved(objectOf(part), here);
    if (found === undefined) return undefined;
    whole = combined(whole, found.whole);
    here = found.walk;
  }
  return { whole: combined(whole, own), walk: here };
}

/** What a schema allows one by one, each of one type, and whether it allows `null`. No options: `null` alone. */
export function optionsOf(schema: Schema): { readonly options: readonly Schema[]; readonly nullable: boolean } {
  const { anyOf, oneOf, nullable, ...outer } = schema;
  const union = Array.isArray(anyOf) ? anyOf : oneOf;
  if (Array.isArray(union) && union.length > 0) {
    const options = union.map(objectOf);
    // Alternatives of an object that has properties of its own are read as more of them, which need not be there.
    if (outer["properties"] !== undefined) {
      const more = options.reduce((all, { properties }) => combined(all, { properties: objectOf(properties) }), {});
      return optionsOf({ ...combined(more, outer), ...(nullable === true && { nullable }) });
    }
    const values = options.filter(({ type }) => type !== "null");
    return {
      options: values.map((option) => ({ ...described(outer), ...option })),
      nullable: nullable === true || values.length < options.length,
    };
  }
  const values = valuesOf(schema);
  const types = Array.isArray(schema["type"]) ? schema["type"] : [schema["type"] ?? typesOf(schema, values)].flat();
  return {
    options: types.filter((type) => type !== "null").map((type) => ({ ...outer, type: type as unknown })),
    nullable: nullable === true || types.includes("null") || (values?.includes(null) ?? false),
  };
}

/** The values that a schema lists, where it does. */
export function valuesOf({ enum: values, ...schema }: Schema): readonly unknown[] | undefined {
  if ("const" in schema) return [schema["const"]];
  return Array.isArray(values) ? values : undefined;
}

/** The description alone. */
export function described({ description }: Schema): { readonly description?: string } {
  return typeof description === "string" ? { description } : {};
}

/** A value as a JSON object; an empty one where it is none. */
export function objectOf(value: unknown): Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}

/** A value as a list; an empty one where it is none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The types of a schema that does not say. */
function typesOf(schema: Schema, values: readonly unknown[] | undefined): readonly string[] {
  if (values !== undefined) return [...new Set(values.map((value) => (value === null ? "null" : typeof value)))];
  if (schema["properties"] !== undefined || schema["additionalProperties"] !== undefined) return ["object"];
  return schema["items"] !== undefined || schema["prefixItems"] !== undefined ? ["array"] : ["string"];
}

/** Two schemas that both hold. */
function combined(first: Schema, second: Schema): Schema {
  const [some, others] = [objectOf(first["properties"]), objectOf(second["properties"])];
  const properties: Record<string, unknown> = { ...some, ...others };
  for (const name of Object.keys(some)) {
    if (Object.hasOwn(others, name)) properties[name] = { allOf: [some[name], others[name]] };
  }
  const required = [...new Set([...listOf(first["required"]), ...listOf(second["required"])])];
  return {
    ...first,
    ...second,
    ...(Object.keys(properties).length > 0 && { properties }),
    ...(required.length > 0 && { required }),
  };
}

function referenced(reference: string, root: Schema): Schema {
  let found: unknown = root;
  for (const key of reference.replace(/^#\/?/, "").split("/").filter(Boolean)) {
    found = objectOf(found)[key.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return objectOf(found);
}
