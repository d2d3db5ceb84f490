/** A cell of the README's comparison, and the notes on it. */
export interface ComparisonCell {
  readonly row: string;
  readonly column: string;
  readonly text: string;
  readonly notes: readonly string[];
}

/** The comparison of a page: the table whose first row has notes in its cells, and the notes' texts. */
export interface Comparison {
  readonly cells: readonly ComparisonCell[];
  readonly notes: ReadonlyMap<string, string>;
}

const NOTE = /\[\^(?<id>[\w-]+)\]/gu;

/** Reads the table under a heading, cell by cell, and every note that the page defines. Pure. */
export function readComparison(markdown: string, heading: string): Comparison {
  const [, part = ""] = markdown.split(`\n## ${heading}\n`);
  const [section = ""] = part.split("\n## ");
  const rows = section.split("\n").filter((line) => line.startsWith("|"));
  const [head = [], , ...body] = rows.map((row) => row.slice(1, row.lastIndexOf("|")).split("|").map(trimmed));
  const cells = body.flatMap(([row = "", ...rest]) =>
    rest.map((cell, index) => ({
      row,
      column: head[index + 1] ?? "",
      text: cell.replaceAll(NOTE, "").trim(),
      notes: [...cell.matchAll(NOTE)].map(({ groups }) => groups?.["id"] ?? ""),
    })),
  );
  const defined = markdown.matchAll(/^\[\^(?<id>[\w-]+)\]: (?<text>.+)$/gmu);
  return { cells, notes: new Map([...defined].map(({ groups }) => [groups?.["id"] ?? "", groups?.["text"] ?? ""])) };
}

function trimmed(text: string): string {
  return text.trim();
}
