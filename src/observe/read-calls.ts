import type { ToolCallChunk } from "@langchain/core/messages/tool";
import type { SaidCall } from "./run-signal.ts";

/** The next piece of one call's arguments. */
export interface CallPiece {
  readonly callId: string;
  readonly tool: string;
  readonly args: string;
}

interface Slot {
  readonly index: number | string | undefined;
  id: string;
  name: string;
  args: string;
  /** Characters of the arguments that were told. */
  told: number;
  isTold: boolean;
}

/**
 * Assembles the streamed calls of one message: by index, by id where there is no index, else onto the last call. A call is
 * told from the moment its id and name are known.
 */
export class CallAssembly {
  readonly #slots: Slot[] = [];

  /** Takes a chunk's pieces. */
  push(chunks: readonly ToolCallChunk[]): CallPiece[] {
    return chunks.flatMap((chunk) => {
      const slot = this.#slotOf(chunk);
      if (slot.id === "") slot.id = chunk.id ?? "";
      slot.name += chunk.name ?? "";
      slot.args += chunk.args ?? "";
      return this.#tell(slot, slot.args);
    });
  }

  /** What is left to tell once the message is known as a whole. */
  complete(calls: readonly SaidCall[]): CallPiece[] {
    return calls.flatMap((call) => {
      const args = "args" in call ? JSON.stringify(call.args) : call.rawArgs;
      const known = this.#slots.find(({ id }) => id === call.id);
      const slot = known ?? { index: undefined, id: call.id, name: call.name, args: "", told: 0, isTold: false };
      if (known === undefined) this.#slots.push(slot);
      return args.startsWith(slot.args) ? this.#tell(slot, args) : [];
    });
  }

  #tell(slot: Slot, args: string): CallPiece[] {
    if (slot.id === "" || slot.name === "" || (slot.isTold && args.length === slot.told)) return [];
    const piece = args.slice(slot.told);
    slot.args = args;
    slot.told = args.length;
    slot.isTold = true;
    return [{ callId: slot.id, tool: slot.name, args: piece }];
  }

  #slotOf({ index, id }: ToolCallChunk): Slot {
    const isNamed = id !== undefined && id !== "";
    const known = this.#slots.findLast((slot) => {
      if (index !== undefined) return slot.index === index && (!isNamed || slot.id === "" || slot.id === id);
      return !isNamed || slot.id === id;
    });
    if (known !== undefined) return known;
    const slot: Slot = { index, id: id ?? "", name: "", args: "", told: 0, isTold: false };
    this.#slots.push(slot);
    return slot;
  }
}
