import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The entries of the core and of every package: the files whose exports are public. */
export function entriesOf(root: string): readonly string[] {
  const rooms = ["patterns", "testing", "openai", "interop"].map((room) => `src/${room}/index.ts`);
  const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}/src/index.ts`);
  const all = ["src/index.ts", ...rooms, ...packages, "packages/tools/src/mcp/index.ts"];
  return all.filter((file) => existsSync(join(root, file)));
}
