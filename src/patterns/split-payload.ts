import { findInjection, plainText } from "./injection-patterns.ts";
import type { InjectionPattern } from "./injection-patterns.ts";

/** Orders to put numbered parts, strings or variables together and to obey what comes out. */
const ASSEMBLY =
  /\b(?:combine|concatenate|join|merge|assemble|put together)\b[^.!?]{0,60}\b(?:fragments|strings|variables|chunks|parts? (?:1|a|one))\b[^]{0,80}\b(?:execute|follow|obey|run|act on|do)\b.{0,20}\b(?:it|them|result|it says)\b/iu;

/** Strings given names, to be added up: `a = "ign"; b = "ore ..."; a + b`. */
const ASSIGNMENT = /\b([a-z]\w{0,15}) ?= ?["'“]([^"'“”]{1,200})["'”]/giu;

/** Ten letters and more with something between each two: `i g n o r e  a l l ...`. */
const SPACED = /(?:\p{L}[\s._*-]{1,3}){9,}\p{L}/gu;

/** An order to ignore instructions with nothing between its words. */
const SQUEEZED =
  /(?:ignore|disregard|forget|override|bypass).{0,20}(?:previous|prior|above|earlier|system|your).{0,20}(?:instruction|prompt|rule|guideline|direction)/iu;

/**
 * Whether an injection is spread so that no single piece of text holds it: over blocks or messages, over strings that are
 * to be added up, or over its single letters. Returns how, as a clause.
 */
export function findSplit(pieces: readonly string[], patterns: readonly InjectionPattern[]): string | undefined {
  const whole = plainText(pieces.join("\n"));
  if (pieces.length > 1 && isInjectionIn([pieces.join(""), whole], patterns) && !isInjectionIn(pieces, patterns)) {
    return "its pieces make up an injection together";
  }
  const strings = [...whole.matchAll(ASSIGNMENT)].map(([, , value]) => value ?? "");
  if (strings.length > 1 && isInjectionIn([strings.join(""), strings.join(" ")], patterns)) {
    return "its named strings make up an injection together";
  }
  if (ASSEMBLY.test(whole)) return "it asks to put pieces together and to act on the result";
  const spaced = [...whole.matchAll(SPACED)].map(([run]) => run.replace(/[\s._*-]/gu, ""));
  return spaced.some((run) => SQUEEZED.test(run)) ? "it spells an injection letter by letter" : undefined;
}

function isInjectionIn(texts: readonly string[], patterns: readonly InjectionPattern[]): boolean {
  return texts.some((text) => findInjection(text, patterns) !== undefined);
}
