import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { ToolsError } from "../errors.ts";
import { chartProgram } from "./chart-program.ts";
import { checkSpec } from "./chart-spec.ts";

/** The largest side of a chart, in pixels. */
const maxSide = 4096;
/** The largest answer of the drawing process. */
const maxBytes = 16 * 1024 * 1024;

const require = createRequire(import.meta.url);
const modules = ["vega", "vega-lite", "vega-interpreter"].map((name) => pathToFileURL(require.resolve(name)).href);

/** Details of {@link drawChart}. */
export interface DrawChartOptions {
  /** Milliseconds for one chart. Default: 10 000. */
  readonly timeoutMs?: number;
  /** The memory of the drawing process for objects, in MiB. Default: 256. */
  readonly memoryMb?: number;
  /** Aborts the drawing; it rejects with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Draws a Vega-Lite spec, given as JSON text, to SVG. The same spec gives the same SVG; dates are UTC. Rejects with
 * `CHART_INVALID` or `CHART_URL_REFUSED`, each with a sentence for the model that wrote the spec.
 *
 * A spec can ask for any amount of work, and a thread that runs out of memory takes its process along, so each chart is
 * drawn by a Node.js process of its own, without an environment, with limits of time and memory.
 */
export async function drawChart(spec: string, options: DrawChartOptions = {}): Promise<string> {
  const { signal } = options;
  checkSpec(spec);
  signal?.throwIfAborted();
  const { svg, error } = await askProcess(spec, options);
  signal?.throwIfAborted();
  if (svg === undefined) throw invalid(error ?? "it needs too much memory; give it fewer rows");
  const [opening = ""] = /^<svg[^>]*>/.exec(svg) ?? [];
  const sides = [...opening.matchAll(/ (?:width|height)="([\d.]+)"/g)].map(([, side]) => Number(side));
  if (sides.length !== 2 || sides.some((side) => side > maxSide)) {
    throw invalid(`it is larger than ${maxSide} pixels; give it a smaller width and height`);
  }
  return svg;
}

function invalid(why: string): ToolsError {
  return new ToolsError("CHART_INVALID", `the chart cannot be drawn: ${why.replace(/\.$/, "")}.`);
}

interface ChartAnswer {
  readonly svg?: string;
  readonly error?: string;
}

function askProcess(
  spec: string,
  { timeoutMs = 10_000, memoryMb = 256, signal }: DrawChartOptions,
): Promise<ChartAnswer> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [`--max-old-space-size=${memoryMb}`, "--input-type=commonjs", "--eval", chartProgram],
      { env: { TZ: "UTC" }, timeout: timeoutMs, killSignal: "SIGKILL", maxBuffer: maxBytes, signal, windowsHide: true },
      (failure, output) => {
        if (failure === null) resolve(JSON.parse(output) as ChartAnswer);
        else
          resolve(failure.killed === true ? { error: `it takes more than ${timeoutMs} ms; give it fewer rows` } : {});
      },
    );
    // A process that died early is reported above; its closed input is no second error.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(JSON.stringify({ spec, modules }));
  });
}
