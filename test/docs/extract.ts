import type { Block } from "./block.ts";

type Draft = { -readonly [Key in keyof Block]: Block[Key] };

/** Where a text stands: its file, and by how many lines its first one is not the file's first. */
export interface TextPlace {
  readonly file: string;
  readonly firstLine?: number;
  readonly heading?: string;
}

const FENCE = /^(?<indent> *)(?<ticks>`{3,})(?<info>.*)$/u;
const COMMENT = /^<!--\s*(?<text>.*?)\s*-->$/u;

/** Finds the fenced blocks of a Markdown text, with the comments right above them. Pure. */
export function blocksOfMarkdown(markdown: string, place: TextPlace): readonly Block[] {
  const { file, firstLine = 1 } = place;
  const lines = markdown.split("\n");
  const blocks: Draft[] = [];
  let { heading = "" } = place;
  let comment: string | undefined;
  let previous: Draft | undefined;
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    const fence = FENCE.exec(line)?.groups;
    if (fence) {
      const block = readFence(lines, index, { file, heading, line: firstLine + index });
      index = block.end;
      if (comment === "output") {
        if (previous?.language === "ts" && block.language === "text") previous.output = block.code;
        else blocks.push({ ...block.draft, malformed: "an output is a `text` block right after a `ts` block" });
        previous = undefined;
      } else {
        previous = { ...block.draft, ...readComment(comment) };
        blocks.push(previous);
      }
      comment = undefined;
    } else if (COMMENT.test(line)) {
      comment = COMMENT.exec(line)?.groups?.["text"];
    } else if (line.trim() !== "") {
      heading = /^#+ +(?<text>.*)$/u.exec(line)?.groups?.["text"] ?? heading;
      comment = undefined;
      previous = undefined;
    }
  }
  return blocks;
}

/** Finds the fenced blocks of the `@example` tags in a source's docstrings. Pure. */
export function blocksOfDocstrings(source: string, { file }: TextPlace): readonly Block[] {
  const blocks: Block[] = [];
  for (const { 0: docstring, index } of source.matchAll(/^[ \t]*\/\*\*(?:(?!\*\/)[\s\S])*\*\//gmu)) {
    const heading = nameAfter(source.slice(index + docstring.length));
    const firstLine = source.slice(0, index).split("\n").length;
    // Every line stays a line, so that line numbers stay true.
    const lines = docstring.split("\n").map((line) => line.replace(/^\s*\/?\*+(?:\/$| ?)/u, "").replace(/\*\/$/u, ""));
    for (const [offset, line] of lines.entries()) {
      if (!/^@example\b/u.test(line)) continue;
      const length = lines.slice(offset + 1).findIndex((later) => /^@\w/u.test(later));
      const text = lines.slice(offset + 1, length === -1 ? undefined : offset + 1 + length).join("\n");
      const place = { file, heading, firstLine: firstLine + offset + 1 };
      const found = blocksOfMarkdown(text, place);
      const malformed = "an @example needs its code in a ```ts block";
      const isEmpty = !found.some(({ language }) => language === "ts");
      blocks.push(...found);
      if (isEmpty) blocks.push({ file, heading, line: firstLine + offset, language: "ts", code: "", malformed });
    }
  }
  return blocks;
}

function readFence(lines: readonly string[], start: number, place: Pick<Block, "file" | "heading" | "line">) {
  const { indent = "", ticks = "```", info = "" } = FENCE.exec(lines[start] ?? "")?.groups ?? {};
  const isClosing = (line: string): boolean => line.trim().startsWith(ticks) && /^ *`+ *$/u.test(line);
  const length = lines.slice(start + 1).findIndex(isClosing);
  const end = length === -1 ? lines.length : start + 1 + length;
  const body = lines.slice(start + 1, end).map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
  const draft: Draft = { ...place, language: info.trim().split(/\s/u)[0] ?? "", code: body.join("\n") };
  if (length === -1) draft.malformed = "the fence is never closed";
  return { end, draft, language: draft.language, code: draft.code };
}

function readComment(comment: string | undefined): Pick<Block, "notRun" | "malformed"> {
  if (!comment?.startsWith("not run")) return {};
  const reason = /^not run: *(?<reason>\S.*)$/u.exec(comment)?.groups?.["reason"];
  return reason === undefined ? { malformed: "say why: <!-- not run: reason -->" } : { notRun: reason };
}

/** The name that a docstring belongs to: what is declared right after it. */
function nameAfter(rest: string): string {
  const declaration =
    /^\s*(?:export |declare |default |async |abstract |readonly |static |type |interface |class |function |const )*(?<name>[\w$]+)/u;
  return declaration.exec(rest)?.groups?.["name"] ?? "";
}
