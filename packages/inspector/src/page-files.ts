import { readdir, readFile } from "node:fs/promises";
import { respond } from "./respond.ts";

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

/** Where the page lies: beside `src` and `dist` alike. */
const PAGE = new URL("../page/", import.meta.url);

/** The page's files by name. A name from a request is looked up, never joined to a path. */
export class PageFiles {
  #names: Promise<ReadonlySet<string>> | undefined;

  /** The file of that name, `index.html` for none; `undefined` where the page has no such file. */
  async get(name: string): Promise<Response | undefined> {
    this.#names ??= readdir(PAGE).then((names) => new Set(names));
    const file = name === "" ? "index.html" : name;
    const type = TYPES[file.slice(file.lastIndexOf(".") + 1)];
    if (type === undefined || !(await this.#names).has(file)) return undefined;
    return respond(await readFile(new URL(file, PAGE)), type);
  }
}
