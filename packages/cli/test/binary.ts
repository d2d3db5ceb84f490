import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Ran } from "./in-process.ts";

const BINARY = fileURLToPath(new URL("../bin/swarmgraph.js", import.meta.url));

/** The real program, started. */
export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  /** The first line of its output. */
  readonly firstLine: Promise<string>;
  readonly ended: Promise<Ran>;
}

/** Starts the real program in a directory. */
export function start(args: readonly string[], { cwd }: { readonly cwd: string }): Started {
  const { OPENAI_API_KEY: _key, NO_COLOR: _plain, FORCE_COLOR: _colors, NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(process.execPath, [BINARY, ...args], { cwd, env });
  let [out, err] = ["", ""];
  let tell: (line: string) => void;
  const firstLine = new Promise<string>((resolve) => {
    tell = resolve;
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    if (out.includes("\n")) tell(out.slice(0, out.indexOf("\n")));
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
  const ended = new Promise<Ran>((resolve) => {
    child.on("close", (code) => {
      tell(out);
      resolve({ code: code ?? -1, out, err });
    });
  });
  return { child, firstLine, ended };
}

/** Runs the real program to its end. */
export function binary(
  args: readonly string[],
  { cwd, input = "" }: { readonly cwd: string; readonly input?: string },
): Promise<Ran> {
  const { child, ended } = start(args, { cwd });
  child.stdin.end(input);
  return ended;
}
