import { Option } from "commander";
import type { Command } from "commander";
import type { Granularity } from "swarmgraph";
import { examples } from "./context.ts";
import type { Context, GlobalOptions } from "./context.ts";

/** The options of `run`. */
export interface RunOptions extends GlobalOptions {
  readonly record?: string;
  readonly prompts?: boolean;
  readonly thread?: string;
  readonly approve?: boolean;
  readonly granularity?: Granularity;
}

/** Adds `run`: one turn, told as it goes. */
export function addRun(program: Command, { io, end }: Context): void {
  program
    .command("run")
    .description("run one turn and show who says and does what")
    .argument("<file>", "the swarm: file, or file#export")
    .argument("[message]", 'what the user says; "-" or nothing: the standard input')
    .option("--record <file>", "also write the events down as JSONL, for replay")
    .option("--prompts", "with --record: also each model call with its prompt, as a cassette needs it")
    .option("--thread <id>", "the conversation to go on with, where the swarm has a checkpointer that lasts")
    .option("--approve", "grant every approval that the run waits for")
    .addOption(
      new Option("--granularity <what>", "with --json: how much is told").choices(["tokens", "messages", "hops"]),
    )
    .addHelpText(
      "after",
      examples(
        'swarmgraph run desk.ts "I was charged twice"',
        'swarmgraph run desk.ts#support "Hello" --record hello.jsonl',
        "echo Hello | swarmgraph run desk.ts --json    # the lines of a recording",
      ),
    )
    .action(async (file: string, message: string | undefined, _options: unknown, command: Command) => {
      const { runOnce } = await import("../actions/run.ts");
      end(await runOnce(io, { file, message }, command.optsWithGlobals<RunOptions>()));
    });
}
