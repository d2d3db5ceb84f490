type Schema = Readonly<Record<string, unknown>>;

/** Keywords whose value is a map of schemas, a list of schemas, or one schema. */
const MAPS = ["properties", "$defs", "definitions"] as const;
const LISTS = ["anyOf", "prefixItems"] as const;
const SINGLE = ["items"] as const;

/** Keywords that strict mode refuses. */
const REFUSED = ["oneOf", "allOf", "not", "if", "patternProperties", "dependentSchemas"] as const;

/**
 * The schema as OpenAI's strict mode wants it, or `undefined` where strict mode cannot express it: an optional property,
 * which the model would have to answer with `null` that the schema then refuses, or an object with free keys. Closed
 * objects get their `additionalProperties: false`. Pure.
 */
export function toStrictSchema(schema: unknown): Record<string, unknown> | undefined {
  if (!isSchema(schema) || REFUSED.some((keyword) => keyword in schema)) return undefined;
  const { $schema: _dialect, ...strict } = schema as Record<string, unknown>;
  for (const keyword of [...MAPS, ...LISTS, ...SINGLE]) {
    if (!(keyword in strict)) continue;
    const inner = toStrictAt(keyword, strict[keyword]);
    if (inner === undefined) return undefined;
    strict[keyword] = inner;
  }
  const isObject = strict["type"] === "object" || "properties" in strict;
  if (!isObject) return strict;
  return isClosed(strict) ? { ...strict, additionalProperties: false } : undefined;
}

function toStrictAt(keyword: string, value: unknown): unknown {
  if ((SINGLE as readonly string[]).includes(keyword)) return toStrictSchema(value);
  const entries = Object.entries(value as Schema).map(([key, inner]) => [key, toStrictSchema(inner)] as const);
  if (entries.some(([, inner]) => inner === undefined)) return undefined;
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

/** Whether an object's keys are all known and all required. */
function isClosed({ properties, required, additionalProperties }: Schema): boolean {
  if (additionalProperties !== undefined && additionalProperties !== false) return false;
  if (properties === undefined) return additionalProperties === false;
  const names = Array.isArray(required) ? required : [];
  return Object.keys(properties as Schema).every((name) => names.includes(name));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
