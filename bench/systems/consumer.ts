import { setTimeout } from "node:timers/promises";
import type { Consumer, Workload } from "../workloads.ts";

/** Who reads a stream, and counts its chunks: one who takes them at once, or who rests a millisecond after each. */
export class Reader {
  chunks = 0;
  readonly #consumer: Consumer | undefined;

  constructor({ consumer }: Workload) {
    this.#consumer = consumer;
  }

  async take(): Promise<void> {
    this.chunks += 1;
    if (this.#consumer === "slow") await setTimeout(1);
  }
}
