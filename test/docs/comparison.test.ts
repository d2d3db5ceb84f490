import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readComparison } from "./comparison.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const readme = readFileSync(join(root, "README.md"), "utf8");
const { cells, notes } = readComparison(readme, "Beside others");

/** The code of every test that names behaviours. */
const tests = readdirSync(join(root, "test/behaviours"))
  .map((file) => readFileSync(join(root, "test/behaviours", file), "utf8"))
  .join("\n");
const { results } = JSON.parse(readFileSync(join(root, "test/corpus/peer-results.json"), "utf8")) as {
  results: Record<string, Record<string, { survived: boolean }>>;
};

/** Whether a note is borne out: by a test of that title, by the corpus, or by an address. */
function isBorneOut(text: string): boolean {
  const title = /^Test "(?<title>.+)"\.$/u.exec(text)?.groups?.["title"];
  if (title !== undefined) return tests.includes(`"${title}"`);
  const fault = /^Fault (?<id>F\d+) with (?<peer>[\w-]+): (?<verdict>not survived|survived)\./u.exec(text)?.groups;
  if (fault !== undefined) {
    return results[fault["id"] ?? ""]?.[fault["peer"] ?? ""]?.survived === (fault["verdict"] === "survived");
  }
  return /\]\((?:https:\/\/|docs\/|bench\/)[^)]+\)/u.test(text);
}

describe("the comparison in the README", () => {
  it("has a row for each matter, and a column for each of the seven", () => {
    expect(new Set(cells.map(({ column }) => column.replaceAll(/\[|\].*/gu, "")))).toEqual(
      new Set([
        "swarmgraph",
        "langgraph-swarm",
        "OpenAI Agents",
        "Mastra",
        "AI SDK",
        "AgentFlow",
        "AgentSilex",
        "Mistral",
      ]),
    );
    expect(cells.length).toBeGreaterThanOrEqual(8 * 8);
  });

  it.each(cells.map((cell) => [`${cell.row}, ${cell.column}: ${cell.text}`, cell] as const))(
    "has a note on %s",
    (_name, cell) => {
      expect(cell.text).not.toBe("");
      expect(cell.notes.filter((id) => notes.has(id))).toEqual(cell.notes);
      expect(cell.notes.length).toBeGreaterThan(0);
    },
  );

  it.each([...notes])("bears the note %s out", (_id, text) => {
    expect(isBorneOut(text)).toBe(true);
  });

  it("defines no note that no cell has", () => {
    const used = new Set(cells.flatMap((cell) => cell.notes));
    expect([...notes.keys()].filter((id) => !used.has(id))).toEqual([]);
  });

  it("says of the corpus what the page of reliability says", () => {
    const page = readFileSync(join(root, "docs/reliability.md"), "utf8");
    const share = (subject: RegExp): number => {
      const { survived = "0", of = "1" } = subject.exec(page)?.groups ?? {};
      return Number(survived) / Number(of);
    };
    expect(share(/^(?<survived>\d+) of (?<of>\d+) faults are survived/mu)).toBe(1);
    for (const peer of ["langgraph-swarm", "openai-agents"]) {
      // "about half"
      expect(share(new RegExp(`${peer} survives (?<survived>\\d+) of (?<of>\\d+)`, "u"))).toBeCloseTo(0.5, 0.8);
    }
  });
});

describe("figures in the README", () => {
  it("are those of a committed run, which has a machine and a date", () => {
    const performance = readFileSync(join(root, "docs/performance.md"), "utf8");
    const figures = readme.match(/\d[\d.,]*\s?(?:×|µs|ms\b|times (?:as|faster))/gu) ?? [];
    expect(figures.filter((figure) => !performance.includes(figure))).toEqual([]);
    expect(performance).toMatch(/Measured on \d{4}-\d\d-\d\d/u);
    expect(performance).toMatch(/\d+ cores/u);
  });
});
