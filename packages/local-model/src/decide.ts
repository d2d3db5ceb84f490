import { answerFrom, askFor, cannotHelp, greeting } from "./answer.ts";
import { clausesOf, namedBy } from "./clauses.ts";
import type { Conversation, Result } from "./conversation.ts";
import type { Encoder } from "./encoder.ts";
import { LocalModelError } from "./errors.ts";
import { fillArguments } from "./fill/fill.ts";
import type { Filled } from "./fill/fill.ts";
import { programFor } from "./fill/program.ts";
import { createRouter, THRESHOLDS } from "./router.ts";
import type { Score } from "./router.ts";
import { stemsOf } from "./lexical.ts";
import { problemsOf } from "./schema.ts";
import { isHandoffName, leadsTo } from "./tool-spec.ts";
import type { ToolSpec } from "./tool-spec.ts";

/** What the model does: one call, or an answer. */
export type Step =
  | { readonly kind: "call"; readonly tool: string; readonly args: Readonly<Record<string, unknown>> }
  | { readonly kind: "answer"; readonly text: string };

/** A step, and why. */
export interface Decision {
  readonly step: Step;
  /** Every tool's score, best first; empty where nothing had to be scored. */
  readonly scores: readonly Score[];
}

/** How the caller wants a tool chosen: by the model, none, any, or one by name. */
export type Choice = "auto" | "none" | "any" | { readonly tool: string };

/** What a decision is made with. */
export interface DecideOptions {
  readonly specs: readonly ToolSpec[];
  readonly choice: Choice;
  readonly encoder: Encoder | undefined;
  /** Under this a request belongs to no tool. */
  readonly threshold?: number | undefined;
  readonly now: Date;
  readonly signal?: AbortSignal | undefined;
}

/** A request that is no more than a greeting. */
const GREETING = /^\W*(?:hi|hello|hey|good (?:morning|afternoon|evening|day))(?: (?:there|all|everyone))?\W*$/i;

/** Content words up to which a request may be the half of an earlier one. */
const SHORT = 4;

/**
 * Decides on one turn. An agent that was handed a request uses its own best tool first, at half the threshold (its
 * only one at none), since somebody found that the request is its own. After a result it hands over where another agent
 * fits the request better than the tool did, or is what a clause of it names, else it answers. It never hands back to where the
 * request came from.
 *
 * @throws LocalModelError `TOOL_CHOICE_UNKNOWN` for a choice that is not bound.
 */
export async function decide(conversation: Conversation, options: DecideOptions): Promise<Decision> {
  const { specs, choice, encoder } = options;
  if (typeof choice === "object") return { step: chosen(choice.tool, conversation, options), scores: [] };
  const own = conversation.results.filter(({ tool }) => specs.some(({ name }) => name === tool));
  const isGreeting = GREETING.test(conversation.request) && choice === "auto";
  const open = choice === "none" || isGreeting ? [] : specs.filter((spec) => isOpen(spec, { conversation, own }));
  if (open.length === 0) return { step: closing(conversation, specs), scores: [] };
  const scores = await scoresOf(conversation, options);
  const best = bestOf(open, scores, conversation);
  const threshold = options.threshold ?? THRESHOLDS[encoder === undefined ? "lexical" : "use-lite"];
  const isForced = choice === "any";
  const isOnlyTool = specs.filter(({ target }) => target === undefined).length === 1;
  const context = { conversation, now: options.now, isForced };
  const next = own.length > 0 ? await restFor(open, { conversation, options, threshold }) : undefined;
  const isFit = isForced || best.score >= barFor(best, { conversation, threshold, scores, isOnlyTool });
  const candidate = next ?? (isFit ? best : undefined);
  if (candidate === undefined) return { step: closing(conversation, specs), scores };
  return { step: call(candidate.spec, { ...context, specs, score: candidate.score }), scores };
}

/** A tool that may be called, with its score. */
interface Candidate {
  readonly spec: ToolSpec;
  readonly score: number;
}

async function scoresOf(conversation: Conversation, options: DecideOptions): Promise<readonly Score[]> {
  const router = createRouter(options.specs, options.encoder);
  const scores = await router.scores(conversation.request, options.signal);
  const threshold = options.threshold ?? THRESHOLDS[options.encoder === undefined ? "lexical" : "use-lite"];
  if ((scores[0]?.score ?? 0) >= threshold || !isHalf(conversation)) return scores;
  return router.scores(`${conversation.earlier} ${conversation.request}`, options.signal);
}

/** The best of the agent's own tools where the request was given to it, else the best of all. */
function bestOf(open: readonly ToolSpec[], scores: readonly Score[], conversation: Conversation): Candidate {
  const byName = new Map(open.map((spec) => [spec.name, spec]));
  const ranked = scores.flatMap(({ tool, score }) => {
    const spec = byName.get(tool);
    return spec === undefined ? [] : [{ spec, score }];
  });
  const own =
    conversation.handedOverBy === undefined ? undefined : ranked.find(({ spec }) => spec.target === undefined);
  return own ?? (ranked[0] as Candidate);
}

interface Remaining {
  readonly conversation: Conversation;
  readonly options: DecideOptions;
  readonly threshold: number;
}

/** The best handoff of those that a clause of the request names, where the request has several. */
async function restFor(
  open: readonly ToolSpec[],
  { conversation, options, threshold }: Remaining,
): Promise<Candidate | undefined> {
  const { specs, encoder, signal } = options;
  const clauses = clausesOf(conversation.request);
  const done = specs.filter(({ name, target }) => target === undefined && conversation.called.has(name));
  const router = createRouter(specs, encoder);
  for (const clause of clauses.length > 1 ? clauses : []) {
    const named = namedBy(clause, open, done);
    if (named.length === 0) continue;
    const best = bestOf(named, await router.scores(clause, signal), { ...conversation, handedOverBy: undefined });
    if (best.score >= threshold) return best;
  }
  return undefined;
}

/** The request without the clauses that name a handoff; `undefined` where that is all of it or nothing. */
function shareOf(spec: ToolSpec, { request }: Conversation, specs: readonly ToolSpec[]): string | undefined {
  const handoffs = specs.filter(({ target }) => target !== undefined);
  const clauses = clausesOf(request);
  const own = clauses.filter((clause) => namedBy(clause, handoffs, [spec]).length === 0);
  return own.length === 0 || own.length === clauses.length ? undefined : own.join(", ");
}

interface Bar {
  readonly conversation: Conversation;
  readonly threshold: number;
  readonly scores: readonly Score[];
  /** Whether the agent has one tool of its own. */
  readonly isOnlyTool: boolean;
}

/** What a candidate has to score. */
function barFor({ spec }: Candidate, { conversation, threshold, scores, isOnlyTool }: Bar): number {
  if (spec.target === undefined) {
    if (conversation.handedOverBy === undefined) return threshold;
    return isOnlyTool ? -1 : threshold / 2;
  }
  const done = scores.filter(({ tool }) => conversation.called.has(tool) && !isHandoffName(tool));
  return Math.max(threshold, ...done.map(({ score }) => score));
}

interface Progress {
  readonly conversation: Conversation;
  /** Results of the agent's own tools. */
  readonly own: readonly Result[];
}

/** Tools that may still be called for this request: none twice, no second one after a result, and no way back. */
function isOpen(spec: ToolSpec, { conversation: { called, handedOverBy }, own }: Progress): boolean {
  if (called.has(spec.name)) return false;
  if (spec.target === undefined) return own.length === 0;
  return handedOverBy === undefined || !leadsTo(spec, handedOverBy);
}

function isHalf({ request, earlier }: Conversation): boolean {
  return earlier !== undefined && stemsOf(request).length <= SHORT;
}

/** The end of a turn without a call: the results, or what the model can do. */
function closing({ results, request }: Conversation, specs: readonly ToolSpec[]): Step {
  const own = results.filter(({ tool }) => specs.some(({ name }) => name === tool));
  const told = own.length > 0 ? own : results;
  if (told.length > 0) return { kind: "answer", text: answerFrom(told) };
  if (request.trim() === "") return { kind: "answer", text: "How can I help?" };
  if (GREETING.test(request)) return { kind: "answer", text: greeting(specs) };
  return { kind: "answer", text: cannotHelp(specs) };
}

function chosen(name: string, conversation: Conversation, { specs, now }: DecideOptions): Step {
  const spec = specs.find((one) => one.name === name);
  if (spec !== undefined) return call(spec, { conversation, now, specs, score: undefined, isForced: true });
  const names = specs.map((one) => `"${one.name}"`).join(", ") || "none";
  throw new LocalModelError("TOOL_CHOICE_UNKNOWN", `tool_choice names "${name}", which is not bound. Bound: ${names}.`);
}

interface CallContext {
  readonly conversation: Conversation;
  readonly now: Date;
  readonly score: number | undefined;
  readonly specs: readonly ToolSpec[];
  /** Whether a call has to come out, whatever it lacks. */
  readonly isForced: boolean;
}

function call(spec: ToolSpec, context: CallContext): Step {
  const { isForced } = context;
  const filled = fill(spec, context);
  if (isForced) return { kind: "call", tool: spec.name, args: filled.args };
  if (filled.missing.length > 0) return { kind: "answer", text: askFor(filled.missing, spec) };
  const [problem] = problemsOf(spec.parameters, filled.args);
  if (problem === undefined) return { kind: "call", tool: spec.name, args: filled.args };
  return { kind: "answer", text: `I found no fitting arguments for ${spec.name}: ${problem}.` };
}

/** Arguments from the request; what it lacks from the request before it, or from the first rate in the results. */
function fill(spec: ToolSpec, { conversation, now, specs, score }: CallContext): Filled {
  const { request, results } = conversation;
  const handoff = spec.target === undefined || score === undefined ? {} : reasonFor(spec, score);
  const known = { ...handoff, ...queryFor(spec, shareOf(spec, conversation, specs)) };
  const filled = fillFrom(spec, { text: request, known, now });
  if (filled.missing.length === 0) return filled;
  if (isHalf(conversation)) return fillFrom(spec, { text: conversation.earlier as string, known: filled.args, now });
  const rate = rateIn(results);
  return rate === undefined ? filled : fillFrom(spec, { text: `${request} (${rate})`, known: filled.args, now });
}

interface Source {
  readonly text: string;
  readonly known: Readonly<Record<string, unknown>>;
  readonly now: Date;
}

function fillFrom({ parameters, description }: ToolSpec, { text, known, now }: Source): Filled {
  const code = parameters.properties?.["code"] === undefined ? undefined : programFor(text, description);
  return fillArguments(parameters, { text, known: code === undefined ? known : { code, ...known }, now });
}

/** The first percentage that a result names. */
function rateIn(results: readonly Result[]): string | undefined {
  for (const { text, isError } of results) {
    const rate = isError ? null : /\d+(?:\.\d+)?(?:\s*%|\s+per ?cent\b)/i.exec(text);
    if (rate !== null) return rate[0];
  }
  return undefined;
}

/** A tool that searches is asked for its own part of the request alone. */
function queryFor({ parameters }: ToolSpec, share: string | undefined): Record<string, string> {
  return share === undefined || parameters.properties?.["query"] === undefined ? {} : { query: share };
}

/** A handoff that takes a reason is told why it was chosen. */
function reasonFor({ parameters, description }: ToolSpec, score: number): Record<string, string> {
  if (parameters.properties?.["reason"] === undefined) return {};
  const [clause = ""] = description.split(/[.\n]/);
  return { reason: `the request fits "${clause.trim().slice(0, 120)}" (score ${score.toFixed(2)})` };
}
