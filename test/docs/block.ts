/** A fenced block of code, where it stands, and what is said about it. */
export interface Block {
  /** The file from the repository's root, with `/`. */
  readonly file: string;
  /** The heading above it in a page, the exported name under it in a source. */
  readonly heading: string;
  /** The line of its opening fence, counted from 1; its code begins on the next. */
  readonly line: number;
  /** `ts`, `sh`; the first word after the fence. */
  readonly language: string;
  readonly code: string;
  /** What it has to print, exactly but for the last line break. */
  readonly output?: string;
  /** Why it is not run. */
  readonly notRun?: string;
  /** What is wrong with the text around it, as a sentence. */
  readonly malformed?: string;
}

/** `README.md:12, A swarm`: how a block is named in titles and messages. */
export function placeOf({ file, line, heading }: Block): string {
  return `${file}:${line}${heading === "" ? "" : `, ${heading}`}`;
}
