import { tool } from "@langchain/core/tools";
import type { DynamicStructuredTool } from "@langchain/core/tools";
import { z } from "zod";
import { wholeNumber } from "../options.ts";
import { memoryFileStore } from "./file-store.ts";
import type { FileStore, StoredFile } from "./file-store.ts";
import { interpret } from "./interpret.ts";
import type { ImportModule } from "../import-module.ts";

/** The name that a model calls. */
export const CODE_INTERPRETER = "code_interpreter";

/** What stands in the `artifact` of a `code_interpreter` tool message. */
export interface CodeInterpreterArtifact {
  /** The files that the code made, in order; their contents are in the file store. */
  readonly files: readonly StoredFile[];
}

/** Options of {@link codeInterpreterTool}. */
export interface CodeInterpreterToolOptions {
  /** Milliseconds for one run, charts included. Default: 10 000. */
  readonly timeoutMs?: number;
  /** Memory of the sandbox in bytes. Default: 64 MiB. */
  readonly memoryBytes?: number;
  /** The most characters of the answer. Default: 20 000. */
  readonly maxOutput?: number;
  /** Where charts are kept. Default: {@link memoryFileStore}, whose contents nobody else can read. */
  readonly files?: FileStore;
  /** Loads the optional `@resvg/resvg-js`. Default: `import`. */
  readonly importModule?: ImportModule;
}

const schema = z.object({
  code: z.string().min(1).max(100_000).describe("JavaScript. The value of the last expression is returned"),
});

/**
 * A LangChain tool `code_interpreter({ code })`: runs JavaScript in a sandbox without process, file system, modules or
 * network, within a time, a memory and an output limit. Its answer is the console output and the value of the last
 * expression, or the error as text. `chart.draw(spec)` in the code draws a Vega-Lite spec to SVG, to PNG as well where
 * `@resvg/resvg-js` is installed; the files are named in {@link CodeInterpreterArtifact}.
 *
 * @example
 * ```ts
 * import { codeInterpreterTool } from "@swarmgraph/tools";
 *
 * const interpreter = codeInterpreterTool();
 * const text = await interpreter.invoke({ code: "const rate = 0.045;\nMath.round(1000 * (1 + rate) ** 10)" });
 * text; // "=> 1553"
 * ```
 */
export function codeInterpreterTool(options: CodeInterpreterToolOptions = {}): DynamicStructuredTool<typeof schema> {
  const limits = {
    timeoutMs: wholeNumber("timeoutMs", options.timeoutMs ?? 10_000),
    memoryBytes: wholeNumber("memoryBytes", options.memoryBytes ?? 64 * 1024 * 1024),
    maxOutput: wholeNumber("maxOutput", options.maxOutput ?? 20_000, 10_000_000),
    files: options.files ?? memoryFileStore(),
    importModule: options.importModule,
  };
  return tool(
    async ({ code }, { signal }): Promise<[string, CodeInterpreterArtifact]> => {
      const { text, files } = await interpret(code, { ...limits, signal });
      return [text, { files }];
    },
    {
      name: CODE_INTERPRETER,
      description:
        "Runs JavaScript in a sandbox and returns the console output and the value of the last expression. " +
        "There are no modules, files, timers or network. chart.draw(spec) draws a Vega-Lite spec whose rows are in " +
        "data.values and returns its fileId.",
      schema,
      responseFormat: "content_and_artifact",
    },
  );
}
