import { tokensOf } from "./tokens.ts";
import type { Token } from "./tokens.ts";

/** A place in a source: line and column, counted from 1. */
export interface SourcePlace {
  readonly line: number;
  readonly column: number;
  /** How many segments of the path were found: the more, the nearer. */
  readonly depth: number;
}

/** A step into a definition: a key, or a place in a list. */
export type Segment = string | number;

/** Tokens from one place to before another. */
interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The path of a diagnostic, as steps: `agents.triage.canHandoffTo[1]`. Agents' names are passed, since they may hold what
 * separates steps.
 */
export function segmentsOf(path: string, agents: Iterable<string> = []): readonly Segment[] {
  const rest = path.startsWith("agents.") ? path.slice("agents.".length) : undefined;
  const named = [...agents].filter((name) => rest?.startsWith(name) && /^$|^[.[]/u.test(rest.slice(name.length)));
  const [name] = named.sort((one, other) => other.length - one.length);
  if (rest === undefined || name === undefined) return split(path);
  return ["agents", name, ...split(rest.slice(name.length))];
}

function split(path: string): Segment[] {
  return [...path.matchAll(/\[(\d+)\]|[^.[\]]+/gu)].map(([part, index]) =>
    index === undefined ? part : Number(index),
  );
}

/**
 * Finds the place in a source that a path of a definition speaks of: the nearest key or list entry that is there. It reads
 * object literals, and nothing that is computed; agents that stand apart from `new SwarmAgent(...)` are found by their key.
 */
export function locate(source: string, path: readonly Segment[]): SourcePlace | undefined {
  const tokens = tokensOf(source);
  const found = [...rootsOf(tokens)].map((root) => descend(tokens, root, path, 0));
  const [, agent, ...rest] = path;
  if (path[0] === "agents" && agent !== undefined && !found.some(({ depth }) => depth >= 2)) {
    found.push(...keysAnywhere(tokens, agent).map((key) => descend(tokens, key.value, rest, key.at, 2)));
  }
  const [best] = found.sort((one, other) => other.depth - one.depth);
  const start = best === undefined ? undefined : tokens[best.at]?.start;
  return best === undefined || start === undefined ? undefined : { ...placeAt(source, start), depth: best.depth };
}

/** The options of each `new SwarmAgent({ ... })`, with the place of the name. */
function* rootsOf(tokens: readonly Token[]): Generator<Span & { readonly at: number }> {
  for (const [at, { kind, value }] of tokens.entries()) {
    if (kind !== "name" || value !== "SwarmAgent") continue;
    const open = at + 1;
    if (isSign(tokens[open], "(")) yield { from: open + 1, to: closing(tokens, open), at };
  }
}

function descend(
  tokens: readonly Token[],
  start: Span & { readonly at?: number },
  path: readonly Segment[],
  at: number,
  depth = 0,
): { at: number; depth: number } {
  let span: Span = start;
  let reached = { at: start.at ?? at, depth };
  for (const segment of path) {
    const next = typeof segment === "number" ? entry(tokens, span, segment) : key(tokens, span, segment);
    if (next === undefined) return reached;
    span = next.value;
    reached = { at: next.at, depth: reached.depth + 1 };
  }
  return reached;
}

/** A key of the first object literal in a span, and the span of its value. */
function key(tokens: readonly Token[], span: Span, name: string): { at: number; value: Span } | undefined {
  return parts(tokens, span, "{").find(({ at }) => isKey(tokens, at, name));
}

/** An entry of the first list in a span. */
function entry(tokens: readonly Token[], span: Span, index: number): { at: number; value: Span } | undefined {
  return parts(tokens, span, "[")[index];
}

/** What commas separate in the first bracket of a span. */
function parts(tokens: readonly Token[], { from, to }: Span, bracket: string): { at: number; value: Span }[] {
  let open = from;
  while (open < to && !isSign(tokens[open], bracket)) open += 1;
  if (open >= to) return [];
  const end = closing(tokens, open);
  const found: { at: number; value: Span }[] = [];
  for (let at = open + 1; at < end;) {
    let next = at;
    while (next < end && !isSign(tokens[next], ",")) next = closing(tokens, next) + 1;
    if (next > at) found.push({ at, value: { from: at, to: next } });
    at = next + 1;
  }
  return found;
}

function isKey(tokens: readonly Token[], at: number, name: string): boolean {
  const [token, next] = [tokens[at], tokens[at + 1]];
  if (token?.value !== name || (token.kind !== "name" && token.kind !== "text")) return false;
  return next === undefined || [":", ",", "}", "("].some((sign) => isSign(next, sign));
}

function keysAnywhere(tokens: readonly Token[], name: Segment): { at: number; value: Span }[] {
  return tokens.flatMap((_token, at) => {
    if (!isKey(tokens, at, String(name)) || !isSign(tokens[at + 1], ":")) return [];
    return [{ at, value: { from: at + 1, to: closing(tokens, at + 2) + 1 } }];
  });
}

const CLOSING: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" };

/** The place of the bracket that closes the one at a place; the place itself where there is none. */
function closing(tokens: readonly Token[], at: number): number {
  if (!isSign(tokens[at], undefined) || CLOSING[tokens[at]?.value ?? ""] === undefined) return at;
  let depth = 0;
  for (let next = at; next < tokens.length; next += 1) {
    const token = tokens[next];
    if (token?.kind !== "sign") continue;
    if (token.value in CLOSING) depth += 1;
    else if (Object.values(CLOSING).includes(token.value)) depth -= 1;
    if (depth === 0) return next;
  }
  return tokens.length;
}

function isSign(token: Token | undefined, sign: string | undefined): boolean {
  return token?.kind === "sign" && (sign === undefined || token.value === sign);
}

function placeAt(source: string, start: number): { line: number; column: number } {
  const before = source.slice(0, start);
  const lineStart = before.lastIndexOf("\n") + 1;
  return { line: before.split("\n").length, column: start - lineStart + 1 };
}
