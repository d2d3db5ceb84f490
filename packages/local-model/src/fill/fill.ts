import { fieldsOf } from "../schema.ts";
import type { Field, JsonSchema } from "../schema.ts";
import { fillNumbers } from "./numbers.ts";
import { read } from "./reading.ts";
import type { Entity, Reading } from "./reading.ts";
import { fillBoolean, fillEnum, fillString } from "./strings.ts";

/** Arguments for a call, and the required fields that the text holds nothing for. */
export interface Filled {
  readonly args: Readonly<Record<string, unknown>>;
  readonly missing: readonly string[];
}

/** What arguments are filled from. */
export interface FillSource {
  /** The request. */
  readonly text: string;
  /** Values for fields by name, before anything is read. */
  readonly known?: Readonly<Record<string, unknown>> | undefined;
  /** What "tomorrow" counts from. */
  readonly now: Date;
}

/** Fills the fields of an object schema from a text. Contract: never throws; fields that are not required stay out where nothing fits. */
export function fillArguments(schema: JsonSchema, { text, known, now }: FillSource): Filled {
  const fields = fieldsOf(schema);
  if (fields.length === 0) return { args: {}, missing: [] };
  return fillFields(fields, read(text, now), { root: schema, known: known ?? {} });
}

interface Place {
  readonly root: JsonSchema;
  readonly known: Readonly<Record<string, unknown>>;
}

function fillFields(fields: readonly Field[], reading: Reading, { root, known }: Place): Filled {
  const open = fields.filter(({ name }) => !(name in known));
  const strings = open.filter(({ schema }) => kindOf(schema) === "string");
  const values = new Map<string, unknown>(Object.entries(known));
  for (const field of strings) values.set(field.name, fillString(field, reading));
  const rest = { ...reading, entities: reading.entities.filter((entity) => !isTaken(entity, [...values.values()])) };
  const numbers = fillNumbers(
    open.filter(({ schema }) => kindOf(schema) === "number"),
    rest,
  );
  const missing: string[] = [];
  const args: Record<string, unknown> = {};
  for (const field of fields) {
    const value = values.get(field.name) ?? numbers.get(field.name) ?? fillOther(field, rest, root);
    if (value !== undefined) args[field.name] = value;
    else if (field.required) missing.push(field.name);
  }
  return { args, missing };
}

function fillOther({ name, schema, required }: Field, reading: Reading, root: JsonSchema): unknown {
  switch (kindOf(schema)) {
    case "const":
      return schema.const;
    case "enum":
      return fillEnum(schema.enum ?? [], reading.text);
    case "boolean":
      return fillBoolean({ name, schema, required }, reading.text);
    case "array":
      return fillArray(schema.items ?? {}, reading);
    case "object": {
      const inner = fillFields(fieldsOf(schema, root), reading, { root, known: {} });
      return inner.missing.length > 0 ? undefined : inner.args;
    }
    default:
      return undefined;
  }
}

/** All numbers, or all options that are named. A list of texts is not guessed. */
function fillArray(items: JsonSchema, { text, entities }: Reading): unknown[] | undefined {
  let found: unknown[] = [];
  if (items.enum !== undefined) found = items.enum.filter((option) => fillEnum([option], text) !== undefined);
  else if (kindOf(items) === "number") {
    found = entities.filter(({ kind }) => kind === "number" || kind === "money").map(({ value }) => value);
  }
  return found.length > 0 ? found : undefined;
}

function kindOf(schema: JsonSchema): string {
  if ("const" in schema) return "const";
  if (schema.enum !== undefined) return "enum";
  if (schema.type === "integer") return "number";
  return typeof schema.type === "string" ? schema.type : "string";
}

/** Whether a number is already part of a text that was taken, e.g. an order's number. Whole requests do not count. */
function isTaken(entity: Entity, values: readonly unknown[]): boolean {
  return values.some((value) => typeof value === "string" && value === entity.text.replace(/^#/, ""));
}
