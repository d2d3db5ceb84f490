import type { Readable, Writable } from "node:stream";
import pc from "picocolors";

/** Colours texts, or leaves them as they are. */
export type Paint = ReturnType<typeof pc.createColors>;

/** What a command has of the world around it. */
export interface Io {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Whether somebody sits at both ends: only then are questions asked, and is anything drawn over. */
  readonly isInteractive: boolean;
  /** Whether the output is a terminal. */
  readonly isTerminal: boolean;
  /** Whether the terminal, where there is one, shows colours. */
  readonly hasColor: boolean;
  /** Columns. */
  readonly width: number;
  /** Aborted by Ctrl-C, or by who ends the process. */
  readonly signal: AbortSignal;
  /** The URLs of modules that were loaded so far, as far as the loader says. */
  readonly loaded: ReadonlySet<string>;
}

/** How a command shows what it has to show. */
export interface Output {
  /** One JSON value, or one a line, instead of text. */
  readonly json: boolean;
  readonly paint: Paint;
  /** A line on the standard output. */
  line(text?: string): void;
  /** A text on the standard output, as it is. */
  write(text: string): void;
  /** A line for whoever reads along, which is not part of the result: on the standard error. */
  note(text: string): void;
}

/** The output for a command's options. */
export function outputOf(io: Io, options: { readonly json?: boolean; readonly color?: boolean }): Output {
  const color = options.color !== false && io.hasColor && options.json !== true;
  return {
    json: options.json === true,
    paint: pc.createColors(color),
    line: (text = "") => void io.stdout.write(`${text}\n`),
    write: (text) => void io.stdout.write(text),
    note: (text) => void io.stderr.write(`${text}\n`),
  };
}

/** A process, as much of it as {@link processIo} needs. */
export type ProcessEnds = Pick<typeof process, "cwd" | "env" | "stdin" | "stdout" | "stderr">;

/** A process's own ends. */
export function processIo(
  ends: ProcessEnds,
  { loaded, signal }: { readonly loaded: ReadonlySet<string>; readonly signal: AbortSignal },
): Io {
  const { env, stdin, stdout, stderr } = ends;
  const forced = env["FORCE_COLOR"] !== undefined && env["FORCE_COLOR"] !== "0";
  const isTerminal = stdout.isTTY === true;
  return {
    cwd: ends.cwd(),
    env,
    stdin,
    stdout,
    stderr,
    isInteractive: stdin.isTTY === true && isTerminal,
    isTerminal,
    hasColor: forced || (isTerminal && !env["NO_COLOR"] && env["TERM"] !== "dumb"),
    width: Math.max(40, Math.min(stdout.columns ?? 80, 120)),
    signal,
    loaded,
  };
}

/** A text without what steers a terminal; line ends and tabs stay. */
export function plainText(text: string): string {
  return text.replace(/\r\n?/gu, "\n").replace(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, " ");
}

/** Everything that comes in at the standard input. */
export async function readAll(stdin: Readable): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const piece of stdin)
    text += typeof piece === "string" ? piece : decoder.decode(piece as Buffer, { stream: true });
  return text + decoder.decode();
}
