import { stem } from "../lexical.ts";
import { wordsOf } from "../tool-spec.ts";
import type { Field } from "../schema.ts";
import type { Entity, Reading } from "./reading.ts";

/** Seconds of the units that a field's name can end in. */
const SECONDS: Readonly<Record<string, number>> = {
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
  night: 86_400,
  week: 604_800,
  month: 2_592_000,
  year: 31_536_000,
};

const OF_RATE = new Set(["rate", "percent", "percentage", "interest", "discount", "share"].map(stem));
const OF_MONEY = new Set(
  ["amount", "price", "sum", "money", "cost", "total", "budget", "principal", "salary"].map(stem),
);
const SMALLEST = new Set(["min", "minimum", "lower", "lowest", "from", "start", "low"].map(stem));
const LARGEST = new Set(["max", "maximum", "upper", "highest", "to", "end", "high"].map(stem));

/** A number that a field could take, and how well it would fit. */
interface Fit {
  readonly field: Field;
  readonly entity: Entity;
  readonly value: number;
  readonly score: number;
}

/**
 * Gives the numbers of a text to the number fields of a schema: by kind (a rate takes the percentage), by unit, by the
 * words beside the number, and what is left in the order of both. An optional field takes only what fits it, or the one
 * number that there is.
 */
export function fillNumbers(fields: readonly Field[], reading: Reading): ReadonlyMap<string, number> {
  const numeric = new Set(["number", "percentage", "money", "duration"]);
  const entities = reading.entities.filter(({ kind }) => numeric.has(kind));
  const fits = fields
    .flatMap((field) => entities.map((entity) => fitOf(field, entity, reading)))
    .filter(
      ({ field, score }) => score > 0 || (field.required && score >= -1) || (score === 0 && entities.length === 1),
    )
    .sort((a, b) => b.score - a.score || Number(b.field.required) - Number(a.field.required));
  const filled = new Map<string, number>();
  const used = new Set<Entity>();
  for (const { field, entity, value } of fits) {
    if (filled.has(field.name) || used.has(entity)) continue;
    filled.set(field.name, value);
    used.add(entity);
  }
  return inOrder(filled);
}

function fitOf(field: Field, entity: Entity, { text }: Reading): Fit {
  const words = new Set([...wordsOf(field.name), ...wordsOf((field.schema["title"] as string) ?? "")].map(stem));
  const isInteger = field.schema.type === "integer";
  const unit = Object.keys(SECONDS).find((name) => words.has(stem(name)));
  let value = Number(entity.value);
  let score = 0;
  if (entity.kind === "duration") {
    const own = Number.parseFloat(entity.text.replace(/^an? /i, "1 "));
    value = unit === undefined ? own : value / (SECONDS[unit] as number);
    score += unit === undefined ? -1 : 3;
  } else if (unit !== undefined && !/^(?:19|20)\d\d$/.test(entity.text)) score -= 1;
  if (entity.kind === "percentage") score += meets(words, OF_RATE) ? 3 : -2;
  if (entity.kind === "money") score += meets(words, OF_MONEY) ? 3 : -1;
  if (entity.kind === "number" && meets(words, OF_RATE)) score -= 1;
  if (words.has("year") && entity.kind === "number" && /^(?:19|20)\d\d$/.test(entity.text)) score += 3;
  if (isInteger && !Number.isInteger(value)) score -= 4;
  const beside = [
    text.slice(entity.end).match(/^\W*(\p{L}+)/u)?.[1],
    text.slice(0, entity.start).match(/(\p{L}+)\W*$/u)?.[1],
  ];
  if (beside.some((word) => word !== undefined && words.has(stem(word.toLowerCase())))) score += 2;
  return { field, entity, value, score };
}

/** Among a smallest and a largest, the smaller number is the smallest. */
function inOrder(filled: Map<string, number>): ReadonlyMap<string, number> {
  const named = (set: ReadonlySet<string>) =>
    [...filled.keys()].find((name) => wordsOf(name).some((word) => set.has(stem(word))));
  const low = named(SMALLEST);
  const high = named(LARGEST);
  if (low === undefined || high === undefined || low === high) return filled;
  const [a, b] = [filled.get(low) as number, filled.get(high) as number];
  return filled.set(low, Math.min(a, b)).set(high, Math.max(a, b));
}

function meets(words: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return [...words].some((word) => others.has(word));
}
