import { stemsOf } from "./lexical.ts";
import type { ToolSpec } from "./tool-spec.ts";

/** Words that a stretch of a request needs to be one of its own: "salt and pepper" is one stretch. */
const MIN_WORDS = 3;

/** Where one thing that is asked for ends and the next one begins. */
const SEAM = /\s*[;.?!]\s+|,?\s+(?:and then|then|and)\s+|,\s+/i;

/**
 * The stretches of a request that may each ask for something else, e.g. two for "Find the rate and plot it over ten
 * years". Contract: pure; never empty for a text with words in it.
 */
export function clausesOf(request: string): string[] {
  const clauses: string[] = [];
  for (const part of request.split(SEAM)) {
    const last = clauses.at(-1);
    const isShort = wordCount(part) < MIN_WORDS || (last !== undefined && wordCount(last) < MIN_WORDS);
    if (last !== undefined && isShort) clauses[clauses.length - 1] = `${last} ${part}`.trim();
    else if (part.trim() !== "") clauses.push(part.trim());
  }
  return clauses;
}

function wordCount(text: string): number {
  return text.match(/\S+/g)?.length ?? 0;
}

/**
 * The handoffs that a clause names by its first word of content, which is the verb in "plot it over ten years": those
 * whose description has that word, where no description in `done` has it.
 */
export function namedBy(clause: string, handoffs: readonly ToolSpec[], done: readonly ToolSpec[]): ToolSpec[] {
  const [verb] = stemsOf(clause);
  const has = ({ description }: ToolSpec): boolean => verb !== undefined && stemsOf(description).includes(verb);
  return done.some(has) ? [] : handoffs.filter(has);
}
