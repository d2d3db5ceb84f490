import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A command that runs until it is stopped. */
export interface ServerProcess {
  /** The first line that it wrote to its output. */
  readonly firstLine: string;
  /** Ends it as Ctrl-C does, with all that it has started; what is left after `graceMs` (ten seconds) is killed. */
  stop(graceMs?: number): Promise<void>;
}

/** How to start a {@link ServerProcess}. */
export interface StartServerOptions {
  readonly cwd: string;
  /** The whole environment of the command, not an addition to this one's. */
  readonly env: NodeJS.ProcessEnv;
  /** After so many milliseconds without a line, it is ended. Default: a minute. */
  readonly timeoutMs?: number;
}

/**
 * Starts a command in a process group of its own, and waits for its first line.
 *
 * @throws an `Error` with what it wrote to its error output if it ends, or says nothing for too long.
 */
export async function startServer(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutMs = 60_000 }: StartServerOptions,
): Promise<ServerProcess> {
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let isClosed = false;
  const ended = once(child, "close").finally(() => (isClosed = true));
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  // The command may be gone before what it has started: a shell's background processes do not hear Ctrl-C.
  const signal = (name: NodeJS.Signals): void => {
    if (child.pid === undefined || isClosed) return;
    try {
      process.kill(-child.pid, name);
    } catch {
      // The whole group ended just now.
    }
  };
  const stop = async (graceMs = 10_000): Promise<void> => {
    signal("SIGINT");
    const timer = setTimeout(() => signal("SIGKILL"), graceMs);
    await ended;
    clearTimeout(timer);
  };
  const timer = setTimeout(() => signal("SIGKILL"), timeoutMs);
  const line = once(createInterface({ input: child.stdout }), "line") as Promise<readonly string[]>;
  const [firstLine] = await Promise.race([line, ended.then(() => [])]);
  clearTimeout(timer);
  if (firstLine === undefined) throw new Error(`\`${command} ${args.join(" ")}\` said nothing and ended: ${stderr}`);
  return { firstLine, stop };
}
