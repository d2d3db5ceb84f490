import type { Command } from "commander";
import { checkNode, checkPackages } from "../doctor/check-packages.ts";
import type { Check } from "../doctor/check-packages.ts";
import { checkKeys, checkServers } from "../doctor/check-surroundings.ts";
import { EXIT } from "../exit.ts";
import { outputOf, plainText } from "../io.ts";
import type { Io, Output } from "../io.ts";
import { examples } from "./context.ts";
import type { Context, GlobalOptions } from "./context.ts";

/** Adds `doctor`: what may be wrong with an installation. */
export function addDoctor(program: Command, { io, end }: Context): void {
  program
    .command("doctor")
    .description("look at versions that have to fit together, keys that are set, and model servers on this machine")
    .addHelpText(
      "after",
      `${examples("swarmgraph doctor", "swarmgraph doctor --json")}

Keys are never printed. Only 127.0.0.1 is asked: Ollama at 11434, LM Studio at 1234, vLLM at 8000.
The exit code is 4 where versions do not fit together.`,
    )
    .action(async (_options: unknown, command: Command) => {
      end(await doctor(io, command.optsWithGlobals<GlobalOptions>()));
    });
}

async function doctor(io: Io, options: GlobalOptions): Promise<number> {
  const output = outputOf(io, options);
  const versions = [checkNode(process.versions.node, io.cwd), ...checkPackages(io.cwd)];
  const checks = [...versions, ...checkKeys(io.env), ...(await checkServers())];
  const isSound = checks.every(({ status }) => status !== "problem");
  if (output.json) output.line(JSON.stringify({ ok: isSound, checks }));
  else {
    for (const check of checks) print(check, output);
    output.line(isSound ? "Everything fits together." : "Some versions do not fit together.");
  }
  return isSound ? EXIT.ok : EXIT.incompatible;
}

function print({ status, name, detail, hint }: Check, output: Output): void {
  const { paint } = output;
  const sign = { ok: paint.green("✓"), note: paint.dim("·"), problem: paint.red("✗") }[status];
  output.line(`${sign} ${paint.bold(plainText(name))}  ${plainText(detail)}`);
  if (hint !== undefined) output.line(paint.dim(`    ${plainText(hint)}`));
}
