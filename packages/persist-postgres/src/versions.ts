import { randomInt } from "node:crypto";

/**
 * The version after another one. Its whole part counts; the rest is random, so that two branches of a thread never give
 * different values of a channel the same version: PostgreSQL keeps the first of them, and the other branch reads it.
 * It is a number, not text, so that it compares rightly with the whole numbers of threads that LangGraph's saver wrote.
 */
export function nextVersion(current: number | undefined): number {
  // 2^32 fractions leave room for two million steps before a double's 53 bits are full.
  return Math.floor(current ?? 0) + 1 + randomInt(1, 2 ** 32) / 2 ** 32;
}
