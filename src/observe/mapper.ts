import type { SwarmEvent } from "./events.ts";

/** A mapping of events, one at a time: what each event becomes, and what is left when there are no more. */
export interface EventMapper<T> {
  /** What an event becomes: nothing, one thing or several. */
  push(event: SwarmEvent): readonly T[];
  /** Call it once. */
  end(): readonly T[];
}

/** Events that are there already, or that come. */
export type Events = Iterable<SwarmEvent> | AsyncIterable<SwarmEvent>;

/** What mapped events are: a list of what was there, a stream of what comes. */
export type Mapped<E extends Events, T> = E extends AsyncIterable<SwarmEvent> ? AsyncGenerator<T, void> : T[];

/**
 * Maps a run's events with a mapper: a list to a list, a stream to a stream that is read at the reader's pace.
 *
 * @example
 * ```ts
 * import { agUiMapper, mapEvents } from "swarmgraph";
 * import type { SwarmEvent } from "swarmgraph";
 *
 * const events: SwarmEvent[] = [];
 * mapEvents(events, agUiMapper()); // []
 * ```
 */
export function mapEvents<T, E extends Events>(events: E, mapper: EventMapper<T>): Mapped<E, T> {
  if (Symbol.asyncIterator in events) return mapStream(events, mapper) as Mapped<E, T>;
  const list: T[] = [];
  for (const event of events as Iterable<SwarmEvent>) list.push(...mapper.push(event));
  list.push(...mapper.end());
  return list as Mapped<E, T>;
}

async function* mapStream<T>(events: AsyncIterable<SwarmEvent>, mapper: EventMapper<T>): AsyncGenerator<T, void> {
  for await (const event of events) yield* mapper.push(event);
  yield* mapper.end();
}
