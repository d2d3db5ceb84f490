/** What a line of a batch's output begins with that is a result. */
export const RESULT = "\u0000result ";

/** What became of one program of a batch. */
export interface BatchResult {
  readonly file: string;
  /** It came to its end, left nothing open and changed nothing of the process. */
  readonly isFine: boolean;
  /** What it wrote to the console. */
  readonly told: string;
}

/** The results in a batch's output. A batch that ended early has fewer of them than programs. */
export function resultsIn(stdout: string): readonly BatchResult[] {
  return stdout
    .split("\n")
    .filter((line) => line.startsWith(RESULT))
    .map((line) => JSON.parse(line.slice(RESULT.length)) as BatchResult);
}
