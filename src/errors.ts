/** What went wrong at run time. Stable: branch on the code, never on the message. */
export type SwarmErrorCode =
  | "ACTIVE_AGENT_UNKNOWN"
  | "AGENT_FAILED"
  | "CHECKPOINT_INCOMPATIBLE"
  | "CHECKPOINTER_MISSING"
  /** The prompt is longer than the model takes; `details` has `tokens` and `maxTokens` where the provider says. */
  | "CONTEXT_OVERFLOW"
  /** `limits.costOf` failed, or gave no number, so that `limits.maxCost` could not be kept. */
  | "COST_FAILED"
  /** A guardrail could not tell whether to let something pass, so nothing did; `details` has `guardrail` and `stage`. */
  | "GUARDRAIL_FAILED"
  | "HANDOFF_TOOL_EXECUTED"
  | "HANDOFFS_MULTIPLE"
  | "INPUT_FORBIDDEN_CHANNEL"
  /** A `Command({ resume })` answers nothing that the thread asks; `details.pending` has the ids of what it does ask. */
  | "INTERRUPT_MISMATCH"
  /** The thread's lease ended, or is another process's by now: the run was stopped. Retryable. */
  | "LEASE_LOST"
  | "LIMIT_COST"
  | "LIMIT_HANDOFFS"
  | "LIMIT_REPEATED_EDGE"
  | "LIMIT_TOKENS"
  | "LIMIT_TURNS"
  | "MODEL_ERRORS"
  | "MODEL_INVALID"
  | "MODEL_OUTPUT_TRUNCATED"
  | "MODEL_REFUSED"
  | "MODEL_REJECTED"
  | "MODEL_TIMEOUT"
  | "MODEL_TRANSIENT"
  | "NO_TOOL_CALLS"
  | "NO_USER_TURN"
  | "OUTPUT_SCHEMA"
  | "PROMPT_FAILED"
  | "PROVIDER_REJECTED"
  | "RECORDING_INCOMPATIBLE"
  | "ROUTE_FAILED"
  | "ROUTE_UNKNOWN_TARGET"
  /** A newer run on the thread, with `onBusy` `"interrupt"` or `"rollback"`, ended this one; what was said stays. */
  | "RUN_SUPERSEDED"
  | "STREAM_INTERRUPTED"
  | "THREAD_BUSY"
  | "VALIDATION_FAILED"
  | "WIRE_INVALID";

/** What Node calls to show an error: in `console.error`, and where nobody catches it. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** Details of a {@link SwarmError} beside its message. */
export interface SwarmErrorOptions {
  /** The agent that was acting. */
  readonly agent?: string | undefined;
  /** `configurable.thread_id` of the run, where it had one. */
  readonly threadId?: string | undefined;
  /** Whether the same call may succeed when it is simply made again. Default: false. */
  readonly retryable?: boolean;
  /** Whether the thread can go on from its last checkpoint. Default: true. */
  readonly resumable?: boolean;
  /** What a program may want to know beside the message; never contents of a conversation. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** The error that caused this one. */
  readonly cause?: unknown;
}

/**
 * Every rejection of a run that is ours: a code, the agent, and what to do about it.
 *
 * @example
 * ```ts
 * import { SwarmError } from "swarmgraph";
 *
 * const error = new SwarmError("THREAD_BUSY", "the thread is running", { retryable: true });
 * error.code; // "THREAD_BUSY"
 * ```
 */
export class SwarmError extends Error {
  /** Its class, as `Error` has it. */
  override readonly name: string = "SwarmError";
  /** What went wrong; stable. */
  readonly code: SwarmErrorCode;
  /** The agent that was acting, where one was. */
  readonly agent: string | undefined;
  /** `configurable.thread_id` of the run, where it had one. */
  readonly threadId: string | undefined;
  /** Whether the same call may succeed when it is simply made again. */
  readonly retryable: boolean;
  /** Whether the thread can go on from its last checkpoint. */
  readonly resumable: boolean;
  /** What a program may want to know beside the message, e.g. `{ profile, rule, shape }` of `PROVIDER_REJECTED`. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: SwarmErrorCode, message: string, options: SwarmErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.agent = options.agent;
    this.threadId = options.threadId;
    this.retryable = options.retryable ?? false;
    this.resumable = options.resumable ?? true;
    this.details = options.details ?? {};
  }

  /** Shows the cause by its stack alone: clients hang requests on their errors, with headers and keys. */
  [INSPECT](): string {
    const { stack, code, agent, threadId, retryable, resumable, details, cause } = this;
    const fields = JSON.stringify({ code, agent, threadId, retryable, resumable, details });
    return `${stack} ${fields}${cause === undefined ? "" : `\n[cause]: ${stackOf(cause)}`}`;
  }

  /** Narrows an unknown value, also across two copies of the package in one process. */
  static is(value: unknown): value is SwarmError {
    return value instanceof Error && typeof (value as Partial<SwarmError>).code === "string" && "resumable" in value;
  }
}

/** An error's stack, and those of its causes, as far as they are worth reading. */
function stackOf(error: unknown, depth = 4): string {
  if (!(error instanceof Error)) return String(error);
  const { stack = error.message, cause } = error;
  return cause === undefined || depth === 0 ? stack : `${stack}\n[cause]: ${stackOf(cause, depth - 1)}`;
}

/** The body of a handoff tool was run: by a hand-written loop or a foreign tool node. No graph of ours ever does. */
export class HandoffToolExecutedError extends SwarmError {
  override readonly name = "HandoffToolExecutedError";
  /** The agent that the tool hands off to. */
  readonly target: string;
  /** The id of the tool call, where the caller passed one. */
  readonly callId: string | undefined;

  constructor(target: string, toolName: string, callId?: string) {
    super(
      "HANDOFF_TOOL_EXECUTED",
      `handoff tool "${toolName}"${callId === undefined ? "" : ` (call ${callId})`} was executed, but a handoff to "${target}" is routed, never run. ` +
        `Route it with routeHandoffs({ targets: ["${target}"] }) before your tool node, or leave it out of the tool node's list.`,
    );
    this.target = target;
    this.callId = callId;
  }
}

/** How bad a {@link Diagnostic} is: an error stops `compile()`, a warning goes to `onDiagnostic`. */
export type Severity = "error" | "warning";

/** One problem of a definition: what, where, and the way out. */
export interface Diagnostic {
  /** Stable code, e.g. `TARGET_UNKNOWN`. */
  readonly code: string;
  readonly severity: Severity;
  /** A path into the definition, e.g. `agents.triage.canHandoffTo[1]`. */
  readonly path: string;
  /** One sentence that names the thing and the place. */
  readonly message: string;
  /** What to do about it, where there is one thing to do. */
  readonly hint?: string;
}

/**
 * A definition that cannot be compiled, with every problem at once in `issues`.
 *
 * @example
 * ```ts
 * import { SwarmDefinitionError } from "swarmgraph";
 *
 * const error = new SwarmDefinitionError([
 *   { code: "ENTRY_UNKNOWN", severity: "error", path: "entry", message: 'entry "x" is not an agent' },
 * ]);
 * error.issues[0]?.code; // "ENTRY_UNKNOWN"
 * ```
 */
export class SwarmDefinitionError extends Error {
  /** Its class, as `Error` has it. */
  override readonly name = "SwarmDefinitionError";
  /** Every error of the definition, in the order of the rules. */
  readonly issues: readonly Diagnostic[];

  constructor(issues: readonly Diagnostic[]) {
    const lines = issues.map(
      (issue) => `  ${issue.path}: ${issue.message}${issue.hint ? ` ${issue.hint}` : ""} [${issue.code}]`,
    );
    super(`the swarm definition has ${issues.length} problem${issues.length === 1 ? "" : "s"}:\n${lines.join("\n")}`);
    this.issues = issues;
  }
}
