/** From the first day of the Gregorian calendar, from which the time in a UUID counts, to 1970. */
const GREGORIAN_MS = 12_219_292_800_000;

/** When a checkpoint was written, in milliseconds since 1970, by its id: LangGraph's are UUIDs of version 6. */
export function timeOf(id: string): number | undefined {
  const hex = id.replaceAll("-", "");
  if (!/^[0-9a-f]{12}6[0-9a-f]{19}$/iu.test(hex)) return undefined;
  const ticks = BigInt(`0x${hex.slice(0, 12)}${hex.slice(13, 16)}`);
  return Number(ticks / 10_000n) - GREGORIAN_MS;
}
