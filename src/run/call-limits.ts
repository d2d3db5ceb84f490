import type { CallView } from "../define/calls.ts";

/** Levels of objects and lists in the arguments of a call. Deeper ones break what copies or writes JSON. */
export const MAX_ARGUMENT_DEPTH = 200;

const TOO_LARGE = "the arguments are too large";
const NOT_RUN = "it was not run, since one message may hold";

/** Why arguments are too large to be used, as the model reads it; `undefined` where they are not. Never recurses. */
export function excessOf(args: unknown, maxChars: number): string | undefined {
  if (typeof args === "string") return args.length > maxChars ? tooLong(maxChars) : undefined;
  const open: { readonly value: unknown; readonly depth: number }[] = [{ value: args, depth: 1 }];
  let chars = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth } = next;
    const isNested = typeof value === "object" && value !== null;
    chars += isNested ? 1 : String(value).length;
    if (chars > maxChars) return tooLong(maxChars);
    if (!isNested) continue;
    if (depth > MAX_ARGUMENT_DEPTH) return `${TOO_LARGE}: nested more than ${MAX_ARGUMENT_DEPTH} levels deep`;
    for (const [key, inner] of Object.entries(value)) {
      if (!Array.isArray(value)) chars += key.length;
      open.push({ value: inner, depth: depth + 1 });
    }
  }
  return undefined;
}

function tooLong(maxChars: number): string {
  return `${TOO_LARGE}: more than ${maxChars} characters`;
}

/** Whether what is wrong with a call is the size of its arguments. */
export function isTooLarge(problem: string): boolean {
  return problem.startsWith(TOO_LARGE);
}

/** The regular calls of one message, those beyond the limit marked: nobody runs them. */
export function withinLimit<C extends CallView>(calls: readonly C[], max: number): readonly C[] {
  if (calls.length <= max) return calls;
  return calls.map((call, index) => (index < max ? call : { ...call, malformed: `${NOT_RUN} ${max} calls` }));
}

/** What is wrong with a call's arguments, or with their number, as an answer to the model. */
export function answerToFault(name: string, problem: string): string {
  if (problem.startsWith(NOT_RUN)) return `Error: "${name}": ${problem}. Call it again if it is still needed.`;
  if (isTooLarge(problem)) return `Error: "${name}" was not run: ${problem}. Call it again with less.`;
  return `Error: the arguments of "${name}" are not valid JSON (${problem}). Call it again with valid ones.`;
}
