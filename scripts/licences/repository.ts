import { join } from "node:path";
import { publishedPackages, ROOT } from "../workspace.ts";
import { collectDependencies, type Dependencies } from "./collect.ts";

/** What the published packages of this repository, and its example graphs, depend on. */
export function repositoryDependencies(): Dependencies {
  const folders = [...publishedPackages().map(({ folder }) => folder), "graphs"];
  return collectDependencies(folders.map((folder) => join(ROOT, folder)));
}
