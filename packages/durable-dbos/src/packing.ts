import type { BaseCheckpointSaver } from "@langchain/langgraph-checkpoint";

/** Values as text that DBOS can keep, messages with their classes. */
export interface Packing {
  pack(value: unknown): Promise<string>;
  unpack(text: string): Promise<unknown>;
}

/** Packs by a checkpointer's serialiser: what it can keep, an engine's journal can. */
export function packingOf({ serde }: Pick<BaseCheckpointSaver, "serde">): Packing {
  return {
    pack: async (value) => {
      const [type, bytes] = await serde.dumpsTyped(value);
      return `${type}:${Buffer.from(bytes).toString(type === "json" ? "utf8" : "base64")}`;
    },
    unpack: async (text) => {
      const at = text.indexOf(":");
      const type = text.slice(0, at);
      const bytes = Buffer.from(text.slice(at + 1), type === "json" ? "utf8" : "base64");
      return serde.loadsTyped(type, new Uint8Array(bytes)) as Promise<unknown>;
    },
  };
}
