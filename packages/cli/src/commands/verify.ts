import type { Command } from "commander";
import { examples } from "./context.ts";
import type { Context, GlobalOptions } from "./context.ts";

/** The options of `verify`. */
export interface VerifyOptions extends GlobalOptions {
  readonly sarif?: boolean;
  readonly strict?: boolean;
}

/** Adds `verify`: every problem of a definition, with file and line. */
export function addVerify(program: Command, { io, end }: Context): void {
  program
    .command("verify")
    .alias("lint")
    .description("check the swarm's definition: every problem at once, with file and line")
    .argument("<file>", "the swarm: file, or file#export")
    .option("--sarif", "print a SARIF 2.1.0 log, as code hosts and editors read it")
    .option("--strict", "warnings fail as well")
    .addHelpText(
      "after",
      examples(
        "swarmgraph verify desk.ts",
        "swarmgraph verify desk.ts --strict --json",
        "swarmgraph verify desk.ts --sarif > swarm.sarif",
      ),
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      const { verify } = await import("../actions/verify.ts");
      end(await verify(io, file, command.optsWithGlobals<VerifyOptions>()));
    });
}
