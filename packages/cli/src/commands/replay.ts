import { InvalidArgumentError, Option } from "commander";
import type { Command } from "commander";
import { examples, port } from "./context.ts";
import type { Context, GlobalOptions } from "./context.ts";

/** The options of `replay`. */
export interface ReplayOptions extends GlobalOptions {
  readonly speed?: number;
  readonly until?: number;
  readonly as: "terminal" | "sequence";
  readonly page?: boolean;
  readonly port: number;
}

/** Adds `replay`: a recording, shown again. */
export function addReplay(program: Command, { io, end }: Context): void {
  program
    .command("replay")
    .description("show a recording again")
    .argument("<recording>", "a JSONL file, as run --record writes it")
    .option(
      "--speed <factor>",
      "1: as it was; 2: twice as fast; max: at once. Default: 1 on a terminal, else max",
      speed,
    )
    .option("--until <seq>", "stop after the event of this number", sequenceNumber)
    .addOption(
      new Option("--as <form>", "lines, or a Mermaid sequence diagram")
        .choices(["terminal", "sequence"])
        .default("terminal"),
    )
    .option("--page", "show it on the inspector's page instead, with a scrubber")
    .option("--port <port>", "with --page: the port, 0 for any that is free", port, 8787)
    .addHelpText(
      "after",
      examples(
        "swarmgraph replay run.jsonl",
        "swarmgraph replay run.jsonl --speed max --until 20",
        "swarmgraph replay run.jsonl --as sequence > run.mmd",
        "swarmgraph replay run.jsonl --page",
      ),
    )
    .action(async (file: string, _options: unknown, command: Command) => {
      const { showRecording } = await import("../actions/replay.ts");
      end(await showRecording(io, file, command.optsWithGlobals<ReplayOptions>()));
    });
}

function speed(value: string): number {
  if (value === "max") return Number.POSITIVE_INFINITY;
  const factor = Number(value);
  if (Number.isFinite(factor) && factor > 0) return factor;
  throw new InvalidArgumentError('It has to be a number above 0, or "max".');
}

function sequenceNumber(value: string): number {
  if (/^\d+$/u.test(value)) return Number(value);
  throw new InvalidArgumentError("It has to be the number of an event: 0, 1, 2, ...");
}
