/** What went wrong. Stable: branch on the code, never on the message. */
export type DrawErrorCode = "NOT_A_SWARM" | "OPTION_INVALID" | "PNG_FAILED" | "RESVG_MISSING";

/**
 * Every error that this package throws itself.
 *
 * @example
 * ```ts
 * import { DrawError, drawSwarm } from "@swarmgraph/draw";
 *
 * try {
 *   drawSwarm({} as never, { format: "svg" });
 * } catch (error) {
 *   console.log(error instanceof DrawError && error.code); // NOT_A_SWARM
 * }
 * ```
 */
export class DrawError extends Error {
  override readonly name = "DrawError";
  readonly code: DrawErrorCode;

  constructor(code: DrawErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
  }
}
