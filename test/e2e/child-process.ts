import { spawn } from "node:child_process";

/** How to run a command. */
export interface RunProcessOptions {
  readonly cwd: string;
  /** The whole environment of the command, not an addition to this one's. */
  readonly env: NodeJS.ProcessEnv;
  /** After so many milliseconds, the command and everything it started is killed. */
  readonly timeoutMs: number;
}

/** What a command left behind. */
export interface ProcessResult {
  /** `null` if it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly isTimedOut: boolean;
}

const running = new Set<number>();

process.once("exit", killAll);

/** Runs a command in a process group of its own until it ends. Rejects only if it cannot be started. */
export function runProcess(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutMs }: RunProcessOptions,
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const { pid } = child;
    if (pid !== undefined) running.add(pid);
    let [stdout, stderr, isTimedOut] = ["", "", false];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const timer = setTimeout(() => {
      isTimedOut = true;
      if (pid !== undefined) killGroup(pid);
    }, timeoutMs);
    const settle = (): void => {
      clearTimeout(timer);
      if (pid !== undefined) running.delete(pid);
    };
    child.on("error", (error) => {
      settle();
      reject(error);
    });
    child.on("close", (code) => {
      settle();
      resolve({ code, stdout, stderr, isTimedOut });
    });
    // What the command left running in its group could keep the pipes, and so this promise, open.
    child.on("exit", () => void (pid !== undefined && killGroup(pid)));
  });
}

/** Kills every command that still runs, each with everything it started. */
export function killAll(): void {
  for (const pid of running) killGroup(pid);
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Keys and addresses of models: with these empty, nothing can reach one. */
const NO_KEYS = { OPENAI_API_KEY: "", MISTRAL_API_KEY: "", ANTHROPIC_API_KEY: "", OPENAI_BASE_URL: "" };

/** What a test runner and a package manager leave in the environment of what they start. */
const OF_RUNNERS =
  /^(?:VITEST|NODE_(?!EXTRA_CA_CERTS)|npm_(?!config_registry)|pnpm_|PNPM_|INIT_CWD|TEST$|DEV$|PROD$|MODE$|SSR$|BASE_URL$|FORCE_COLOR|.*_API_KEY$)/u;

/** This process's environment as a user's shell has it: without a runner's traces, without keys, without colours. */
export function shellEnvironment(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !OF_RUNNERS.test(name));
  const path = (process.env["PATH"] ?? "").split(":").filter((folder) => !folder.endsWith("node_modules/.bin"));
  return { ...Object.fromEntries(own), ...NO_KEYS, PATH: path.join(":"), NO_COLOR: "1" };
}
