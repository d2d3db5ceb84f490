import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { runCommand } from "../../scripts/run-command.ts";
import { ROOT, type Manifest } from "../../scripts/workspace.ts";
import { installProject, plainEnvironment, type PackageManager } from "./project.ts";

const packages = inject("packages");

const nodes = ["node-20", "node-24"].map((name) => ({
  name,
  path: join(import.meta.dirname, "node_modules", name, "bin/node"),
}));

/** What each package says that it did, in `installed/program.mjs`. */
const ALL_WELL = {
  core: {
    output: "Done: order A-17 is refunded.",
    lastAgent: "billing",
    handoffs: [{ from: "triage", to: "billing", input: { topic: "a refund" } }],
  },
  draw: true,
  inspector: [200, 200],
  localModel: "weather",
  server: "message.output",
  otel: "Traced.",
  tools: true,
  persist: true,
};

describe.each<PackageManager>(["npm", "pnpm"])("an empty project that %s installs the packages into", (manager) => {
  const folder = mkdtempSync(join(tmpdir(), `swarmgraph-${manager}-`));

  beforeAll(() => installProject(manager, { folder, packages }));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (node: string, args: readonly string[]): Promise<string> =>
    runCommand(node, args, { cwd: folder, env: plainEnvironment() });

  it("has types that fit a program", async () => {
    const options = "--noEmit --allowJs --checkJs --strict --skipLibCheck --target es2023 --module nodenext";
    const types = ["--types", "node", "--typeRoots", join(ROOT, "node_modules/@types")];
    const tsc = [join(ROOT, "node_modules/typescript/bin/tsc"), ...options.split(" "), ...types, "program.mjs"];
    expect(await run(process.execPath, tsc)).toBe("");
  });

  // Both come from npm as builds for Linux on x64; elsewhere the Node that runs the tests has to do.
  const available = nodes.filter(({ path }) => existsSync(path));
  const onNodes = available.length > 0 ? available : [{ name: process.version, path: process.execPath }];

  describe.each(onNodes)("on $name", ({ path }) => {
    it("runs a program with every package", async () => {
      expect(JSON.parse(await run(path, ["program.mjs"]))).toEqual(ALL_WELL);
    });

    it("imports every entry of every package that is for this Node", async () => {
      const major = majorOf(await run(path, ["--version"]));
      const entries = packages
        .filter(({ manifest }) => majorOf(manifest.engines?.["node"] ?? "") <= major)
        .flatMap(({ manifest }) => entriesOf(manifest));
      expect(entries).toContain("swarmgraph/testing");
      // `swarmgraph/openai` is the one whose optional peer this project does not have.
      const code = `for (const entry of ${JSON.stringify(entries)}) {
        const said = await import(entry).then((module) => Object.keys(module).length > 0, (error) => error.message);
        console.log(entry, said);
      }`;
      const lines = (await run(path, ["--input-type=module", "--eval", code])).trim().split("\n");
      const failed = lines.filter((line) => !line.endsWith(" true"));
      expect(failed).toEqual([expect.stringMatching(/^swarmgraph\/openai Cannot find package 'openai'/u)]);
      expect(lines).toHaveLength(entries.length);
    });

    it("has the command line", async () => {
      const cli = "node_modules/@swarmgraph/cli/bin/swarmgraph.js";
      expect(await run(path, [cli, "draw", "swarm.mjs", "--format", "mermaid"])).toContain("billing");
      expect(await run(path, [cli, "run", "swarm.mjs", "My money back"])).toContain("order A-17 is refunded");
    });
  });
});

const majorOf = (version: string): number => Number(/\d+/u.exec(version)?.[0]);

function entriesOf({ name, exports = {} }: Manifest): readonly string[] {
  return Object.keys(exports)
    .filter((entry) => entry !== "./package.json")
    .map((entry) => `${name}${entry.slice(1)}`);
}
