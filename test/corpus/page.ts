import type { Fault } from "./fault.ts";
import { peersIn, scoreOf } from "./peers.ts";
import type { PeerResults } from "./peers.ts";
import type { Report } from "./report.ts";

/** The report as a page, as the formatter would leave it. */
export function toMarkdown({ survived, of, faults, peers }: Report, known: readonly Fault[]): string {
  const names = peers ? peersIn(peers) : [];
  const rows = Object.entries(faults).map(([id, result]) => {
    const fault = known.find((one) => one.id === id);
    const does = result.survived ? (fault?.expected ?? "") : `**not survived**: ${result.reason ?? ""}`;
    return [id, fault?.fault ?? "", does, mark(result), ...names.map((name) => mark(peers?.results[id]?.[name]))];
  });
  return `# Reliability

${survived} of ${of} faults are survived. This page is written by \`pnpm corpus\`, which makes each of them happen; each is
also a test whose title carries its number.
${peers ? introduction(peers, names) : ""}
${table(["Fault", "What goes wrong", "What the swarm does", "Ours", ...names], rows)}
${peers ? reasons(peers, names) : ""}`;
}

function mark(result: { readonly survived: boolean } | undefined): string {
  if (result === undefined) return "–";
  return result.survived ? "✓" : "✗";
}

function introduction(peers: PeerResults, names: readonly string[]): string {
  const versions = Object.entries(peers.versions).map(([name, version]) => `${name} ${version}`);
  const scores = names.map((name) => {
    const score = scoreOf(peers, name);
    return `${name} survives ${score.survived} of ${score.of}`;
  });
  return `
The same faults in other libraries, as \`pnpm corpus:peers\` made them happen on ${peers.date}:
${scores.join(", ")}.
Versions: ${versions.join(", ")}.
Each is used as its documentation has it, and every check that a library is put to is one that ours passes in the same
script. ✓ survived, ✗ not survived, – not applicable or not driven.
`;
}

function reasons(peers: PeerResults, names: readonly string[]): string {
  const lines = Object.entries(peers.results).flatMap(([id, results]) =>
    names.flatMap((name) => {
      const result = results[name];
      if (result === undefined || result.survived) return [];
      return [`- ${id}, ${name}: \`${(result.reason ?? "").replaceAll("`", "'").trim()}\``];
    }),
  );
  return `\n## Where the others stop\n\n${lines.join("\n")}\n`;
}

/** Text that stands in a cell as it is: a bar does not end it, and `__name__` is not set in bold. */
function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("__", "\\_\\_");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(escaped));
  const widths = head.map((title, column) =>
    Math.max(3, ...[head, ...cells].map((row) => (row[column] ?? title).length)),
  );
  const line = (row: readonly string[], filler = " ") =>
    `| ${widths.map((width, column) => (row[column] ?? "").padEnd(width, filler)).join(" | ")} |`;
  return [line(head), line([], "-"), ...cells.map((row) => line(row))].join("\n");
}
