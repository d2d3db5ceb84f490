import { readFile } from "node:fs/promises";
import { relative, sep } from "node:path";
import type { Diagnostic } from "swarmgraph";
import { locate, segmentsOf } from "./locate.ts";
import type { SourcePlace } from "./locate.ts";

/** A diagnostic with the place in a file that it speaks of. */
export interface Finding extends Diagnostic {
  /** Relative to the working directory, with `/`. */
  readonly file: string;
  /** Counted from 1; absent where the place could not be found. */
  readonly line?: number;
  readonly column?: number;
}

/** Looks up diagnostics in the files that a swarm was loaded from: the file that says most of a path counts. */
export async function findingsOf(
  diagnostics: readonly Diagnostic[],
  at: { readonly files: readonly string[]; readonly agents: Iterable<string>; readonly cwd: string },
): Promise<readonly Finding[]> {
  const agents = [...at.agents];
  const sources = await Promise.all(
    at.files.map(async (file) => ({ file, source: await readFile(file, "utf8").catch(() => "") })),
  );
  return diagnostics.map((diagnostic) => {
    const path = segmentsOf(diagnostic.path, agents);
    let best: { readonly file: string; readonly place: SourcePlace } | undefined;
    for (const { file, source } of sources) {
      const place = locate(source, path);
      if (place !== undefined && place.depth > (best?.place.depth ?? -1)) best = { file, place };
    }
    const file = relative(at.cwd, best?.file ?? at.files[0] ?? "")
      .split(sep)
      .join("/");
    return { ...diagnostic, file, ...(best !== undefined && { line: best.place.line, column: best.place.column }) };
  });
}
