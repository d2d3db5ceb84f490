import { expressionOf } from "../expression/expression.ts";
import { stemsOf } from "../lexical.ts";
import type { Field } from "../schema.ts";
import { wordsOf } from "../tool-spec.ts";
import { monthOf, placeOf } from "./places.ts";
import { withDigits } from "./reading.ts";
import type { Reading } from "./reading.ts";

/** Fields of free text that a request itself is a good value for. */
const FREE =
  /^(?:query|question|text|input|prompt|request|message|task|content|summary|description|problem|body|search|reason)$/;

/** The value of a text field, `undefined` where the text holds none. A required field takes the whole text at last. */
export function fillString(field: Field, reading: Reading): string | undefined {
  const { schema, required } = field;
  const words = wordsOf(field.name);
  const is = (...names: string[]): boolean => words.some((word) => names.includes(word));
  const { text } = reading;
  if (schema.format === "email" || is("email")) return valueOf(reading, "email");
  if (schema.format === "uri" || schema.format === "url" || is("url", "uri", "link")) return valueOf(reading, "url");
  if (schema.format === "date" || is("date", "day")) return valueOf(reading, "date")?.slice(0, 10);
  if (schema.format === "date-time" || is("time", "datetime")) return instant(valueOf(reading, "date"));
  if (is("expression", "formula", "equation", "calculation")) return expressionOf(withDigits(text));
  if (is("month")) return monthOf(text);
  if (is("origin", "departure", "source", "from")) return placeOf(text, "from");
  if (is("destination", "arrival", "to")) return placeOf(text, "to");
  if (is("city", "location", "place", "town", "country", "region")) return placeOf(text);
  if (is("id", "number", "code", "reference", "sku")) return identifierOf(reading, words);
  if (is("topic", "subject", "theme")) return quoted(text) ?? topicOf(text) ?? (required ? text.trim() : undefined);
  if (quoted(text) !== undefined && (required || is("title", "name", "label"))) return quoted(text);
  return required || words.every((word) => FREE.test(word)) ? text.trim() || undefined : undefined;
}

/** The option of an enum that a text names, the longest first; all its words have to be there. */
export function fillEnum(options: readonly unknown[], text: string): unknown {
  const stems = new Set(stemsOf(text));
  const words = new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu));
  const named = options.filter((option) => {
    const own = wordsOf(String(option));
    return own.length > 0 && own.every((word) => words.has(word) || stemsOf(word).some((part) => stems.has(part)));
  });
  return named.sort((a, b) => String(b).length - String(a).length)[0];
}

/** Whether a text asks for or against what a yes-or-no field stands for; `undefined` where it does not say. */
export function fillBoolean(field: Field, text: string): boolean | undefined {
  const stems = stemsOf(text);
  const own = wordsOf(field.name).flatMap((word) => stemsOf(word));
  if (own.length > 0 && own.every((word) => stems.includes(word))) {
    const name = wordsOf(field.name).join(String.raw`\W+`);
    return !new RegExp(String.raw`\b(?:no|not|without|don't|never)\s+(?:\w+\s+){0,2}${name}`, "i").test(text);
  }
  if (/^\W*(?:yes|yeah|yep|sure|of course|please do)\b/i.test(text)) return true;
  return /^\W*(?:no|nope|not|don't)\b/i.test(text) ? false : undefined;
}

function valueOf({ entities }: Reading, wanted: "email" | "url" | "date"): string | undefined {
  return entities.find(({ kind }) => kind === wanted)?.value as string | undefined;
}

function instant(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  return value.length === 10 ? `${value}T00:00:00Z` : `${value.replace(" ", "T")}Z`;
}

/** The identifier right after the field's own noun, else the first one. */
function identifierOf({ text, entities }: Reading, words: readonly string[]): string | undefined {
  const nouns = words.filter((word) => word !== "id").join("|");
  const named =
    nouns === ""
      ? null
      : new RegExp(String.raw`\b(?:${nouns})\W+(?:number |no\.? |id )?(#?[\w-]*\d[\w-]*)`, "i").exec(text);
  const value = named?.[1]?.replace(/^#/, "") ?? entities.find(({ kind }) => kind === "identifier")?.value;
  return value === undefined ? undefined : String(value);
}

function quoted(text: string): string | undefined {
  return /["“«]([^"”»]{1,200})["”»]/.exec(text)?.[1]?.trim() || undefined;
}

/** What a request is about, e.g. `coral bleaching` for "Write an article about coral bleaching, please". */
function topicOf(text: string): string | undefined {
  const found =
    /\b(?:about|on|regarding|concerning|into|of)\s+(?:the topic of\s+)?(.{3,200}?)(?:,? please)?[\s.?!]*$/i.exec(
      text.trim(),
    );
  return found?.[1];
}
