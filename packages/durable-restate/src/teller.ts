import type { PendingInterrupt, SwarmEvent } from "swarmgraph";
import type { RunWait, ToldEvent } from "./protocol.ts";

/** Where events go to. */
export type Post = (told: readonly ToldEvent[]) => Promise<void>;

/** Milliseconds between two tries to reach the log. */
const PAUSE_MS = 200;

/**
 * Tells a run's events to its log as they happen, beside the journal: what was told before a crash is told again when the
 * run is gone through once more, and known by its key. `flush` waits until all of it is there.
 */
export class Teller {
  readonly #post: Post | undefined;
  readonly #waiting: ToldEvent[] = [];
  readonly #counts = new Map<string, number>();
  #held: SwarmEvent[] = [];
  #sending: Promise<void> | undefined;
  #isClosed = false;
  #segment = 0;

  constructor(post: Post | undefined) {
    this.#post = post;
  }

  /** An event of the segment under way. One that names an interrupt waits for the name that its answer goes by. */
  tell(event: SwarmEvent): void {
    // A checkpoint is the process's own, and gone with it.
    if (event.type === "state.checkpoint") return;
    if (event.type === "human.requested" || event.type === "run.interrupted") this.#held.push(event);
    else this.#push(event);
  }

  /** The segment stopped, and waits under these names. */
  stopped(waits: readonly RunWait[], interrupts: readonly PendingInterrupt[]): void {
    const names = new Map(interrupts.map(({ id }, index) => [id, waits[index]?.id]));
    for (const event of this.#held) {
      if (event.type === "human.requested") this.#push({ ...event, id: names.get(event.id) ?? event.id });
      else if (event.type === "run.interrupted") this.#push({ ...event, interrupts: waits });
    }
    this.#held = [];
    this.#segment += 1;
  }

  /** Nothing more is told, not even what waits. */
  close(): void {
    this.#isClosed = true;
    this.#waiting.length = 0;
  }

  /** Waits until all that was told is in the log. */
  async flush(): Promise<void> {
    await this.#sending;
    if (this.#waiting.length > 0) await this.#send();
  }

  #push(event: SwarmEvent): void {
    if (this.#post === undefined || this.#isClosed) return;
    const about = `${this.#segment} ${nameOf(event)}`;
    const count = this.#counts.get(about) ?? 0;
    this.#counts.set(about, count + 1);
    this.#waiting.push({ key: `${about} ${count}`, event });
    this.#sending ??= this.#drain().finally(() => {
      this.#sending = undefined;
    });
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0 && !this.#isClosed) {
      await this.#send().catch(() => new Promise((resolve) => setTimeout(resolve, PAUSE_MS)));
    }
  }

  async #send(): Promise<void> {
    const told = this.#waiting.slice();
    await this.#post?.(told);
    this.#waiting.splice(0, told.length);
  }
}

/** What an event is about, the same each time the run is gone through. */
function nameOf(event: SwarmEvent): string {
  const { type, agent = "", turn } = event;
  const { callId, id, guardrail } = event as { callId?: string; id?: string; guardrail?: string };
  return [type, agent, turn, type === "human.requested" ? "" : (id ?? ""), callId ?? "", guardrail ?? ""].join(" ");
}
