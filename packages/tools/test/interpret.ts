import { codeInterpreterTool, memoryFileStore } from "../src/index.ts";
import type { CodeInterpreterArtifact, CodeInterpreterToolOptions } from "../src/index.ts";

const values = [
  { year: "2023-01-01", rate: 4 },
  { year: "2024-01-01", rate: 3 },
];
/** A chart of two points. */
export const line = {
  data: { values },
  mark: "line",
  encoding: { x: { field: "year", type: "temporal" }, y: { field: "rate", type: "quantitative" } },
};

/** Runs code in the tool, with what it stored. */
export async function interpret(code: string, options: CodeInterpreterToolOptions = {}) {
  const files = options.files ?? memoryFileStore();
  const message = (await codeInterpreterTool({ ...options, files }).invoke({
    type: "tool_call" as const,
    id: "call-1",
    name: "code_interpreter",
    args: { code },
  })) as { content: string; artifact: CodeInterpreterArtifact };
  const stored = await Promise.all(message.artifact.files.map(({ fileId }) => files.get(fileId)));
  return { text: message.content, files: message.artifact.files, stored };
}

/** Draws one spec in the tool. */
export const draw = (spec: unknown, options?: CodeInterpreterToolOptions) =>
  interpret(`chart.draw(${JSON.stringify(spec)}).fileName`, options);
