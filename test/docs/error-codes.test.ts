import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const page = readFileSync(join(root, "docs/concepts/errors.md"), "utf8");

/** The members of a union of literals, as its source has them. */
function membersOf(file: string, type: string): readonly string[] {
  const [, union = ""] = readFileSync(join(root, file), "utf8").split(`export type ${type} =`);
  return [...(union.split(";\n")[0] ?? "").matchAll(/^ *\| "(?<code>[A-Z_]+)"/gmu)].map(
    ({ groups }) => groups?.["code"] ?? "",
  );
}

it.each([
  ["src/errors.ts", "SwarmErrorCode"],
  ["src/types.ts", "HandoffCode"],
])("the page of errors explains every code of %s's %s", (file, type) => {
  const codes = membersOf(file, type);
  expect(codes.length).toBeGreaterThan(8);
  expect(codes.filter((code) => !page.includes(`\`${code}\``))).toEqual([]);
});
