/** Lines of context around a change. */
const CONTEXT = 1;

/**
 * What changed between two texts, line by line: `- ` was, `+ ` is, and the lines around a change; `...` for those between.
 * Compares the lines between the first and the last change with each other, so costs their product.
 */
export function promptDiff(was: readonly string[], is: readonly string[]): string {
  const before = was.flatMap((text) => text.split("\n"));
  const after = is.flatMap((text) => text.split("\n"));
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let tail = 0;
  const shorter = Math.min(before.length, after.length) - start;
  while (tail < shorter && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const head = before.slice(Math.max(0, start - CONTEXT), start);
  const foot = tail === 0 ? [] : before.slice(before.length - tail, before.length - tail + CONTEXT);
  return [
    ...(start > CONTEXT ? ["  ..."] : []),
    ...head.map((line) => `  ${line}`),
    ...changes(before.slice(start, before.length - tail), after.slice(start, after.length - tail)),
    ...foot.map((line) => `  ${line}`),
    ...(tail > CONTEXT ? ["  ..."] : []),
  ].join("\n");
}

/** The shortest list of changes, by the longest common subsequence. */
function changes(before: readonly string[], after: readonly string[]): string[] {
  const common = lengths(before, after);
  const lines: string[] = [];
  let [left, right] = [0, 0];
  while (left < before.length || right < after.length) {
    if (left < before.length && before[left] === after[right]) {
      lines.push(`  ${before[left]}`);
      left += 1;
      right += 1;
    } else if (right >= after.length || (left < before.length && common(left + 1, right) >= common(left, right + 1))) {
      lines.push(`- ${before[left]}`);
      left += 1;
    } else {
      lines.push(`+ ${after[right]}`);
      right += 1;
    }
  }
  return lines;
}

/** The length of the longest common subsequence from two places on. */
function lengths(before: readonly string[], after: readonly string[]): (left: number, right: number) => number {
  const width = after.length + 1;
  const table = new Uint32Array((before.length + 1) * width);
  const at = (left: number, right: number) => table[left * width + right] ?? 0;
  for (let left = before.length - 1; left >= 0; left -= 1) {
    for (let right = after.length - 1; right >= 0; right -= 1) {
      const isSame = before[left] === after[right];
      table[left * width + right] = isSame
        ? at(left + 1, right + 1) + 1
        : Math.max(at(left + 1, right), at(left, right + 1));
    }
  }
  return at;
}
