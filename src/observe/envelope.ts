import type { EventDraft, SwarmEvent } from "./events.ts";
import { tells } from "./granularity.ts";
import type { Granularity } from "./granularity.ts";
import type { Publisher } from "./publish.ts";

/** What the envelopes of a run are made by. */
export interface EnvelopeOptions {
  readonly runId: string;
  readonly threadId: string | undefined;
  readonly granularity: Granularity;
  readonly now: () => number;
}

/** Puts drafts into envelopes: leaves out what is not told, numbers the rest without gaps, and publishes it. */
export class Envelopes {
  readonly #options: EnvelopeOptions;
  readonly #publisher: Publisher;
  #seq = 0;

  /** @param publisher gets the events, too. */
  constructor(options: EnvelopeOptions, publisher: Publisher) {
    this.#options = options;
    this.#publisher = publisher;
  }

  /**
   * The event of a draft; `undefined` where it is not told.
   *
   * @param agent Default: the draft's own.
   */
  seal(draft: EventDraft, turn: number, agent = draft.agent): SwarmEvent | undefined {
    const { runId, threadId, granularity, now } = this.#options;
    const { type } = draft;
    if (!tells(granularity, type)) return undefined;
    const event: Record<string, unknown> = { type, seq: this.#seq, ts: now(), runId };
    if (threadId !== undefined) event["threadId"] = threadId;
    if (agent !== undefined) event["agent"] = agent;
    event["turn"] = turn;
    // Not by a spread, see `merged`. The list of keys takes less than a question for each whether it is the draft's own.
    for (const key of Object.keys(draft)) {
      if (key !== "type" && key !== "agent") event[key] = draft[key as keyof EventDraft];
    }
    this.#seq += 1;
    // The parts of one draft stay together, which the checker cannot follow.
    const sealed = event as unknown as SwarmEvent;
    this.#publisher.publish(sealed);
    return sealed;
  }
}
