import { writeFile } from "node:fs/promises";
import { extname } from "node:path";
import { DrawError, drawSwarm, toPng } from "@swarmgraph/draw";
import type { DrawFormat, DrawOptions as Drawing, EdgePair, Highlight, Show } from "@swarmgraph/draw";
import { CliError } from "../errors.ts";
import { EXIT } from "../exit.ts";
import { messageOf } from "../explain.ts";
import { outputOf } from "../io.ts";
import type { Io } from "../io.ts";
import { SHOW } from "../commands/draw.ts";
import type { DrawOptions as Options, Format } from "../commands/draw.ts";
import { loadSwarm } from "../load/load-swarm.ts";

const BY_EXTENSION: Readonly<Record<string, Format>> = {
  ".svg": "svg",
  ".png": "png",
  ".mmd": "mermaid",
  ".mermaid": "mermaid",
  ".dot": "dot",
  ".gv": "dot",
  ".json": "json",
  ".txt": "ascii",
};

/** Draws a swarm. Gives the exit code. */
export async function draw(io: Io, file: string, options: Options): Promise<number> {
  const { out } = options;
  const format = options.format ?? (out === undefined ? undefined : BY_EXTENSION[extname(out)]);
  const chosen = format ?? (options.json === true ? "json" : "ascii");
  if (chosen === "png" && out === undefined) {
    throw new CliError("USAGE", "a PNG is no text.", { hint: "Pass --out <file>.png." });
  }
  const { definition } = await loadSwarm(file, io);
  const drawn = await drawing(chosen, (as) => drawSwarm(definition, { ...drawOptions(options, io), format: as }));
  const output = outputOf(io, options);
  if (out === undefined) {
    output.write(typeof drawn === "string" ? ensureLineEnd(drawn) : "");
    return EXIT.ok;
  }
  await writeFile(out, typeof drawn === "string" ? ensureLineEnd(drawn) : drawn).catch((cause: unknown) => {
    throw new CliError("FILE_MISSING", `"${out}" cannot be written: ${messageOf(cause)}.`, { cause });
  });
  output.note(`${out} (${chosen})`);
  return EXIT.ok;
}

async function drawing(format: Format, make: (format: DrawFormat) => string): Promise<string | Uint8Array> {
  try {
    return format === "png" ? await toPng(make("svg")) : make(format);
  } catch (error) {
    if (!(error instanceof DrawError)) throw error;
    throw new CliError("DRAWING_FAILED", error.message, { exitCode: EXIT.failed, cause: error });
  }
}

function drawOptions({ show, highlight, direction, theme }: Options, io: Io): Omit<Drawing, "format"> {
  return {
    ...(show !== undefined && { show: showOf(show) }),
    ...(highlight !== undefined && { highlight: highlightOf(highlight) }),
    ...(direction !== undefined && { direction }),
    ...(theme !== undefined && { theme }),
    width: io.width,
  };
}

function showOf(given: readonly string[]): Show {
  const unknown = given.filter((name) => name !== "none" && !(SHOW as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new CliError("USAGE", `--show does not know "${unknown.join('", "')}".`, {
      hint: `It takes ${SHOW.join(", ")}, or none.`,
    });
  }
  return Object.fromEntries(SHOW.map((name) => [name, given.includes(name)]));
}

function highlightOf(given: readonly string[]): Highlight {
  const pairs = given.map((name) => name.split("->").map((part) => part.trim()));
  return {
    agents: pairs.flatMap(([agent = "", to]) => (to === undefined ? [agent] : [])),
    edges: pairs.flatMap(([from = "", to]): EdgePair[] => (to === undefined ? [] : [[from, to]])),
  };
}

function ensureLineEnd(text: string): string {
  return text.endsWith("\n") ? text : `${text}\n`;
}
