import { answerFrom, askFor, cannotHelp, greeting } from "./answer.ts";
import type { Conversation, Result } from "./conversation.ts";
import type { Encoder } from "./encoder.ts";
import { LocalModelError } from "./errors.ts";
import { fillArguments } from "./fill/fill.ts";
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
 * only one at none), since somebody found that the request is its own. After a result it hands over where another agent fits the request better
 * than the tool did, else it answers. It never hands back to where the request came from.
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
  if (!isForced && best.score < barFor(best, { conversation, threshold, scores, isOnlyTool })) {
    return { step: closing(conversation, specs), scores };
  }
  return { step: call(best.spec, { conversation, now: options.now, score: best.score, isForced }), scores };
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
  if (spec !== undefined) return call(spec, { conversation, now, score: undefined, isForced: true });
  const names = specs.map((one) => `"${one.name}"`).join(", ") || "none";
  throw new LocalModelError("TOOL_CHOICE_UNKNOWN", `tool_choice names "${name}", which is not bound. Bound: ${names}.`);
}

interface CallContext {
  readonly conversation: Conversation;
  readonly now: Date;
  readonly score: number | undefined;
  /** Whether a call has to come out, whatever it lacks. */
  readonly isForced: boolean;
}

function call(spec: ToolSpec, { conversation, now, score, isForced }: CallContext): Step {
  const known = spec.target === undefined || score === undefined ? {} : reasonFor(spec, score);
  let filled = fillArguments(spec.parameters, { text: conversation.request, known, now });
  if (filled.missing.length > 0 && isHalf(conversation)) {
    filled = fillArguments(spec.parameters, { text: conversation.earlier as string, known: filled.args, now });
  }
  if (isForced) return { kind: "call", tool: spec.name, args: filled.args };
  if (filled.missing.length > 0) return { kind: "answer", text: askFor(filled.missing, spec) };
  const [problem] = problemsOf(spec.parameters, filled.args);
  if (problem === undefined) return { kind: "call", tool: spec.name, args: filled.args };
  return { kind: "answer", text: `I found no fitting arguments for ${spec.name}: ${problem}.` };
}

/** A handoff that takes a reason is told why it was chosen. */
function reasonFor({ parameters, description }: ToolSpec, score: number): Record<string, string> {
  if (parameters.properties?.["reason"] === undefined) return {};
  const [clause = ""] = description.split(/[.\n]/);
  return { reason: `the request fits "${clause.trim().slice(0, 120)}" (score ${score.toFixed(2)})` };
}
