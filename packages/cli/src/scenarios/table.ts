import { plainText } from "../io.ts";
import type { Paint } from "../io.ts";
import type { ScenarioResult } from "./scenario.ts";

/** Results as the lines of a table: passed or not, the name, the path, the tools; below it what differs. */
export function scenarioTable(results: readonly ScenarioResult[], paint: Paint): readonly string[] {
  const rows = results.map((result) => ({ result, cells: cellsOf(result) }));
  const widths = [0, 1].map((column) => Math.max(...rows.map(({ cells }) => [...(cells[column] ?? "")].length)));
  return rows.flatMap(({ result, cells }) => {
    const [name = "", path = "", tools = ""] = cells;
    const line = [pad(name, widths[0]), pad(path, widths[1]), tools].join("  ").trimEnd();
    const sign = result.passed ? paint.green("✓") : paint.red("✗");
    const differences = result.turns.flatMap((turn, index) =>
      turn.differences.map((difference) => {
        const where = result.turns.length > 1 ? `turn ${index + 1}: ` : "";
        return paint.red(`    ${where}${plainText(difference).replace(/\n+/gu, " ")}`);
      }),
    );
    return [`  ${sign} ${line}`, ...differences];
  });
}

function cellsOf({ name, turns }: ScenarioResult): readonly string[] {
  const path = turns.map((turn) => turn.path.join(" → ")).join(" | ");
  const tools = turns.flatMap((turn) => turn.tools).join(", ");
  return [name, path, tools].map((cell) => plainText(cell).replace(/\n+/gu, " "));
}

function pad(text: string, width = 0): string {
  return text + " ".repeat(Math.max(0, width - [...text].length));
}
