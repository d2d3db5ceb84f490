import { randomUUID } from "node:crypto";
import { MemorySaver } from "@langchain/langgraph";
import { createEventFeed } from "swarmgraph";
import type { EventFeed, SwarmEvent } from "swarmgraph";
import { notFound } from "../wire/errors.ts";
import { readThread } from "./served-swarm.ts";
import type { ServedSwarm, ServedSwarms, ThreadView } from "./served-swarm.ts";

/** Where one run takes place. */
export interface RunPlace {
  readonly graph: ServedSwarm;
  /** The checkpointer's `thread_id`. */
  readonly key: string;
  /** Whether the swarm's own checkpointer keeps the thread. */
  readonly isKept: boolean;
  /** What is held for the thread in this process, where it waits here for an answer. */
  readonly heldAs?: string;
  readonly thread: ThreadView;
}

/** How a run ended: what it waits as, or that it failed. */
export interface RunEnding {
  readonly waitsAs?: string | undefined;
  readonly failed: boolean;
}

/** An event of a run on the server, as its client sees it, and whose it is. */
export interface TenantEvent {
  readonly tenant: string;
  readonly event: SwarmEvent;
}

const NOTHING: ThreadView = { isEmpty: true, messageIds: new Set(), pending: [] };

/**
 * A swarm on the server. Threads are kept by its own checkpointer. A run without a thread goes on nowhere, but may have to
 * wait for its client: such runs are held in this process's memory until they are answered, the newest 1000 of them.
 */
export class HostedSwarm {
  readonly name: string;
  /** Whether it has a checkpointer, so that threads last. */
  readonly keeps: boolean;
  /** The events of its runs, for those who follow it. */
  readonly feed: EventFeed<TenantEvent> = createEventFeed();
  readonly #graph: ServedSwarm;
  readonly #saver = new MemorySaver();
  readonly #passing: ServedSwarm;
  readonly #held = new Map<string, string>();
  readonly #maxHeld: number;

  constructor(name: string, graph: ServedSwarm, maxHeld = 1_000) {
    this.name = name;
    this.keeps = typeof graph.checkpointer === "object" && graph.checkpointer !== null;
    this.#graph = graph;
    this.#passing = graph.withCheckpointer(this.#saver);
    this.#maxHeld = maxHeld;
  }

  /** The place of a thread that lasts; without a checkpointer, {@link held} or a new one. */
  async open(key: string): Promise<RunPlace> {
    if (!this.keeps) return (await this.held(key)) ?? this.passing();
    return { graph: this.#graph, key, isKept: true, thread: await readThread(this.#graph, key) };
  }

  /** The place of a run that waits in this process. */
  async held(heldAs: string): Promise<RunPlace | undefined> {
    const key = this.#held.get(heldAs);
    if (key === undefined) return undefined;
    const thread = await readThread(this.#passing, key);
    return { graph: this.#passing, key, isKept: false, heldAs, thread };
  }

  /** A place for one run, which knows nothing of earlier ones. */
  passing(): RunPlace {
    return { graph: this.#passing, key: randomUUID(), isKept: false, thread: NOTHING };
  }

  /** Holds what waits, and forgets what has ended. A failed answer leaves its run as it was, to be answered again. */
  async settle({ key, isKept, heldAs }: RunPlace, { waitsAs, failed }: RunEnding): Promise<void> {
    if (isKept || (failed && heldAs !== undefined)) return;
    if (heldAs !== undefined) this.#held.delete(heldAs);
    if (waitsAs === undefined) return this.#saver.deleteThread(key);
    await this.#forget(waitsAs);
    this.#held.set(waitsAs, key);
    const [oldest] = this.#held.keys();
    if (this.#held.size > this.#maxHeld && oldest !== undefined) await this.#forget(oldest);
  }

  async #forget(heldAs: string): Promise<void> {
    const key = this.#held.get(heldAs);
    this.#held.delete(heldAs);
    if (key !== undefined) await this.#saver.deleteThread(key);
  }
}

/** The swarms of a server. */
export class SwarmHost {
  readonly #swarms: ReadonlyMap<string, HostedSwarm>;

  constructor(swarms: ServedSwarms) {
    this.#swarms = new Map(Object.entries(swarms).map(([name, graph]) => [name, new HostedSwarm(name, graph)]));
  }

  get names(): readonly string[] {
    return [...this.#swarms.keys()];
  }

  /** @throws MistralError 404 for a name that no swarm has. */
  get(name: string, what = "swarm"): HostedSwarm {
    const found = this.#swarms.get(name);
    if (found === undefined) throw notFound(what, name);
    return found;
  }
}
