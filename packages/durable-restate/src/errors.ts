/** What went wrong between this package and the engine, or with a run as a whole. Stable: branch on the code. */
export type RestateErrorCode =
  /** A run waited for an answer longer than `answerTimeoutMs`. */
  | "ANSWER_TIMEOUT"
  /** The engine did not take a deployment; `message` has its reason. */
  | "DEPLOYMENT_REFUSED"
  /** Something answers at the address, but it is no Restate server, or not this interface of one. */
  | "ENGINE_UNKNOWN"
  /** Nothing answers at the address. Retryable. */
  | "ENGINE_UNREACHABLE"
  /** The server is of a version that this package does not know. */
  | "ENGINE_VERSION"
  /** Workers need Node 22 or newer. */
  | "NODE_VERSION"
  /** The run was cancelled; what it had come to by then is in the thread. */
  | "RUN_CANCELLED"
  /** The run failed with an error that has no code of ours. */
  | "RUN_FAILED"
  /** The engine knows no such run: it was cancelled before it began, or has been over for long. */
  | "RUN_UNKNOWN"
  /** No worker with this swarm is registered with the server. */
  | "SERVICE_UNKNOWN"
  /** The swarm has an agent whose turn cannot be journalled. */
  | "SWARM_NOT_DURABLE"
  /** The thread is another engine's, or the object keeps under its id what no swarm wrote. Nothing was begun. */
  | "THREAD_OF_OTHER_ENGINE";

/**
 * Every rejection of this package's that is not a swarm's own `SwarmError`: a code, and a sentence that names the address
 * and the way out.
 */
export class RestateSwarmError extends Error {
  override readonly name = "RestateSwarmError";
  readonly code: RestateErrorCode;
  /** Whether the same call may succeed when it is simply made again. */
  readonly retryable: boolean;

  constructor(
    code: RestateErrorCode,
    message: string,
    options: { readonly retryable?: boolean; readonly cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}
