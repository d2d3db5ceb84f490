import { createRunner } from "run";
import { createChartDrawer, maxCharts } from "./chart-drawer.ts";
import type { FileStore, StoredFile } from "./file-store.ts";
import { guestProgram, HOST_NAME, maxLines } from "./guest.ts";
import { returnLast } from "./last-expression.ts";
import type { ImportModule } from "../import-module.ts";

/** Everything that one run needs. */
export interface InterpretOptions {
  readonly timeoutMs: number;
  readonly memoryBytes: number;
  /** The most characters of the whole answer. */
  readonly maxOutput: number;
  readonly files: FileStore;
  readonly signal?: AbortSignal | undefined;
  readonly importModule?: ImportModule | undefined;
}

/** What came of a run. */
export interface Interpretation {
  /** Console output, then the value of the last expression, or the error. */
  readonly text: string;
  /** In the order of their making; also those made before an error. */
  readonly files: readonly StoredFile[];
}

/** Runs JavaScript in a sandbox of its own. Rejects only with the signal's reason or with what the file store throws. */
export async function interpret(code: string, options: InterpretOptions): Promise<Interpretation> {
  const { signal, timeoutMs, maxOutput } = options;
  signal?.throwIfAborted();
  const lines: string[] = [];
  const charts = createChartDrawer(options);
  const print = (line: unknown) => void lines.push(String(line).slice(0, maxOutput + 1));
  const runner = createRunner({ syncHostFunctions: { [HOST_NAME]: { print, draw: charts.draw } } });
  const running = runner.run<string | undefined>({
    source: guestProgram(returnLast(code), maxOutput),
    ...(signal && { abortSignal: signal }),
    limits: {
      timeoutMs,
      memoryLimitBytes: options.memoryBytes,
      maxBridgeRequests: maxLines + 2 * maxCharts,
      maxResultBytes: 4 * maxOutput + 1024,
      maxSourceBytes: 1024 * 1024,
      // The sandbox's own console would write to this process's output.
      maxConsoleOutputBytes: 1,
    },
  });
  const outcome = await running.then(
    (result) => (result.status === "completed" && result.value !== undefined ? `=> ${result.value}` : undefined),
    (error: unknown) => describe(error, timeoutMs),
  );
  signal?.throwIfAborted();
  charts.rethrow();
  const drawn = charts.files.map(({ fileName, fileType, fileId }) => `Drew ${fileName} (${fileType}, file ${fileId}).`);
  const text = [...lines, outcome, ...drawn].filter((line) => line !== undefined).join("\n");
  return { text: cut(text || "The code ran without output.", maxOutput), files: charts.files };
}

/** An error of the run as text: in the words of the language for the code's own, in ours for a limit. */
function describe(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return `Error: ${String(error)}`;
  const { code } = error as { code?: unknown };
  // The sandbox counts steps as well as milliseconds, and reports both limits as one.
  if (code === "RUN_TIMEOUT") {
    return `Error: the code was stopped, because it ran for more than ${timeoutMs} ms or about 100 million steps.`;
  }
  if (code === "RUN_BRIDGE_LIMIT") return "Error: the code printed or drew too often and was stopped.";
  if (code !== "RUN_USER_SOURCE_ERROR") return `Error: ${error.message}`;
  const [, line] = /run\.js:(\d+)/.exec(error.stack ?? "") ?? [];
  return `${error.name}: ${error.message}${line === undefined ? "" : ` (line ${line})`}`;
}

function cut(text: string, max: number): string {
  const whole = text.toWellFormed();
  return whole.length <= max ? whole : `${whole.slice(0, max).toWellFormed()}\n… cut at ${max} characters.`;
}
