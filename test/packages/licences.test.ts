import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXCEPTIONS, isPermissive, licencesPage } from "../../scripts/licences/page.ts";
import { repositoryDependencies } from "../../scripts/licences/repository.ts";
import { ROOT } from "../../scripts/workspace.ts";

const dependencies = repositoryDependencies();

describe("licences", () => {
  it("are permissive for all that comes with the packages", () => {
    expect(dependencies.published.filter(({ licence }) => !isPermissive(licence))).toEqual([]);
    expect(dependencies.published.length).toBeGreaterThan(50);
  });

  it("are permissive for all else but for the exceptions that the page gives reasons for", () => {
    const others = [...dependencies.optional, ...dependencies.development];
    const names = others.filter(({ licence }) => !isPermissive(licence)).map(({ name }) => name);
    expect(names.sort()).toEqual(Object.keys(EXCEPTIONS).sort());
  });

  it("are listed in docs/licences.md as they are: `pnpm docs:licences` writes it", () => {
    const page = readFileSync(join(ROOT, "docs/licences.md"), "utf8");
    expect(rowsOf(page)).toEqual(rowsOf(licencesPage(dependencies)));
  });
});

/** The lines of a page without the padding of tables, by which one longer name would change every line. */
const rowsOf = (page: string): readonly string[] =>
  page.split("\n").map((line) => line.replaceAll(/ {2,}|-{3,}/gu, " ").trim());

describe("isPermissive", () => {
  it.each(["MIT", "(MIT OR GPL-3.0)", "MIT AND ISC"])("takes %s", (licence) =>
    expect(isPermissive(licence)).toBe(true),
  );

  it.each(["MPL-2.0", "MIT AND GPL-3.0", "none named", ""])("refuses %s", (licence) =>
    expect(isPermissive(licence)).toBe(false),
  );
});
