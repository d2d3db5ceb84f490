/** The word with which a supervisor ends the turn. */
export const FINISH = "FINISH";

/** What a supervisor's reply says: which worker is next, that the work is done, or nothing that can be followed. */
export type Decision<Name extends string = string> =
  | { readonly kind: "worker"; readonly name: Name }
  | { readonly kind: "finish" }
  /** It names nobody, or several. `mentioned` holds the options that it names. */
  | { readonly kind: "unclear"; readonly mentioned: readonly string[] };

/** Markdown, quotes and punctuation around an answer that is otherwise one name. */
const DECORATION = /^[\s"'`*_#>\-([{]+|[\s"'`*_.,:;!?)\]}]+$/gu;

/**
 * Reads a supervisor's reply. A reply whose first or last sentence or line is nothing but one option, in any case, decides
 * for it. Else the one option that the text mentions counts: a name in any case, `FINISH` in capitals, each as a word of
 * its own, so that "unfinished" and "let her finish" end nothing and "data" is not found in "data-entry". Whoever mentions
 * several options has not decided.
 *
 * Contract: pure; never throws; a name comes back as it is spelt in `names`. O(text × names).
 *
 * @example
 * ```ts
 * import { parseDecision } from "swarmgraph/patterns";
 *
 * parseDecision("Next: **researcher**", ["researcher", "writer"]); // { kind: "worker", name: "researcher" }
 * parseDecision("The text is unfinished.", ["researcher", "writer"]); // { kind: "unclear", mentioned: [] }
 * ```
 */
export function parseDecision<const Name extends string>(text: string, names: readonly Name[]): Decision<Name> {
  const options = [...names, FINISH];
  const sentences = text.split(/(?<=[.!?:])\s+|\n+/u).filter((sentence) => sentence.trim() !== "");
  const ends = [sentences.at(0), sentences.at(-1)].map((sentence) => optionIn(sentence ?? "", options));
  const said = [...new Set(ends.filter((option) => option !== undefined))];
  const chosen = said.length === 0 ? mentionedIn(text, options) : said;
  const [only] = chosen;
  if (only === undefined || chosen.length > 1) return { kind: "unclear", mentioned: chosen };
  return only === FINISH ? { kind: "finish" } : { kind: "worker", name: only as Name };
}

/** The option that a sentence consists of. */
function optionIn(sentence: string, options: readonly string[]): string | undefined {
  // The bare sentence goes first: a name may itself begin with an underscore or end in a full stop.
  for (const candidate of [sentence.trim(), sentence.replace(DECORATION, "")]) {
    const found =
      options.find((option) => option === candidate) ??
      options.find((option) => option.toLowerCase() === candidate.toLowerCase());
    if (found !== undefined) return found;
  }
  return undefined;
}

function mentionedIn(text: string, options: readonly string[]): string[] {
  // Longest first, and each mention is taken out: "senior writer" is no mention of "writer".
  const longestFirst = [...options].sort((a, b) => b.length - a.length);
  let rest = text;
  return longestFirst.filter((option) => {
    const before = rest;
    rest = rest.replace(asWord(option), "\u0000");
    return rest !== before;
  });
}

function asWord(option: string): RegExp {
  const escaped = option.replace(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`);
  return new RegExp(
    String.raw`(?<![\p{L}\p{N}\p{M}_-])${escaped}(?![\p{L}\p{N}\p{M}_]|-[\p{L}\p{N}])`,
    option === FINISH ? "gu" : "giu",
  );
}
