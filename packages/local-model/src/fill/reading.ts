import { createRequire } from "node:module";

/** What a stretch of a text stands for. */
export type EntityKind = "number" | "percentage" | "money" | "duration" | "date" | "identifier" | "email" | "url";

/** A stretch of a text with a meaning. */
export interface Entity {
  readonly kind: EntityKind;
  /** As the text has it. */
  readonly text: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** The number; seconds for a duration; `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS` for a date; else the text. */
  readonly value: number | string;
}

/** A text with everything in it that can fill an argument. */
export interface Reading {
  readonly text: string;
  readonly entities: readonly Entity[];
}

/** What the recognisers give for one stretch. */
interface Recognised {
  readonly text: string;
  readonly start: number;
  /** Inclusive. */
  readonly end: number;
  readonly typeName: string;
  readonly resolution: { readonly value?: unknown; readonly values?: readonly Readonly<Record<string, string>>[] };
}

type Recognise = (text: string, culture: string, options?: undefined, reference?: Date) => readonly Recognised[];

interface Recognisers {
  readonly recognizeNumber: Recognise;
  readonly recognizePercentage: Recognise;
  readonly recognizeCurrency: Recognise;
  readonly recognizeDateTime: Recognise;
}

const CULTURE = "en-us";

/** Characters that are read: the recognisers' patterns are superlinear in a text's length. */
const MAX_LENGTH = 1_000;

let loaded: Recognisers | undefined;

/** The recognisers, loaded on first use: they take 0.2 s and most prompts need none. They are a CommonJS package. */
function recognisers(): Recognisers {
  loaded ??= createRequire(import.meta.url)("@microsoft/recognizers-text-suite") as Recognisers;
  return loaded;
}

/** Reads numbers (also in words), percentages, money, durations, dates, identifiers, addresses. `now` is what "tomorrow" counts from. */
export function read(text: string, now: Date): Reading {
  const short = text.slice(0, MAX_LENGTH);
  const suite = recognisers();
  const reference = new Date(now.getFullYear(), now.getMonth(), now.getDate(), now.getHours(), now.getMinutes());
  const literal = [
    ...matches(short, /https?:\/\/[^\s<>"')]+[^\s<>"').,;!?]/g, "url"),
    ...matches(short, /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, "email"),
    ...matches(short, /(?<!\w)(?:[A-Z]{1,5}-?|#)\d[\w-]*\b/g, "identifier"),
  ];
  const numbers = suite.recognizeNumber(short, CULTURE).flatMap((found) => entity(short, found, "number"));
  const entities = [
    ...literal,
    ...suite.recognizeDateTime(short, CULTURE, undefined, reference).flatMap((found) => times(short, found, now)),
    ...suite.recognizePercentage(short, CULTURE).flatMap((found) => entity(short, found, "percentage")),
    ...suite.recognizeCurrency(short, CULTURE).flatMap((found) => money(found, numbers)),
    ...numbers,
  ];
  // What comes first in the list wins where stretches overlap: a date's day is not a number of its own.
  const kept: Entity[] = [];
  for (const one of entities) {
    if (!kept.some(({ start, end }) => one.start < end && start < one.end)) kept.push(one);
  }
  return { text: short, entities: kept.sort((a, b) => a.start - b.start) };
}

/** A text with its numbers in words as digits: `twelve times nine` is `12 times 9`. */
export function withDigits(text: string): string {
  const short = text.slice(0, MAX_LENGTH);
  if (!/[a-z]{3}/i.test(short)) return text;
  const words = recognisers()
    .recognizeNumber(short, CULTURE)
    .filter(
      (found) => /^[a-z][a-z\s-]*$/i.test(found.text) && !/(?:half|third|quarter|fifth|tenth)s?$/i.test(found.text),
    );
  return words
    .toReversed()
    .reduce(
      (left, { start, end, resolution }) => left.slice(0, start) + String(resolution.value) + left.slice(end + 1),
      text,
    );
}

function matches(text: string, pattern: RegExp, kind: EntityKind): Entity[] {
  return [...text.matchAll(pattern)].map((match) => {
    const value = kind === "identifier" ? match[0].replace(/^#/, "") : match[0];
    return { kind, text: match[0], start: match.index, end: match.index + match[0].length, value };
  });
}

function entity(text: string, { start, end, resolution }: Recognised, kind: EntityKind): Entity[] {
  const value = Number.parseFloat(String(resolution.value));
  return Number.isNaN(value) ? [] : [{ kind, text: text.slice(start, end + 1), start, end: end + 1, value }];
}

/** The recogniser's own value for money is wrong for `EUR 1,000`; the number inside its stretch is right. */
function money({ start, end }: Recognised, numbers: readonly Entity[]): Entity[] {
  const number = numbers.find((one) => one.start >= start && one.end <= end + 1);
  return number === undefined ? [] : [{ ...number, kind: "money", start, end: end + 1 }];
}

function times(text: string, { start, end, resolution }: Recognised, now: Date): Entity[] {
  const values = resolution.values ?? [];
  const common = { text: text.slice(start, end + 1), start, end: end + 1 };
  const [first] = values;
  if (first?.["type"] === "duration") return [{ ...common, kind: "duration", value: Number(first["value"]) }];
  // A bare number is a year or an hour to the recogniser ("2,000", "at 5"); a date has letters or a separator.
  if (!/[a-z/.-]/i.test(common.text)) return [];
  const today = now.toISOString().slice(0, 10);
  const candidates = values
    .map((value) => value["value"] ?? value["start"])
    .filter((value) => /^\d{4}-/.test(value ?? ""));
  const value = candidates.find((candidate) => candidate !== undefined && candidate >= today) ?? candidates.at(-1);
  return value === undefined ? [] : [{ ...common, kind: "date", value }];
}
