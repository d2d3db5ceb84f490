import { createHash, randomBytes, randomUUID } from "node:crypto";

/** What the ids of one kind of thing begin with. */
export type IdPrefix = "ag" | "conv" | "file" | "fc" | "fr" | "handoff" | "msg" | "tool_exec";

const LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CALL_ID_LENGTH = 9;

/** Makes an id: the prefix, `_`, 32 hexadecimal digits, e.g. `ag_0b5e…`. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomUUID().replaceAll("-", "")}`;
}

/** Whether a value has the shape of an id of this kind. */
export function isId(value: unknown, prefix: IdPrefix): value is string {
  return typeof value === "string" && new RegExp(`^${prefix}_[0-9a-f]{32}$`, "u").test(value);
}

/** Makes the id of a tool call: 9 letters or digits, e.g. `6TI17yZkV`. */
export function newToolCallId(): string {
  return callIdFrom(randomBytes(CALL_ID_LENGTH));
}

/**
 * The tool call id of Mistral's shape for a call id of any provider's: the same one for the same call, and unchanged
 * where it already has the shape.
 */
export function toolCallIdFor(callId: string): string {
  if (/^[0-9A-Za-z]{9}$/u.test(callId)) return callId;
  return callIdFrom(createHash("sha256").update(callId).digest().subarray(0, CALL_ID_LENGTH));
}

function callIdFrom(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => LETTERS.charAt(byte % LETTERS.length)).join("");
}
