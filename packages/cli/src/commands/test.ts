import type { Command } from "commander";
import { examples } from "./context.ts";
import type { Context, GlobalOptions } from "./context.ts";

/** The options of `test`. */
export interface TestOptions extends GlobalOptions {
  readonly swarm?: string;
}

/** Adds `test`: scenarios, played and compared. */
export function addTest(program: Command, { io, end }: Context): void {
  program
    .command("test")
    .description("play scenarios: what is said, and which path, tools and outcome are expected")
    .argument("<scenarios...>", "JSON or TypeScript files")
    .option("--swarm <file>", "the swarm to test instead of the one that the files name")
    .addHelpText(
      "after",
      `${examples("swarmgraph test scenarios.json", "swarmgraph test tests/*.scenarios.ts --swarm desk.ts --json")}

A file: { "swarm": "./desk.ts", "scenarios": [{ "name": "refund", "prompt": "I was charged twice",
  "path": ["triage", "billing"], "tools": ["refund"], "outcome": "answered", "answer": "money", "approve": true }] }
Several turns: { "name": "...", "turns": [{ "prompt": "..." }, ...] }. What is left out is not looked at.`,
    )
    .action(async (files: readonly string[], _options: unknown, command: Command) => {
      const { testScenarios } = await import("../actions/test.ts");
      end(await testScenarios(io, files, command.optsWithGlobals<TestOptions>()));
    });
}
