/** Recordings: JSONL with a header, then an event a line. Pure. */

const FORMAT = "swarmgraph-events";
const VERSION = 1;

/** Reads a recording. A last line that was cut off is left out. @throws Error with a sentence for the reader. */
export function parseRecording(text) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const header = parseLine(lines[0]);
  if (header?.format !== FORMAT)
    throw new Error("This is no recording of a swarm: its first line is no header of one.");
  if (header.version !== VERSION) {
    throw new Error(`The recording has version ${header.version}; this page reads version ${VERSION}.`);
  }
  const events = lines.slice(1).map(parseLine);
  if (events.at(-1) === undefined) events.pop();
  const broken = events.findIndex((event) => typeof event?.type !== "string" || typeof event.ts !== "number");
  if (broken !== -1) throw new Error(`Line ${broken + 2} of the recording is no event.`);
  return { header, events };
}

/** A recording's text. */
export function toRecording(header, events) {
  return [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join("");
}

function parseLine(line = "") {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
