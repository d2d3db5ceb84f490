/** How a piece of a line looks. */
export type Style = "plain" | "agent" | "hop" | "dim" | "bad";

const CODES: Readonly<Record<Exclude<Style, "plain">, string>> = { agent: "1;36", hop: "33", dim: "2", bad: "31" };

/** Colours texts, or leaves them as they are. */
export function painter(color: boolean): (style: Style, text: string) => string {
  return (style, text) =>
    color && style !== "plain" && text !== "" ? `\u001b[${CODES[style]}m${text}\u001b[0m` : text;
}

/** A text without what steers a terminal; line ends stay. */
export function printable(text: string): string {
  // Controls, and the marks that turn the direction of what follows.
  return text.replace(/\r\n?/g, "\n").replace(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, " ");
}

/** A text on one line of a width, cut with an ellipsis. */
export function oneLine(text: string, width: number): string {
  const flat = [...printable(text).replace(/\n+/g, " ").trimEnd()];
  return flat.length <= width ? flat.join("") : `${flat.slice(0, Math.max(0, width - 1)).join("")}…`;
}

/** A text as lines of a width, broken between words where there is a place. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(1, width);
  return printable(text)
    .trim()
    .split("\n")
    .flatMap((paragraph) => wrapParagraph(paragraph, room))
    .filter((line, index, all) => line !== "" || (index > 0 && all[index - 1] !== ""));
}

function wrapParagraph(paragraph: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of paragraph.split(" ")) {
    const joined = line === "" ? word : `${line} ${word}`;
    if ([...joined].length <= width) {
      line = joined;
      continue;
    }
    if (line !== "") lines.push(line);
    const letters = [...word];
    while (letters.length > width) lines.push(letters.splice(0, width).join(""));
    line = letters.join("");
  }
  return [...lines, line];
}
