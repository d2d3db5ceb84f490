import { EXIT } from "./exit.ts";
import type { ExitCode } from "./exit.ts";

/** What can be wrong. Stable: branch on the code, never on the message. */
export type CliErrorCode =
  | "ABORTED"
  | "ANSWER_NEEDED"
  | "DEFINITION_INVALID"
  | "DIRECTORY_NOT_EMPTY"
  | "DRAWING_FAILED"
  | "EXPORT_MISSING"
  | "FILE_BROKEN"
  | "FILE_MISSING"
  | "HOST_REFUSED"
  | "KEY_MISSING"
  | "PACKAGE_MISSING"
  | "PORT_IN_USE"
  | "RECORDING_INCOMPATIBLE"
  | "RUN_FAILED"
  | "SCENARIO_INVALID"
  | "SWARM_MISSING"
  | "USAGE"
  | "VERSIONS_DIFFER";

/** Details of a {@link CliError}. */
export interface CliErrorOptions {
  /** What to do about it: one sentence. */
  readonly hint?: string | undefined;
  /** Default: 2. */
  readonly exitCode?: ExitCode | undefined;
  /** What went wrong underneath. */
  readonly cause?: unknown;
}

/**
 * What ends a command: one sentence, what to do about it, and the exit code.
 *
 * @example
 * ```ts
 * import { CliError } from "@swarmgraph/cli";
 *
 * new CliError("PORT_IN_USE", "port 8787 is in use.", { hint: "Pass --port 0.", exitCode: 1 }).exitCode; // 1
 * ```
 */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly code: CliErrorCode;
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(code: CliErrorCode, message: string, options: CliErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? EXIT.usage;
  }
}
