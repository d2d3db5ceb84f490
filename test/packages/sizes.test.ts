import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCommand } from "../../scripts/run-command.ts";
import { ROOT } from "../../scripts/workspace.ts";
import { BUDGETS } from "./budgets.ts";
import { entrySources, MOMENTS } from "./checks.ts";

interface Measured {
  readonly name: string;
  readonly passed: boolean;
  readonly size: number;
}

const sizeLimit = join(import.meta.dirname, "node_modules/.bin/size-limit");

/** What size-limit says of every budget, also where it fails because one is exceeded. */
async function measure(): Promise<readonly Measured[]> {
  const run = runCommand(sizeLimit, ["--config", "size-limit.config.ts", "--json"], { cwd: import.meta.dirname });
  const said = await run.catch((error: unknown) => String(error));
  return JSON.parse(/^\[.*^\]$/msu.exec(said)?.[0] ?? "[]") as Measured[];
}

describe("size-limit", () => {
  it("finds every entry within its budget", async () => {
    const measured = await measure();
    expect(measured.filter(({ passed, size }) => !passed || size <= 0)).toEqual([]);
    expect(measured).toHaveLength(BUDGETS.length);
  });

  it("has a budget for every entry of every published package", () => {
    expect(new Set(BUDGETS.map(({ entry }) => entry))).toEqual(new Set(entrySources().keys()));
  });

  it("has the budgets that docs/sizes.md shows", () => {
    const page = readFileSync(join(ROOT, "docs/sizes.md"), "utf8");
    const rows = [...page.matchAll(/^\| `(?<entry>[^`]+)` +\| (?<imported>.+?) +\| (?<limit>[\d.]+ k?B) +\|$/gmu)];
    expect(rows.map(({ groups }) => ({ ...groups }))).toEqual(
      BUDGETS.map(({ entry, imported, by, limit }) => ({
        entry,
        imported: `\`${imported}\`${by === undefined ? "" : MOMENTS[by]}`,
        limit,
      })),
    );
  });
});
