import { join } from "node:path";
import type { Check } from "size-limit";
import { publishedPackages, ROOT } from "../../scripts/workspace.ts";
import type { Budget, Moment } from "./budgets.ts";

/** The condition by which an entry leads to its source. */
const SOURCE = "swarmgraph-source";

interface Source {
  readonly path: string;
  /** What others bring: peers and dependencies. */
  readonly others: readonly string[];
}

/** The part of esbuild's interface for plugins that is used here. */
interface Bundler {
  onResolve(
    options: { readonly filter: RegExp },
    callback: (args: { readonly kind: string; readonly path: string }) => object | undefined,
  ): void;
}

/** What is imported as soon as a turn is run. */
const OF_A_TURN = /\/(?:engine-step|node-runs|on-thread)\.ts$/u;

/** How a moment is called in the list of sizes. */
export const MOMENTS: Readonly<Record<Moment, string>> = { import: ", at first", turn: ", with a turn" };

/** Leaves out what is imported later. */
function loadedBy(moment: Moment): { readonly name: string; readonly setup: (bundler: Bundler) => void } {
  const isLater = (path: string) => moment === "import" || !OF_A_TURN.test(path);
  return {
    name: `loaded-by-${moment}`,
    setup: ({ onResolve }) =>
      onResolve({ filter: /./ }, ({ kind, path }) =>
        kind === "dynamic-import" && isLater(path) ? { path, external: true } : undefined,
      ),
  };
}

/**
 * The checks that size-limit makes of these budgets: on the sources, so that nothing has to be built.
 *
 * @throws an `Error` for an entry that no published package has.
 */
export function checksOf(budgets: readonly Budget[]): Check[] {
  const sources = entrySources();
  return budgets.map(({ entry, imported, by, limit }) => {
    const source = sources.get(entry);
    if (source === undefined) throw new Error(`"${entry}" is no entry of a package that is published.`);
    const options = { format: "esm", platform: "node", target: "node20", conditions: [SOURCE] };
    return {
      name: `${entry} ${imported}${by === undefined ? "" : MOMENTS[by]}`,
      path: source.path,
      import: imported,
      ignore: [...source.others],
      gzip: true,
      limit,
      modifyEsbuildConfig: <T extends object>(config?: T) =>
        Object.assign({} as T, config, options, { plugins: by === undefined ? [] : [loadedBy(by)] }),
    };
  });
}

/** The source of every entry of every published package, by what stands behind `from`. */
export function entrySources(): ReadonlyMap<string, Source> {
  const entries = publishedPackages().flatMap(({ folder, manifest }) => {
    const { name, exports = {}, dependencies, peerDependencies } = manifest;
    const others = Object.keys({ ...dependencies, ...peerDependencies });
    return Object.entries(exports).flatMap(([entry, target]) => {
      const source = (target as { readonly [SOURCE]?: string })[SOURCE];
      return source === undefined
        ? []
        : [[`${name}${entry.slice(1)}`, { path: join(ROOT, folder, source), others }] as const];
    });
  });
  return new Map(entries);
}
