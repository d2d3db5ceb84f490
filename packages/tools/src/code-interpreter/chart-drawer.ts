import { getHostFunctionContext } from "run";
import { ToolsError } from "../errors.ts";
import type { ImportModule } from "../import-module.ts";
import { drawChart } from "./chart.ts";
import type { FileStore, StoredFile } from "./file-store.ts";
import { toPng } from "./png.ts";

/** The most charts that one run may draw. */
export const maxCharts = 8;

/** What the sandbox gets for a spec: where the chart is kept, or a sentence about what is wrong with it. */
export type Drawn = { readonly file: StoredFile } | { readonly error: string };

/** Draws for one run and keeps account of it. */
export interface ChartDrawer {
  /** The host function; rejects with nothing that the code should not see. */
  readonly draw: (spec: unknown) => Promise<Drawn>;
  /** The files made so far, in order. */
  readonly files: readonly StoredFile[];
  /** Throws what the file store threw, which is the program's affair and not the code's. */
  readonly rethrow: () => void;
}

/** Makes the drawer of one run. */
export function createChartDrawer(options: {
  readonly files: FileStore;
  readonly timeoutMs: number;
  readonly importModule?: ImportModule | undefined;
}): ChartDrawer {
  const files: StoredFile[] = [];
  const failures: unknown[] = [];
  let charts = 0;

  const keep = async (fileName: string, fileType: string, data: Uint8Array): Promise<StoredFile> => {
    const file = await options.files.put({ fileName, fileType, data });
    files.push(file);
    return file;
  };

  const drawOne = async (spec: unknown, signal: AbortSignal): Promise<StoredFile> => {
    charts += 1;
    if (charts > maxCharts) throw new ToolsError("CHART_INVALID", `one run may draw ${maxCharts} charts.`);
    const name = `chart-${charts}`;
    const svg = await drawChart(String(spec), { timeoutMs: options.timeoutMs, signal });
    const file = await keep(`${name}.svg`, "image/svg+xml", new TextEncoder().encode(svg));
    const png = await toPng(svg, options.importModule);
    if (png !== undefined) await keep(`${name}.png`, "image/png", png);
    return file;
  };

  return {
    files,
    draw: (spec) => {
      const { abortSignal } = getHostFunctionContext();
      return drawOne(spec, abortSignal).then(
        (file) => ({ file }),
        (error: unknown) => {
          if (error instanceof ToolsError) return { error: error.message };
          // A run that is over has its own account of why.
          if (!abortSignal.aborted) failures.push(error);
          return { error: "the chart could not be kept" };
        },
      );
    },
    rethrow: () => {
      if (failures.length > 0) throw failures[0];
    },
  };
}
