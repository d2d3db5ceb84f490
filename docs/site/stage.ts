import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { menuOf, pathOnSite, toLlmsText } from "./pages.ts";
import type { Section } from "./pages.ts";

/** The pages that are there: of `docs`, of the packages, the map and the rules of the house. */
function pageFiles(root: string): readonly string[] {
  const packages = readdirSync(join(root, "packages")).map((name) => `packages/${name}/README.md`);
  const under = (folder: string): string[] =>
    readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return path === "docs/site" ? [] : under(path);
      return path.endsWith(".md") ? [path] : [];
    });
  const all = [...under("docs").sort(), ...packages, "ARCHITECTURE.md", "CONTRIBUTING.md"];
  return all.filter((file) => existsSync(join(root, file)));
}

/** The menu of the site: what `pages.ts` names, what it does not, and the decision records. Reads the pages' headings. */
export function readMenu(root: string): readonly Section[] {
  const isDecision = (file: string): boolean => file.startsWith("docs/decisions/");
  const files = pageFiles(root);
  const titleOf = (file: string): string =>
    /^# +(?<title>.+)$/mu.exec(readFileSync(join(root, file), "utf8"))?.groups?.["title"]?.replaceAll("`", "") ?? file;
  const decisions = files.filter(isDecision).map((file) => ({ file, title: titleOf(file), about: "" }));
  const pages = files.filter((file) => !isDecision(file));
  return [...menuOf(pages, titleOf), { title: "Decisions", pages: decisions }];
}

/**
 * Lays the pages out as they stand on the site, since VitePress wants them in one folder: links between files of the
 * repository become links between pages, pictures are copied, and a link to a file that is no page, such as a source,
 * becomes text.
 *
 * @throws Error for a link to a file that is not there.
 */
export function stage(root: string, out: string): void {
  const menu = readMenu(root);
  const files = menu.flatMap(({ pages }) => pages.map(({ file }) => file));
  const onSite = new Map(files.map((file) => [file, pathOnSite(file)] as const));
  rmSync(out, { recursive: true, force: true });
  const picture = (file: string): string => {
    const place = pathOnSite(file);
    mkdirSync(dirname(join(out, "public", place)), { recursive: true });
    copyFileSync(join(root, file), join(out, "public", place));
    return place;
  };
  for (const [file, place] of onSite) {
    const text = readFileSync(join(root, file), "utf8");
    const page = relink(text, ({ shown, href, isPicture }) => {
      if (/^(?:[a-z]+:|#)/iu.test(href)) return undefined;
      const [path = "", hash] = decodeURI(href).split("#");
      const target = posix.normalize(posix.join(posix.dirname(file), path)).replace(/\/$/u, "");
      if (!existsSync(join(root, target))) throw new Error(`${file} links to ${href}, which is not there`);
      if (isPicture) return `![${shown}](/${picture(target)})`;
      const linked = onSite.get(target) ?? onSite.get(`${target}/README.md`);
      return linked === undefined ? shown : `[${shown}](/${linked}${hash === undefined ? "" : `#${hash}`})`;
    });
    mkdirSync(dirname(join(out, place)), { recursive: true });
    writeFileSync(join(out, place), page);
  }
  mkdirSync(join(out, "public"), { recursive: true });
  writeFileSync(join(out, "public/llms.txt"), toLlmsText(menu));
  const api = join(root, "docs/site/api");
  if (existsSync(api)) cpSync(api, join(out, "api"), { recursive: true });
}

/** One link or picture of a page. */
export interface PageLink {
  readonly shown: string;
  readonly href: string;
  readonly isPicture: boolean;
}

/** Replaces the links of a page, those in code left out. Pure; `undefined` leaves a link as it is. */
export function relink(markdown: string, replace: (link: PageLink) => string | undefined): string {
  let isCode = false;
  const lines = markdown.split("\n").map((line) => {
    if (/^\s*```/u.test(line)) isCode = !isCode;
    if (isCode) return line;
    // Code is hidden from the search for links, at the same length, so that places stay true.
    const hidden = line.replaceAll(/`[^`]*`/gu, (code) => "x".repeat(code.length));
    let changed = "";
    let end = 0;
    for (const match of hidden.matchAll(/(?<mark>!?)\[(?<shown>[^\]]*)\]\((?<href>[^()\s]+)\)/gu)) {
      const { mark = "", shown = "", href = "" } = match.groups ?? {};
      const begin = match.index + mark.length + 1;
      const given = { shown: line.slice(begin, begin + shown.length), href, isPicture: mark === "!" };
      const after = match.index + match[0].length;
      changed += line.slice(end, match.index) + (replace(given) ?? line.slice(match.index, after));
      end = after;
    }
    return changed + line.slice(end);
  });
  return lines.join("\n");
}
