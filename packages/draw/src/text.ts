/** Characters that draw nothing, move the cursor, or turn the text around them: a name must not do that to a picture. */
const UNSEEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]/gu;

/** What two columns wide is in a terminal, and about one em in a proportional font. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/** A text as it can be drawn: unseen characters written out (`\u001b`), a blank text in quotes. */
export function visible(text: string): string {
  const plain = text.replace(UNSEEN, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return plain.trim() === "" ? `"${plain}"` : plain;
}

/** How many columns a text takes in a terminal. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += isWide(segment) ? 2 : 1;
  return columns;
}

/**
 * How wide a text is in a system font, in pixels. An estimate on the wide side, since the reader's font is not known:
 * no text leaves its box in any of the usual ones.
 */
export function widthOf(text: string, size: number): number {
  let ems = 0;
  for (const { segment } of graphemes.segment(text)) ems += emsOf(segment);
  return ems * size;
}

/** Cuts a text at a grapheme so that it measures at most `max`; a cut one ends in "…". */
export function fit(text: string, max: number, measure: (text: string) => number): string {
  if (measure(text) <= max) return text;
  const room = max - measure("…");
  let width = 0;
  let kept = "";
  for (const { segment } of graphemes.segment(text)) {
    width += measure(segment);
    if (width > room) break;
    kept += segment;
  }
  return `${kept}…`;
}

/** Breaks a text at spaces into lines of at most `max`, and cuts what does not fit into the last of them. */
export function wrap(
  text: string,
  limits: { readonly max: number; readonly lines: number },
  measure: (text: string) => number,
): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/u).filter((part) => part !== "")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line === "" || lines.length + 1 === limits.lines || measure(longer) <= limits.max) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, ...(line === "" ? [] : [line])].map((row) => fit(row, limits.max, measure));
}

function isWide(segment: string): boolean {
  return WIDE.test(segment) || /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(segment);
}

function emsOf(segment: string): number {
  if (isWide(segment)) return segment.length > 2 ? 1.4 : 1.1;
  if (/^[ijl.,:;'|!()[\] ]/u.test(segment)) return 0.36;
  if (/^[mwMW@%…—→]/u.test(segment)) return 0.98;
  if (/^[A-Z\d_]/u.test(segment)) return 0.7;
  return 0.62;
}
