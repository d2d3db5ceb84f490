const MONTHS = "january february march april may june july august september october november december".split(" ");

const NOT_A_PLACE: ReadonlySet<string> = new Set([
  ...MONTHS,
  ..."monday tuesday wednesday thursday friday saturday sunday spring summer autumn fall winter".split(" "),
  ..."today tomorrow yesterday tonight now moment morning afternoon evening night weekend week month year".split(" "),
  ..."i what how is it the a an my me please will do does can could would are there which who when where why".split(
    " ",
  ),
  ..."and also then or but hello hi hey thanks yes no ok okay".split(" "),
  ..."celsius fahrenheit english next last this that general total advance case fact".split(" "),
]);

/** Words of a place's name that are written small, between two that are not. */
const PARTICLE = "(?:de|del|da|do|of|the|la|le|el|upon|am|an der|sur|on)";

const CAPITAL = String.raw`\p{Lu}[\p{L}\p{M}.'’-]*`;

const NAME = new RegExp(String.raw`${CAPITAL}(?:(?:,? |-)(?:${PARTICLE} )?${CAPITAL})*`, "gu");

const SMALL = String.raw`[\p{L}\p{M}'’-]+(?: [\p{L}\p{M}'’-]+){0,2}`;

/** The word before a place that says which of several it is. */
export type Preposition = "from" | "to" | "in";

/**
 * The place that a text names: the one after `preposition` where it is given and there is one, else the one after
 * another preposition of place, else any capitalised name. Text all in small letters is read after its prepositions.
 */
export function placeOf(text: string, preposition?: Preposition): string | undefined {
  const names = [...text.matchAll(NAME)].flatMap((match) => trimmed(match[0], match.index));
  const before = (start: number): string => /(\p{L}+)\s+$/u.exec(text.slice(0, start))?.[1]?.toLowerCase() ?? "";
  if (preposition === "from" || preposition === "to") {
    const exact = names.find(({ start }) => before(start) === preposition);
    return exact?.name ?? smallAfter(text, preposition);
  }
  const prepositions = new Set(["in", "for", "at", "near", "around", "of", "to", "visit"]);
  const found = names.find(({ start }) => prepositions.has(before(start))) ?? names.find(({ start }) => start > 0);
  return found?.name ?? smallAfter(text, "(?:in|for|at|near|around)") ?? names[0]?.name;
}

/** The name of the month in a text, capitalised. */
export function monthOf(text: string): string | undefined {
  const words = text.match(/\p{L}+/gu) ?? [];
  const month = words.find(
    (word) => MONTHS.includes(word.toLowerCase()) && (word !== "may" || /\bin may\b/.test(text)),
  );
  return month === undefined ? undefined : month.charAt(0).toUpperCase() + month.slice(1).toLowerCase();
}

/** A name without the words at either end that are no part of a place: `In July Paris` is `Paris`. */
function trimmed(name: string, start: number): { name: string; start: number }[] {
  const words = name.replace(/[.'’-]+$/u, "").split(" ");
  let skipped = 0;
  while (words[0] !== undefined && isNoEnd(words[0])) skipped += (words.shift() as string).length + 1;
  while (words.length > 0 && isNoEnd(words.at(-1) as string)) words.pop();
  return words.length === 0 ? [] : [{ name: words.join(" ").replace(/,$/, ""), start: start + skipped }];
}

function isNoEnd(word: string): boolean {
  return /^\p{Ll}/u.test(word) || isOther(word);
}

function isOther(word: string): boolean {
  return NOT_A_PLACE.has(
    word
      .toLowerCase()
      .replace(/['’]\p{L}+$/u, "")
      .replace(/\W+$/, ""),
  );
}

function smallAfter(text: string, preposition: string): string | undefined {
  for (const match of text.matchAll(new RegExp(String.raw`\b${preposition} (${SMALL})`, "giu"))) {
    const words: string[] = [];
    for (const word of (match[1] ?? "").split(" ")) {
      if (isOther(word) || /^(?:in|on|at|for|to|from|and|or|with|by)$/i.test(word)) break;
      words.push(word);
    }
    if (words.length > 0) return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(" ");
  }
  return undefined;
}
