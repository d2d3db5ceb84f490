/** A value as it is written in source: strings, numbers, booleans, `null`, `undefined`, arrays and objects of them. */
const LITERAL =
  /^(?:(?<!\w)(?:true|false|null|undefined)(?!\w)|(?<!\w)-?\d[\d_]*(?:\.\d+)?(?![\w.])|\w+(?=: )|[\s"[\]{},:])+$/u;
const STRING = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/gu;
const STATEMENT =
  /^(?<expression>(?!(?:const|let|var|import|export|if|for|while|return|throw|type)\b)[\w"'`[(!].*); \/\/ (?<comment>.+)$/u;
const PRINTED = /^console\.log\((?<values>.*)\)$/u;

/** The helpers of `shows.ts`, under names that no example uses. */
export const HELPERS = "{ shows as __shows, prints as __prints }";

/**
 * Rewrites an example so that the comments which state a value are checked when it runs. Pure; lines stay where they are.
 *
 * Two forms count, both on one unindented line: `expression; // literal` (the value equals the literal) and
 * `console.log(expression); // text` (the line printed is the text). Any other comment is a remark.
 */
export function assertComments(code: string): string {
  return code
    .split("\n")
    .map((line) => {
      const { expression, comment = "" } = STATEMENT.exec(line)?.groups ?? {};
      if (expression === undefined) return line;
      const values = PRINTED.exec(expression)?.groups?.["values"];
      if (values !== undefined) return `__prints(${JSON.stringify(comment)}, ${values});`;
      return isLiteral(comment) ? `__shows(${expression}, (${comment}));` : line;
    })
    .join("\n");
}

function isLiteral(text: string): boolean {
  return LITERAL.test(text.replaceAll(STRING, '""'));
}
