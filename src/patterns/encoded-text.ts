/** Runs that may be base64 (also of the URL alphabet): at least 18 bytes. */
const BASE64 = /[A-Za-z0-9+/_-]{24,}/gu;

/** Runs that may be hex: bare, with `0x` or `\x`, or in groups with blanks, colons or commas between; at least 12 bytes. */
const HEX = /(?:(?:\\x|0x)?[0-9a-f]{2}[\s:,]?){12,}/giu;

/** Text hidden in a text, and how. */
export interface EncodedText {
  readonly encoding: "base64" | "hex";
  /** What it says. */
  readonly decoded: string;
}

/**
 * Readable text that is hidden in a text as base64 or hex. Long words, paths, hashes, ids and encoded binary data do not
 * decode to readable text, and are not found. O(text).
 */
export function findEncoded(text: string): readonly EncodedText[] {
  const found: EncodedText[] = [];
  for (const [run] of text.matchAll(HEX)) {
    const decoded = readable(fromHex(run));
    if (decoded !== undefined) found.push({ encoding: "hex", decoded });
  }
  for (const [run] of text.matchAll(BASE64)) {
    // The run may begin with something else: then the bytes stand at another offset.
    for (const offset of [0, 1, 2, 3]) {
      const decoded = readable(fromBase64(run.slice(offset)));
      if (decoded === undefined) continue;
      found.push({ encoding: "base64", decoded });
      break;
    }
  }
  return found;
}

/** The text, if nine of ten of its characters are printable, and it holds letters enough to say something. */
function readable(binary: string): string | undefined {
  const printable = binary.match(/[\t\n\r\u0020-\u007e]/gu)?.length ?? 0;
  const letters = binary.match(/[A-Za-z ]/gu)?.length ?? 0;
  return printable >= binary.length * 0.9 && letters >= binary.length * 0.6 && /[A-Za-z]{3}/u.test(binary)
    ? binary
    : undefined;
}

function fromHex(run: string): string {
  const digits = run.replace(/\\x|0x|[\s:,]/giu, "");
  return (digits.match(/../gu) ?? []).map((pair) => String.fromCharCode(Number.parseInt(pair, 16))).join("");
}

/** One character per byte. A group that is cut off at the end is left out. */
function fromBase64(run: string): string {
  const whole = run.slice(0, run.length - (run.length % 4));
  return atob(whole.replaceAll("-", "+").replaceAll("_", "/"));
}
