/** What went wrong. Stable: branch on the code, never on the message. */
export type PersistErrorCode =
  | "CONFIG_INVALID"
  | "DATABASE_BUSY"
  | "DATABASE_NOT_SET_UP"
  | "DATABASE_REFUSED"
  | "DATABASE_UNREACHABLE"
  | "OPTION_INVALID"
  | "VALUE_UNSERIALISABLE";

/** Details of a {@link PersistError} beside its message. */
export interface PersistErrorOptions {
  /** Whether the same call may succeed when it is simply made again. Default: false. */
  readonly retryable?: boolean;
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/**
 * Every error that the savers throw themselves, but for a lost lease, which is the core's `SwarmError` `LEASE_LOST`.
 * Neither the message nor a property carries a password.
 */
export class PersistError extends Error {
  override readonly name = "PersistError";
  readonly code: PersistErrorCode;
  readonly retryable: boolean;

  constructor(code: PersistErrorCode, message: string, options: PersistErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}
