import { format, inspect, isDeepStrictEqual } from "node:util";

/** Throws unless the value is what the comment behind it says. In a string, `…` stands for any text. */
export function shows(value: unknown, stated: unknown): void {
  const isSame = typeof value === "string" && typeof stated === "string" ? fits(value, stated) : undefined;
  if (isSame ?? isDeepStrictEqual(value, stated)) return;
  throw new Error(`the comment says ${inspect(stated)}, the value is ${inspect(value, { depth: 6 })}`);
}

/** Prints values as `console.log` does, and throws unless the line is the text. `…` stands for any text. */
export function prints(stated: string, ...values: readonly unknown[]): void {
  console.log(...values);
  const printed = format(...values);
  if (!fits(printed, stated)) throw new Error(`the comment says ${inspect(stated)}, printed is ${inspect(printed)}`);
}

function fits(text: string, pattern: string): boolean {
  const parts = pattern.split("…").map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`));
  return new RegExp(`^${parts.join("[^]*")}$`, "u").test(text);
}
