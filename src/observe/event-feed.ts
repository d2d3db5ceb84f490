import type { SwarmEvent } from "./events.ts";

/** An event of a feed. */
export interface FedEvent<E = SwarmEvent> {
  /** Its place, to go on behind it: `follow({ after: id })`. */
  readonly id: string;
  readonly event: E;
}

/** Options of {@link EventFeed.follow}. */
export interface FollowOptions {
  /** Go on behind this event. Default, and where the feed does not know the id: from the oldest that is kept. */
  readonly after?: string | undefined;
  /** Ends it. */
  readonly signal?: AbortSignal | undefined;
}

/** Events of many runs as they happen, for any number of readers. */
export interface EventFeed<E = SwarmEvent> {
  /** The id of the newest event; `undefined` before the first. */
  readonly last: string | undefined;
  /** Takes an event. Needs no `this`: it can be one of `publish` as it is. */
  readonly publish: (event: E) => void;
  /** What is kept, then what comes, until the signal. A reader that is too slow misses the oldest. */
  follow(options?: FollowOptions): AsyncGenerator<FedEvent<E>, void>;
}

/** Options of {@link createEventFeed}. */
export interface EventFeedOptions {
  /** How many events are kept for those who come later, or come back. Default 1000. */
  readonly keep?: number | undefined;
}

/**
 * A feed of the runs of one process: they publish to it, pages and clients follow it. It holds `keep` events, however many
 * follow and however slowly.
 *
 * @throws RangeError where `keep` is no positive whole number.
 * @example
 * ```ts
 * import { createEventFeed, SwarmAgent, swarmEvents } from "swarmgraph";
 * import { scriptedModel } from "swarmgraph/testing";
 *
 * const feed = createEventFeed();
 * const graph = new SwarmAgent({ entry: "a", agents: { a: { model: scriptedModel().say("Hello!") } } }).compile();
 * await swarmEvents(graph, { messages: "Hi" }, { publish: [feed.publish] }).result;
 * for await (const { event } of feed.follow()) if (event.type === "run.done") break;
 * ```
 */
export function createEventFeed<E = SwarmEvent>({ keep = 1000 }: EventFeedOptions = {}): EventFeed<E> {
  if (!Number.isInteger(keep) || keep < 1) {
    throw new RangeError(`a feed cannot keep ${keep} events: give a positive whole number.`);
  }
  return new Feed<E>(keep);
}

class Feed<E> implements EventFeed<E> {
  readonly #keep: number;
  /** Ids of another feed, such as that of the process before, are not taken for this one's. */
  readonly #name = globalThis.crypto.randomUUID().slice(0, 8);
  readonly #kept: E[] = [];
  /** How many were left out before the first that is kept. */
  #dropped = 0;
  readonly #sleepers = new Set<() => void>();

  constructor(keep: number) {
    this.#keep = keep;
  }

  get last(): string | undefined {
    const count = this.#dropped + this.#kept.length;
    return count === 0 ? undefined : this.#idOf(count - 1);
  }

  readonly publish = (event: E): void => {
    this.#kept.push(event);
    if (this.#kept.length > this.#keep) {
      this.#kept.shift();
      this.#dropped += 1;
    }
    for (const wake of this.#sleepers) wake();
  };

  async *follow({ after, signal }: FollowOptions = {}): AsyncGenerator<FedEvent<E>, void> {
    let place = this.#placeAfter(after);
    for (;;) {
      if (signal?.aborted === true) return;
      place = Math.max(place, this.#dropped);
      if (place === this.#dropped + this.#kept.length) {
        await this.#news(signal);
        continue;
      }
      yield { id: this.#idOf(place), event: this.#kept[place - this.#dropped] as E };
      place += 1;
    }
  }

  #idOf(place: number): string {
    return `${this.#name}-${place}`;
  }

  #placeAfter(id = ""): number {
    const [name, place] = id.split("-");
    const next = name === this.#name ? Number(place) + 1 : 0;
    return next <= this.#dropped + this.#kept.length ? next : 0;
  }

  #news(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#sleepers.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.#sleepers.add(wake);
      signal?.addEventListener("abort", wake);
    });
  }
}
