import { crc32 } from "node:zlib";
import type { ProfileName } from "../../../src/types.ts";
import { unique } from "./reply.ts";
import type { WireCall, Written } from "./reply.ts";

/** Stands for an id that is left out: aimock gives every call one. */
const ABSENT = "absent-";

/** An id under which {@link withDamage} finds a call that has none. */
export function absentId(): string {
  return ABSENT + unique(8);
}

/**
 * Writes into an answer of aimock's what that cannot be told: calls without an id, and, in the streams of Anthropic and
 * Amazon, arguments that are no JSON.
 */
export function withDamage(written: Written, calls: readonly WireCall[], profile: ProfileName): Written {
  const isText = calls.some(({ args }) => typeof args === "string");
  const isAbsent = calls.some(({ id }) => id === undefined);
  const isObject = profile === "anthropic" || profile === "bedrock";
  if ("json" in written) {
    if (isText && isObject) throw new Error(`${profile} writes arguments as text in streams only`);
    return isAbsent ? { json: JSON.parse(withoutIds(JSON.stringify(written.json))) as unknown } : written;
  }
  if (!isAbsent && !(isText && isObject)) return written;
  const ofCall = isObject ? textWriter(calls) : (text: string) => text;
  const events = written.events.map((event) => edit(event, (text) => withoutIds(ofCall(text))));
  return { ...written, events: events.filter((event) => event.length > 0) };
}

function withoutIds(text: string): string {
  return text.replaceAll(new RegExp(`"(?:id|toolUseId)":"${ABSENT}\\w+",`, "g"), "");
}

const DELTA = /("partial_json":|"toolUse":\{"input":)"(?:[^"\\]|\\.)*"/;

/** Goes through the events of a stream: the first delta of a call gets all of its text, and the others go. */
function textWriter(calls: readonly WireCall[]): (text: string) => string {
  let current = -1;
  let isWritten = false;
  return (text) => {
    if (/"type":"tool_use"|"toolUse":\{"toolUseId"/.test(text)) {
      current += 1;
      isWritten = false;
    }
    const args = calls[current]?.args;
    if (typeof args !== "string" || !DELTA.test(text)) return text;
    if (isWritten) return "";
    isWritten = true;
    return text.replace(DELTA, (_, key: string) => key + JSON.stringify(args));
  };
}

/** An event with another text; an empty one where there is none left. */
function edit(event: string | Uint8Array, change: (text: string) => string): string | Uint8Array {
  if (typeof event === "string") return change(event);
  const view = new DataView(event.buffer, event.byteOffset, event.byteLength);
  const start = 12 + view.getUint32(4);
  const before = Buffer.from(event.subarray(start, -4)).toString();
  const after = change(before);
  if (after === before) return event;
  return after === "" ? "" : frame(event.subarray(12, start), Buffer.from(after));
}

/** A frame of Amazon's event stream: lengths, their checksum, headers, payload, the checksum of all that. */
function frame(headers: Uint8Array, payload: Uint8Array): Uint8Array {
  const whole = Buffer.alloc(16 + headers.length + payload.length);
  whole.writeUInt32BE(whole.length, 0);
  whole.writeUInt32BE(headers.length, 4);
  whole.writeUInt32BE(crc32(whole.subarray(0, 8)), 8);
  whole.set(headers, 12);
  whole.set(payload, 12 + headers.length);
  whole.writeUInt32BE(crc32(whole.subarray(0, -4)), whole.length - 4);
  return whole;
}
