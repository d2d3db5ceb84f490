import type { EventDraft as Draft } from "./events.ts";
import { toPlain } from "./plain.ts";

/** Makes events of a run's checkpoints, each with what is not as the one before it told it. */
export class CheckpointReader {
  readonly #told = new Map<string, string>();
  readonly #channels: ReadonlySet<unknown> | undefined;

  /** Only channels among these are told, where they are a list. */
  constructor(channels?: unknown) {
    this.#channels = Array.isArray(channels) ? new Set(channels) : undefined;
  }

  /** Reads a chunk of LangGraph's `checkpoints` stream. */
  read(data: unknown): Draft[] {
    const { config, parentConfig, metadata, next, values } = data as {
      config?: { configurable?: { checkpoint_id?: unknown } };
      parentConfig?: { configurable?: { checkpoint_id?: unknown } };
      metadata?: { step?: unknown };
      next?: readonly string[];
      values?: Readonly<Record<string, unknown>>;
    };
    const id = config?.configurable?.checkpoint_id;
    const parent = parentConfig?.configurable?.checkpoint_id;
    if (typeof id !== "string") return [];
    const changes = this.#changesIn(values ?? {});
    return [
      {
        type: "state.checkpoint",
        id,
        ...(typeof parent === "string" && { parent }),
        step: Number(metadata?.step ?? 0),
        next: next ?? [],
        ...(Object.keys(changes).length > 0 && { changes }),
      },
    ];
  }

  #changesIn(values: Readonly<Record<string, unknown>>): Record<string, unknown> {
    const changes: Record<string, unknown> = {};
    for (const [channel, value] of Object.entries(values)) {
      const isTold = channel !== "messages" && (this.#channels?.has(channel) ?? true);
      const plain = isTold ? toPlain(value) : undefined;
      if (plain === undefined) continue;
      const text = JSON.stringify(plain);
      if (this.#told.get(channel) === text) continue;
      this.#told.set(channel, text);
      changes[channel] = plain;
    }
    return changes;
  }
}
