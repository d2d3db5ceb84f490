import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { inspector } from "@swarmgraph/inspector";
import { fromJsonl, replay, sequenceMapper, terminalMapper } from "swarmgraph";
import type { EventMapper } from "swarmgraph";
import { EXIT } from "../exit.ts";
import { outputOf } from "../io.ts";
import type { Io } from "../io.ts";
import { existingFile } from "../load/import-module.ts";
import { listen, stopped } from "../serve/listen.ts";
import type { ReplayOptions } from "../commands/replay.ts";

/** The longest pause, in milliseconds: nobody wants to wait again for a person who thought about it. */
const LONGEST_PAUSE = 3_000;

/** Shows a recording again. Gives the exit code. */
export async function showRecording(io: Io, path: string, options: ReplayOptions): Promise<number> {
  const file = existingFile(path, io.cwd);
  const output = outputOf(io, options);
  if (options.page === true) return showPage(io, file, options);
  const mapper = mapperOf(io, options);
  const factor = options.speed ?? (io.isTerminal && !output.json ? 1 : Number.POSITIVE_INFINITY);
  let before: number | undefined;
  for await (const event of replay(createReadStream(file, "utf8"))) {
    const pause = Math.min((event.ts - (before ?? event.ts)) / factor, LONGEST_PAUSE);
    if (pause >= 1) await wait(pause, undefined, { signal: io.signal });
    io.signal.throwIfAborted();
    before = event.ts;
    for (const line of mapper.push(event)) output.line(line);
    if (options.until !== undefined && event.seq >= options.until) break;
  }
  for (const line of mapper.end()) output.line(line);
  return EXIT.ok;
}

function mapperOf(io: Io, options: ReplayOptions): EventMapper<string> {
  const output = outputOf(io, options);
  if (output.json) return { push: (event) => [JSON.stringify(event)], end: () => [] };
  if (options.as === "sequence") return sequenceMapper();
  return terminalMapper({ color: output.paint.isColorSupported, width: io.width });
}

async function showPage(io: Io, file: string, options: ReplayOptions): Promise<number> {
  const text = await readFile(file, "utf8");
  // Said here, in one line, and not on the page.
  fromJsonl(text);
  const page = inspector(undefined, { recording: text, readOnly: true });
  const server = await listen(page, { port: options.port });
  const url = `${server.url}${page.path}`;
  const output = outputOf(io, options);
  output.line(output.json ? JSON.stringify({ inspector: url }) : `Replay at ${url}\nCtrl-C ends it.`);
  await stopped(io.signal);
  await server.close();
  return EXIT.ok;
}
