/** The project's folder, from wherever this file was built to. */
const root = new URL(".", import.meta.resolve("swarmgraph/package.json"));

/** The address of a file of the project. */
export function projectFile(path: string): URL {
  return new URL(path, root);
}
