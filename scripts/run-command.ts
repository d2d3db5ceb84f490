import { spawn } from "node:child_process";

/** How to run a command. */
export interface RunCommandOptions {
  readonly cwd: string;
  readonly env?: NodeJS.ProcessEnv;
  /** After so many milliseconds the command is killed. Default: ten minutes. */
  readonly timeoutMs?: number;
}

/**
 * Runs a command to its end and resolves to what it wrote to its output.
 *
 * @throws an `Error` with both outputs if the command ends with another code than 0, or is killed.
 */
export function runCommand(
  command: string,
  args: readonly string[],
  { cwd, env = process.env, timeoutMs = 600_000 }: RunCommandOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, timeout: timeoutMs, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new Error(`\`${command} ${args.join(" ")}\` ended with ${code ?? signal}.\n${stdout}${stderr}`));
    });
  });
}
