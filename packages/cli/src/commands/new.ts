import { Option } from "commander";
import type { Command } from "commander";
import { CliError } from "../errors.ts";
import { EXIT } from "../exit.ts";
import { outputOf } from "../io.ts";
import type { Io } from "../io.ts";
import { scaffold, TEMPLATES } from "../scaffold.ts";
import type { TemplateName } from "../scaffold.ts";
import { examples } from "./context.ts";
import type { Context, GlobalOptions } from "./context.ts";

interface Options extends GlobalOptions {
  readonly template?: TemplateName;
  readonly yes?: boolean;
}

const NAMES = Object.keys(TEMPLATES) as TemplateName[];
const DIRECTORY = "my-swarm";
const TEMPLATE: TemplateName = "support-desk";

/** Adds `new`: a directory with a swarm that runs at once. */
export function addNew(program: Command, { io, end }: Context): void {
  program
    .command("new")
    .description("make a directory with a swarm that runs at once, without a key")
    .argument("[directory]", `a new or empty one; default: ${DIRECTORY}`)
    .addOption(new Option("--template <name>", `default: ${TEMPLATE}`).choices(NAMES))
    .option("-y, --yes", "ask nothing")
    .addHelpText(
      "after",
      `${examples("swarmgraph new", "swarmgraph new my-swarm --template blank --yes")}

Templates:\n${NAMES.map((name) => `  ${name.padEnd(14)}${TEMPLATES[name]}`).join("\n")}`,
    )
    .action(async (directory: string | undefined, _options: unknown, command: Command) => {
      end(await create(io, directory, command.optsWithGlobals<Options>()));
    });
}

async function create(io: Io, given: string | undefined, options: Options): Promise<number> {
  const output = outputOf(io, options);
  const { directory, template } = await choose(io, given, options);
  const files = await scaffold(template, { path: directory, cwd: io.cwd });
  if (output.json) output.line(JSON.stringify({ directory, template, files }));
  else {
    output.line(`Made ${directory} from "${template}": ${files.join(", ")}.`);
    output.line(`Next:\n  cd ${directory}\n  npm install\n  npm run chat`);
  }
  return EXIT.ok;
}

async function choose(
  io: Io,
  directory: string | undefined,
  { template, yes }: Options,
): Promise<{ directory: string; template: TemplateName }> {
  const isKnown = directory !== undefined && template !== undefined;
  if (yes === true || isKnown) return { directory: directory ?? DIRECTORY, template: template ?? TEMPLATE };
  if (!io.isInteractive) {
    throw new CliError("USAGE", "there is nobody to ask for the directory and the template.", {
      hint: "Pass both, or --yes for what is usual.",
    });
  }
  const { isCancel, select, text } = await import("@clack/prompts");
  const answered = (answer: unknown): string => {
    if (isCancel(answer)) throw new CliError("ABORTED", "stopped.", { exitCode: EXIT.aborted });
    return String(answer);
  };
  const ends = { input: io.stdin, output: io.stdout, signal: io.signal };
  const where = { message: "Where?", placeholder: DIRECTORY, defaultValue: DIRECTORY, ...ends };
  const which = {
    message: "Which template?",
    initialValue: TEMPLATE,
    options: NAMES.map((value) => ({ value, label: value, hint: TEMPLATES[value] })),
    ...ends,
  };
  return {
    directory: directory ?? answered(await text(where)),
    template: template ?? (answered(await select(which)) as TemplateName),
  };
}
