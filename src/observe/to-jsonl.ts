import type { SwarmDefinition } from "../define/definition.ts";
import { isSwarmEvent } from "./events.ts";
import type { SwarmEvent } from "./events.ts";
import { mapEvents } from "./mapper.ts";
import type { EventMapper, Events, Mapped } from "./mapper.ts";
import { headerLine, incompatible, parseHeader, parseLine } from "./recording.ts";
import type { RecordingHeader } from "./recording.ts";

/** Options of {@link toJsonl}. */
export interface JsonlOptions {
  /** The swarm, for the header: its agents, edges, drawing and hash. Default: its name alone. */
  readonly definition?: SwarmDefinition | undefined;
}

/** The header of a recording, where it is still to be written; said of the event that comes after it, if one does. */
export type HeaderOnce = (first: SwarmEvent | undefined) => string | undefined;

/** The first line of a recording, once. */
export function headerOnce(definition: SwarmDefinition | undefined): HeaderOnce {
  let isBegun = false;
  return (first) => {
    if (isBegun) return undefined;
    isBegun = true;
    const swarm = first?.type === "run.started" ? first.swarm : (definition?.name ?? "swarm");
    return headerLine(swarm, definition);
  };
}

/** Events as the lines of a recording, without line ends: a header, then an event a line. Applied by {@link toJsonl}. */
export function jsonlMapper({ definition }: JsonlOptions = {}): EventMapper<string> {
  const headerOf = headerOnce(definition);
  return {
    push(event) {
      const line = JSON.stringify(event);
      const header = headerOf(event);
      return header === undefined ? [line] : [header, line];
    },
    end() {
      const header = headerOf(undefined);
      return header === undefined ? [] : [header];
    },
  };
}

/**
 * A run's events as the lines of a recording: {@link fromJsonl} and `replay` read them.
 *
 * @example
 * ```ts
 * import { fromJsonl, toJsonl } from "swarmgraph";
 *
 * const lines = toJsonl([]);
 * fromJsonl(lines.join("\n")).events; // []
 * ```
 */
export function toJsonl<E extends Events>(events: E, options?: JsonlOptions): Mapped<E, string> {
  return mapEvents(events, jsonlMapper(options));
}

/** A recording, read. */
export interface Recording {
  readonly header: RecordingHeader;
  readonly events: readonly SwarmEvent[];
}

/**
 * Reads a recording from its text or lines. A last line that was cut off, as a killed process leaves it, is left out.
 *
 * @throws SwarmError `RECORDING_INCOMPATIBLE` for another format, another version, or a broken line.
 * @example
 * ```ts
 * import { fromJsonl, toJsonl } from "swarmgraph";
 *
 * fromJsonl(toJsonl([])).events; // []
 * ```
 */
export function fromJsonl(recording: string | Iterable<string>): Recording {
  const lines = typeof recording === "string" ? recording.split("\n") : [...recording];
  const reader = new RecordingReader();
  const events = lines.flatMap((line) => reader.push(line));
  return { header: reader.end(), events };
}

/** Reads a recording line by line. */
export class RecordingReader {
  #header: RecordingHeader | undefined;
  #line = 0;
  #broken: number | undefined;

  push(text: string): SwarmEvent[] {
    this.#line += 1;
    if (text.trim() === "") return [];
    if (this.#broken !== undefined) throw incompatible(`line ${this.#broken} is no event`);
    if (this.#header === undefined) {
      this.#header = parseHeader(text);
      return [];
    }
    const event = parseLine(text);
    if (isSwarmEvent(event)) return [event];
    if (event !== undefined) throw incompatible(`line ${this.#line} is no event`);
    // The last line may be cut off; what comes after it says that it is not the last.
    this.#broken = this.#line;
    return [];
  }

  /** @throws SwarmError `RECORDING_INCOMPATIBLE` where there was nothing to read. */
  end(): RecordingHeader {
    if (this.#header === undefined) throw incompatible("it is empty");
    return this.#header;
  }
}
