/**
 * A Markdown table, padded as the repository's formatter does: texts in the first column, figures in the others. The
 * first row is its head. Bars in cells are escaped.
 */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows.map((row) => row.map((text) => text.replaceAll("|", "\\|")));
  const widths = head.map((_, column) => Math.max(3, ...[head, ...body].map((row) => (row[column] ?? "").length)));
  const pad = (text: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column === 0 ? text.padEnd(width) : text.padStart(width);
  };
  const ruler = widths.map((width, column) => (column === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`));
  return [head, ruler, ...body].map((row) => `| ${row.map(pad).join(" | ")} |`).join("\n");
}

/** Three figures of a number, with thousands set apart: `0.38`, `12.5`, `1,450`. A dash where there is none. */
export function figure(value: number | undefined): string {
  if (value === undefined || !Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en-US");
  return String(Number(value.toPrecision(3)));
}

/** A share in per cent. */
export function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
