import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");

const agents = Array.from({ length: 20 }, (_, index) => `agent${index}`);

/** A program as a user writes it: twenty agents, each of which names the nineteen others. */
const program = `
import { SwarmAgent } from "swarmgraph";
import type { ChatModel } from "swarmgraph";
declare const model: ChatModel;
export const graph = new SwarmAgent({
  entry: "agent0",
  agents: {
${agents.map((name) => `    ${name}: { model, canHandoffTo: ${JSON.stringify(agents.filter((other) => other !== name))} },`).join("\n")}
  },
}).compile();
`;

function run(args: readonly string[]): string {
  return execFileSync(process.execPath, [tsc, ...args], { cwd: root, encoding: "utf8" });
}

/** Type checks a program against the declarations that are published, and reads the checker's own figure. */
function instantiations(source: string): number {
  const folder = mkdtempSync(join(root, "node_modules/.types-"));
  try {
    run([
      "-p",
      "tsconfig.build.json",
      "--emitDeclarationOnly",
      "--declarationMap",
      "false",
      "--sourceMap",
      "false",
      "--outDir",
      join(folder, "dist"),
    ]);
    writeFileSync(join(folder, "program.ts"), source);
    const config = {
      extends: join(root, "tsconfig.json"),
      compilerOptions: { customConditions: [], paths: { swarmgraph: [join(folder, "dist/index.d.ts")] } },
      include: [],
      files: ["program.ts"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    return Number(/Instantiations:\s+(\d+)/.exec(run(["-p", folder, "--extendedDiagnostics"]))?.[1]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

it("checks a fully connected swarm of 20 agents in under 30,000 instantiations", { timeout: 120_000 }, () => {
  const count = instantiations(program);
  expect(count).toBeGreaterThan(1_000);
  expect(count).toBeLessThan(30_000);
});
