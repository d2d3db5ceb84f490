import { merged } from "../define/merged.ts";
import { updatesOf } from "../observe/read-updates.ts";
import { isRunSignal, WATCH_KEY } from "../observe/run-signal.ts";
import type { SignalBatch, Watch } from "../observe/run-signal.ts";
import { isHeard } from "./runtime.ts";
import type { NodeConfig, NodeState, Writer } from "./runtime.ts";

/** What writers of runs are watched for. */
const watches = new WeakMap<Writer, Watch>();

/**
 * Has the nodes that are given a writer know what its run is watched for. Under a key of `configurable` it would be copied
 * by the engine several times a step, which on Node.js 20 costs a tenth of what events do.
 */
export function watchedBy<W extends Writer>(watch: Watch, writer: W): W {
  watches.set(writer, watch);
  return writer;
}

/** What the caller of a run wants to be told beside the usual; `undefined` where nobody asks. */
export function watchOf({ configurable, writer }: NodeConfig): Watch | undefined {
  const known = writer && watches.get(writer);
  if (known !== undefined) return known;
  const watch: unknown = configurable?.[WATCH_KEY];
  return typeof watch === "object" && watch !== null ? (watch as Watch) : undefined;
}

/** A config for a graph of the user's: should that put another writer around the run's, its nodes still know. */
export function withWatch(config: NodeConfig): NodeConfig {
  const watch = watchOf(config);
  return watch === undefined ? config : { ...config, configurable: { ...config.configurable, [WATCH_KEY]: watch } };
}

type Node<Update> = (state: NodeState, config: NodeConfig) => Update | Promise<Update>;

/** Says what of a node's update only the update says, where the caller does not read that itself. Gives the update. */
export function sayUpdate<Update>(update: Update, config: NodeConfig): Update {
  const isAsked = isHeard(config) && watchOf(config)?.updates === false;
  if (isAsked) for (const said of updatesOf(update)) config.writer?.(said);
  return update;
}

/** A node whose signals go to a caller that watches the run, as it asks for them. Without one it is the node itself. */
export function telling<Update>(node: Node<Update>): Node<Update> {
  return (state, config) => {
    const isInBatches = isHeard(config) && watchOf(config)?.inBatches === true;
    return isInBatches ? told(node, state, config, config.writer as Writer) : node(state, config);
  };
}

/** Runs a node whose signals are written in batches. */
async function told<Update>(node: Node<Update>, state: NodeState, config: NodeConfig, writer: Writer): Promise<Update> {
  const batches = new BatchWriter(writer);
  try {
    const update = await node(state, merged(config, { writer: batches.write }));
    batches.flush();
    return update;
  } catch (error) {
    // What cannot be written any more is not what the node failed with.
    batches.close();
    throw error;
  }
}

const SOON = Promise.resolve();

type Signal = SignalBatch["signals"][number];

/**
 * Writes signals that are given at once as one chunk, before anything that is waited for goes on. What a call cost waits
 * for what was said in it. Invariant: everything is written in the order in which it came, and by the last `flush`.
 */
class BatchWriter {
  readonly #writer: Writer;
  #held: Signal[] = [];
  #isDue = false;
  #failure: { readonly thrown: unknown } | undefined;

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  readonly write = (chunk: unknown): void => {
    if (isRunSignal(chunk)) return this.add(chunk);
    this.flush();
    this.#writer(chunk);
  };

  add(signal: Signal): void {
    this.#held.push(signal);
    if (this.#isDue || signal.type === "usage") return;
    this.#isDue = true;
    // As `queueMicrotask`, for less.
    void SOON.then(this.#flushLater);
  }

  /** @throws what the writer has thrown, which may be from an earlier batch. */
  flush(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown;
    if (this.#held.length === 0) return;
    const batch: SignalBatch = { type: "signal.batch", signals: this.#held };
    this.#held = [];
    this.#writer(batch);
  }

  /** Writes what is held, if that is still possible. */
  close(): void {
    try {
      this.flush();
    } catch (thrown) {
      this.#failure = { thrown };
    }
  }

  // Nobody could catch what is thrown here: it is thrown by what comes next.
  readonly #flushLater = (): void => {
    this.#isDue = false;
    this.close();
  };
}
