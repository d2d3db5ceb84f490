import type { SwarmDefinition } from "../define/definition.ts";
import type { Awaitable } from "../types.ts";
import type { SwarmEvent } from "./events.ts";
import { jsonlMapper, RecordingReader } from "./to-jsonl.ts";

/** Options of {@link recordEvents}. */
export interface RecordOptions {
  /** Default: that of the run, where `events` is one. */
  readonly definition?: SwarmDefinition | undefined;
}

/**
 * Writes down each event before it is passed on: one line for each `write`, with its line end. The run waits for `write`, so
 * that nothing is heard that is not written.
 *
 * @example
 * ```ts
 * import { recordEvents, SwarmAgent, swarmEvents } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const swarm = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } });
 * const run = swarmEvents(swarm.compile(), { messages: [{ role: "user", content: "Hi" }] });
 * let file = "";
 * for await (const event of recordEvents(run, (line) => void (file += line))) event.type;
 * file.split("\n")[0]?.includes("swarmgraph-events"); // true
 * ```
 */
export async function* recordEvents(
  events: AsyncIterable<SwarmEvent> & { readonly definition?: SwarmDefinition | undefined },
  write: (line: string) => Awaitable<void>,
  options: RecordOptions = {},
): AsyncGenerator<SwarmEvent, void> {
  const mapper = jsonlMapper({ definition: options.definition ?? events.definition });
  for await (const event of events) {
    for (const line of mapper.push(event)) {
      const written = write(`${line}\n`);
      if (written !== undefined) await written;
    }
    yield event;
  }
  for (const line of mapper.end()) await write(`${line}\n`);
}

/**
 * The events of a recording, one after the other: from its text, its lines, or the pieces of a file as they are read.
 *
 * @throws SwarmError `RECORDING_INCOMPATIBLE` for another format, another version, or a broken line.
 * @example
 * ```ts
 * import { replay, toJsonl } from "swarmgraph";
 *
 * for await (const event of replay(toJsonl([]))) event.type;
 * ```
 */
export async function* replay(
  recording: string | Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<SwarmEvent, void> {
  const reader = new RecordingReader();
  for await (const line of linesOf(recording)) yield* reader.push(line);
  reader.end();
}

/** A list holds lines; a text and a stream are cut at line ends. */
async function* linesOf(recording: string | Iterable<string> | AsyncIterable<string>): AsyncGenerator<string, void> {
  if (typeof recording !== "string" && Symbol.iterator in recording) return yield* recording;
  let rest = "";
  for await (const piece of typeof recording === "string" ? [recording] : recording) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  yield rest;
}
