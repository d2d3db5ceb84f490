import { saidReasoning, toolFindings } from "swarmgraph";
import type { SaidReasoning, ToolFindings } from "swarmgraph";
import type { AIMessage, ToolMessage } from "@langchain/core/messages";
import type { Chunk, Content, ThinkingChunk, ToolFileChunk, ToolReferenceChunk } from "../wire/chunks.ts";

/** What tools of the server found and made since the agent last spoke. */
export interface Findings {
  readonly references: readonly ToolReferenceChunk[];
  readonly files: readonly ToolFileChunk[];
}

/** What an agent said: its text, and the thoughts before it. */
export interface Spoken {
  readonly text: string;
  readonly reasoning: readonly SaidReasoning[];
}

/** What a message says. */
export function spokenIn(message: AIMessage): Spoken {
  return { text: message.text, reasoning: saidReasoning(message) };
}

/** What tools' results hold beside their text, from their artifacts: `{ references }` and `{ files }`. */
export function findingsOf(messages: readonly ToolMessage[]): Findings {
  return chunksOf(messages.map(({ name = "", artifact }) => ({ tool: name, ...(toolFindings(artifact) ?? NOTHING) })));
}

const NOTHING: ToolFindings = { references: [], files: [] };

/** What tools found, as chunks. A finding without a tool of its own is the calling tool's. */
export function chunksOf(found: readonly (ToolFindings & { readonly tool: string })[]): Findings {
  return {
    references: found.flatMap(({ tool, references }) =>
      references.map((one): ToolReferenceChunk => ({
        type: "tool_reference",
        tool: one.tool ?? tool,
        title: one.title,
        url: one.url ?? null,
        favicon: one.favicon ?? null,
        description: one.description ?? null,
      })),
    ),
    files: found.flatMap(({ tool, files }) =>
      files.map((one): ToolFileChunk => ({
        type: "tool_file",
        tool: one.tool ?? tool,
        file_id: one.fileId,
        file_name: one.fileName ?? null,
        file_type: one.fileType ?? null,
      })),
    ),
  };
}

/**
 * What an agent says, as chunks: thoughts, the files of its tools, its text. Where the text cites a source, as `[2]`, the
 * source stands there; sources that it does not cite follow it. A text alone stays a string.
 */
export function contentOf({ text, reasoning }: Spoken, { references, files }: Findings): Content {
  const thoughts = reasoning.map((one) => thoughtOf(one));
  if (thoughts.length + references.length + files.length === 0) return text;
  const cited = new Set<number>();
  const parts: Chunk[] = [];
  let from = 0;
  for (const match of text.matchAll(/\s?\[(\d{1,3})\]/g)) {
    const reference = references[Number(match[1]) - 1];
    if (reference === undefined) continue;
    if (match.index > from) parts.push({ type: "text", text: text.slice(from, match.index) });
    parts.push(reference);
    cited.add(Number(match[1]) - 1);
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push({ type: "text", text: text.slice(from) });
  return [...thoughts, ...files, ...parts, ...references.filter((_one, index) => !cited.has(index))];
}

function thoughtOf({ text, signature }: SaidReasoning): ThinkingChunk {
  return {
    type: "thinking",
    thinking: [{ type: "text", text }],
    closed: true,
    ...(signature !== undefined && { signature }),
  };
}
