/** Tokens of one model call, as LangChain counts them: also cached ones and reasoning, where the provider says. */
export interface CallUsage {
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly total_tokens: number;
  readonly input_token_details?: Readonly<Record<string, unknown>> | undefined;
  readonly output_token_details?: Readonly<Record<string, unknown>> | undefined;
}

/** What one model call costs, in any unit. */
export type CostOf = (usage: CallUsage, call: { readonly model: string | undefined; readonly agent: string }) => number;

/** Budgets of a run. All have a default; `0` and `null` switch a timeout off. */
export interface Limits {
  /** Handoffs per user turn. Default 8. */
  readonly maxHandoffs?: number | undefined;
  /** Model calls per user turn. Default 50. */
  readonly maxTurns?: number | undefined;
  /** How often one edge may be taken without new information (a tool's result or a user message). Default 2. */
  readonly maxRepeatedEdge?: number | undefined;
  /** Mistakes of the model's per user turn (unknown tool, refused handoff, malformed arguments) that it may mend. Default 3. */
  readonly maxModelErrors?: number | undefined;
  /**
   * What happens at a limit. `"answer"` (default): one last call without handoff tools, so that the user gets an answer.
   * `"throw"`: a `SwarmError` that prints the path. An agent's name: that agent takes over and answers, with one call.
   * At `maxTokens` and `maxCost` `"answer"` ends the turn without that call, which would spend still more.
   */
  readonly onLimit?: string | undefined;
  /**
   * Tokens of all model calls of a user turn, prompts included. Once they are used up, no further model is called in the
   * turn; what is under way is not broken off, so the last call may exceed it. A reply without usage counts as none and is
   * told to `onDiagnostic` once (`USAGE_MISSING`). Default: no limit.
   *
   * @example
   * ```ts
   * import { SwarmAgent } from "swarmgraph";
   * import { scriptedModel } from "swarmgraph/testing";
   *
   * const swarm = new SwarmAgent({
   *   entry: "clerk",
   *   agents: { clerk: { model: scriptedModel().say("Hello!") } },
   *   limits: { maxTokens: 100_000, maxCost: 0.5, costOf: ({ total_tokens }) => total_tokens * 2e-6 },
   * });
   * ```
   */
  readonly maxTokens?: number | undefined;
  /** What the model calls of a user turn may cost, in the unit of `costOf`; like `maxTokens`. Default: no limit. */
  readonly maxCost?: number | undefined;
  /** What a model call costs; needed for `maxCost`. One that fails or gives no number rejects the run: `COST_FAILED`. */
  readonly costOf?: CostOf | undefined;
  /** Milliseconds for one tool call. Default 300,000. */
  readonly toolTimeoutMs?: number | null | undefined;
  /** Milliseconds for one model call. Default 900,000. */
  readonly modelTimeoutMs?: number | null | undefined;
  /**
   * Characters of one tool result that a model reads; of a longer one head and tail, with a notice of what is left out.
   * The whole text stays with the message, as its `artifact` (`{ fullText }`, where the tool gave none of its own), which
   * no provider is sent. Default 100,000.
   */
  readonly maxToolResultChars?: number | undefined;
  /** Tool calls of one message that are run; further ones are answered as not run, which is a mistake. Default 128. */
  readonly maxToolCalls?: number | undefined;
  /**
   * Characters of one call's arguments, handoffs included. Larger ones, and those nested more than 200 levels deep, are
   * answered to the model as a mistake; nothing runs, nobody is handed to, and the log does not keep them. Default
   * 1,000,000.
   */
  readonly maxArgumentChars?: number | undefined;
}

/** {@link Limits} with every default filled in; a timeout of 0 is off. */
export interface ResolvedLimits {
  readonly maxHandoffs: number;
  readonly maxTurns: number;
  readonly maxRepeatedEdge: number;
  readonly maxModelErrors: number;
  readonly onLimit: string;
  /** Infinity: no limit. */
  readonly maxTokens: number;
  /** Infinity: no limit. */
  readonly maxCost: number;
  readonly costOf: CostOf | undefined;
  readonly toolTimeoutMs: number;
  readonly modelTimeoutMs: number;
  readonly maxToolResultChars: number;
  readonly maxToolCalls: number;
  readonly maxArgumentChars: number;
}

export const DEFAULT_LIMITS: ResolvedLimits = Object.freeze({
  maxHandoffs: 8,
  maxTurns: 50,
  maxRepeatedEdge: 2,
  maxModelErrors: 3,
  onLimit: "answer",
  maxTokens: Number.POSITIVE_INFINITY,
  maxCost: Number.POSITIVE_INFINITY,
  costOf: undefined,
  toolTimeoutMs: 300_000,
  modelTimeoutMs: 900_000,
  maxToolResultChars: 100_000,
  maxToolCalls: 128,
  maxArgumentChars: 1_000_000,
});

/** The smallest value that makes sense for each number. */
const MINIMUM = {
  maxHandoffs: 0,
  maxTurns: 1,
  maxRepeatedEdge: 1,
  maxModelErrors: 0,
  maxTokens: 1,
  maxCost: 0,
  toolTimeoutMs: 0,
  modelTimeoutMs: 0,
  maxToolResultChars: 200,
  maxToolCalls: 1,
  maxArgumentChars: 2,
} as const;

type NumericLimit = keyof typeof MINIMUM;

const TIMEOUTS: ReadonlySet<string> = new Set(["toolTimeoutMs", "modelTimeoutMs"]);

/** Fills in the defaults; a value that makes no sense counts as absent, and is reported by {@link badLimits}. */
export function resolveLimits(limits: Limits = {}): ResolvedLimits {
  const number = (key: NumericLimit): number => {
    const value = limits[key];
    if (value === null && TIMEOUTS.has(key)) return 0;
    return isBad(key, value) || value === undefined || value === null ? DEFAULT_LIMITS[key] : value;
  };
  return Object.freeze({
    maxHandoffs: number("maxHandoffs"),
    maxTurns: number("maxTurns"),
    maxRepeatedEdge: number("maxRepeatedEdge"),
    maxModelErrors: number("maxModelErrors"),
    onLimit: limits.onLimit ?? DEFAULT_LIMITS.onLimit,
    maxTokens: number("maxTokens"),
    maxCost: number("maxCost"),
    costOf: limits.costOf,
    toolTimeoutMs: number("toolTimeoutMs"),
    modelTimeoutMs: number("modelTimeoutMs"),
    maxToolResultChars: number("maxToolResultChars"),
    maxToolCalls: number("maxToolCalls"),
    maxArgumentChars: number("maxArgumentChars"),
  });
}

/** The limits whose value makes no sense, with the default that stands in for each. */
export function badLimits(limits: Limits = {}): { key: string; value: unknown; minimum: number; fallback: number }[] {
  return (Object.keys(MINIMUM) as NumericLimit[])
    .filter((key) => isBad(key, limits[key]))
    .map((key) => ({ key, value: limits[key], minimum: MINIMUM[key], fallback: DEFAULT_LIMITS[key] }));
}

function isBad(key: NumericLimit, value: unknown): boolean {
  if (value === undefined || (value === null && TIMEOUTS.has(key))) return false;
  return typeof value !== "number" || Number.isNaN(value) || value < MINIMUM[key];
}
