import type { SwarmDefinition } from "../define/definition.ts";
import type { Awaitable } from "../types.ts";
import type { SwarmEvent } from "./events.ts";
import { DONE, InTurn } from "./in-turn.ts";
import type { Answer } from "./in-turn.ts";
import { headerOnce, RecordingReader } from "./to-jsonl.ts";
import type { HeaderOnce } from "./to-jsonl.ts";

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
  return new WrittenEvents(events, headerOnce(options.definition ?? events.definition), write);
}

type Told = Answer<SwarmEvent>;

/** Events that are written down before they are passed on. */
class WrittenEvents extends InTurn<SwarmEvent> {
  readonly #events: AsyncIterable<SwarmEvent>;
  readonly #header: HeaderOnce;
  readonly #write: (line: string) => Awaitable<void>;
  #reading: AsyncIterator<SwarmEvent, void> | undefined;

  constructor(events: AsyncIterable<SwarmEvent>, header: HeaderOnce, write: (line: string) => Awaitable<void>) {
    super();
    this.#events = events;
    this.#header = header;
    this.#write = write;
  }

  protected override answer(): Told | Promise<Told> {
    if (this.isOver) return DONE;
    const reading = (this.#reading ??= this.#events[Symbol.asyncIterator]());
    const answer = reading instanceof InTurn ? (reading as InTurn<SwarmEvent>).ask() : reading.next();
    if (!("then" in answer)) return this.#written(answer);
    this.waits();
    return (answer instanceof Promise ? answer : Promise.resolve(answer)).then(this.#heard, this.#failed);
  }

  protected override async leave(): Promise<void> {
    await this.#reading?.return?.();
  }

  readonly #heard = (answer: Told): Told | Promise<Told> => {
    this.answered();
    return this.#written(answer);
  };

  readonly #failed = (error: unknown): never => {
    this.answered();
    this.isOver = true;
    throw error;
  };

  /** An answer, when it is written down: a promise only where `write` is waited for. */
  #written(answer: Told): Told | Promise<Told> {
    let pending: Awaitable<void>;
    if (answer.done === true) this.isOver = true;
    try {
      pending = this.#writeDown(answer.done === true ? undefined : answer.value);
    } catch (error) {
      pending = Promise.reject(error as Error);
    }
    return pending === undefined ? answer : this.#once(pending, answer);
  }

  /** Writes an event, or that there was none. */
  #writeDown(event: SwarmEvent | undefined): Awaitable<void> {
    const line = event === undefined ? undefined : JSON.stringify(event);
    const header = this.#header(event);
    const pending = header === undefined ? undefined : this.#write(`${header}\n`);
    if (line === undefined) return pending;
    if (pending === undefined) return this.#write(`${line}\n`);
    return Promise.resolve(pending).then(() => this.#write(`${line}\n`));
  }

  /** The answer, once it is written. What cannot be written ends the reading. */
  async #once(written: PromiseLike<void>, answer: Told): Promise<Told> {
    this.waits();
    try {
      await written;
      return answer;
    } catch (error) {
      const isOver = this.isOver;
      this.isOver = true;
      if (!isOver) await this.leave().catch(() => undefined);
      throw error;
    } finally {
      this.answered();
    }
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
