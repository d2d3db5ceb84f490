import { MemorySaver } from "@langchain/langgraph-checkpoint";

/** A value as the engine keeps it: plain JSON, from which messages come back as messages. */
export type Packed = { readonly [key: string]: unknown };

/** The serialiser has no public name of its own. */
const { serde: serializer } = new MemorySaver();
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Makes JSON of a value by LangGraph's serialiser, which is the one that checkpoints are written with. */
export async function pack(value: unknown): Promise<Packed> {
  // In an object of its own, since a bare `undefined` or binary value would not become JSON.
  const [, bytes] = await serializer.dumpsTyped({ value });
  return JSON.parse(decoder.decode(bytes)) as Packed;
}

/** The value that was packed. */
export async function unpack(packed: Packed): Promise<unknown> {
  const bytes = encoder.encode(JSON.stringify(packed));
  return ((await serializer.loadsTyped("json", bytes)) as { readonly value?: unknown }).value;
}
