/** Functions of mathjs that a text may name. */
const FUNCTIONS: ReadonlySet<string> = new Set(
  "sqrt cbrt abs log log2 log10 ln exp sin cos tan round floor ceil mean median sum max min".split(" "),
);

const CONSTANTS: ReadonlySet<string> = new Set(["pi", "e"]);

/** Tokens that are read of a text: the search below is quadratic in a run's length. */
const MAX_TOKENS = 120;

const TOKEN = /\d+(?:\.\d+)?|\.\d+|[a-z_]+\d*|[-+*/^(),!%]|[^\s]/g;

/**
 * The longest stretch of a text that is arithmetic in mathjs's notation, with at least one operator or function, without
 * blanks. `undefined` where there is none.
 */
export function longestArithmetic(text: string): string | undefined {
  const tokens = (text.match(TOKEN) ?? []).slice(0, MAX_TOKENS);
  for (let length = tokens.length; length > 1; length -= 1) {
    for (let start = 0; start + length <= tokens.length; start += 1) {
      const stretch = tokens.slice(start, start + length);
      if (isArithmetic(stretch)) return written(stretch);
    }
  }
  return undefined;
}

/** Whether tokens are one whole expression with an operator or a function in it. */
function isArithmetic(tokens: readonly string[]): boolean {
  const parser = { tokens, at: 0, operators: 0 };
  return sum(parser) && parser.at === tokens.length && parser.operators > 0;
}

interface Parser {
  readonly tokens: readonly string[];
  at: number;
  operators: number;
}

function sum(parser: Parser): boolean {
  if (!operand(parser)) return false;
  while (/^[-+*/^]$/.test(parser.tokens[parser.at] ?? "") || parser.tokens[parser.at] === "mod") {
    parser.at += 1;
    parser.operators += 1;
    if (!operand(parser)) return false;
  }
  return true;
}

function operand(parser: Parser): boolean {
  if (parser.tokens[parser.at] === "-") parser.at += 1;
  const token = parser.tokens[parser.at] ?? "";
  parser.at += 1;
  if (FUNCTIONS.has(token)) {
    parser.operators += 1;
    return parser.tokens[parser.at] === "(" && operand(parser);
  }
  if (token === "(") {
    do {
      if (!sum(parser)) return false;
    } while (parser.tokens[parser.at++] === ",");
    if (parser.tokens[parser.at - 1] !== ")") return false;
  } else if (!/^\.?\d/.test(token) && !CONSTANTS.has(token)) return false;
  while (parser.tokens[parser.at] === "!" || parser.tokens[parser.at] === "%") {
    if (parser.tokens[parser.at] === "!") parser.operators += 1;
    parser.at += 1;
  }
  return true;
}

/** mathjs reads `50% (` and `ln` otherwise than people do. */
function written(tokens: readonly string[]): string {
  return tokens
    .map((token) => (token === "%" ? "/100" : token === "mod" ? " mod " : token === "ln" ? "log" : token))
    .join("");
}
