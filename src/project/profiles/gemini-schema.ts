/** A JSON schema. */
type Schema = Readonly<Record<string, unknown>>;

/** The fields of Gemini's own `Schema`, see the reference of `generateContent`. */
const FIELDS: ReadonlySet<string> = new Set(
  "type format title description nullable enum maxItems minItems properties required minProperties maxProperties minLength maxLength pattern example anyOf propertyOrdering default items minimum maximum".split(
    " ",
  ),
);

/** References that are followed before a schema counts as anything. */
const MAX_DEPTH = 12;

/**
 * A JSON schema in the part of the language that Gemini takes: constants as enums, `null` as `nullable`, references
 * written out, exclusive bounds as bounds, nothing that it does not know. Pure.
 */
export function geminiSchema(schema: Schema, root: Schema = schema, depth = 0): Schema {
  if (depth > MAX_DEPTH) return { type: "string", description: "Any value, as JSON." };
  const within = (inner: unknown): Schema => geminiSchema(objectOf(inner), root, depth + 1);
  const whole = merged(schema, root);
  const { nullable, options } = withoutNull(whole);
  const [only] = options;
  if (only !== undefined && options.length === 1) {
    const { anyOf: _anyOf, oneOf: _oneOf, ...outer } = whole;
    return { ...within({ ...objectOf(only), ...described(outer) }), ...(nullable && { nullable: true }) };
  }
  const simple: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(whole)) if (FIELDS.has(key)) simple[key] = value;
  if (options.length > 1) simple["anyOf"] = options.map(within);
  else delete simple["anyOf"];
  if (nullable) simple["nullable"] = true;
  if (Array.isArray(whole["type"])) simple["type"] = whole["type"].find((type) => type !== "null") ?? "string";
  if ("const" in whole) Object.assign(simple, { type: "string", enum: [String(whole["const"])] });
  if (Array.isArray(simple["enum"])) simple["enum"] = enumOf(simple["enum"]);
  if (whole["exclusiveMinimum"] !== undefined) simple["minimum"] ??= whole["exclusiveMinimum"];
  if (whole["exclusiveMaximum"] !== undefined) simple["maximum"] ??= whole["exclusiveMaximum"];
  if (whole["items"] !== undefined) simple["items"] = within(whole["items"]);
  const properties = Object.entries(objectOf(whole["properties"]));
  if (properties.length > 0) {
    simple["properties"] = Object.fromEntries(properties.map(([name, inner]) => [name, within(inner)]));
  } else if (depth > 0 && (simple["type"] === "object" || simple["type"] === undefined) && options.length < 2) {
    return { type: "string", ...described(whole), ...(simple["enum"] !== undefined && { enum: simple["enum"] }) };
  }
  return simple;
}

/** A schema with its reference and its `allOf` written out. */
function merged(schema: Schema, root: Schema): Schema {
  const { $ref: reference, allOf, ...own } = schema;
  const parts = Array.isArray(allOf) ? allOf.map((part) => merged(objectOf(part), root)) : [];
  const target = typeof reference === "string" ? objectOf(referenced(reference, root)) : {};
  return Object.assign({}, target, ...parts, own) as Schema;
}

function referenced(reference: string, root: Schema): unknown {
  let found: unknown = root;
  for (const key of reference.replace(/^#\/?/, "").split("/").filter(Boolean)) found = objectOf(found)[key];
  return found;
}

/** The options of a union without `null`, and whether `null` was one. */
function withoutNull(schema: Schema): { nullable: boolean; options: unknown[] } {
  const union = schema["anyOf"] ?? schema["oneOf"];
  const options = Array.isArray(union) ? union : [];
  const values = options.filter((option) => objectOf(option)["type"] !== "null");
  const types = schema["type"];
  return {
    nullable: values.length < options.length || (Array.isArray(types) && types.includes("null")),
    options: values,
  };
}

/** Values as texts, which is all that an enum may hold. */
function enumOf(values: readonly unknown[]): string[] {
  return values.filter((value) => value !== null && value !== "").map(String);
}

function described({ description }: Schema): Schema {
  return typeof description === "string" ? { description } : {};
}

function objectOf(value: unknown): Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Schema) : {};
}
