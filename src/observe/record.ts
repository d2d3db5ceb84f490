import type { SwarmDefinition } from "../define/definition.ts";
import type { Awaitable } from "../types.ts";
import type { SwarmEvent } from "./events.ts";
import { Flattened, LATER, orLater } from "./flattened.ts";
import type { Later, Lists } from "./flattened.ts";
import type { EventMapper } from "./mapper.ts";
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
export function recordEvents(
  events: AsyncIterable<SwarmEvent> & { readonly definition?: SwarmDefinition | undefined },
  write: (line: string) => Awaitable<void>,
  options: RecordOptions = {},
): AsyncGenerator<SwarmEvent, void> {
  const mapper = jsonlMapper({ definition: options.definition ?? events.definition });
  return new Flattened(new WrittenEvents(events, mapper, write));
}

type Written = readonly SwarmEvent[] | undefined;

/** Events, one in each list, which are written down before. */
class WrittenEvents implements Lists<SwarmEvent> {
  readonly #events: AsyncIterable<SwarmEvent>;
  readonly #mapper: EventMapper<string>;
  readonly #write: (line: string) => Awaitable<void>;
  #reading: AsyncIterator<SwarmEvent> | undefined;
  /** Who waits for the next list. */
  #later: Later<SwarmEvent> | undefined;

  constructor(
    events: AsyncIterable<SwarmEvent>,
    mapper: EventMapper<string>,
    write: (line: string) => Awaitable<void>,
  ) {
    this.#events = events;
    this.#mapper = mapper;
    this.#write = write;
  }

  more(later: Later<SwarmEvent>): Written | typeof LATER {
    const reading = (this.#reading ??= this.#events[Symbol.asyncIterator]());
    const answer = reading instanceof Flattened ? (reading as Flattened<SwarmEvent>).ask() : reading.next();
    if (!("then" in answer)) return orLater(this.#written(answer), later);
    this.#later = later;
    Promise.resolve(answer).then(this.#heard, later.failed);
    return LATER;
  }

  async leave(): Promise<void> {
    await this.#reading?.return?.();
  }

  readonly #heard = (answer: IteratorResult<SwarmEvent>): void => {
    const later = this.#later as Later<SwarmEvent>;
    let written: Written | Promise<Written>;
    try {
      written = this.#written(answer);
    } catch (error) {
      later.failed(error);
      return;
    }
    const list = orLater(written, later);
    if (list !== LATER) later.done(list);
  };

  #written({ done, value }: IteratorResult<SwarmEvent>): Written | Promise<Written> {
    if (done === true) return this.#writeDown(this.#mapper.end())?.then(() => undefined);
    const list = [value];
    try {
      const pending = this.#writeDown(this.#mapper.push(value));
      return pending === undefined ? list : pending.then(() => list, this.#broken);
    } catch (error) {
      return this.#broken(error);
    }
  }

  /** What cannot be written ends the reading. */
  readonly #broken = async (error: unknown): Promise<never> => {
    await this.leave().catch(() => undefined);
    throw error;
  };

  /** Writes lines one after the other; a promise only where one is waited for. */
  #writeDown(lines: readonly string[]): Promise<void> | undefined {
    for (let at = 0; at < lines.length; at += 1) {
      const pending = this.#write(`${lines[at]}\n`);
      if (pending !== undefined) return Promise.resolve(pending).then(() => this.#writeDown(lines.slice(at + 1)));
    }
    return undefined;
  }
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
