/** What went wrong. Stable: branch on the code, never on the message. */
export type ToolsErrorCode =
  | "ADDRESS_REFUSED"
  | "CHART_INVALID"
  | "CHART_URL_REFUSED"
  | "FILE_TOO_LARGE"
  | "MCP_CONNECT_FAILED"
  | "MCP_PEER_MISSING"
  | "OPTION_INVALID"
  | "SEARCH_FAILED"
  | "SEARCH_MALFORMED"
  | "SEARCH_RATE_LIMITED"
  | "SEARCH_TIMEOUT"
  | "SEARCH_UNAUTHORIZED";

/** Details of a {@link ToolsError} beside its message. */
export interface ToolsErrorOptions {
  /** The HTTP status that was answered, where one was. */
  readonly status?: number;
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/**
 * Every error that this package throws itself. An abort rejects with the signal's reason instead.
 *
 * @example
 * ```ts
 * import { ToolsError, searxng } from "@swarmgraph/tools";
 *
 * try {
 *   searxng({ baseURL: "http://localhost:8080" });
 * } catch (error) {
 *   console.log(error instanceof ToolsError && error.code); // ADDRESS_REFUSED
 * }
 * ```
 */
export class ToolsError extends Error {
  override readonly name = "ToolsError";
  readonly code: ToolsErrorCode;
  /** The HTTP status that was answered, where one was. */
  readonly status: number | undefined;

  constructor(code: ToolsErrorCode, message: string, options: ToolsErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status;
  }
}
