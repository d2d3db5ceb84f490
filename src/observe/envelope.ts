import type { EventDraft, SwarmEvent } from "./events.ts";
import { tells } from "./granularity.ts";
import type { Granularity } from "./granularity.ts";
import type { Publisher } from "./publish.ts";

/** What is the same in every envelope of a run, and who else gets the events. */
export interface EnvelopeOptions {
  readonly runId: string;
  readonly threadId: string | undefined;
  readonly granularity: Granularity;
  readonly now: () => number;
  readonly publisher: Publisher;
}

/** Puts drafts into envelopes: leaves out what is not told, numbers the rest without gaps, and publishes it. */
export class Envelopes {
  readonly #options: EnvelopeOptions;
  #seq = 0;

  constructor(options: EnvelopeOptions) {
    this.#options = options;
  }

  seal(drafts: readonly EventDraft[], turn: number): SwarmEvent[] {
    const { runId, threadId, granularity, now, publisher } = this.#options;
    const events: SwarmEvent[] = [];
    for (const { agent, type, ...own } of drafts) {
      if (!tells(granularity, type)) continue;
      const about = { ...(threadId !== undefined && { threadId }), ...(agent !== undefined && { agent }) };
      // The parts of one draft stay together, which the checker cannot follow.
      const event = { type, seq: this.#seq, ts: now(), runId, ...about, turn, ...own } as unknown as SwarmEvent;
      this.#seq += 1;
      publisher.publish(event);
      events.push(event);
    }
    return events;
  }
}
