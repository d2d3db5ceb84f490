import { Command } from "commander";
import { addChat } from "./commands/chat.ts";
import type { Context } from "./commands/context.ts";
import { addDev } from "./commands/dev.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addDraw } from "./commands/draw.ts";
import { addNew } from "./commands/new.ts";
import { addReplay } from "./commands/replay.ts";
import { addRun } from "./commands/run.ts";
import { addTest } from "./commands/test.ts";
import { addVerify } from "./commands/verify.ts";
import type { Io } from "./io.ts";
import { ownVersion } from "./own-version.ts";

const HELP = `
A swarm is named by its file, or by file and export: desk.ts, desk.ts#support. TypeScript needs no build. Without a name
the exports "default", "swarm" and "graph" are looked at, in this order, then the only swarm that there is.

Examples:
  swarmgraph new my-swarm --yes
  swarmgraph chat my-swarm/swarm.ts
  swarmgraph run desk.ts "I was charged twice" --record run.jsonl
  swarmgraph verify desk.ts --sarif > swarm.sarif
  swarmgraph dev desk.ts

Exit codes:
  0    done
  1    the thing failed: a run, a check, a scenario, a server
  2    bad usage or input: an option, a file that is not there or cannot be read
  3    no swarm in the file
  4    versions do not fit together: of packages, or of a recording
  130  stopped, by Ctrl-C

Nothing is reported to anybody.`;

/** The command line as a whole. `end` gets the exit code of the command that ran. */
export function createProgram(io: Io, end: (code: number) => void): Command {
  const program = new Command("swarmgraph")
    .description("Runs, shows, checks and serves swarms of agents.")
    .version(ownVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .option("--json", "print data as JSON instead of text")
    .option("--no-color", "print without colours (also: NO_COLOR)")
    .option("--verbose", "print the stack of an error")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      // Errors are told in one place, with the exit code.
      outputError: () => undefined,
      getOutHelpWidth: () => io.width,
      getErrHelpWidth: () => io.width,
    })
    .exitOverride()
    .addHelpText("after", HELP);
  const context: Context = { io, end };
  for (const add of [addNew, addRun, addChat, addDev, addDraw, addVerify, addReplay, addTest, addDoctor]) {
    add(program, context);
  }
  return program;
}
