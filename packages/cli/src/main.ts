import { CommanderError } from "commander";
import { CliError } from "./errors.ts";
import { EXIT } from "./exit.ts";
import { errorJson, explain } from "./explain.ts";
import { plainText, processIo } from "./io.ts";
import type { Io } from "./io.ts";
import { createProgram } from "./program.ts";

/** What the program that is started passes in. */
export interface MainOptions {
  /** The URLs of modules that were loaded so far: kept up to date by the loader. */
  readonly loaded?: ReadonlySet<string> | undefined;
}

/** Runs the command line of this process, and ends the process with its exit code. */
export async function main({ loaded = new Set() }: MainOptions = {}): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    // A second one ends the process at once.
    process.once(signal, () => stop.abort(new DOMException(`ended by ${signal}`, "AbortError")));
  }
  const io = processIo(process, { loaded, signal: stop.signal });
  // Whoever read the output has had enough of it.
  process.stdout.on("error", (error: NodeJS.ErrnoException) =>
    process.exit(error.code === "EPIPE" ? EXIT.ok : EXIT.failed),
  );
  const code = await run(process.argv.slice(2), io);
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(code);
}

/** Runs one command line; never rejects. Gives the exit code. */
export async function run(args: readonly string[], io: Io): Promise<number> {
  let exitCode: number = EXIT.ok;
  try {
    await createProgram(io, (code) => (exitCode = code)).parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return EXIT.ok;
      // Asked for nothing, it has shown its help.
      return error.code === "commander.help" ? EXIT.usage : tell(usageError(error), args, io);
    }
    return tell(explain(error, { isStopped: io.signal.aborted }), args, io);
  }
}

function usageError({ message }: CommanderError): CliError {
  const said = message
    .replace(/^error: /u, "")
    .replace(/\s+/gu, " ")
    .replace(/(?<![.?)])$/u, ".");
  return new CliError("USAGE", said, { hint: "`swarmgraph --help` shows what there is." });
}

function tell(error: CliError, args: readonly string[], io: Io): number {
  const says = (flag: string) => args.includes(flag);
  const hint = error.hint === undefined ? "" : ` ${error.hint}`;
  io.stderr.write(
    says("--json") ? `${errorJson(error)}\n` : `swarmgraph: ${asSentence(plainText(error.message))}${hint}\n`,
  );
  if (says("--verbose")) io.stderr.write(`${stackOf(error)}\n`);
  return error.exitCode;
}

function asSentence(text: string): string {
  return /[.?!)]$/u.test(text) ? text : `${text}.`;
}

/** Where it came from, down to the first cause. */
function stackOf(error: unknown): string {
  const stacks: string[] = [];
  for (let next = error; next instanceof Error && stacks.length < 10; next = next.cause) {
    stacks.push(next.stack ?? next.message);
  }
  return stacks.join("\ncaused by: ");
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => stream.write("", () => resolve()));
}
