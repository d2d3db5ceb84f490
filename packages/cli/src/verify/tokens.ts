/** A piece of TypeScript, as much of it as it takes to find the keys of object literals. */
export interface Token {
  readonly kind: "name" | "text" | "sign" | "other";
  /** The name, the text's value, or the sign itself. */
  readonly value: string;
  /** The offset in the source. */
  readonly start: number;
}

const PIECE =
  /(?<skip>\s+|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$))|(?<name>[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)|(?<text>"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?)|(?<number>\d[\w.]*)|(?<sign>[^])/guy;

/** What a `/` after it divides, and does not begin a pattern. */
const VALUE_END = /^[)\]}]$/u;
const KEYWORD = /^(?:return|typeof|case|in|of|new|delete|void|throw|await|yield|else|do)$/u;
const PATTERN = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/uy;

/** Cuts a source into tokens: comments are left out, templates and patterns are one token each. Never throws. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < source.length;) {
    const before = tokens.at(-1);
    const char = source[at];
    if (char === "`") {
      const end = templateEnd(source, at);
      tokens.push({ kind: "text", value: source.slice(at + 1, end - 1), start: at });
      at = end;
      continue;
    }
    if (char === "/" && beginsPattern(before)) {
      PATTERN.lastIndex = at;
      const [pattern] = PATTERN.exec(source) ?? [];
      if (pattern !== undefined) {
        tokens.push({ kind: "other", value: pattern, start: at });
        at += pattern.length;
        continue;
      }
    }
    PIECE.lastIndex = at;
    const { 0: piece, groups = {} } = PIECE.exec(source) ?? { 0: char ?? "" };
    const token = tokenOf(piece, groups, at);
    if (token !== undefined) tokens.push(token);
    at += Math.max(1, piece.length);
  }
  return tokens;
}

function tokenOf(piece: string, groups: Readonly<Record<string, string>>, start: number): Token | undefined {
  if (groups["skip"] !== undefined) return undefined;
  if (groups["name"] !== undefined) return { kind: "name", value: piece, start };
  if (groups["text"] !== undefined) return { kind: "text", value: unquoted(piece), start };
  return { kind: groups["number"] === undefined ? "sign" : "other", value: piece, start };
}

function beginsPattern(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.kind === "sign") return !VALUE_END.test(before.value);
  return before.kind === "name" && KEYWORD.test(before.value);
}

/** The offset after a template that begins at one, whatever is in its holes. */
function templateEnd(source: string, start: number): number {
  let at = start + 1;
  while (at < source.length) {
    if (source[at] === "\\") at += 2;
    else if (source[at] === "`") return at + 1;
    else if (source.startsWith("${", at)) at = holeEnd(source, at + 2);
    else at += 1;
  }
  return source.length;
}

function holeEnd(source: string, start: number): number {
  let depth = 1;
  let at = start;
  while (at < source.length && depth > 0) {
    if (source[at] === "`") at = templateEnd(source, at);
    else {
      if (source[at] === "{") depth += 1;
      if (source[at] === "}") depth -= 1;
      at += 1;
    }
  }
  return at;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", v: "\v", "0": "\0" };

function unquoted(text: string): string {
  return text
    .slice(1, -1)
    .replace(/\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2})|([^]))/giu, (_all, wide, four, two, char: string) => {
      const code = (wide ?? four ?? two) as string | undefined;
      return code === undefined ? (ESCAPES[char] ?? char) : String.fromCodePoint(Number.parseInt(code, 16));
    });
}
