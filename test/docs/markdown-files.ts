import { readdirSync } from "node:fs";
import { join } from "node:path";

/** What is not written by hand, or not part of the repository. */
const SKIPPED = new Set(["node_modules", "dist", "coverage", ".git", ".generated", "api", "golden", "pages"]);

/** Every Markdown file of the repository, from its root, with `/`. */
export function markdownFiles(root: string, folder = ""): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : markdownFiles(root, path);
    return entry.name.endsWith(".md") ? [path] : [];
  });
}
