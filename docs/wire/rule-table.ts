import { validateWire } from "swarmgraph/testing";
import { markdownTable } from "./markdown-table.ts";
import type { RuleRow, RuleTable } from "./rules/rule-row.ts";

/** Characters of a provider's text that are shown. */
const MAX_TEXT = 160;

const HEAD = ["Rule", "What it demands", "Status", "What the provider says"];

/** The rules of a provider as a Markdown table, with what is said of each rule's own broken body. */
export function ruleTable({ profile, rows }: RuleTable): string {
  const cells = rows.map((row) => [row.rule, row.demands, ...said(profile, row)].map(escaped));
  return markdownTable([HEAD, ...cells]);
}

function said(profile: RuleTable["profile"], { rule, breaks }: RuleRow): [string, string] {
  const problem = validateWire(profile, breaks).find((found) => found.rule === rule);
  if (problem === undefined) return ["", "Nothing: it is taken."];
  return [String(problem.status), code(cut(problem.message))];
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT).trimEnd()}…`;
}

/** A code span; one that begins or ends with a backtick is padded. */
function code(text: string): string {
  if (!text.includes("`")) return `\`${text}\``;
  const pad = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `\`\`${pad}${text}${pad}\`\``;
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|");
}
