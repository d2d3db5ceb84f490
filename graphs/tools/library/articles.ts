import { readdirSync, readFileSync } from "node:fs";

/** One article of a library: its title, what it is about, and its paragraphs in order. */
export interface Article {
  readonly title: string;
  readonly topics: readonly string[];
  readonly paragraphs: readonly string[];
}

/**
 * Reads an article from Markdown with `title:` and `topics:` (parted by commas) in its front matter; a blank line parts
 * paragraphs. Throws an `Error` that names the file where the front matter or the text is missing.
 */
export function toArticle(markdown: string, file: string): Article {
  const [, head, body] = /^---\n(.*?)\n---\n(.*)$/s.exec(markdown.replace(/\r\n/g, "\n")) ?? [];
  const title = /^title: *(.+)$/m.exec(head ?? "")?.[1]?.trim();
  const paragraphs = (body ?? "").split(/\n\s*\n/).map((text) => text.replace(/\s+/g, " ").trim());
  const filled = paragraphs.filter((text) => text !== "");
  if (title === undefined || filled.length === 0) {
    throw new Error(`article "${file}" needs front matter with a title, and at least one paragraph after it.`);
  }
  const topics = (/^topics: *(.+)$/m.exec(head ?? "")?.[1] ?? "").split(",").map((topic) => topic.trim());
  return { title, topics: topics.filter((topic) => topic !== ""), paragraphs: filled };
}

/** Reads every `.md` file of a folder as an article, in the order of the file names. */
export function readArticles(folder: URL): readonly Article[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".md"))
    .toSorted()
    .map((file) => toArticle(readFileSync(new URL(file, folder), "utf8"), file));
}
