import { ToolsError } from "./errors.ts";

/** The number where it is a whole one from 1 to `max`; anything else is a mistake in the program, said at once. */
export function wholeNumber(name: string, value: number, max = 2_147_483_647): number {
  if (Number.isSafeInteger(value) && value >= 1 && value <= max) return value;
  throw new ToolsError("OPTION_INVALID", `${name} is ${value}; give a whole number from 1 to ${max}.`);
}

/** A key that could be sent in a header at all. */
export function apiKey(provider: string, value: string): string {
  if (/^[\x21-\x7e]+$/.test(value)) return value;
  throw new ToolsError(
    "OPTION_INVALID",
    `the apiKey of ${provider} is empty or not plain text; pass the key it gave you.`,
  );
}
