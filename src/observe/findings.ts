/** A source that a tool found. */
export interface ToolReference {
  readonly title: string;
  readonly tool?: string;
  readonly url?: string;
  readonly favicon?: string;
  readonly description?: string;
}

/** A file that a tool made. */
export interface ToolFile {
  readonly fileId: string;
  readonly tool?: string;
  readonly fileName?: string;
  readonly fileType?: string;
}

/** What a tool gave beside its text. */
export interface ToolFindings {
  readonly references: readonly ToolReference[];
  readonly files: readonly ToolFile[];
}

/**
 * Reads the sources and files out of a tool result's artifact: its `references` and `files`, each field where it is a text.
 * Anything else in the artifact is the tool's own and stays there.
 *
 * @returns `undefined` where there are none.
 * @example
 * ```ts
 * import { toolFindings } from "swarmgraph";
 *
 * toolFindings({ references: [{ title: "Prices", url: "https://example.com" }] })?.references.length; // 1
 * ```
 */
export function toolFindings(artifact: unknown): ToolFindings | undefined {
  if (!isRecord(artifact)) return undefined;
  const references = recordsIn(artifact["references"]).map((one): ToolReference => {
    const { title = "", ...more } = textsOf(one, ["title", "tool", "url", "favicon", "description"]);
    return { title, ...more };
  });
  const files = recordsIn(artifact["files"]).flatMap((one): ToolFile[] => {
    const { fileId, ...more } = textsOf(one, ["fileId", "tool", "fileName", "fileType"]);
    return fileId === undefined ? [] : [{ fileId, ...more }];
  });
  return references.length + files.length === 0 ? undefined : { references, files };
}

function textsOf<K extends string>(record: Readonly<Record<string, unknown>>, keys: readonly K[]) {
  const texts = keys.flatMap((key) => (typeof record[key] === "string" ? [[key, record[key]]] : []));
  return Object.fromEntries(texts) as { readonly [Key in K]?: string };
}

function recordsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
