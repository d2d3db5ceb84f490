import { Readable, Writable } from "node:stream";
import type { PassThrough } from "node:stream";
import type { Io } from "../src/io.ts";
import { run } from "../src/main.ts";

/** What a command line came to. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** How it is run. */
export interface RunHereOptions {
  readonly cwd: string;
  readonly input?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
  readonly isTerminal?: boolean | undefined;
  /** What somebody types, key by key, instead of `input`. */
  readonly keys?: PassThrough | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Gets the output as it comes. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

/** A stream that keeps what is written. */
export function collector(onText?: (text: string) => void): { stream: Writable; text: () => string } {
  const pieces: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      pieces.push(chunk.toString());
      onText?.(chunk.toString());
      done();
    },
  });
  return { stream, text: () => pieces.join("") };
}

/** The ends of a process that is not there. */
export function testIo({
  cwd,
  input = "",
  env = {},
  isTerminal = false,
  keys,
  signal = new AbortController().signal,
  onOutput,
}: RunHereOptions): { io: Io; out: () => string; err: () => string } {
  const [stdout, stderr] = [collector(onOutput), collector(onOutput)];
  const io: Io = {
    cwd,
    env,
    stdin: keys ?? Readable.from([input]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    isInteractive: keys !== undefined,
    isTerminal: isTerminal || keys !== undefined,
    hasColor: isTerminal || keys !== undefined,
    width: 80,
    signal,
    loaded: new Set(),
  };
  return { io, out: stdout.text, err: stderr.text };
}

/** Runs a command line in this process. */
export async function runHere(args: readonly string[], options: RunHereOptions): Promise<Ran> {
  const { io, out, err } = testIo(options);
  const code = await run(args, io);
  return { code, out: out(), err: err() };
}
