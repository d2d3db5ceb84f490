import { chooseSearchProvider, codeInterpreterTool, memoryFileStore, webSearchTool } from "@swarmgraph/tools";
import type { SearchEnvironment } from "@swarmgraph/tools";
import type { BuiltInTools, FileSource } from "@swarmgraph/server";

/** The tools of `pnpm serve`, and the files that they make. */
export interface ServedTools {
  readonly builtIn: BuiltInTools;
  readonly files: FileSource;
}

/** `web_search` with the provider that the environment names, and `code_interpreter` with files in memory. */
export function servedTools(env: SearchEnvironment = process.env): ServedTools {
  const store = memoryFileStore();
  const tools = new Map([
    ["web_search", [webSearchTool({ provider: chooseSearchProvider(env) })]],
    ["code_interpreter", [codeInterpreterTool({ files: store })]],
  ]);
  return {
    builtIn: ({ type }) => tools.get(type),
    files: {
      async get(id) {
        const file = await store.get(id);
        return file && { bytes: file.data, type: file.fileType, name: file.fileName };
      },
    },
  };
}
