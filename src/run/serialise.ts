/** Nesting below which values are cut. */
const MAX_DEPTH = 50;

/**
 * Any value as text that a model can read: strings as they are, everything else as JSON, and what JSON cannot say
 * (cycles, BigInt, functions, binary data, throwing getters) in words. Never throws. Lone surrogates are made well-formed.
 */
export function serialise(value: unknown): string {
  if (typeof value === "string") return value.toWellFormed();
  if (value === undefined) return "";
  if (typeof value === "bigint") return value.toString();
  try {
    return (JSON.stringify(plain(value, [])) ?? "").toWellFormed();
  } catch {
    return "[a value that cannot be shown]";
  }
}

/** What somebody threw, as one sentence: also where it is not an `Error`. Never throws. */
export function describeThrown(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message === "" ? thrown.name : thrown.message;
    return thrown === null || thrown === undefined ? `${String(thrown)} was thrown` : serialise(thrown);
  } catch {
    return "an error that cannot be shown";
  }
}

/** A text of at most `max` characters: head, tail and a notice of what is left out between them. */
export function capText(text: string, max: number): string {
  if (text.length <= max) return text;
  const notice = `\n[... ${text.length - max} of ${text.length} characters left out ...]\n`;
  const room = Math.max(0, max - notice.length);
  const head = Math.ceil(room * 0.7);
  return (text.slice(0, head) + notice + text.slice(text.length - (room - head))).toWellFormed();
}

function plain(value: unknown, parents: readonly object[]): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value !== "object" || value === null) return value;
  if (parents.includes(value)) return "[circular]";
  if (parents.length >= MAX_DEPTH) return "[nested too deeply]";
  try {
    return plainObject(value, [...parents, value]);
  } catch (thrown) {
    return `[unreadable: ${describeThrown(thrown)}]`;
  }
}

function plainObject(value: object, parents: readonly object[]): unknown {
  if (ArrayBuffer.isView(value)) return `[binary ${value.byteLength} bytes]`;
  if (value instanceof ArrayBuffer) return `[binary ${value.byteLength} bytes]`;
  if (value instanceof Error) return { error: value.message };
  if (value instanceof Map) return plain([...value.entries()], parents);
  if (value instanceof Set) return plain([...value], parents);
  if ("toJSON" in value && typeof value.toJSON === "function") return plain(value.toJSON(), parents);
  if (Array.isArray(value)) return value.map((item) => plain(item, parents));
  const copy: [string, unknown][] = [];
  for (const key of Object.keys(value)) copy.push([key, plain(readKey(value, key), parents)]);
  return Object.fromEntries(copy);
}

function readKey(value: object, key: string): unknown {
  try {
    return (value as Record<string, unknown>)[key];
  } catch (thrown) {
    return `[unreadable: ${describeThrown(thrown)}]`;
  }
}
