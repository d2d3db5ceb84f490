/** JavaScript source, comments made blank, with the places where a top-level statement may begin. */
export interface MaskedSource {
  /** As long as the source, with the same lines. */
  readonly code: string;
  /** Indexes after a `;`, a `}` or a line break outside of all brackets, ascending; 0 is among them. */
  readonly starts: readonly number[];
}

/** After these a `/` begins a regular expression, elsewhere it divides. */
const beforeRegex =
  /(?:^|[([{}=,:;!&|?+\-*%<>~^]|\b(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield))\s*$/;
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const quoted = /'(?:[^'\\\n]|\\[\s\S])*'|"(?:[^"\\\n]|\\[\s\S])*"/y;
const comment = /\/\/[^\n]*|\/\*[\s\S]*?\*\//y;

/**
 * Finds where top-level statements may begin; undefined where brackets do not match. The places are candidates: what
 * stands on either side still has to be parsed. Pure, linear but for the look back from a slash.
 */
export function maskComments(source: string): MaskedSource | undefined {
  const starts = [0];
  const open: string[] = [];
  let code = "";
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  while (at < source.length) {
    const char = source.charAt(at);
    const inTemplate = open.at(-1) === "`";
    const note = inTemplate || char !== "/" ? undefined : take(comment);
    const text = inTemplate || note !== undefined ? undefined : literal(char, code, take);
    const piece = note ?? text ?? (inTemplate && char === "\\" ? source.slice(at, at + 2) : char);
    code += note === undefined ? piece : note.replaceAll(/[^\n]/g, " ");
    at += piece.length;
    if (note !== undefined || text !== undefined || piece.length > 1) continue;
    if (inTemplate && char === "$" && source.charAt(at) === "{") {
      open.push("${");
      code += "{";
      at += 1;
    } else if (!turn(open, char)) return undefined;
    if (open.length === 0 && (char === ";" || char === "\n" || char === "}")) starts.push(at);
  }
  return open.length === 0 ? { code, starts } : undefined;
}

function literal(char: string, before: string, take: (pattern: RegExp) => string | undefined): string | undefined {
  if (char === '"' || char === "'") return take(quoted);
  return char === "/" && beforeRegex.test(before.slice(-40)) ? take(regex) : undefined;
}

const closes: Readonly<Record<string, readonly string[]>> = { ")": ["("], "]": ["["], "}": ["{", "${"] };

/** Opens or closes a bracket or a template; false where it closes what is not open. */
function turn(open: string[], char: string): boolean {
  if (char === "`") {
    if (open.at(-1) === "`") open.pop();
    else open.push(char);
    return true;
  }
  if (open.at(-1) === "`") return true;
  if (char === "(" || char === "[" || char === "{") open.push(char);
  const opener = closes[char];
  return opener === undefined || opener.includes(open.pop() ?? "");
}
