import type { AIMessage, ToolMessage } from "@langchain/core/messages";
import { isRecord } from "../wire/chosen.ts";
import type { Chunk, Content, ThinkingChunk, ToolFileChunk, ToolReferenceChunk } from "../wire/chunks.ts";

/** What tools of the server found and made since the agent last spoke. */
export interface Findings {
  readonly references: readonly ToolReferenceChunk[];
  readonly files: readonly ToolFileChunk[];
}

/** What a tool's result holds beside its text, from its artifact: `{ references }` and `{ files }`. */
export function findingsOf(messages: readonly ToolMessage[]): Findings {
  const references: ToolReferenceChunk[] = [];
  const files: ToolFileChunk[] = [];
  for (const { name = "", artifact } of messages) {
    const { references: found, files: made } = (isRecord(artifact) ? artifact : {}) as Record<string, unknown>;
    for (const one of listOf(found)) {
      references.push({
        type: "tool_reference",
        tool: textOf(one["tool"]) ?? name,
        title: textOf(one["title"]) ?? "",
        url: textOf(one["url"]) ?? null,
        favicon: textOf(one["favicon"]) ?? null,
        description: textOf(one["description"]) ?? null,
      });
    }
    for (const one of listOf(made)) {
      const id = textOf(one["fileId"]);
      if (id === undefined) continue;
      files.push({
        type: "tool_file",
        tool: textOf(one["tool"]) ?? name,
        file_id: id,
        file_name: textOf(one["fileName"]) ?? null,
        file_type: textOf(one["fileType"]) ?? null,
      });
    }
  }
  return { references, files };
}

/**
 * What an agent says, as chunks: thoughts, the files of its tools, its text. Where the text cites a source, as `[2]`, the
 * source stands there; sources that it does not cite follow it. A text alone stays a string.
 */
export function contentOf(message: AIMessage, { references, files }: Findings): Content {
  const thoughts = thoughtsIn(message);
  const text = message.text;
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

function thoughtsIn({ content }: AIMessage): ThinkingChunk[] {
  if (typeof content === "string") return [];
  return content.flatMap((block) => {
    const text =
      block.type === "thinking" ? block["thinking"] : block.type === "reasoning" ? block["reasoning"] : undefined;
    if (typeof text !== "string" || text === "") return [];
    const signature = textOf(block["signature"]);
    return [
      {
        type: "thinking" as const,
        thinking: [{ type: "text" as const, text }],
        closed: true,
        ...(signature !== undefined && { signature }),
      },
    ];
  });
}

function listOf(value: unknown): Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
