import { InvalidArgumentError } from "commander";
import type { Io } from "../io.ts";

/** What every command is made with. */
export interface Context {
  readonly io: Io;
  /** Gets the exit code. */
  readonly end: (code: number) => void;
}

/** Options that every command has. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly color?: boolean;
  readonly verbose?: boolean;
}

/** The examples below a command's help. */
export function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
}

/** Reads a port. */
export function port(value: string): number {
  if (/^\d{1,5}$/u.test(value) && Number(value) <= 65_535) return Number(value);
  throw new InvalidArgumentError("It has to be a number from 0 to 65535.");
}

/** Reads names that are separated by commas. */
export function names(value: string): readonly string[] {
  return value
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
