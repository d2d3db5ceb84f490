/** What went wrong between this package and the engine, or with a run as a whole. Stable: branch on the code. */
export type DbosErrorCode =
  /** This process has launched DBOS already: one process has one engine. */
  | "ENGINE_RUNNING"
  /** The system tables of DBOS are of a version that this package's SDK does not know, or of none; `message` has its reason. */
  | "ENGINE_VERSION"
  /** The tables could not be made or brought up to date. Retryable where the same start may succeed when made again. */
  | "ENGINE_SETUP_FAILED"
  /** The database cannot be reached. Retryable. */
  | "ENGINE_UNREACHABLE"
  /** The options contradict each other; `message` says how. */
  | "OPTION_INVALID"
  /** The run was cancelled; what it had come to by then is in the thread. */
  | "RUN_CANCELLED"
  /** The run was begun by another version of the program, which alone can go on with it. */
  | "RUN_OF_OTHER_VERSION"
  /** Somebody else wrote to the thread while the run was under way. */
  | "THREAD_MOVED"
  /** The thread's runs are another engine's. */
  | "THREAD_OF_OTHER_ENGINE";

/** Details of a {@link DbosSwarmError} beside its message. */
export interface DbosSwarmErrorOptions {
  /** Whether the same call may succeed when it is simply made again. Default: false. */
  readonly retryable?: boolean | undefined;
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/**
 * Every rejection of this package's that is not a swarm's own `SwarmError`: a code, and a sentence that names the address
 * and the way out. Neither the message nor a property carries a password.
 */
export class DbosSwarmError extends Error {
  override readonly name = "DbosSwarmError";
  readonly code: DbosErrorCode;
  readonly retryable: boolean;

  constructor(code: DbosErrorCode, message: string, options: DbosSwarmErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}
