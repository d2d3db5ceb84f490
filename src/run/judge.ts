import { interopSafeParseAsync } from "@langchain/core/utils/types";
import type { InteropZodType } from "@langchain/core/utils/types";
import { callsOf } from "../define/calls.ts";
import type { CallView } from "../define/calls.ts";
import type { EdgeDefinition, OnHandoff } from "../define/definition.ts";
import { isoNow } from "../define/iso-time.ts";
import { textOf } from "../define/text-of.ts";
import { SwarmError } from "../errors.ts";
import { recordId } from "../project/view.ts";
import { closedBy, printPath } from "../route/limits.ts";
import type { Allowance } from "../route/limits.ts";
import type { HandoffCode, HandoffRecord, LimitKind, RunContext, TurnState } from "../types.ts";
import { didYouMean } from "../define/did-you-mean.ts";
import type { AgentRuntime } from "./agent-runtime.ts";
import { isTooLarge, withinLimit } from "./call-limits.ts";
import type { LogMessage } from "./reply.ts";

/** A call of a message of the log: those have ids. */
export type LogCall = CallView & { readonly id: string };

/** What a message asks for, sorted: verdicts for the ledger, and the regular calls. */
export interface Judgement {
  /** In call order; at most one is `pending`. */
  readonly records: readonly HandoffRecord[];
  /** Regular calls that a tool of the agent's can be run for. */
  readonly runnable: readonly LogCall[];
  /** Regular calls that nobody can run: unknown tools, malformed or too large arguments, more calls than may be. */
  readonly faulty: readonly LogCall[];
  /** The budget that closed a handoff which the model called all the same. */
  readonly limit: LimitKind | undefined;
}

/** What the verdicts depend on beside the message. */
export interface JudgeContext {
  readonly run: RunContext;
  /** The targets that were offered to the model in this call. */
  readonly offered: ReadonlySet<string>;
  readonly allowance: Allowance;
  readonly turn: TurnState;
}

type Verdict =
  | { readonly status: "pending"; readonly input: unknown }
  | {
      readonly status: "refused" | "dropped";
      readonly code: HandoffCode;
      readonly reason: string;
      readonly limit?: LimitKind;
    };

/**
 * Judges each call of a message in order: known target, an edge, open by guard and budget, input by schema, `onHandoff`.
 * The first valid handoff is taken; later ones are dropped. A promise only where a payload is checked, or somebody asked.
 *
 * @throws SwarmError `HANDOFFS_MULTIPLE` or `LIMIT_*` where the swarm asks for an error, at once or by the promise; what
 *   `onHandoff` throws.
 */
export function judge(
  message: LogMessage,
  runtime: AgentRuntime,
  context: JudgeContext,
): Judgement | Promise<Judgement> {
  const { prefix, registry, limits } = runtime.definition;
  const calls = callsOf(message) as LogCall[];
  const isOwnTool = (name: string) => runtime.tools.has(name) || runtime.clientTools.has(name);
  const isHandoff = ({ name }: CallView) =>
    !isOwnTool(name) && (registry.targetOf(name) !== undefined || name.startsWith(prefix));
  const [handoffs, others] = parted(calls, isHandoff);
  const regular = withinLimit(others, limits.maxToolCalls);
  const [runnable, faulty] = parted(regular, ({ malformed, name }) => malformed === undefined && isOwnTool(name));
  const sorted = ({ records, limit }: Verdicts): Judgement => ({ records, runnable, faulty, limit });
  const { severalHandoffs } = runtime.definition.options;
  if (severalHandoffs === "error" && handoffs.length > 1) throw severalError(runtime, handoffs);
  const verdicts = judgeRest(handoffs, { records: [], limit: undefined }, { message, runtime, context });
  return verdicts instanceof Promise ? verdicts.then(sorted) : sorted(verdicts);
}

/** What passes a test, and what does not. Nothing is copied where all of it does, or none: most messages ask for one thing. */
function parted<T>(list: readonly T[], test: (one: T) => boolean): readonly [readonly T[], readonly T[]] {
  if (list.every(test)) return [list, []];
  if (!list.some(test)) return [[], list];
  return [list.filter(test), list.filter((one) => !test(one))];
}

interface Judging {
  readonly message: LogMessage;
  readonly runtime: AgentRuntime;
  readonly context: JudgeContext;
}

type Verdicts = Pick<Judgement, "records" | "limit">;

/** The verdicts on all handoffs of a message, of which some have theirs. A promise as soon as one of the others is. */
function judgeRest(handoffs: readonly LogCall[], before: Verdicts, judging: Judging): Verdicts | Promise<Verdicts> {
  const { severalHandoffs } = judging.runtime.definition.options;
  const records = [...before.records];
  let { limit } = before;
  const add = (call: LogCall, verdict: Verdict): void => {
    if (verdict.status !== "pending") limit ??= verdict.limit;
    records.push(toRecord(call, verdict, judging));
  };
  for (const call of handoffs.slice(records.length)) {
    const isDecided =
      records.some(({ status }) => status === "pending") || (severalHandoffs === "first" && records.length > 0);
    const verdict = isDecided ? SECOND : judgeHandoff(call, judging);
    if (verdict instanceof Promise) {
      return verdict.then((given) => {
        add(call, given);
        return judgeRest(handoffs, { records, limit }, judging);
      });
    }
    add(call, verdict);
  }
  return { records, limit };
}

const SECOND: Verdict = {
  status: "dropped",
  code: "HANDOFF_SECOND",
  reason: "another handoff of the same message goes first",
};

/** A promise only where there is a payload to check, or somebody to ask. */
function judgeHandoff(call: LogCall, { message, runtime, context }: Judging): Verdict | Promise<Verdict> {
  const { definition, agent, edges } = runtime;
  const refuse = (code: HandoffCode, why: string): Verdict => ({
    status: "refused",
    code,
    reason: `${why} ${wayOut(runtime, context)}`,
  });
  const target = definition.registry.targetOf(call.name);
  if (target === undefined) {
    const hint = didYouMean(call.name, offeredTools(runtime, context));
    return refuse("HANDOFF_UNKNOWN_TARGET", `there is no agent behind "${call.name}".${hint}`);
  }
  if (target === agent.name)
    return refuse("HANDOFF_TO_SELF", `you are already "${target}": answer yourself, or use a tool.`);
  const edge = edges.get(target);
  if (edge === undefined) return refuse("HANDOFF_NOT_ALLOWED", `"${agent.name}" may not hand off to "${target}".`);
  const limit = closedBy(context.allowance, target);
  if (limit !== undefined) return atLimit(limit, target, runtime, context);
  if (!context.offered.has(target))
    return refuse("HANDOFF_UNAVAILABLE", `a handoff to "${target}" is not possible now.`);
  const verdictOn = (parsed: ParsedInput): Verdict | Promise<Verdict> => {
    if ("problem" in parsed) {
      const why = `the input of the handoff to "${target}" is not right: ${parsed.problem}.`;
      return refuse("HANDOFF_INPUT_INVALID", why);
    }
    const { input } = parsed;
    const asked = definition.options.onHandoff?.({
      ...context.run,
      from: agent.name,
      to: target,
      input,
      callId: call.id,
      id: recordId(message.id, call.id),
      trail: context.run.state.handoffs,
    });
    return asked ? verdictBy(asked, input) : { status: "pending", input };
  };
  const verdictBy = async (asked: ReturnType<OnHandoff>, input: unknown): Promise<Verdict> => {
    const refusal = await asked;
    return refusal
      ? refuse("HANDOFF_REFUSED", `the handoff to "${target}" was refused: ${refusal.refuse.replace(/\.$/, "")}.`)
      : { status: "pending", input };
  };
  const parsed = parseInput(call, edge.input);
  return parsed instanceof Promise ? parsed.then(verdictOn) : verdictOn(parsed);
}

function atLimit(
  limit: LimitKind,
  target: string,
  { definition, agent }: AgentRuntime,
  context: JudgeContext,
): Verdict {
  const reason = `the budget of handoffs is used up (${limit})`;
  if (definition.limits.onLimit === "throw") {
    const path = printPath([...context.turn.path, target]);
    throw new SwarmError(
      limit === "repeatedEdge" ? "LIMIT_REPEATED_EDGE" : limit === "maxTurns" ? "LIMIT_TURNS" : "LIMIT_HANDOFFS",
      `agent "${agent.name}" wants to hand off to "${target}", but ${reason}: ${path}. Raise limits.${limit === "repeatedEdge" ? "maxRepeatedEdge" : limit}, or set onLimit to "answer".`,
      { agent: agent.name, threadId: context.run.threadId },
    );
  }
  return { status: "dropped", code: "HANDOFF_LIMIT", reason, limit };
}

/** A payload's parsed value, or what is wrong with it: paths and rules, never values. */
export type ParsedInput = { readonly input: unknown } | { readonly problem: string };

/** Parses a payload. A promise only where there is a schema. */
export function parseInput(call: CallView, schema: EdgeDefinition["input"]): ParsedInput | Promise<ParsedInput> {
  if (call.malformed !== undefined && isTooLarge(call.malformed)) return { problem: call.malformed };
  if (schema === undefined) return { input: Object.keys(call.args).length > 0 ? call.args : undefined };
  if (call.malformed !== undefined) return { problem: `it is not valid JSON (${call.malformed})` };
  return parseBy(schema as unknown as InteropZodType, call.args);
}

async function parseBy(schema: InteropZodType, args: CallView["args"]): Promise<ParsedInput> {
  const parsed = await interopSafeParseAsync(schema, args);
  return parsed.success ? { input: parsed.data } : { problem: describeIssues(parsed.error) };
}

/** The issues of a zod error: where and which rule. A schema's own function may throw something else. */
export function describeIssues(error: unknown): string {
  const { issues } = error as { issues?: readonly { path: readonly PropertyKey[]; message: string }[] };
  if (!Array.isArray(issues)) return "it does not fit the schema";
  return issues
    .map(({ path, message }) => `${path.length === 0 ? "(top)" : path.map(String).join(".")}: ${message}`)
    .join("; ");
}

function offeredTools({ definition }: AgentRuntime, { offered }: JudgeContext): string[] {
  return [...offered].map((to) => definition.registry.toolNameOf(to) as string);
}

function wayOut(runtime: AgentRuntime, context: JudgeContext): string {
  const names = offeredTools(runtime, context).map((name) => `"${name}"`);
  return names.length === 0
    ? "There is nobody to hand off to: answer yourself."
    : `You can hand off with ${names.join(", ")}, or answer yourself.`;
}

function toRecord(call: LogCall, verdict: Verdict, { message, runtime }: Judging): HandoffRecord {
  const { definition, agent, edges } = runtime;
  const target = definition.registry.targetOf(call.name) ?? call.name.slice(definition.prefix.length);
  return {
    id: recordId(message.id, call.id),
    from: agent.name,
    to: target,
    callId: call.id,
    messageId: message.id,
    at: isoNow(),
    ...(verdict.status === "pending" ? openRecord(verdict.input, message, edges.get(target)) : closedRecord(verdict)),
  };
}

function closedRecord({ status, code, reason }: Exclude<Verdict, { status: "pending" }>) {
  return { status, code, reason };
}

function openRecord(input: unknown, message: LogMessage, edge: EdgeDefinition | undefined) {
  const reason = reasonOf(input, message);
  return {
    status: "pending" as const,
    ...(input !== undefined && { input }),
    ...(reason !== undefined && { reason }),
    ...(edge?.requiresApproval && { approval: "required" as const }),
  };
}

/** Why an agent hands over: the payload's `reason`, else what it said. */
function reasonOf(input: unknown, message: LogMessage): string | undefined {
  const given = typeof input === "object" && input !== null ? (input as { reason?: unknown }).reason : undefined;
  if (typeof given === "string" && given !== "") return given;
  const said = textOf(message).trim();
  return said === "" ? undefined : said;
}

function severalError({ agent }: AgentRuntime, handoffs: readonly CallView[]): SwarmError {
  const names = handoffs.map(({ name }) => `"${name}"`).join(", ");
  return new SwarmError(
    "HANDOFFS_MULTIPLE",
    `agent "${agent.name}" called several handoffs in one message (${names}), and severalHandoffs is "error". Set it to "first-valid", or ask the model for one call at a time.`,
    { agent: agent.name },
  );
}
