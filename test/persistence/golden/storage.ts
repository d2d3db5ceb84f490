import { MemorySaver } from "@langchain/langgraph";

type Stored = MemorySaver["storage"];
type Writes = MemorySaver["writes"];

/** What a `MemorySaver` holds, as plain JSON: its bytes are JSON of LangGraph's, and are told as such. */
export interface GoldenStorage {
  readonly storage: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>>>;
  readonly writes: Readonly<Record<string, Readonly<Record<string, readonly unknown[]>>>>;
}

/** What a saver holds, to be kept in a file. */
export function toGolden({ storage, writes }: MemorySaver): GoldenStorage {
  return JSON.parse(JSON.stringify({ storage, writes }, toText)) as GoldenStorage;
}

/** A saver that holds what a file says. */
export function fromGolden(golden: GoldenStorage): MemorySaver {
  const saver = new MemorySaver();
  const { storage, writes } = JSON.parse(JSON.stringify(golden), toBytes) as { storage: Stored; writes: Writes };
  // MemorySaver compares checkpoints that it does not have with `undefined`.
  for (const namespaces of Object.values(storage)) {
    for (const checkpoints of Object.values(namespaces)) {
      for (const [id, [checkpoint, metadata, parent]] of Object.entries(checkpoints)) {
        checkpoints[id] = [checkpoint, metadata, parent ?? undefined];
      }
    }
  }
  return Object.assign(saver, { storage, writes });
}

function toText(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { json: JSON.parse(new TextDecoder().decode(value)) as unknown } : value;
}

/** Outermost last, since JSON is revived from within: only what stands where bytes stood is made bytes again. */
function toBytes(this: unknown, _key: string, value: unknown): unknown {
  const isBytes = Array.isArray(this) && typeof value === "object" && value !== null && "json" in value;
  return isBytes && Object.keys(value).length === 1 ? new TextEncoder().encode(JSON.stringify(value.json)) : value;
}
